"""Unmet needs as they are counted and shown: by month, team, row and locality, never few enough to be somebody."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events.envelope import RecordedEvent
from events.need_unmet import NeedUnmet
from hub import access
from hub.access.unmet import may_count
from hub.clocks import OpeningTimes
from hub.pages.words import hours_said, month_said
from hub.viewer import OPERATOR, Viewer
from projections import unmet_needs
from projections.as_at import fold_as_at
from projections.unmet_needs import Unmet
from tests.projections.story import Story

YC = Viewer("duty", "S-1", "YC")
MASH = Viewer("duty", "S-2", "MASH", frozenset({"shielded"}))
LATE_IN_MARCH = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # in London it is April


def counted(*needs: NeedUnmet, at: datetime | None = None) -> list[Unmet]:
    """The counts after these needs."""
    story = Story()
    events: list[RecordedEvent] = [story.tell(need) for need in needs]
    if at:
        events = [replace(event, recorded_at=at) for event in events]
    return unmet_needs.counts(fold_as_at(events))


def need(number: int, **more: object) -> NeedUnmet:
    """One of many."""
    return NeedUnmet.example().model_copy(update={"need": f"N-26-00000{number}-1", **more})


def test_needs_of_one_kind_are_counted_together_by_the_month_in_london() -> None:
    found = counted(need(1), need(2), need(3, locality=None), need(4, reason="no-eligible-service"))
    assert [(u.locality, u.reason, u.many) for u in found] == [
        (None, "no-capacity", 1),
        (2, "no-capacity", 2),
        (2, "no-eligible-service", 1),
    ]
    assert [u.month for u in counted(need(1), at=LATE_IN_MARCH)] == ["2026-04"]


@pytest.mark.parametrize(("many", "shown"), [(4, None), (5, 5)])
def test_fewer_than_five_are_told_to_those_alone_who_are_cleared_for_hidden_people(
    many: int, shown: int | None
) -> None:
    counts = counted(*(need(n) for n in range(many)))
    assert [u.many for u in access.see_unmet(counts, YC)] == [shown]
    assert [u.many for u in access.see_unmet(counts, Viewer("auditor", "S-3", "MASH"))] == [shown]
    assert [u.many for u in access.see_unmet(counts, MASH)] == [many]
    assert [u.many for u in access.see_unmet(counts, OPERATOR)] == [many]
    assert access.see_unmet(counts, Viewer("partner", "grays-surgery")) == []


def test_of_a_restricted_stream_the_cleared_alone_know() -> None:
    counts = counted(*(need(n, team="LADO", rule="R15") for n in range(6)))
    assert access.see_unmet(counts, MASH) == []
    assert len(access.see_unmet(counts, Viewer("duty", "S-4", "LADO", frozenset({"R15"})))) == 1
    assert not may_count("LADO", MASH) and may_count("LADO", OPERATOR) and may_count("YC", YC)


def test_a_count_names_nobody() -> None:
    [said] = [u.model_dump_json() for u in counted(need(1))]
    assert "P-" not in said and "C-26" not in said and "R-26" not in said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (OpeningTimes(), "Monday to Friday, 09:00 to 17:00, not on bank holidays"),
        (OpeningTimes(always=True), "At all hours"),
        (OpeningTimes(days=frozenset(range(7)), on_bank_holidays=True), "Every day, 09:00 to 17:00, on bank holidays too"),
        (OpeningTimes(days=frozenset({0, 3})), "Monday and Thursday, 09:00 to 17:00, not on bank holidays"),
        (OpeningTimes(days=frozenset({0, 2, 4})), "Monday, Wednesday and Friday, 09:00 to 17:00, not on bank holidays"),
    ],
)  # fmt: skip
def test_hours_are_said_in_words(hours: OpeningTimes, said: str) -> None:
    assert hours_said(hours) == said


def test_a_month_is_said_in_words() -> None:
    assert month_said("2026-03") == "March 2026"
