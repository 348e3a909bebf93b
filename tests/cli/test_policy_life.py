"""A policy from draft to force by the commands: over a real log, with what it would have changed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.server import EmbeddedServer
from tests.hub_process import HubProcess, contact, family_of_its_own


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub that decided on three contacts, with two operators and a duty worker; its database runs from command to command."""
    folder = tmp_path_factory.mktemp("policy")
    hub = HubProcess(folder / "home")
    with EmbeddedServer(hub.home):
        given_to(hub, folder)
        yield hub


def given_to(hub: HubProcess, folder: Path) -> None:
    """The contacts and the people."""
    for number in range(3):
        file = folder / f"{number}.json"
        file.write_text(
            json.dumps(
                contact("urn:ods:F81XXX/systmone", f"m-{number}", people=family_of_its_own(number))
            )
        )
        hub.command("send", str(file))
    for name, role in (("Ada", "operator"), ("Ben", "operator"), ("Cy", "duty")):
        hub.command("staff", "add", name, "--team", "TF", "--role", role)


@pytest.fixture(scope="module")
def draft(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policy in force with young carers given to another team."""
    document = json.loads(hub.command("policy", "show", "--json"))["document"]
    file = tmp_path_factory.mktemp("draft") / "draft.yaml"
    changed = document.replace('version: "1"', 'version: "2"').replace(
        "    team: YC\n", "    team: CAR\n"
    )
    changed = changed.replace(" YC]", " CAR]").replace("[YC]", "[CAR]").replace(" YC,", " CAR,")
    file.write_text(changed)
    return file


def test_a_policy_goes_from_draft_to_force_by_two_people(hub: HubProcess, draft: Path) -> None:
    kept = json.loads(hub.command("policy", "draft", str(draft), "--by", "Ada", "--json"))
    assert kept["ok"], kept["errors"]

    ran = json.loads(hub.command("policy", "shadow", kept["hash"][:12], "--json"))
    assert (ran["decisions"], ran["changed"], ran["kept"]) == (3, 3, True)
    assert {t["what"]: (t["more"], t["fewer"]) for t in ran["teams"]} == {
        "CAR": (3, 0),
        "YC": (0, 3),
    }
    assert len({c["contact"] for c in ran["contacts"]}) == 3
    assert all("gone to CAR" in "; ".join(c["changes"]) for c in ran["contacts"])
    assert "3 of 3 decisions" in hub.command("policy", "shadow", str(draft))
    later = json.loads(
        hub.command("policy", "shadow", str(draft), "--since", "2999-01-01", "--json")
    )
    assert later["decisions"] == 0

    with pytest.raises(AssertionError, match=r"ended with 1:[^$]*two people"):
        hub.command("policy", "publish", str(draft))
    with pytest.raises(AssertionError, match=r"ended with 1:[^$]*role operator"):
        hub.command("policy", "publish", str(draft), "--by", "Cy")
    first = json.loads(hub.command("policy", "publish", str(draft), "--by", "Ada", "--json"))
    assert not first["published"]
    again = json.loads(hub.command("policy", "publish", str(draft), "--by", "Ada", "--json"))
    assert not again["published"]
    second = json.loads(hub.command("policy", "publish", kept["hash"][:8], "--by", "Ben", "--json"))
    assert second["published"]

    rows = json.loads(hub.command("policy", "list", "--json"))
    assert [(r["version"], r["stands"]) for r in rows] == [
        ("1", "no longer in force"),
        ("2", "in force"),
    ]
    assert json.loads(hub.command("policy", "show", "--json"))["hash"] == kept["hash"]
    assert json.loads(hub.command("verify", "--json"))["ok"]


def test_what_is_neither_a_file_nor_a_policy_is_named(hub: HubProcess) -> None:
    with pytest.raises(AssertionError, match=r"ended with 1:[^$]*There is no policy"):
        hub.command("policy", "shadow", "abcdef123456")
    with pytest.raises(AssertionError, match=r"ended with 1:[^$]*no day"):
        hub.command("policy", "shadow", "abcdef123456", "--since", "soon")
