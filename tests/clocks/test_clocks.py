"""Clocks: working days with England's bank holidays, the day of receipt is day 0, days end at 23:59:59 in London."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from hub.clocks import Calendar, Clock, OpeningTimes, Span, end_of_day, england, next_nine_o_clock
from hub.values import LONDON, london_day

ENGLAND = england()
MOMENTS = st.integers(0, 15 * 365 * 24 * 60).map(
    lambda n: datetime(2013, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)
DAY_TEAM = OpeningTimes()
FRONT_DOOR = OpeningTimes(
    days=frozenset(range(7)), opens=time(7), closes=time(19), on_bank_holidays=True
)


def london(text: str) -> datetime:
    """A moment by London's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due(span: Span, text: str) -> str:
    """When it ends, by London's clock."""
    return span.due(london(text), ENGLAND).astimezone(LONDON).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        ("2026-03-04T10:15", 1, "2026-03-05T23:59:59"),
        ("2026-03-04T00:00", 1, "2026-03-05T23:59:59"),
        ("2026-03-04T23:59", 1, "2026-03-05T23:59:59"),
        ("2026-03-06T16:00", 1, "2026-03-09T23:59:59"),  # Friday
        ("2026-03-07T16:00", 1, "2026-03-09T23:59:59"),  # Saturday is day 0 too
        ("2026-04-02T12:00", 1, "2026-04-07T23:59:59"),  # the Thursday before Easter
        ("2026-12-24T12:00", 1, "2026-12-29T23:59:59"),  # Boxing Day is kept on the Monday
        ("2026-03-04T10:15", 5, "2026-03-11T23:59:59"),
        (
            "2026-03-04T10:15",
            45,
            "2026-05-11T23:59:59",
        ),  # Easter and the early May bank holiday within
    ],
)
def test_working_days_are_counted_from_the_day_after_receipt_without_bank_holidays(
    received: str, days: int, last: str
) -> None:
    assert due(Span("working-days", days), received) == last


def test_a_summer_day_ends_by_summer_time() -> None:
    assert end_of_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert end_of_day(date(2026, 1, 1)) == datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)


def test_a_call_late_on_a_summer_evening_is_of_the_london_day() -> None:
    received = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight on the 2nd in London
    assert Span("same-day").due(received, ENGLAND) == end_of_day(date(2026, 7, 2))


def test_calendar_days_pass_at_weekends_too() -> None:
    assert due(Span("days", 28), "2026-12-01T09:00") == "2026-12-29T23:59:59"


def test_hours_are_real_ones_when_the_clocks_change() -> None:
    assert due(Span("hours", 24), "2026-03-28T12:00") == "2026-03-29T13:00:00"
    assert due(Span("hours", 24), "2026-10-24T12:00") == "2026-10-25T11:00:00"


def test_what_is_immediate_is_due_at_receipt() -> None:
    assert due(Span("immediate"), "2026-03-04T22:01:02") == "2026-03-04T22:01:02"


def test_the_bank_holidays_are_those_that_gov_uk_publishes_for_england() -> None:
    published = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    assert [holiday["date"] for holiday in published] == list(ENGLAND.holidays)


def test_the_same_bank_holidays_have_the_same_hash_in_any_order() -> None:
    days = ENGLAND.holidays
    assert Calendar("a", days).hash == Calendar("b", days[::-1]).hash == ENGLAND.hash
    assert Calendar("a", days[1:]).hash != ENGLAND.hash


def test_a_date_beyond_the_published_bank_holidays_is_counted_and_is_not_certain() -> None:
    clock = Clock("decision", Span("working-days", 1), "law")
    assert clock.due(london("2031-03-05T10:00"), ENGLAND) == end_of_day(date(2031, 3, 6))
    assert not clock.certain(london("2031-03-05T10:00"), ENGLAND)
    assert clock.certain(london("2026-03-05T10:00"), ENGLAND)
    assert not Calendar("none", ()).covers(date(2026, 1, 1))


def test_a_clock_that_something_else_starts_has_no_due_time_yet() -> None:
    conference = Clock("conference", Span("working-days", 15), "law", after="strategy discussion")
    assert conference.due(london("2026-03-04T10:00"), ENGLAND) is None
    assert (
        Clock("a duty without days", None, "law").due(london("2026-03-04T10:00"), ENGLAND) is None
    )
    assert conference.name == "conference (law)"


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-04T09:00:00", True),
        ("2026-03-04T08:59:59", False),
        ("2026-03-04T16:59:59", True),
        ("2026-03-04T17:00:00", False),
        ("2026-03-07T12:00:00", False),
        ("2026-04-03T12:00:00", False),  # Good Friday
        ("2026-07-01T16:30:00", True),  # summer time
    ],
)
def test_a_team_whose_hours_are_not_stated_works_monday_to_friday_nine_to_five(
    moment: str, open_: bool
) -> None:
    assert DAY_TEAM.open_at(london(moment), ENGLAND) is open_


def test_the_adults_front_door_is_open_on_bank_holidays_from_seven_to_seven() -> None:
    assert FRONT_DOOR.open_at(london("2026-04-03T18:59"), ENGLAND)
    assert not FRONT_DOOR.open_at(london("2026-04-03T19:00"), ENGLAND)
    assert OpeningTimes(always=True).open_at(london("2026-12-25T03:00"), ENGLAND)


@pytest.mark.parametrize(
    ("received", "handover"),
    [
        ("2026-03-04T22:00", "2026-03-05T09:00"),
        ("2026-03-05T02:00", "2026-03-05T09:00"),
        ("2026-03-06T18:00", "2026-03-09T09:00"),
        ("2026-04-02T18:00", "2026-04-07T09:00"),
    ],
)
def test_the_day_teams_come_in_at_nine_on_the_next_working_day(
    received: str, handover: str
) -> None:
    assert next_nine_o_clock(london(received), ENGLAND) == london(handover)


@given(MOMENTS, st.integers(1, 60))
def test_a_working_day_clock_ends_on_a_working_day_with_so_many_of_them_between(
    received: datetime, count: int
) -> None:
    first = london_day(received)
    last = london_day(Span("working-days", count).due(received, ENGLAND))
    days = [first + timedelta(n) for n in range(1, (last - first).days + 1)]
    assert ENGLAND.is_working_day(last)
    assert sum(map(ENGLAND.is_working_day, days)) == count


@given(
    MOMENTS,
    MOMENTS,
    st.sampled_from(
        [Span("working-days", 5), Span("days", 3), Span("hours", 24), Span("same-day")]
    ),
)
def test_what_came_earlier_is_never_due_later(a: datetime, b: datetime, span: Span) -> None:
    early, late = sorted((a, b))
    assert span.due(early, ENGLAND) <= span.due(late, ENGLAND)


@given(
    MOMENTS,
    st.sampled_from(["immediate", "same-day", "hours", "days", "working-days", "next-morning"]),
)
def test_nothing_is_due_before_it_was_received(received: datetime, unit: str) -> None:
    assert Span(unit, 1).due(received, ENGLAND) >= received  # type: ignore[arg-type]


@given(MOMENTS)
def test_every_day_clock_ends_a_second_before_midnight_in_london(received: datetime) -> None:
    for span in (Span("working-days", 3), Span("days", 3), Span("same-day")):
        assert span.due(received, ENGLAND).astimezone(LONDON).time() == time(23, 59, 59)
