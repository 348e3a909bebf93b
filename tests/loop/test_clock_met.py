"""A clock is met, or missed, with the act that does it: once, by what its policy says meets it, and never forgotten on the way."""

from datetime import datetime, timedelta

import pytest

from events.base import Event
from events.clock_met import ClockMet
from events.clock_missed import ClockMissed
from events.referral_sent import ReferralSent
from hub.referrals.act import act
from tests.loop.given import (
    DUE_AT,
    O1,
    R1,
    R2,
    RECEIVED_AT,
    Given,
    MemoryLog,
    episode_of,
    given,
    owed,
    young_carer,
)
from tests.loop.test_act import YC

IN_TIME, LATE = RECEIVED_AT + timedelta(hours=2), DUE_AT + timedelta(hours=2)


def asked(met_by: str | None = "accepted", missed_from: datetime | None = None) -> Given:
    """A referral whose clock is met so."""
    changed = {"met_by": met_by, "missed_from": missed_from}
    events = young_carer([owed("F4")])
    return given(
        *(e.model_copy(update=changed) if isinstance(e, ReferralSent) else e for e in events)
    )


def clocks_in(events: list[Event]) -> list[Event]:
    return [e for e in events if e.STREAM == "clock"]


@pytest.mark.parametrize(
    ("verb", "body", "by"),
    [
        ("accept", {}, "accepted"),
        ("decline", {"reason": "Full."}, "declined"),
        ("override", {"reason": "Not ours.", "next": "MASH"}, "overridden"),
        ("hand-on", {"reason": "Ours is done.", "next": "EH"}, "handed_on"),
    ],
)
def test_a_clock_for_a_decision_is_met_by_whatever_the_team_decides(
    verb: str, body: dict[str, str], by: str
) -> None:
    told = asked().at(IN_TIME).when(verb, R1, **body)
    assert clocks_in(told.events) == [
        ClockMet(
            subject=R1, contact="C-26-000001", referral=R1, team="YC", clock="offer within 5 working days",
            due_at=DUE_AT, by=by, at=IN_TIME,
        )
    ]  # fmt: skip


def test_a_clock_for_work_is_not_met_by_taking_it_on() -> None:
    for met_by in ("done", None):
        taken = asked(met_by).at(IN_TIME).and_then("accept", R1)
        assert not clocks_in(list(taken.events))
        owed_done = taken.and_then("done", O1)
        finished = owed_done.when("done", R1, outcome="Plan.")
        [met] = clocks_in(finished.events)
        assert isinstance(met, ClockMet) and (met.subject, met.by) == (R1, "done")


def test_what_comes_late_is_missed_and_then_met_with_how_much_it_was_over() -> None:
    told = asked().at(LATE).when("accept", R1)
    missed, met = clocks_in(told.events)
    assert isinstance(missed, ClockMissed) and isinstance(met, ClockMet)
    assert (missed.over, met.late, missed.team, missed.person) == (
        "2 hours",
        "2 hours",
        "YC",
        "P-000002",
    )


def test_it_is_missed_once_however_often_it_moves_on() -> None:
    moved = (
        asked()
        .at(LATE)
        .and_then("decline", R1, reason="Full.")
        .and_then("decline", R2, reason="No.", next="EH")
    )
    types = [e.TYPE for e in clocks_in(list(moved.events))]
    assert types == ["clock.missed", "clock.met", "clock.met"]


def test_each_team_that_is_asked_must_decide_and_one_that_accepted_has_for_all() -> None:
    declined = asked().at(IN_TIME).and_then("decline", R1, reason="Full.")
    assert episode_of(declined.events).clocks[R2].runs
    accepted = (
        asked()
        .at(IN_TIME)
        .and_then("accept", R1)
        .and_then("hand-on", R1, reason="Done.", next="EH")
    )
    assert not episode_of(accepted.events).clocks[R2].runs


def test_a_clock_is_never_reset_by_moving_on() -> None:
    for verb in ("decline", "override", "hand-on"):
        moved = asked("done").at(IN_TIME).and_then(verb, R1, reason="Full.", next="MASH")
        before, after = (episode_of(moved.events).clocks[r] for r in (R1, R2))
        assert (after.due_at, after.started_at, after.met_by) == (
            before.due_at,
            RECEIVED_AT,
            "done",
        )


def test_what_is_due_at_once_is_missed_only_after_the_time_it_takes_to_read_it() -> None:
    grace = asked(missed_from=DUE_AT + timedelta(minutes=15))
    [met] = clocks_in(grace.at(DUE_AT + timedelta(minutes=10)).when("accept", R1).events)
    assert isinstance(met, ClockMet) and met.late is None
    late = grace.at(DUE_AT + timedelta(minutes=16)).when("accept", R1).events
    assert [e.TYPE for e in clocks_in(late)] == ["clock.missed", "clock.met"]


def test_what_ends_without_being_done_meets_nothing_and_late_it_has_missed() -> None:
    waived = {"reason": "Asked before."}
    assert not clocks_in(asked().at(IN_TIME).when("waive", O1, **waived).events)
    [missed] = clocks_in(asked().at(LATE).when("waive", O1, **waived).events)
    assert isinstance(missed, ClockMissed) and (missed.subject, missed.referral) == (O1, R1)


def test_what_is_owed_is_met_by_being_done_and_by_the_team_that_has_it_now() -> None:
    moved = asked().at(IN_TIME).and_then("hand-on", R1, reason="Ours is done.", next="EH")
    [met] = clocks_in(moved.when("done", O1).events)
    assert isinstance(met, ClockMet)
    assert (met.subject, met.referral, met.team) == (O1, R2, "EH")


def test_doing_it_again_says_nothing_of_the_clock() -> None:
    accepted = asked().at(IN_TIME).and_then("accept", R1)
    accepted.at(LATE).when("accept", R1).then_nothing()


async def test_it_is_stored_with_the_act_and_who_acts_has_met_it() -> None:
    log = MemoryLog.holding(*asked().events)
    await act(log, YC, "accept", R1, recorded_at=IN_TIME)
    [accepted, met] = log.appends[-1].events
    assert (accepted.stream, met.stream, met.version) == (f"referral:{R1}", f"clock:{R1}", 1)
    assert (met.actor, met.causation_id) == (accepted.actor, accepted.event_id)
