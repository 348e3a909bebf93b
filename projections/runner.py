"""Keeps projections up with the log: the log is read once for all of them, each writes its rows with its position."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from events.envelope import RecordedEvent
from events.registry import UnknownEventType
from projections.projection import Projection
from projections.registry import concerning
from projections.rows import MissingRow
from projections.table import Tables

log = logging.getLogger(__name__)


class Gap(Exception):
    """The log misses a position: nothing may be folded after it."""


class FoldFailed(Exception):
    """A projection could not fold an event; `stopped` says which, where and why."""

    def __init__(self, name: str, position: int, error: Exception) -> None:
        self.stopped = Stopped(name, position, said_of(error))
        super().__init__(f"{name} stopped at position {position}: {self.stopped.error}")


class Source(Protocol):
    """Where events come from."""

    def read(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """Up to `limit` events with position > after, in order."""

    def wait(self, after: int, seconds: float) -> None:
        """Until there is something after that position, or that long."""


class Session(Protocol):
    """One projection's turn: its tables as they stood at `position`, and one commit of rows and position together."""

    tables: Tables
    position: int

    def commit(self, position: int) -> None:
        """Write the rows that were changed, and how far they go."""


class Store(Protocol):
    """Where the rows of projections are kept."""

    def is_outage(self, error: Exception) -> bool:
        """Whether the store itself failed, rather than a projection: nobody is to blame, and it may be tried again."""

    def position(self, projection: Projection) -> int:
        """How far the projection has come, 0 for a new one."""

    def turn(self) -> AbstractContextManager[object]:
        """What the sessions in it commit becomes visible together, when it ends."""

    def session(self, projection: Projection) -> AbstractContextManager[Session]:
        """The turn of one projection; what is not committed is undone, without harm to the others."""

    def caught_up(self, projection: Projection, position: int) -> None:
        """The projection has folded all there was: one that was built beside an older version may take its place."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A projection that failed: which, at what position, and why. It is as it was before that batch."""

    name: str
    position: int
    error: str


@dataclass(slots=True)
class Runner:
    """Folds the log into projections, in the order given, batch by batch. One that fails stops alone; the rest go on.

    `projections` may be given another sequence while it runs, where one joins that was built meanwhile.
    """

    projections: Sequence[Projection]
    source: Source
    store: Store
    batch: int = 1000
    stopped: dict[str, Stopped] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)

    def going(self) -> list[Projection]:
        """Those that have not failed."""
        return [p for p in self.projections if p.NAME not in self.stopped]

    def positions(self) -> dict[str, int]:
        """How far each has come."""
        for projection in self.projections:
            if projection.NAME not in self._positions:
                self._positions[projection.NAME] = self.store.position(projection)
        return dict(self._positions)

    def step(self) -> int:
        """One batch, from where the one furthest behind stands. Answers how many events were read; raises Gap."""
        at = self.positions()
        going = self.going()
        if not going:
            return 0
        after = min(at[p.NAME] for p in going)
        events = contiguous(after, self.source.read(after, self.batch))
        if events:
            moved = self._turn(going, at, events)
            self._positions.update(moved)
        if len(events) < self.batch:
            for projection in self.going():
                self.store.caught_up(projection, self._positions.get(projection.NAME, 0))
        return len(events)

    def _turn(
        self, going: Sequence[Projection], at: Mapping[str, int], events: Sequence[RecordedEvent]
    ) -> dict[str, int]:
        """Fold a batch into each; answers how far they came, once all is written."""
        moved = {}
        with self.store.turn():
            for projection in going:
                fresh = [e for e in events if e.position > at[projection.NAME]]
                if fresh and self._advance(projection, fresh):
                    moved[projection.NAME] = fresh[-1].position
        return moved

    def catch_up(self, tell: Callable[[int], None] = lambda _position: None) -> int:
        """Fold until nothing is left; answers the position reached by those that go. `tell` hears of each batch."""
        while self.step():
            tell(self.reached())
        return self.reached()

    def reached(self) -> int:
        """The position that every projection still going has passed."""
        at = self.positions()
        return min((at[p.NAME] for p in self.going()), default=0)

    def run(self, stop: threading.Event, patience: float = 0.1) -> None:
        """Follow the log until told to stop. Raises Gap, and what the store or the source raise."""
        while not stop.is_set():
            if not self.going():
                stop.wait(patience)
            elif not self.step():
                self.source.wait(self.reached(), patience)

    def forget(self) -> None:
        """Ask the store anew how far each projection is, after an outage or a swap."""
        self._positions.clear()

    def _advance(self, projection: Projection, events: Sequence[RecordedEvent]) -> bool:
        """Fold these events into one projection; False where it failed, or where another runner was there first."""
        fold = Fold(projection)
        try:
            with self.store.session(projection) as session:
                if session.position >= events[0].position:
                    self._positions.pop(
                        projection.NAME, None
                    )  # another runner was there first: look again
                    return False
                if session.position != events[0].position - 1:
                    raise Gap(
                        f"{projection.NAME} stands at {session.position}, not before {events[0].position}"
                    )
                fold.apply(session.tables, events)
                session.commit(events[-1].position)
                return True
        except (
            Exception
        ) as error:  # whatever a fold may raise, it stops this one projection and is shown
            self._positions.pop(projection.NAME, None)
            if isinstance(error, Gap) or self.store.is_outage(error):
                raise
            self.stopped[projection.NAME] = Stopped(projection.NAME, fold.position, said_of(error))
            log.error(
                "projection %s stopped at position %s: %s",
                projection.NAME,
                fold.position,
                said_of(error),
            )
            return False


def said_of(error: Exception) -> str:
    """What went wrong, without personal data: only our own errors are sure to name ids alone."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, MissingRow | UnknownEventType) else kind


@dataclass(slots=True)
class Fold:
    """Applies one projection to events, and remembers which one it was at."""

    projection: Projection
    position: int = 0

    def apply(self, tables: Tables, events: Sequence[RecordedEvent]) -> None:
        """Fetch what the batch needs, then fold each event in."""
        self.position = events[0].position
        own = concerning(self.projection, events)
        tables.load(self.projection.needs(own))
        tables.load(self.projection.needs_beside(tables, own))
        for event in own:
            self.position = event.position
            self.projection.apply(tables, event)


def contiguous(after: int, events: Sequence[RecordedEvent]) -> Sequence[RecordedEvent]:
    """The events, where each stands right after the one before; raises Gap."""
    expected = after
    for event in events:
        expected += 1
        if event.position != expected:
            raise Gap(f"position {expected} is missing: the next one there is {event.position}")
    return events
