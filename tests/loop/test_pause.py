"""A clock stands still by a named rule alone, for so long as the rule lets it, and takes that along wherever the ask goes."""

from datetime import UTC, datetime, timedelta

import pytest

from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.errors import InvalidCommand, NotAllowed
from tests.loop.given import (
    DUE_AT,
    O1,
    R1,
    R2,
    RECEIVED_AT,
    Given,
    episode_of,
    given,
    owed,
    young_carer,
)
from tests.timekeeping.given import clocks_of, said

RULE, OTHER = "waiting-for-the-person", "waiting-for-another-service"
THURSDAY, MONDAY = RECEIVED_AT + timedelta(days=1), RECEIVED_AT + timedelta(days=5)
OFFER = "offer within 5 working days (practice)"
SAYS = {"rule": RULE, "reason": "Asked to be rung later."}


def asked(clock: str = OFFER, at: datetime = THURSDAY) -> Given:
    """A referral and a duty with this clock."""
    events = young_carer([owed("F4")])
    changed = (
        e.model_copy(update={"clock": clock})
        if isinstance(e, ReferralSent | ObligationOpened)
        else e
        for e in events
    )
    return given(*changed).at(at)


def test_a_clock_is_paused_by_a_rule_with_a_reason() -> None:
    [paused] = asked().when("pause", R1, **SAYS).then_types("clock.paused")
    assert isinstance(paused, ClockPaused)
    assert (paused.rule, paused.says, paused.reason) == (
        RULE,
        "waiting for the person",
        SAYS["reason"],
    )
    assert (paused.unit, paused.due_at, paused.at) == ("working-days", DUE_AT, THURSDAY)
    assert paused.ends_at == datetime(2026, 3, 19, 23, 59, 59, tzinfo=UTC)


def test_what_is_owed_is_paused_alike() -> None:
    paused = asked().and_then("pause", O1, **SAYS)
    [resumed] = paused.at(MONDAY).when("resume", O1).then_types("clock.resumed")
    assert isinstance(resumed, ClockResumed) and resumed.subject == O1


def test_it_goes_on_due_later_by_just_the_time_it_stood_still() -> None:
    paused = asked().and_then("pause", R1, **SAYS)
    [resumed] = paused.at(MONDAY).when("resume", R1).then_types("clock.resumed")
    assert isinstance(resumed, ClockResumed)
    assert (resumed.due_at, resumed.paused_for) == (DUE_AT + timedelta(days=2), "2 working days")
    assert not resumed.by_itself and resumed.was_due_at == DUE_AT


@pytest.mark.parametrize(
    ("clock", "rule", "words"),
    [
        ("decision within 1 working day (law)", RULE, ["does not pause", "(law)"]),
        ("at once (practice)", RULE, ["does not pause"]),
        (OFFER, OTHER, ["does not pause"]),
        ("a clock of long ago (practice)", RULE, ["no rule about"]),
    ],
)
def test_a_clock_of_the_law_and_one_that_the_rule_is_not_for_run_on(
    clock: str, rule: str, words: list[str]
) -> None:
    asked(clock).when("pause", R1, rule=rule, reason="So.").then_refused(NotAllowed, *words)


def test_there_is_no_pause_without_a_rule_that_exists_or_without_a_reason() -> None:
    asked().when("pause", R1, rule="feeling-tired", reason="So.").then_refused(
        InvalidCommand, RULE, OTHER
    )
    asked().when("pause", R1, rule=RULE).then_refused(InvalidCommand, "reason")
    asked().when("pause", R1, reason="So.").then_refused(InvalidCommand, "rule")


def test_what_is_late_met_or_stands_still_cannot_be_paused() -> None:
    asked(at=DUE_AT + timedelta(hours=1)).when("pause", R1, **SAYS).then_refused(
        NotAllowed, "run out"
    )
    met = asked().and_then("accept", R1).and_then("done", O1)
    met.when("pause", O1, **SAYS).then_refused(NotAllowed, "done")
    paused = asked().and_then("pause", R1, **SAYS)
    paused.when("pause", R1, rule=RULE, reason="Another.").then_refused(NotAllowed, "stands still")


def test_the_same_again_changes_nothing() -> None:
    paused = asked().and_then("pause", R1, **SAYS)
    paused.when("pause", R1, **SAYS).then_nothing()
    paused.at(MONDAY).and_then("resume", R1).when("resume", R1).then_nothing()


@pytest.mark.parametrize("verb", ["decline", "override", "hand-on"])
def test_a_pause_goes_along_wherever_the_ask_goes(verb: str) -> None:
    moved = asked().and_then("pause", R1, **SAYS).and_then(verb, R1, reason="No.", next="CSC")
    assert episode_of(moved.events).clocks[R2].paused is not None
    [resumed] = moved.at(MONDAY).when("resume", R2).then_types("clock.resumed")
    assert isinstance(resumed, ClockResumed)
    assert (resumed.due_at, resumed.paused_at) == (DUE_AT + timedelta(days=2), THURSDAY)
    again = (
        given(*moved.events, resumed).at(MONDAY).and_then("decline", R2, reason="No.", next="EH")
    )
    assert episode_of(again.events).clocks["R-26-000001-3"].due_at == resumed.due_at


def test_what_stands_still_is_not_missed_and_goes_on_by_itself_at_the_longest() -> None:
    paused = asked().and_then("pause", R1, **SAYS).and_then("done", O1)
    tables = clocks_of(paused.events)
    assert said(tables, DUE_AT + timedelta(days=1)) == []
    ends_at = datetime(2026, 3, 19, 23, 59, 59, tzinfo=UTC)
    [resumed] = said(tables, ends_at + timedelta(hours=3))
    assert isinstance(resumed, ClockResumed)
    assert (resumed.by_itself, resumed.at, resumed.paused_for) == (True, ends_at, "10 working days")
    assert resumed.due_at == datetime(2026, 3, 25, 23, 59, 59, tzinfo=UTC)
    later = said(tables, resumed.due_at + timedelta(hours=1))
    assert [e.TYPE for e in later] == ["clock.missed", "referral.escalated"]


def test_whoever_resumes_late_gains_no_more_than_the_rule_allows() -> None:
    paused = asked().and_then("pause", R1, **SAYS)
    [resumed] = paused.at(MONDAY + timedelta(days=90)).when("resume", R1).events
    assert isinstance(resumed, ClockResumed) and resumed.paused_for == "10 working days"


def test_what_is_done_meanwhile_meets_the_clock_in_time() -> None:
    paused = asked().and_then("pause", O1, **SAYS)
    [_, met] = paused.at(DUE_AT + timedelta(days=1)).when("done", O1).events
    assert (met.TYPE, getattr(met, "late", "")) == ("clock.met", None)
