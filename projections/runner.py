"""Keeps projections up with the log: the log is read once for all of them, each writes its rows with its position."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from events.envelope import RecordedEvent
from events.registry import UnknownEventType
from projections.projection import Projection
from projections.registry import concerning
from projections.rows import MissingRow
from projections.table import Lookup, Tables

log = logging.getLogger(__name__)


class Gap(Exception):
    """A projection does not stand where it was left: nothing may be folded into it."""


class FoldFailed(Exception):
    """A projection could not fold an event; `stopped` says which, where and why."""

    def __init__(self, name: str, position: int, error: Exception) -> None:
        self.stopped = Stopped(name, position, said_of(error))
        super().__init__(f"{name} stopped at position {position}: {self.stopped.error}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the log: the events in it that were asked for, in order, and the last position that it goes over."""

    events: Sequence[RecordedEvent]
    reached: int


class Source(Protocol):
    """Where events come from."""

    def read(self, after: int, limit: int, types: Set[str] | None = None) -> Stretch:
        """The next `limit` positions after that one, as far as there are so many, with their events of these types
        (None: of all). Raises where a position is missing: nothing may be folded after it."""

    def wait(self, after: int, seconds: float) -> None:
        """Until there is something after that position, or that long."""


class Session(Protocol):
    """One projection's turn: its tables as they stood at `position`, and one commit of rows and position together."""

    tables: Tables
    position: int

    def commit(self, position: int) -> None:
        """Write the rows that were changed, and how far they go, by the end of the turn at the latest."""


class Store(Protocol):
    """Where the rows of projections are kept."""

    def is_outage(self, error: Exception) -> bool:
        """Whether the store itself failed, rather than a projection: nobody is to blame, and it may be tried again."""

    def position(self, projection: Projection) -> int:
        """How far the projection has come, 0 for a new one."""

    def turn(self, *, apart: bool) -> AbstractContextManager[object]:
        """What the sessions in it commit becomes visible together, when it ends; where it ends in an error, nothing does.

        `apart`: what one session leaves uncommitted is undone without harm to the others. That takes longer.
        """

    def load(self, wanted: Sequence[tuple[Tables, Sequence[Lookup]]]) -> None:
        """Fetch what several sessions of a turn are going to read, at once. Only ever a matter of speed."""

    def session(self, projection: Projection) -> AbstractContextManager[Session]:
        """The turn of one projection."""

    def stop(self, projection: Projection, stopped: "Stopped") -> None:
        """The projection failed, and stands still: to be told to whoever asks, in this process or another."""

    def caught_up(self, projection: Projection, position: int) -> None:
        """The projection has folded all there was: one that was built beside an older version may take its place."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A projection that failed: which, at what position, and why. It is as it was before that batch."""

    name: str
    position: int
    error: str

    @property
    def says(self) -> str:
        """Where and why, in a few words."""
        return f"at position {self.position}: {self.error}"


@dataclass(slots=True)
class Runner:
    """Folds the log into projections, in the order given, batch by batch. One that fails stops alone; the rest go on.

    `projections` may be given another sequence while it runs, where one joins that was built meanwhile.
    """

    projections: Sequence[Projection]
    source: Source
    store: Store
    batch: int = 5000
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
        """One batch, from where the one furthest behind stands. Answers how many events it went over; raises Gap."""
        at = self.positions()
        going = self.going()
        if not going:
            return 0
        after = min(at[p.NAME] for p in going)
        stretch = self.source.read(after, self.batch, types_of(going))
        if stretch.reached > after:
            moved = self._turn(going, at, stretch)
            self._positions.update(moved)
        if stretch.reached < after + self.batch:
            for projection in self.going():
                self.store.caught_up(projection, self._positions.get(projection.NAME, 0))
        return stretch.reached - after

    def _turn(
        self, going: Sequence[Projection], at: Mapping[str, int], stretch: Stretch
    ) -> dict[str, int]:
        """Fold a stretch into each; answers how far they came, once all is written.

        All at once, which is quick; where one fails, that is undone and the stretch folded again, each apart from the others.
        """
        behind = [p for p in going if at[p.NAME] < stretch.reached]
        try:
            with self.store.turn(apart=False):
                return self._together(behind, at, stretch)
        except Exception as error:
            self.forget()
            if isinstance(error, Gap) or self.store.is_outage(error):
                raise
        with self.store.turn(apart=True):
            came = [p.NAME for p in behind if self._alone(p, at[p.NAME], stretch)]
        return dict.fromkeys(came, stretch.reached)

    def _together(
        self, behind: Sequence[Projection], at: Mapping[str, int], stretch: Stretch
    ) -> dict[str, int]:
        """What all of them need is fetched at once; then each is folded."""
        with ExitStack() as sessions:
            begun = []
            for projection in behind:
                session = sessions.enter_context(self.store.session(projection))
                if self._stands_at(projection, session, at[projection.NAME]):
                    begun.append((session, Fold.of(projection, at[projection.NAME], stretch)))
            self.store.load([(session.tables, fold.needs()) for session, fold in begun])
            for session, fold in begun:
                fold.apply(session.tables)
                session.commit(stretch.reached)
            return {fold.projection.NAME: stretch.reached for _, fold in begun}

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
            elif self.step() < self.batch:
                self.source.wait(self.reached(), patience)

    def forget(self) -> None:
        """Ask the store anew how far each projection is, after an outage or a swap."""
        self._positions.clear()

    def _stands_at(self, projection: Projection, session: Session, at: int) -> bool:
        """Whether the projection stands where it was left; False where another runner was there first. Raises Gap."""
        if session.position < at:
            raise Gap(f"{projection.NAME} stands at {session.position}, not at {at}")
        if session.position > at:
            self._positions.pop(projection.NAME, None)  # look again
        return session.position == at

    def _alone(self, projection: Projection, at: int, stretch: Stretch) -> bool:
        """Fold a stretch into one projection; one that cannot be folded stops, alone, and is shown. Answers whether it came on.

        Raises Gap, and what the store raises in an outage.
        """
        fold = Fold.of(projection, at, stretch)
        try:
            with self.store.session(projection) as session:
                if not self._stands_at(projection, session, at):
                    return False
                session.tables.load(fold.needs())
                fold.apply(session.tables)
                session.commit(stretch.reached)
                return True
        except Exception as error:
            if isinstance(error, Gap) or self.store.is_outage(error):
                raise
            self._positions.pop(projection.NAME, None)
            self._stop(projection, FoldFailed(projection.NAME, fold.position, error).stopped)
            return False

    def _stop(self, projection: Projection, stopped: Stopped) -> None:
        self.stopped[projection.NAME] = stopped
        self.store.stop(projection, stopped)
        log.error(
            "projection %s stopped at position %s: %s",
            stopped.name,
            stopped.position,
            stopped.error,
        )


def said_of(error: Exception) -> str:
    """What went wrong, without personal data: only our own errors are sure to name ids alone."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, MissingRow | UnknownEventType) else kind


@dataclass(slots=True)
class Fold:
    """One projection over a stretch of the log: the events that are new to it and concern it, and the one it has come to."""

    projection: Projection
    position: int
    own: Sequence[RecordedEvent]
    reached: int

    @classmethod
    def of(cls, projection: Projection, after: int, stretch: Stretch) -> "Fold":
        """What a projection that stands at a position has yet to fold of a stretch."""
        own = concerning(projection, [e for e in stretch.events if e.position > after])
        return cls(projection, own[0].position if own else after, own, stretch.reached)

    def needs(self) -> Sequence[Lookup]:
        """The rows that it is going to read, as far as the events alone tell."""
        return tuple(self.projection.needs(self.own)) if self.own else ()

    def apply(self, tables: Tables) -> None:
        """Fold the events in, one by one, and note how far the stretch goes. What `needs` names was fetched."""
        if self.own:
            for lookup in self.projection.needs_beside(tables, self.own):
                tables.load([lookup])  # what it brings tells what is asked for next
        for event in self.own:
            self.position = event.position
            self.projection.apply(tables, event)
        self.projection.note_position(tables, self.reached)


def types_of(projections: Iterable[Projection]) -> Set[str] | None:
    """The stored types of the events that any of these take in; None where one takes all."""
    found: set[str] = set()
    for projection in projections:
        if projection.types is None:
            return None
        found |= projection.types
    return frozenset(found)
