"""The engine's turns on PostgreSQL: what waits, its tables, its events and its position, in one fenced transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

from adapters.postgres.by_index import by_index
from adapters.postgres.engine_tables import PREFIX, EngineTables, make_ready
from adapters.postgres.init import Names
from adapters.postgres.news import wait_for_news
from adapters.postgres.place import Fenced, Place
from adapters.postgres.rows import COLUMNS, append_in, recorded
from adapters.postgres.tables import PostgresTables
from events.envelope import RecordedEvent
from hub.log import Append, Appended, LogGap, VersionConflict
from projections.table import Tables

NAME = "engine"
OWN_A_CONTACT = 16  # so many events the engine writes on a contact, about
HELD = 60_000
"""With more rows at hand than this a turn begins with none, unless what was read ahead is still to be used, and with twice as many
in any case. Measured: 0.7 KB a row, so 42 MB and 84 MB."""


class PostgresEngineStore:
    """Fills hub.turns.EngineStore, where it has the engine's place: one that stalled and lost it can write nothing.

    No other writes the engine's tables: what a turn read of them is at hand in the next, and read anew only after a turn that
    failed. `in_memory`: they are held as a whole, but for what is seldom read; for a past of one borough, of which each family is met
    again and again.
    """

    def __init__(
        self, dsn: str, council: str, tables: EngineTables, *, in_memory: bool = False
    ) -> None:
        self.names = Names(council)
        self._kept = tables
        self._place = Place(dsn, self.names, NAME)
        self._conn: psycopg.Connection[Any] | None = None
        self._in_memory = in_memory
        self._tables: PostgresTables | None = None  # as the last turn left them
        self._looked_ahead = 0  # up to this position they hold what will be read
        self._schema = sql.Identifier(self.names.log)
        self._ahead: Ahead | None = (
            None  # from where the engine stands; None where that is to be asked
        )

    def open(self) -> bool:
        """Take the engine's place where it is free, or its holder stalled; False where another engine works."""
        self.close()
        conn = self._conn = self._place.take()
        if conn is None:
            return False
        set_json_loads(msgspec.json.decode, conn)
        by_index(conn)
        self._ahead = self._tables = None
        with conn.transaction():
            make_ready(conn, self.names, self._kept, self._position(conn), self._place.works)
        conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.names.channel)))
        return True

    def close(self) -> None:
        """Give the place up."""
        if self._conn is not None:
            self._place.give_up(self._conn)
            self._conn = None

    @contextmanager
    def turn(self, limit: int) -> Iterator["PostgresTurn"]:
        """A transaction with what waits after the engine's position; undone unless committed. Raises Fenced."""
        try:
            with self._turn(limit) as turn:
                yield turn
        except psycopg.errors.IdleInTransactionSessionTimeout as error:
            raise Fenced from error  # it stalled with its locks held, and was undone

    @contextmanager
    def _turn(self, limit: int) -> Iterator["PostgresTurn"]:
        """What waits is read before the transaction: what is there of the log is the same whenever it is read."""
        assert self._conn is not None
        self._place.works()
        ahead = self._with_more(self._known(), limit)
        held, self._ahead, self._tables = self._tables, None, None  # anew, should the turn fail
        with self._conn.transaction(), self._conn.cursor() as cursor:
            tables = held or self._fresh_tables(self._conn)
            turn = PostgresTurn(self, cursor, tables, ahead, self._looked_ahead if held else 0)
            yield turn
            if not turn.committed:
                raise psycopg.Rollback
        self._ahead = turn.ahead
        if self._in_memory:
            tables.let_go()
        if not tables.unwritten and (self._in_memory or tables.size <= turn.may_hold):
            self._tables, self._looked_ahead = tables, turn.looked_ahead

    def _fresh_tables(self, conn: psycopg.Connection[Any]) -> PostgresTables:
        tables = PostgresTables(conn, self.names.engine, self._kept.defs, PREFIX)
        if self._in_memory:
            tables.hold_all()
        return tables

    def _known(self) -> "Ahead":
        """Where the engine stands, with what was read after that and not taken in."""
        if self._ahead is not None:
            return self._ahead
        assert self._conn is not None
        position = self._position(self._conn)
        return Ahead(position, [], position)

    def _position(self, conn: psycopg.Connection[Any]) -> int:
        """How far the engine came."""
        query = sql.SQL("SELECT position FROM {}.checkpoints WHERE name = %s").format(self._schema)
        row = conn.execute(query, [NAME]).fetchone()
        return int(row[0]) if row else 0

    def _with_more(self, ahead: "Ahead", limit: int) -> "Ahead":
        """What others wrote after a position, up to `limit` of it. The engine's own events, folded when they were decided,
        are passed over; a missing position, theirs too, is a LogGap."""
        if len(ahead.events) > limit // 2:
            return ahead
        wanted = limit - len(ahead.events)
        count = sql.SQL(
            "SELECT count(*), max(position) FROM {}.events WHERE position > %s AND position <= %s"
        ).format(self._schema)
        query = sql.SQL(
            "SELECT "
            + COLUMNS
            + " FROM {}.events WHERE position > %s AND position <= %s AND actor <> 'engine' ORDER BY position LIMIT %s"
        ).format(self._schema)
        span = [ahead.reached, ahead.reached + limit * OWN_A_CONTACT]
        assert self._conn is not None
        with self._conn.pipeline():  # what comes between the two is left for the next time
            counted = self._conn.execute(count, span)
            chosen = self._conn.execute(query, [*span, wanted], binary=True)
            there, last = counted.fetchone() or (0, None)
            if last is None:
                return replace(ahead, more=False)
            if there != last - ahead.reached:
                raise LogGap(
                    f"of the positions {ahead.reached + 1} to {last} only {there} are there: some are missing"
                )
            rows = [row for row in chosen.fetchall() if row[0] <= last]
        full = len(rows) == wanted
        reached = rows[-1][0] if full else last
        events = [*ahead.events, *map(recorded, rows)]
        return Ahead(ahead.after, events, reached, more=full or last == span[1])

    def wait(self, seconds: float) -> None:
        """Until there may be something that was not read, or that long."""
        assert self._conn is not None
        self._place.works()
        if self._ahead is None or self._ahead.events or self._ahead.more:
            return
        wait_for_news(self._conn, self._ahead.reached, seconds)

    def write(
        self,
        cursor: psycopg.Cursor[Any],
        tables: PostgresTables,
        rest: "Ahead",
        decided: Sequence[Append],
        alone: bool = False,
    ) -> "Ahead":
        """Write the tables, check the fence, move the position to where `rest` begins, and append: the head's lock is taken
        last and held shortest. Answers what is left to be taken in: what was appended just now is not.

        Raises Fenced, or VersionConflict: then all of it is undone.
        """
        assert self._conn is not None
        self._place.works()
        with self._conn.pipeline():  # one table is made ready while the database writes another
            tables.flush()
        self._place.check(cursor)  # outside: who stops within a pipeline is not seen to be idle
        move = sql.SQL(
            "INSERT INTO {}.checkpoints VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        ).format(self._schema)
        cursor.execute(move, [NAME, rest.after])
        try:
            appended = append_in(cursor, self.names.log, decided)
        except psycopg.errors.UniqueViolation as error:
            raise VersionConflict from error  # others were first in one of these streams
        if alone and appended and appended[0].first != rest.reached + 1:
            raise VersionConflict  # by now the head is locked: what was written before it is seen
        own = all(event.actor == NAME for append in decided for event in append.events)
        return rest.but_for_own(appended) if own else rest


@dataclass(frozen=True, slots=True)
class Ahead:
    """Events of others after a position, and the position up to which there are no more of them.

    more   there may have been some after that when it was read
    """

    after: int
    events: list[RecordedEvent]
    reached: int
    more: bool = False

    def but_for(self, taken: int) -> "Ahead":
        """What is left when so many were taken in."""
        rest = self.events[taken:]
        after = rest[0].position - 1 if rest else self.reached
        return replace(self, after=after, events=rest)

    def but_for_own(self, appended: Sequence[Appended]) -> "Ahead":
        """The same, where the engine's own events follow at once: there is nothing to be read in them. That it has come so far
        is kept by its next turn."""
        if not appended or appended[0].first != self.reached + 1:
            return self
        return replace(self, reached=appended[-1].last)


class PostgresTurn:
    """One transaction of the engine."""

    def __init__(
        self,
        store: PostgresEngineStore,
        cursor: psycopg.Cursor[Any],
        tables: PostgresTables,
        ahead: Ahead,
        looked_ahead: int,
    ) -> None:
        self.ahead = ahead
        self.looked_ahead = looked_ahead
        self.moved = ahead.reached - ahead.after
        self.committed = False
        self._tables = tables
        self._store = store
        self._cursor = cursor

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What waits, in order."""
        return self.ahead.events

    @property
    def may_hold(self) -> int:
        """So many rows may be at hand when the next turn begins."""
        rest = self.ahead.events
        return 2 * HELD if rest and rest[0].position <= self.looked_ahead else HELD

    @property
    def tables(self) -> Tables:
        """The engine's tables as of this turn."""
        return self._tables

    def now(self) -> datetime:
        """The time by the database's clock, which judges what is late."""
        row = self._cursor.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        at: datetime = row[0]
        return at

    def commit(
        self, decided: Sequence[Append], taken: int | None = None, *, alone: bool = False
    ) -> None:
        """Write tables, position and events; of the events `taken`, all where that is not said. Where it must be `alone`, raises
        VersionConflict if others wrote anything that was not read when it was decided."""
        rest = self.ahead.but_for(len(self.events) if taken is None else taken)
        self.moved = rest.after - self.ahead.after
        self.ahead = self._store.write(self._cursor, self._tables, rest, decided, alone)
        self.committed = True
