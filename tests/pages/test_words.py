"""What a duty worker reads: names of teams, dates and what is held back in words, never a code where there is a word."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from events.registry import event_types
from hub.pages.words import (
    bits_said,
    born_on,
    clock_in_words,
    held_back,
    is_overdue,
    law_in_words,
    plain,
    team_said,
)
from projections.timeline import plain_sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YC", "Young carers (No Wrong Doors)"), ("CLS-2", "Community-led Support 2"), ("CLS", "Community-led Support"),
        ("childrens-services", "children's services"), ("gp", "GP"), ("F81XXX", "F81XXX"), (None, ""),
    ],
)  # fmt: skip
def test_a_team_is_said_by_its_name(code: str | None, said: str) -> None:
    assert team_said(code) == said


@pytest.mark.parametrize(
    ("dob", "said"),
    [
        ("1981-06-12", "12 June 1981"), ("1981-06", "June 1981"), ("1981", "1981"), ("1981-02-31", "1981-02-31"),
        ("unknown", "unknown"), (None, ""),
    ],
)  # fmt: skip
def test_a_date_of_birth_is_said_as_far_as_it_is_known(dob: str | None, said: str) -> None:
    assert born_on(dob) == said


def test_what_is_held_back_is_said_in_words() -> None:
    assert held_back("because") == "reasons" and held_back("whereabouts") == plain("whereabouts")


def test_every_event_has_a_plain_sentence_that_tells_nothing_of_the_program() -> None:
    for type_ in event_types():
        said = plain_sentence(type_ if isinstance(type_, str) else type_[0])
        assert said.endswith(".") and "`" not in said and len(said) > 10, said


def test_bits_have_their_sign_and_nothing_has_none() -> None:
    assert [bits_said(bits) for bits in (6.84, -1, 0, -0.04)] == ["+6.8", "−1.0", "0.0", "0.0"]


NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)  # a Monday
DUE = datetime(2026, 3, 9, 14, tzinfo=UTC)


@dataclass(frozen=True)
class ClockOf:
    """What pages show of a clock."""

    clock: str | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    missed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None


def an_ask(**clock: object) -> ClockOf:
    """Something with a clock."""
    return ClockOf(**{"due_at": DUE, **clock})  # type: ignore[arg-type]  # whichever of its members a test tells


@pytest.mark.parametrize(
    ("clock", "says", "overdue"),
    [
        ({}, "Due in 2 hours", False),
        ({"due_at": NOW + timedelta(minutes=40)}, "Due in 40 minutes", False),
        ({"due_at": NOW + timedelta(days=1)}, "Due tomorrow by 12:00", False),
        ({"due_at": NOW - timedelta(hours=2)}, "Overdue by 2 hours", True),
        ({"due_at": None}, "No clock", False),
        ({"due_at": NOW - timedelta(hours=2), "met_at": NOW}, "Clock met", False),
        ({"due_at": NOW - timedelta(hours=2), "missed_at": DUE, "met_at": NOW}, "Clock met, late", False),
        (
            {"due_at": NOW - timedelta(hours=2), "paused_at": NOW - timedelta(days=6), "paused_because": "waiting for the person"},
            "Paused since 3 March: waiting for the person", False,
        ),
    ],
)  # fmt: skip
def test_how_a_clock_stands_is_said_in_words(
    clock: dict[str, object], says: str, overdue: bool
) -> None:
    assert clock_in_words(an_ask(**clock), NOW) == says
    assert is_overdue(an_ask(**clock), NOW) == overdue


@pytest.mark.parametrize(
    ("clock", "started", "due", "says"),
    [
        ("assessment within 45 working days (law)", "2026-03-04", "2026-05-11", "Day 3 of 45 working days; the law allows 45"),
        ("visit within 7 days (law)", "2026-03-04", "2026-03-11", "Day 5 of 7 days; the law allows 7"),
        ("decision within 1 working day (law)", "2026-03-09", "2026-03-10", "Day 0 of 1 working day; the law allows 1"),
        ("offer within 5 working days (practice)", "2026-03-04", "2026-03-11", ""),
    ],
)  # fmt: skip
def test_where_the_law_sets_a_clock_what_has_gone_and_what_it_allows_are_both_said(
    clock: str, started: str, due: str, says: str
) -> None:
    begin, end = (datetime.fromisoformat(f"{day}T10:00+00:00") for day in (started, due))
    assert law_in_words(an_ask(clock=clock, due_at=end), begin, NOW) == says


def test_hours_of_the_law_are_counted_in_hours() -> None:
    held = an_ask(
        clock="promptly, within 24 hours where somebody is held (law)",
        due_at=NOW + timedelta(hours=21),
    )
    says = law_in_words(held, NOW - timedelta(hours=3), NOW)
    assert says == "Hour 3 of 24 hours; the law allows 24"
