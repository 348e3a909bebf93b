"""What an import changes: what is new or other is listed, what is gone is withdrawn, the same again is nothing."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.log import PostgresLog
from events.base import Event
from events.directory_imported import DirectoryImported
from events.service_listed import ServiceListed
from events.service_withdrawn import ServiceWithdrawn
from hub.directory.importing import import_services
from hub.directory.state import ImportServices, Listed, decide, evolve, fold
from hub.errors import InvalidDirectory
from projections import services as view
from projections.as_at import fold_as_at
from tests.directory.given import said, services
from tests.projections.story import Story


def id_of(number: int) -> str:
    return str(said(number)["id"])


def told(*commands: ImportServices) -> tuple[Story, list[Sequence[Event]]]:
    """The events of several imports, one after another, and which came of each."""
    story, came = Story(), list[Sequence[Event]]()
    for command in commands:
        events = decide(fold(story.events), command)
        came.append(events)
        for event in events:
            story.tell(event)
    return story, came


def importing(*entries: dict[str, Any], source: str = "file", whole: bool = True) -> ImportServices:
    return ImportServices(source, services(*entries), whole)


def kinds(events: Sequence[Event]) -> list[str]:
    return [event.TYPE for event in events]


def test_a_first_import_lists_every_service_and_the_same_again_changes_nothing() -> None:
    _, (first, again, otherwise) = told(
        importing(said(1), said(2)), importing(said(2), said(1)), importing(said(1), said(2, email=None))
    )  # fmt: skip
    assert kinds(first) == ["directory.imported", "service.listed", "service.listed"]
    assert again == []
    assert kinds(otherwise) == ["directory.imported", "service.listed"]


def test_what_is_gone_or_does_not_run_is_withdrawn() -> None:
    _, (_, events, back) = told(
        importing(said(1), said(2), said(3)), importing(said(1), said(3, status="defunct")), importing(said(1), said(2)),
    )  # fmt: skip
    gone = {e.service: e.why for e in events if isinstance(e, ServiceWithdrawn)}
    assert gone == {id_of(2): "not-in-directory", id_of(3): "not-running"}
    assert [e.service for e in back if isinstance(e, ServiceListed)] == [id_of(2)]


def test_a_part_withdraws_nothing_and_a_broken_entry_leaves_what_stood() -> None:
    _, (_, part, broken) = told(
        importing(said(1), said(2)), importing(said(3), whole=False), importing(said(1), said(2, minimum_age="x"), said(3)),
    )  # fmt: skip
    assert kinds(part) == ["directory.imported", "service.listed"]
    assert "service.withdrawn" not in kinds(broken)


def test_another_directory_neither_withdraws_nor_takes_over_a_service() -> None:
    story, (_, events) = told(
        importing(said(1), said(2)), importing(said(2, name="Mine"), said(3), source="https://other.example")
    )  # fmt: skip
    assert kinds(events) == ["directory.imported", "service.listed"]
    assert isinstance(events[0], DirectoryImported) and events[0].left_out == 1
    assert fold(story.events).services[id_of(2)].source == "file"


def test_a_directory_of_which_nothing_can_be_used_changes_nothing() -> None:
    with pytest.raises(InvalidDirectory):
        decide(Listed(), importing())
    with pytest.raises(InvalidDirectory) as refused:
        decide(Listed(), importing(said(1, name=None)))
    [fault] = refused.value.faults
    assert id_of(1) in fault.says and fault.pointer.endswith("/name"), "which, where and why"


def test_folding_is_evolving_one_by_one() -> None:
    story, _ = told(importing(said(1), said(2)), importing(said(2)))
    state = Listed()
    for event in story.events:
        state = evolve(state, event)
    assert state == fold(story.events)


def test_the_projection_has_what_stands() -> None:
    story, _ = told(importing(said(1), said(2)), importing(said(2, name="Renamed")))
    tables = fold_as_at(story.events)
    assert [s.entry.name for s in view.every(tables)] == ["Renamed"]
    assert [s.service for s in view.about(tables, {"befriending", "t1"})] == [id_of(2)]
    assert view.about(tables, {"grief"}) == [] and view.one(tables, id_of(1)) is None
    assert [(r.source, r.read) for r in view.reads(tables)] == [("file", 1)]


@given(st.permutations([1, 2, 3, 4]), st.permutations([1, 2, 3, 4]))
def test_the_order_of_entries_makes_no_difference(one: list[int], other: list[int]) -> None:
    first, second = importing(*map(said, one)), importing(*map(said, other))
    assert decide(Listed(), first) == decide(Listed(), second)


async def test_all_of_an_import_is_recorded_or_nothing_and_twice_is_once(log: PostgresLog) -> None:
    first = await import_services(log, importing(said(1), said(2), said(3, status="x")))
    assert first.event is not None and [o.place for o in first.left_out] == ["/2/status"]
    head = await log.head()
    again = await import_services(log, importing(said(2), said(1), said(3, status="x")))
    assert again.event is None and await log.head() == head
    with pytest.raises(InvalidDirectory):
        await import_services(log, importing())
    assert await log.head() == head
    changed = await import_services(log, importing(said(1)))
    assert changed.event is not None and changed.event.withdrawn == 1
