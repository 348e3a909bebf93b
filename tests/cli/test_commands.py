"""Every command over one data folder, with no hub running: what it says, in words and in JSON, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.hub_process import HubProcess, contact

SOURCE = "urn:ods:F81XXX/systmone"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[HubProcess, Path]:
    """A hub that was sent two contacts about one family from two doors."""
    folder = tmp_path_factory.mktemp("cli")
    hub = HubProcess(folder / "home")
    school = contact(
        "urn:school:example",
        "s-1",
        door="school",
        people=[{"ref": "d", "name": {"family": "Okoro", "given": ["Daniel"]}, "dob": "2012-02-03",
                 "address": {"lines": ["12 Harbour Row", "Grays"], "postcode": "RM17 6XX"}}],
        relationships=[],
        concerns=[{"code": "child-need", "about": "d"}],
        agreement={"to_service": "not-asked"},
    )  # fmt: skip
    first = contact(SOURCE, "m-1")
    first["data"]["people"][1]["address"] = first["data"]["people"][0]["address"]
    file = folder / "two.ndjson"
    file.write_text(json.dumps(first) + "\n" + json.dumps(school) + "\n")
    return hub, file


def lines(text: str) -> list[dict[str, object]]:
    """One JSON object a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_contacts_are_sent_decided_explained_and_proved(told: tuple[HubProcess, Path]) -> None:
    hub, file = told
    sent = lines(hub.command("send", str(file), "--json"))
    assert [one["status"] for one in sent] == [202, 202]
    again = lines(hub.command("send", str(file), "--json"))
    assert [one["id"] for one in again] == [one["id"] for one in sent]
    assert all(one["again"] for one in again)

    queue = json.loads(hub.command("queue", "YC", "--json"))
    assert [row["contact"] for row in queue["waiting"]] == [sent[0]["id"]]

    why = json.loads(hub.command("explain", str(sent[1]["id"]), "--json"))
    assert why["mentions"][0]["outcome"] == "link", "the school's Daniel is the surgery's"
    assert "R8" in hub.command("explain", str(sent[0]["id"]))

    person = why["mentions"][0]["person"]
    family = json.loads(hub.command("family", person, "--json"))
    assert len(family["family"]["people"]) == 2
    assert "Said to live at 12 Harbour Row Grays RM17 6XX: " in hub.command("family", person)
    before = hub.command("family", person, "--as-at", "2026-01-01T00:00:00Z", "--json", fails=True)
    assert before == ""

    found = json.loads(hub.command("verify", "--json"))
    assert found["ok"] and found["decisions"] == 2
    rebuilt = json.loads(hub.command("rebuild", "--json"))
    assert rebuilt and all(one["same"] for one in rebuilt)


def test_a_decision_can_be_asked_for_and_nothing_is_kept(
    told: tuple[HubProcess, Path], tmp_path: Path
) -> None:
    hub = HubProcess(tmp_path / "nothing")
    decided = lines(hub.command("route", str(told[1]), "--json"))
    assert [one["contact"] for one in decided] == ["m-1", "s-1"]
    for one in decided:
        assert set(one) == {
            "contact",
            "policy",
            "routes",
            "obligations",
            "tell",
            "people",
            "family",
        }
        assert [r["rank"] for r in one["routes"]] == list(range(1, len(one["routes"]) + 1))  # type: ignore[attr-defined, index]  # JSON
    assert decided[0]["family"] == decided[1]["family"]
    assert not hub.home.exists()


def test_what_is_wrong_is_said_with_its_place_and_how_to_mend_it(
    told: tuple[HubProcess, Path], tmp_path: Path
) -> None:
    hub, _ = told
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(contact(SOURCE, "m-9", door="hospital")))
    verdict = lines(hub.command("check", str(bad), "--json", fails=True))[0]
    assert verdict["errors"][0]["pointer"] == "/data/door"  # type: ignore[index]  # JSON
    assert "/data/door" in hub.command("check", str(bad), fails=True)
    refused = lines(hub.command("send", str(bad), "--json", fails=True))[0]
    assert refused["error"] == "invalid-contact"


def test_the_policy_is_shown_checked_and_published_once(
    told: tuple[HubProcess, Path], tmp_path: Path
) -> None:
    hub, _ = told
    shown = json.loads(hub.command("policy", "show", "--json"))
    file = tmp_path / "policy.yaml"
    file.write_text(shown["document"])
    assert json.loads(hub.command("policy", "check", str(file), "--json"))["ok"]
    assert json.loads(hub.command("policy", "publish", str(file), "--json"))["published"] is False
    file.write_text(shown["document"].replace("MASH", "MUSH", 1))
    assert not json.loads(hub.command("policy", "check", str(file), "--json", fails=True))["ok"]


def test_a_misused_command_ends_with_2(told: tuple[HubProcess, Path]) -> None:
    hub, _ = told
    with pytest.raises(AssertionError, match="ended with 2"):
        hub.command("send", "/nowhere/at/all.json")
    with pytest.raises(AssertionError, match="ended with 1"):
        hub.command("queue", "NOBODY")
