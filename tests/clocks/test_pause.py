"""What a pause is worth: exactly the time the clock stood still, in its own unit, over bank holidays and the nights the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clocks import Span, Unit, england
from hub.clocks.pause import due_after, paused_for, stood_still
from hub.values import LONDON, london_day

ENGLAND = england()
UNITS: list[Unit] = ["hours", "same-day", "days", "working-days", "next-morning"]
MOMENTS = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)  # two Easters, two Christmases, three changes of the clocks
LENGTHS = st.timedeltas(timedelta(), timedelta(days=40))


def due(unit: Unit, received_at: datetime) -> datetime:
    return Span(unit, 3).due(received_at, ENGLAND)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_over_easter_a_working_day_clock_gains_the_working_days_alone() -> None:
    paused, resumed = (
        at("2026-04-02T10:00"),
        at("2026-04-08T09:00"),
    )  # Thursday; Good Friday to Easter Monday are between
    assert stood_still("working-days", paused, resumed, ENGLAND) == 2
    later = due_after(
        due("working-days", at("2026-04-01T09:00")), "working-days", paused, resumed, ENGLAND
    )
    assert london_day(later).isoformat() == "2026-04-10"
    assert stood_still("days", paused, resumed, ENGLAND) == 6


def test_hours_are_real_ones_the_night_the_clocks_change() -> None:
    paused, resumed = (
        at("2026-03-28T23:00"),
        at("2026-03-29T05:00"),
    )  # one hour of that night is not there
    before = at("2026-03-30T12:00").astimezone(UTC)
    assert due_after(before, "hours", paused, resumed, ENGLAND) - before == timedelta(hours=5)


def test_the_end_of_a_day_stays_the_end_of_a_day_when_the_clocks_change() -> None:
    later = due_after(
        due("days", at("2026-10-21T09:00")),
        "days",
        at("2026-10-22T09:00"),
        at("2026-10-25T09:00"),
        ENGLAND,
    )
    assert later.astimezone(LONDON).isoformat() == "2026-10-27T23:59:59+00:00"


def test_within_one_day_nothing_is_gained_and_what_is_due_at_once_never_waits() -> None:
    paused, resumed = at("2026-03-04T09:00"), at("2026-03-04T17:00")
    for unit in ("same-day", "days", "working-days", "next-morning"):
        assert due_after(due(unit, paused), unit, paused, resumed, ENGLAND) == due(unit, paused)
    assert due_after(paused, "immediate", paused, resumed + timedelta(days=9), ENGLAND) == paused


@pytest.mark.parametrize(
    ("unit", "says"), [("hours", "5 days"), ("days", "5 days"), ("working-days", "3 working days")]
)
def test_it_is_said_in_the_clocks_own_unit(unit: Unit, says: str) -> None:
    assert paused_for(unit, at("2026-03-05T09:00"), at("2026-03-10T09:00"), ENGLAND) == says


@given(st.sampled_from(UNITS), MOMENTS, LENGTHS, LENGTHS)
def test_no_pause_brings_a_clock_forward_and_a_longer_one_never_gains_less(
    unit: Unit, received_at: datetime, one: timedelta, more: timedelta
) -> None:
    before = due(unit, received_at)
    short, long = (
        due_after(before, unit, received_at, received_at + length, ENGLAND)
        for length in (one, one + more)
    )
    assert before <= short <= long


@given(st.sampled_from(UNITS), MOMENTS, LENGTHS, LENGTHS)
def test_two_pauses_one_after_the_other_are_worth_what_one_over_both_is(
    unit: Unit, received_at: datetime, one: timedelta, two: timedelta
) -> None:
    between, end = received_at + one, received_at + one + two
    in_two = due_after(
        due_after(due(unit, received_at), unit, received_at, between, ENGLAND),
        unit,
        between,
        end,
        ENGLAND,
    )
    assert in_two == due_after(due(unit, received_at), unit, received_at, end, ENGLAND)


@given(st.sampled_from(["working-days", "days"]), MOMENTS, LENGTHS)
def test_what_is_left_of_a_clock_in_days_is_the_same_after_a_pause(
    unit: Unit, paused_at: datetime, length: timedelta
) -> None:
    before, resumed_at = due(unit, paused_at), paused_at + length
    later = due_after(before, unit, paused_at, resumed_at, ENGLAND)
    assert stood_still(unit, resumed_at, later, ENGLAND) == stood_still(
        unit, paused_at, before, ENGLAND
    )


@given(MOMENTS, LENGTHS)
def test_a_clock_in_working_days_ends_on_a_working_day(
    paused_at: datetime, length: timedelta
) -> None:
    for unit in ("working-days", "next-morning"):
        later = due_after(due(unit, paused_at), unit, paused_at, paused_at + length, ENGLAND)
        assert ENGLAND.is_working_day(london_day(later))
