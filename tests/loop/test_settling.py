"""An ask that goes from hand to hand is somebody's question: after so many moves the front door owes an answer (F1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from events.base import Event
from events.envelope import new_event
from events.obligation_opened import ObligationOpened
from events.policy_published import PolicyPublished
from events.referral_sent import ReferralSent
from hub.referrals.act import Outcome, act
from hub.viewer import Viewer
from tests.loop.given import (
    C1,
    R2,
    R3,
    RECEIVED_AT,
    MemoryLog,
    contact_of_a_family,
    route,
    young_carer,
)
from tests.routing.given import POLICY_FILE, policy

pytestmark = pytest.mark.asyncio

NO: Mapping[str, str] = {"reason": "Not ours."}
FRIDAY = RECEIVED_AT + timedelta(days=2)


async def passed_on(events: list[Event], *teams: str) -> tuple[MemoryLog, list[Outcome]]:
    """An ask that each of these teams declines to the next."""
    document = POLICY_FILE.read_text(encoding="utf-8")
    published = PolicyPublished(
        policy="thurrock", label="1", hash=policy().pin.hash, document=document
    )
    log = MemoryLog.holding(*events)
    log.store([new_event(published, 1, actor="operator", tags=("register:policy",))])
    told = []
    for number, (team, following) in enumerate(pairwise(teams), 1):
        viewer = Viewer("duty", "S-1", team, frozenset({"R14", "R15", "R16"}))
        body = {**NO, "next": following}
        told.append(
            await act(log, viewer, "decline", f"R-26-000001-{number}", body, recorded_at=FRIDAY)
        )
    return log, told


def asked_in(outcome: Outcome) -> list[ReferralSent]:
    return [e for e in outcome.events if isinstance(e, ReferralSent)]


async def test_the_first_move_is_nobody_s_question() -> None:
    _, [first] = await passed_on(young_carer(), "YC", "EH")
    assert [r.referral for r in asked_in(first)] == [R2]


async def test_the_second_asks_the_front_door_who_has_it_and_that_is_owed_by_a_clock() -> None:
    _, [_, second] = await passed_on(young_carer(), "YC", "EH", "CSC")
    moved, front = asked_in(second)
    assert (moved.referral, moved.team, front.team, front.rule) == (R3, "CSC", "MASH", "F1")
    [owed] = [e for e in second.events if isinstance(e, ObligationOpened)]
    assert (owed.referral, owed.rule, owed.obligation) == (front.referral, "F1", "O-26-000001-1003")
    assert owed.because == "It has moved from team to team 2 times."
    monday = datetime(2026, 3, 9, 23, 59, 59, tzinfo=RECEIVED_AT.tzinfo)
    assert owed.due_at == front.due_at == monday
    assert second.opens == R3


async def test_it_is_asked_once_however_often_it_moves_on() -> None:
    log, told = await passed_on(young_carer(), "YC", "EH", "CSC", "HOU")
    assert len(asked_in(told[-1])) == 1
    assert sum(isinstance(e.event, ObligationOpened) for e in log.events) == 1


async def test_what_is_with_the_front_door_by_then_is_asked_no_second_time() -> None:
    _, [_, second] = await passed_on(young_carer(), "YC", "EH", "MASH")
    assert [r.team for r in asked_in(second)] == ["MASH"]
    [owed] = [e for e in second.events if isinstance(e, ObligationOpened)]
    assert owed.referral == R3


async def test_of_a_restricted_stream_nobody_else_hears() -> None:
    _, [_, second] = await passed_on(
        contact_of_a_family(route("R15", "LADO")), "LADO", "CSC", "LADO"
    )
    assert [r.team for r in asked_in(second)] == ["LADO"]
    assert any(isinstance(e, ObligationOpened) and e.referral == R3 for e in second.events)


async def test_the_contact_is_not_closed_before_the_question_is_answered() -> None:
    log, _ = await passed_on(young_carer(), "YC", "EH", "CSC")
    csc, mash = (Viewer("duty", "S-2", team) for team in ("CSC", "MASH"))
    await act(log, csc, "withdraw", R3, {"reason": "Moved away."}, recorded_at=FRIDAY)
    assert log.events[-1].type == "referral.withdrawn"
    front = "R-26-000001-4"
    await act(log, mash, "accept", front, recorded_at=FRIDAY)
    await act(log, mash, "done", "O-26-000001-1003", {"outcome": "CSC had it."}, recorded_at=FRIDAY)
    await act(log, mash, "done", front, {"outcome": "Settled."}, recorded_at=FRIDAY)
    assert [e.type for e in log.events if e.event.stream_id() == C1][-1] == "contact.closed"
