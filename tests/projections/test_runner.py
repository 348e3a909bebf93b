"""Projections are kept up with the log: read once, one failing alone, a gap halting all."""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest

from events.envelope import RecordedEvent
from events.staff_added import StaffAdded
from projections import answers, contact_view, duty_queue, hidden_people, secrets, timeline
from projections.projection import Projection
from projections.registry import Question, all_projections, question
from projections.runner import Gap, Runner, Stopped, Stretch
from projections.table import Lookup, MemoryTables, Tables
from tests.projections.story import Story


@dataclass
class ListSource:
    """A log in a list; counts how often it is read."""

    events: list[RecordedEvent]
    reads: int = 0

    def read(self, after: int, limit: int, types: Set[str] | None = None) -> Stretch:
        self.reads += 1
        events = [e for e in self.events if after < e.position][:limit]
        reached = events[-1].position if events else after
        return Stretch([e for e in events if types is None or e.type in types], reached)

    def wait(self, after: int, seconds: float) -> None:
        return None


@dataclass
class MemorySession:
    """A turn over plain memory."""

    store: "MemoryStore"
    name: str
    tables: Any
    position: int

    def commit(self, position: int) -> None:
        self.store.at[self.name] = position


@dataclass
class MemoryStore:
    """Tables and positions in plain memory."""

    tables: dict[str, MemoryTables] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, Stopped] = field(default_factory=dict)

    def is_outage(self, error: Exception) -> bool:
        return isinstance(error, ConnectionError)

    def position(self, projection: Projection) -> int:
        return self.at.get(projection.NAME, 0)

    @contextmanager
    def turn(self, *, apart: bool) -> Iterator[None]:
        before = deepcopy((self.tables, self.at))
        try:
            yield
        except BaseException:
            self.tables, self.at = before
            raise

    def load(self, wanted: Sequence[tuple[Tables, Sequence[Lookup]]]) -> None:
        return None

    @contextmanager
    def session(self, projection: Projection) -> Iterator[MemorySession]:
        tables = self.tables.setdefault(projection.NAME, MemoryTables(projection.TABLES))
        yield MemorySession(self, projection.NAME, tables, self.position(projection))

    def stop(self, projection: Projection, stopped: Stopped) -> None:
        self.stopped[projection.NAME] = stopped

    def caught_up(self, projection: Projection, position: int) -> None:
        return None


def a_log() -> list[RecordedEvent]:
    story = Story()
    for number in range(1, 6):
        contact = story.contact(number, {"people": [{"ref": "p1"}]})
        story.link(contact, p1=f"P-{number:06d}")
        story.route(
            contact, {"rule": "R11", "team": "CLS-1", "person": f"P-{number:06d}", "about": "p1"}
        )
    return story.events


def test_every_projection_comes_to_the_end_of_the_log() -> None:
    events = a_log()
    runner = Runner(all_projections(), ListSource(events), MemoryStore(), batch=4)
    assert runner.catch_up() == len(events)
    assert set(runner.positions().values()) == {len(events)}


def test_the_log_is_read_once_for_all_projections() -> None:
    events = a_log()
    source = ListSource(events)
    Runner(all_projections(), source, MemoryStore(), batch=len(events) + 1).step()
    assert source.reads == 1


def test_the_size_of_the_batches_changes_nothing() -> None:
    stores = []
    for batch in (1, 3, 1000):
        stores.append(store := MemoryStore())
        Runner(all_projections(), ListSource(a_log()), store, batch=batch).catch_up()
    queues = [store.tables["duty_queue"].rows("queue_referrals") for store in stores]
    assert queues[0] == queues[1] == queues[2] and queues[0]


def failing_at(position: int) -> Question:
    """A projection that cannot fold the event at this position."""
    failing = question(answers)
    failing.types = None

    def apply(tables: Any, event: RecordedEvent) -> None:
        if event.position == position:
            raise ValueError("Grace Okoro of 12 High Street")
        answers.apply(tables, event)

    failing.apply = apply
    return failing


def test_a_projection_that_fails_stops_alone_and_says_where_and_why() -> None:
    events = a_log()
    runner = Runner(
        (failing_at(7), question(duty_queue)), ListSource(events), MemoryStore(), batch=5
    )
    runner.catch_up()
    stopped = runner.stopped["answers"]
    assert (stopped.name, stopped.position, stopped.error) == ("answers", 7, "ValueError")
    assert runner.positions()["duty_queue"] == len(events)
    assert runner.store.stopped == {"answers": stopped}


def test_a_projection_that_failed_is_as_it_was_before_the_batch() -> None:
    store = MemoryStore()
    Runner((failing_at(7),), ListSource(a_log()), store, batch=5).catch_up()
    assert store.at["answers"] == 5


def test_what_went_wrong_is_told_without_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    Runner((failing_at(7),), ListSource(a_log()), MemoryStore()).catch_up()
    assert "Okoro" not in caplog.text and "answers" in caplog.text


def test_how_far_hidden_people_are_known_is_noted_whatever_events_come_last() -> None:
    story = Story()
    story.contact(1, {"people": [{"ref": "p1"}]})
    events = [*story.events, *(story.tell(StaffAdded.example()) for _ in range(3))]
    assert not (question(hidden_people).types or set()) & {e.type for e in events[-3:]}
    for batch in (1, 2, 1000):
        store = MemoryStore()
        Runner((question(hidden_people),), ListSource(events), store, batch=batch).catch_up()
        assert secrets.passed(store.tables["hidden_people"], len(events))
        assert not secrets.passed(store.tables["hidden_people"], len(events) + 1)


def test_a_projection_that_is_not_where_it_was_left_halts() -> None:
    store = MemoryStore()
    runner = Runner(all_projections(), ListSource(a_log()), store, batch=4)
    runner.step()
    store.at["duty_queue"] = 2
    with pytest.raises(Gap, match="duty_queue stands at 2, not at 4"):
        runner.step()


def test_one_that_another_runner_brought_further_is_looked_at_again() -> None:
    events, store = a_log(), MemoryStore()
    runner = Runner((question(timeline), question(duty_queue)), ListSource(events), store, batch=4)
    runner.step()
    Runner((question(timeline),), ListSource(events[:9]), store).catch_up()
    assert runner.catch_up() == len(events) and not runner.stopped
    assert len(store.tables["timeline"].rows("timeline_entries")) == len(events)


def test_a_projection_that_is_behind_catches_up_before_the_others_go_on() -> None:
    events = a_log()
    store = MemoryStore()
    Runner((question(timeline),), ListSource(events[:9]), store, batch=3).catch_up()
    runner = Runner(
        (question(timeline), question(contact_view)), ListSource(events), store, batch=4
    )
    assert runner.catch_up() == len(events)


def test_an_outage_of_the_store_is_nobodys_fault() -> None:
    class Broken(MemoryStore):
        @contextmanager
        def session(self, projection: Projection) -> Iterator[MemorySession]:
            raise ConnectionError
            yield

    runner = Runner(all_projections(), ListSource(a_log()), Broken())
    with pytest.raises(ConnectionError):
        runner.step()
    assert not runner.stopped
