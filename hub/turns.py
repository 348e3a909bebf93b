"""The loop around the engine: one turn a transaction, what waits in log order, the clocks in between."""

import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from events.envelope import RecordedEvent
from hub.engine import Engine
from hub.log import Append, VersionConflict
from projections.table import Tables

TURN = 0.5  # seconds: so long is a turn at most, about
LOOK_AHEAD = 100
"""For so many the tables are read at once; what a turn that ends has no time for is at hand in the next one."""
FEW = 200  # positions
REST = 0.02  # seconds
LOOKS_EVERY = 1.0  # seconds: the clocks are looked at
AT_THE_LATEST = 30.0
"""So long the clocks wait while there is always something else: what is still to be read may have met them."""


class Turn(Protocol):
    """One transaction of the engine: what waits, the tables, and the commit that is fenced.

    looked_ahead   the position up to which the tables were told what will be read
    """

    looked_ahead: int

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What waits, in order."""

    @property
    def moved(self) -> int:
        """By how many positions the turn goes on (once committed: went on), the engine's own events included."""

    @property
    def tables(self) -> Tables:
        """The engine's tables as of this turn."""

    def now(self) -> datetime:
        """The time by the clock that the log goes by."""

    def commit(self, decided: Sequence[Append], taken: int, *, alone: bool = False) -> None:
        """Write tables, events and position together, having taken in so many of the events; raises Fenced where another
        engine has taken over, VersionConflict where others were first in a stream, or, if it must be `alone`, wrote anything since."""


class EngineStore(Protocol):
    """Where the engine's turns come from."""

    def turn(self, limit: int) -> AbstractContextManager[Turn]:
        """Begin a transaction with up to `limit` events after the engine's position."""

    def wait(self, seconds: float) -> None:
        """Until there may be something that no turn has read, or that long."""


def one_turn(engine: Engine, store: EngineStore, batch: int = 200, seconds: float = TURN) -> int:
    """Decide on what waits, at most `batch` events of others and for about so many seconds; how far that got, 0 where
    nothing waited. Where a turn ends makes no difference to what is decided."""
    with store.turn(batch) as turn:
        if turn.moved:
            turn.commit(*_decided_within(engine, turn, time.monotonic() + seconds))
        return turn.moved


def _decided_within(engine: Engine, turn: Turn, end: float) -> tuple[list[Append], int]:
    """What the events that there was time for lead to, and how many those are: one at least."""
    decided: list[Append] = []
    for at, recorded in enumerate(turn.events):
        if at and time.monotonic() > end:
            return decided, at
        if recorded.position > turn.looked_ahead:
            soon = turn.events[at : at + LOOK_AHEAD]
            engine.look_ahead(turn.tables, soon)
            turn.looked_ahead = soon[-1].position
        decided += engine.take(turn.tables, recorded)
    return decided, len(turn.events)


class Kept(NamedTuple):
    """What a look at the clocks came to: how many of them something was said of, and by how many positions the engine went on by it, as
    over its own events."""

    said: int = 0
    moved: int = 0


def keep_time(
    engine: Engine, store: EngineStore, at: datetime | None = None, *, urgent: bool = False
) -> Kept | None:
    """Say what time has led to by now, or by a moment that is relived; None where it did not come to it.

    Not while something waits to be read, or was written meanwhile, which may have met a clock; unless it is `urgent`. Then whoever acts
    on one of these clocks at this very moment is first all the same, where that is an event of the clock, and it is looked at again.
    """
    try:
        with store.turn(FEW) as turn:
            if turn.events and not urgent:
                return None
            decided = engine.keep_time(turn.tables, at or turn.now())
            if decided is None:
                return Kept()
            turn.commit(decided, 0, alone=not urgent)
            return Kept(len(decided), turn.moved)
    except VersionConflict:
        return None


class Rounds:
    """When the clocks are looked at: once a second, and at the latest twice a minute where there is always something else to do."""

    def __init__(self, engine: Engine, store: EngineStore) -> None:
        self._engine, self._store = engine, store
        self._looked = self._kept = -AT_THE_LATEST

    def go(self) -> None:
        """Look, where it is time."""
        now = time.monotonic()
        if now - self._looked < LOOKS_EVERY:
            return
        self._looked = now
        urgent = now - self._kept > AT_THE_LATEST
        if keep_time(self._engine, self._store, urgent=urgent) is not None:
            self._kept = now


def run(engine: Engine, store: EngineStore, stop: threading.Event) -> None:
    """Take turns until told to stop. Raises what stops it: a gap, a missing policy, a lost fence.

    After a turn on a few events it rests: those that come meanwhile are decided in one turn, which costs little more than one on
    one of them, and leaves the machine to those who ask.
    """
    rounds = Rounds(engine, store)
    while not stop.is_set():
        if 0 < one_turn(engine, store) < FEW:
            stop.wait(REST)
        rounds.go()
        store.wait(0.1)
