"""`hub route`: what a fresh hub in memory answers to contacts one after another, and under another policy."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.route import FreshHub
from hub.teams.book import shipped_book
from hub.teams.viewers import as_team
from hub.viewer import OPERATOR, Viewer
from tests.routing.given import POLICY_FILE

SHIPPED = POLICY_FILE.read_text(encoding="utf-8")
JSON = "application/cloudevents+json"


def known(ref: str, given: str, family: str, dob: str, house: str) -> dict[str, Any]:
    """Somebody who is recognised when they are named again."""
    return {
        "ref": ref, "name": {"given": [given], "family": family}, "dob": dob,
        "address": {"lines": [house, "Grays"], "postcode": "RM17 6XX"},
    }  # fmt: skip


SON = known("son", "Daniel", "Okoro", "2012-02-03", "12 High Street")
MOTHER = known("mother", "Grace", "Okoro", "1981-06-12", "12 High Street")
MAN = known("man", "Carl", "Brown", "1985-01-01", "40 Dock Road")
HIS_GIRL = known("girl", "Tia", "Brown", "2019-05-05", "40 Dock Road")


def said(
    people: Sequence[dict[str, Any]], concerns: Sequence[str], relations: Sequence[str] = ()
) -> dict[str, Any]:
    """The data of a contact."""
    return {
        "occurred_at": "2026-03-04T09:50:00Z", "door": "school", "reporter": {"org": "SCHOOL"}, "people": list(people),
        "concerns": [dict(zip(("code", "about"), c.split(), strict=False)) for c in concerns],
        "relationships": [dict(zip(("from", "type", "to"), r.split(), strict=True)) for r in relations],
    }  # fmt: skip


def answers(
    *contacts: dict[str, Any], policy: str = SHIPPED, viewer: Viewer = OPERATOR
) -> list[dict[str, Any]]:
    """What is decided on these contacts, one a day."""
    hub = FreshHub(policy, england(), datetime(2026, 4, 1, tzinfo=UTC))
    told = []
    for day, data in enumerate(contacts, 4):
        event = {
            "specversion": "1.0", "id": str(day), "source": "urn:example:school",
            "type": "uk.gov.thurrock.nwd.contact.received.v1", "time": f"2026-03-{day:02}T10:15:00Z", "data": data,
        }  # fmt: skip
        message = Message(json.dumps(event).encode(), JSON)
        told.append(hub.route(message, viewer))
    return told


def test_an_allegation_makes_no_family_of_two_though_his_children_are_asked_about() -> None:
    earlier = said([MAN, HIS_GIRL], ["child-need girl"], ["man parent-of girl"])
    now = said([SON, MOTHER, MAN], ["child-harm son"], ["mother parent-of son", "man alleged-to-harm son"])  # fmt: skip
    first, second = answers(earlier, now)
    girl = next(p["person"] for p in first["people"] if p["ref"] == "girl")
    assert ("F4", girl) in {(o["rule"], o["about"]) for o in second["obligations"]}
    persons = {p["ref"]: p["person"] for p in second["people"]}
    assert set(second["family"]) == {persons["son"], persons["mother"]}
    assert set(first["family"]) == {girl, persons["man"]}


def test_a_father_alleged_to_harm_his_child_is_of_the_family_all_the_same() -> None:
    [told] = answers(said([SON, MAN], ["child-harm son"], ["man parent-of son", "man alleged-to-harm son"]))  # fmt: skip
    assert len(told["family"]) == 2


def test_who_may_not_know_of_an_allegation_misses_nobody_by_it() -> None:
    contact = said([SON, MOTHER, MAN], ["care-need mother"], ["mother parent-of son", "man alleged-to-harm mother"])  # fmt: skip
    sizes = {
        team: len(answers(contact, viewer=as_team(team, shipped_book()))[0]["family"])
        for team in ("HW", "CSC")
    }
    assert sizes == {"HW": 3, "CSC": 2}


@pytest.mark.parametrize(
    "row", ["R1", "R2", "R8", "R20"]
)  # those that another row names, and a lead
def test_a_policy_may_leave_any_row_out(row: str) -> None:
    draft = yaml.safe_load(SHIPPED)
    del draft["rows"][row]
    contact = said([SON, MOTHER], ["child-harm son", "young-carer son"], ["son cares-for mother"])
    [told] = answers(contact, policy=yaml.safe_dump(draft))
    rules = {r["rule"] for r in told["routes"]}
    assert rules == {"R1", "R8", "R11"} - {row}


def test_names_teams_and_clocks_are_the_policys() -> None:
    draft = yaml.safe_load(SHIPPED)
    draft["name"], draft["version"] = "elsewhere", "7"
    draft["teams"]["NWD"] = draft["teams"].pop("YC")
    draft["rows"]["R8"]["team"] = "NWD"
    draft["clocks"]["young-carer-offer"] = {"say": "the next day", "days": 1, "basis": "practice"}
    [told] = answers(said([SON], ["young-carer son"]), policy=yaml.safe_dump(draft))
    assert (told["policy"]["name"], told["policy"]["version"]) == ("elsewhere", "7")
    [route] = told["routes"]
    assert (route["team"], route["clock"]) == ("NWD", "the next day (practice)")
    assert route["due_at"] == "2026-03-05T23:59:59Z"
