"""A hub at work takes a new register up without a restart: who is cleared, what teams are called, where homes belong."""

import json
from typing import Any

import httpx

from tests.hub_process import HubProcess, bearer, contact, post
from tests.teams.given import DOCUMENT, changed

SOURCE = "urn:ods:F81XXX/systmone"
NEW = changed(
    ("clearances: [shielded, adoption], ", ""),
    ("name: Young carers (No Wrong Doors)", "name: Young carers of Thurrock"),
    ("    RM17: 2\n", "    RM17: 3\n"),
)
OLIVE = "P-000001"


def about_care(message_id: str, given: str, dob: str, *flags: str) -> dict[str, Any]:
    """A contact about an adult in Grays who needs care."""
    person = {
        "ref": "p1", "name": {"family": f"{given}son", "given": [given]}, "dob": dob, "flags": list(flags),
        "address": {"lines": [f"{dob[-2:]} Quay Street", "Grays"], "postcode": "RM17 6XX"},
    }  # fmt: skip
    concerns = [{"code": "care-need", "about": "p1"}]
    return contact(SOURCE, message_id, people=[person], relationships=[], concerns=concerns)


def test_a_register_counts_from_the_next_request_and_the_next_contact_on(
    hub_process: HubProcess,
) -> None:
    hub = hub_process
    hub.start()
    surgery = hub.partner_key(SOURCE, "grays-surgery")
    keys = {"CSC": hub.staff_key("Cat", "CSC"), "YC": hub.staff_key("Ben", "YC")}

    def asked(path: str, team: str) -> str:
        """What a member of the team is answered."""
        answer = httpx.get(f"{hub.url}{path}", headers=bearer(keys[team]), timeout=60)
        assert answer.status_code == 200
        return answer.text

    def care_team(message: dict[str, Any]) -> str:
        """Which team is asked to look at the care somebody needs."""
        sent = post(hub, surgery, message, Prefer="wait=30").json()
        told = json.loads(hub.command("explain", sent["id"], "--json"))
        [team] = [r["team"] for r in told["decision"]["routes"] if r["rule"] == "R11"]
        return str(team)

    assert care_team(about_care("m-1", "Olive", "1950-01-03", "shielded")) == "CLS-2"
    assert "RM17 6XX" in asked(f"/v1/people/{OLIVE}", "CSC")
    assert "Young carers (No Wrong Doors)" in asked("/queues/YC", "YC")

    file = hub.home / "teams.yaml"
    file.write_text(NEW)
    assert "in force" in hub.command("teams", "import", str(file))

    assert "RM17 6XX" not in asked(f"/v1/people/{OLIVE}", "CSC"), "cleared no more"
    assert "Young carers of Thurrock" in asked("/queues/YC", "YC")
    assert care_team(about_care("m-2", "Peter", "1961-12-24")) == "CLS-3"
    assert json.loads(hub.command("verify", "--json"))["ok"]


def test_the_register_is_shown_checked_exported_and_imported_once(
    hub_process: HubProcess,
) -> None:
    hub, file = hub_process, hub_process.home.parent / "teams.yaml"
    shown = json.loads(hub.command("teams", "show", "--json"))
    assert shown["document"] == DOCUMENT
    assert hub.command("teams", "show").startswith(f"# teams, SHA-256 {shown['hash']}")
    assert json.loads(hub.command("teams", "export", str(file), "--json"))["file"] == str(file)
    assert file.read_text() == DOCUMENT
    assert "can be imported" in hub.command("teams", "check", str(file))
    again = json.loads(hub.command("teams", "import", str(file), "--json"))
    assert again == {"imported": False, "hash": None}

    file.write_text(DOCUMENT.replace("accepts: [R8]", "accepts: [R88]"))
    faults = json.loads(hub.command("teams", "check", str(file), "--json", fails=True))
    assert [fault["pointer"] for fault in faults["errors"]] == ["/teams/YC/accepts"]
    hub.command("teams", "import", str(file), fails=True)

    file.write_text(NEW)
    assert json.loads(hub.command("teams", "import", str(file), "--json"))["imported"]
    assert json.loads(hub.command("teams", "show", "--json"))["document"] == NEW
    earlier = json.loads(hub.command("teams", "show", shown["hash"][:12], "--json"))
    assert earlier["document"] == DOCUMENT
    hub.command("teams", "show", "ffff0000", fails=True)

    message = hub.home.parent / "contact.json"
    message.write_text(json.dumps(about_care("m-1", "Olive", "1950-01-03")))
    routed = json.loads(hub.command("route", str(message), "--teams", str(file), "--json"))
    assert [r["team"] for r in routed["routes"] if r["rule"] == "R11"] == ["CLS-3"]
