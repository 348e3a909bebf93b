"""What could not wait for the morning: the emergency duty team hands over at nine, and the day team has had it since receipt."""

import json
from datetime import datetime
from typing import Any

import pytest

from events.base import Event
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.contacts.cloud_event import Message
from hub.viewer import OPERATOR
from tests.capacity.given import Council
from tests.hub_process import contact, family_of_its_own
from tests.loop.given import given

HARM = [{"code": "immediate-danger", "about": "p2"}]


def at(time: str, **data: Any) -> Council:
    """A council that was told of a child in danger at this moment."""
    of = Council(None)
    said = contact("urn:example:source", "m-1", people=family_of_its_own(1), **{"relationships": [], "concerns": HARM, **data})  # fmt: skip
    said["time"] = time
    of.hub.route(Message(json.dumps(said).encode(), "application/cloudevents+json"), OPERATOR)
    return of


NIGHTS = [
    pytest.param("2026-03-06T22:30:00Z", "2026-03-09T09:00:00+00:00", id="Friday night"),
    pytest.param("2026-03-05T03:00:00Z", "2026-03-05T09:00:00+00:00", id="before dawn on a working day"),
    pytest.param("2026-04-02T20:00:00Z", "2026-04-07T08:00:00+00:00", id="Maundy Thursday, over Easter"),
    pytest.param("2026-03-27T23:00:00Z", "2026-03-30T08:00:00+00:00", id="the weekend the clocks go forward"),
    pytest.param("2026-10-23T21:00:00Z", "2026-10-26T09:00:00+00:00", id="the weekend the clocks go back"),
    pytest.param("2026-12-24T18:00:00Z", "2026-12-29T09:00:00+00:00", id="Christmas Eve, with Boxing Day on a Saturday"),
]  # fmt: skip


@pytest.mark.parametrize(("received", "nine"), NIGHTS)
def test_the_emergency_duty_team_hands_over_at_nine_on_the_next_working_morning(
    received: str, nine: str
) -> None:
    of = at(received)
    sent = {s.rule: s for s in of.of(ReferralSent)}
    [owed] = [o for o in of.of(ObligationOpened) if o.rule == "R28"]
    assert sent["R28"].team == "EDT" and owed.referral == sent["R28"].referral
    assert owed.due_at == datetime.fromisoformat(nine)


@pytest.mark.parametrize(("received", "_nine"), NIGHTS)
def test_the_day_team_has_it_from_receipt_with_its_own_clock(received: str, _nine: str) -> None:
    of = at(received)
    day = next(s for s in of.of(ReferralSent) if s.rule == "R0")
    assert (day.team, day.lead) == ("MASH", True)
    assert day.clock_started_at == day.due_at == datetime.fromisoformat(received)


def test_where_nobody_in_particular_is_meant_it_is_the_emergency_duty_teams_all_the_same() -> None:
    of = at(
        "2026-03-06T22:30:00Z", concerns=[{"code": "child-need", "about": "p2"}, {"code": "care-need", "about": "p1"}],
        facts={"immediate_danger": "yes"},
    )  # fmt: skip
    sent = {s.rule: s for s in of.of(ReferralSent)}
    assert sent["R0"].about is None
    [owed] = [o for o in of.of(ObligationOpened) if o.rule == "R28"]
    assert owed.referral == sent["R28"].referral


def test_once_it_is_handed_over_the_day_team_goes_on_with_the_clock_it_had() -> None:
    of = at("2026-03-06T22:30:00Z")
    events: list[Event] = [e.event for e in of.log if getattr(e.event, "contact", None)]
    sent = {s.rule: s for s in of.of(ReferralSent)}
    owed = [o.obligation for o in of.of(ObligationOpened) if o.referral == sent["R28"].referral]
    night = given(*events, contact=sent["R28"].contact).and_then("accept", sent["R28"].referral)
    for obligation in owed:
        night = night.and_then("done", obligation, outcome="The day team has it.")
    over = night.and_then("done", sent["R28"].referral, outcome="Seen in the night.")
    over.when("accept", sent["R0"].referral).then_types("referral.accepted")
