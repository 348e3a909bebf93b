"""A contact, its correction and its withdrawal in one file: sent, decided without keeping anything, explained, checked and proved."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.contacts.cloud_event import CORRECTED, WITHDRAWN
from tests.cli.test_commands import SOURCE, lines
from tests.hub_process import HubProcess, contact

HARM = {"code": "child-harm", "about": "p2"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contact that is corrected, then withdrawn, and a correction of nothing."""
    first = contact(SOURCE, "m-1")
    data = first["data"]
    told: list[dict[str, Any]] = [
        first,
        {**first, "id": "m-2", "type": CORRECTED, "data": {**data, "concerns": [HARM], "corrects": "m-1"}},
        {**first, "id": "m-3", "type": CORRECTED, "data": {**data, "corrects": "m-0"}},
        {**first, "id": "m-4", "type": WITHDRAWN, "data": {"withdraws": "m-1", "reason": "By mistake."}},
        {**first, "id": "m-5", "type": CORRECTED, "data": {**data, "corrects": "m-1"}},
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("amending") / "told.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in told))
    return path


def test_what_was_sent_is_explained_proved_and_built_anew(file: Path, tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "home")
    sent = lines(hub.command("send", str(file), "--json", fails=True))
    assert [one["status"] for one in sent] == [202, 202, 409, 202, 409]
    assert [one.get("error") for one in sent[2::2]] == ["first-not-received", "already-withdrawn"]
    number = str(sent[0]["id"])
    assert {one["id"] for one in sent if one["status"] == 202} == {number}
    why = hub.command("explain", number)
    for told in (
        "Corrected on",
        "It would now be decided:",
        "Asked besides: MASH (R1)",
        "Withdrawn on",
    ):
        assert told in why, told
    found = json.loads(hub.command("verify", "--json"))
    assert found["ok"] and found["decisions"] == 2
    rebuilt = json.loads(hub.command("rebuild", "--json"))
    assert rebuilt and all(one["same"] for one in rebuilt)


def test_a_file_is_decided_on_in_order_and_nothing_is_kept(file: Path, tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "nothing")
    decided = lines(hub.command("route", str(file), "--json", fails=True))
    rows = [{r["rule"] for r in one.get("routes", ())} for one in decided]  # type: ignore[attr-defined]  # JSON
    assert "R1" not in rows[0] and "R1" in rows[1] and not rows[3]
    assert [one.get("error") for one in decided] == [
        None, None, "first-not-received", None, "already-withdrawn",
    ]  # fmt: skip
    assert [one["contact"] for one in decided if "contact" in one] == ["m-1", "m-2", "m-4"]
    assert decided[1]["people"] and not decided[3]["people"]
    assert "Nobody is asked" in hub.command("route", str(file), fails=True)
    assert not hub.home.exists()


def test_each_is_checked_by_itself(file: Path, tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "nothing")
    assert [one["ok"] for one in lines(hub.command("check", str(file), "--json"))] == [True] * 5
    bad = tmp_path / "bad.json"
    said = json.loads(file.read_text().splitlines()[1])
    del said["data"]["corrects"]
    bad.write_text(json.dumps(said))
    assert "/data/corrects" in hub.command("check", str(bad), fails=True)
