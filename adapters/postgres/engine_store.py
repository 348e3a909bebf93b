"""The engine's turns on PostgreSQL: what waits, its tables, its events and its position, in one fenced transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

from adapters.postgres.init import Names
from adapters.postgres.place import Fenced, Place
from adapters.postgres.rows import COLUMNS, append_in, recorded
from adapters.postgres.tables import PostgresTables, create
from events.envelope import RecordedEvent
from hub.log import Append, LogGap
from projections.table import TableDef, Tables

NAME = "engine"
OWN_A_CONTACT = 16  # so many events the engine writes on a contact, about
PREFIX = "engine_"


class PostgresEngineStore:
    """Fills hub.engine.EngineStore, where it has the engine's place: one that stalled and lost it can write nothing."""

    def __init__(self, dsn: str, council: str, defs: Sequence[TableDef]) -> None:
        self.names = Names(council)
        self._defs = tuple(defs)
        self._place = Place(dsn, self.names, NAME)
        self._conn: psycopg.Connection[Any] | None = None
        self._schema = sql.Identifier(self.names.log)
        self._ahead = Ahead(0, [], 0)

    def open(self) -> bool:
        """Take the engine's place where it is free, or its holder stalled; False where another engine works."""
        self.close()
        conn = self._conn = self._place.take()
        if conn is None:
            return False
        set_json_loads(msgspec.json.decode, conn)
        with conn.transaction():
            create(conn, self.names.engine, self._defs, PREFIX)
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
        assert self._conn is not None
        self._place.works()
        with self._conn.transaction(), self._conn.cursor() as cursor:
            position = self._position(cursor)
            ahead = self._ahead if self._ahead.after == position else Ahead(position, [], position)
            if len(ahead.events) <= limit // 2:
                ahead = self._with_more(cursor, ahead, limit)
            tables = PostgresTables(self._conn, self.names.engine, self._defs, PREFIX)
            turn = PostgresTurn(self, cursor, tables, ahead)
            yield turn
            if not turn.committed:
                raise psycopg.Rollback

    def _with_more(self, cursor: psycopg.Cursor[Any], ahead: "Ahead", limit: int) -> "Ahead":
        """What others wrote after a position, up to `limit` of it. The engine's own events, folded when they were decided,
        are passed over; a missing position, theirs too, is a LogGap."""
        count = sql.SQL(
            "SELECT count(*), max(position) FROM {}.events WHERE position > %s AND position <= %s"
        ).format(self._schema)
        span = [ahead.reached, ahead.reached + limit * OWN_A_CONTACT]
        there, last = cursor.execute(count, span).fetchone() or (0, None)
        if last is None:
            return ahead
        if there != last - ahead.reached:
            raise LogGap(
                f"of the positions {ahead.reached + 1} to {last} only {there} are there: some are missing"
            )
        # What is there up to `last` is all that ever will be: a later read of it, as here, is the same read.
        query = sql.SQL(
            "SELECT "
            + COLUMNS
            + " FROM {}.events WHERE position > %s AND position <= %s AND actor <> 'engine' ORDER BY position LIMIT %s"
        ).format(self._schema)
        wanted = limit - len(ahead.events)
        rows = cursor.execute(query, [ahead.reached, last, wanted], binary=True).fetchall()
        reached = rows[-1][0] if len(rows) == wanted else last
        return Ahead(ahead.after, [*ahead.events, *map(recorded, rows)], reached)

    def wait(self, seconds: float) -> None:
        """Until something was appended, or that long."""
        assert self._conn is not None
        self._place.works()
        for _note in self._conn.notifies(timeout=seconds, stop_after=1):
            return

    def write(
        self,
        cursor: psycopg.Cursor[Any],
        tables: PostgresTables,
        rest: "Ahead",
        decided: Sequence[Append],
    ) -> None:
        """Write the tables, check the fence, move the position to where `rest` begins, and append: the head's lock is taken
        last and held shortest. What was read and not taken in is kept for the next turn: the log does not change.

        Raises Fenced.
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
        append_in(cursor, self.names.log, decided)
        self._ahead = rest

    def _position(self, cursor: psycopg.Cursor[Any]) -> int:
        query = sql.SQL("SELECT position FROM {}.checkpoints WHERE name = %s").format(self._schema)
        row = cursor.execute(query, [NAME]).fetchone()
        return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """Events of others after a position, and the position up to which there are no more of them."""

    after: int
    events: list[RecordedEvent]
    reached: int

    def but_for(self, taken: int) -> "Ahead":
        """What is left when so many were taken in."""
        rest = self.events[taken:]
        return Ahead(rest[0].position - 1 if rest else self.reached, rest, self.reached)


class PostgresTurn:
    """One transaction of the engine."""

    def __init__(
        self,
        store: PostgresEngineStore,
        cursor: psycopg.Cursor[Any],
        tables: PostgresTables,
        ahead: Ahead,
    ) -> None:
        self._ahead = ahead
        self.moved = ahead.reached - ahead.after
        self.committed = False
        self._tables = tables
        self._store = store
        self._cursor = cursor

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What waits, in order."""
        return self._ahead.events

    @property
    def tables(self) -> Tables:
        """The engine's tables as of this turn."""
        return self._tables

    def commit(self, decided: Sequence[Append], taken: int | None = None) -> None:
        """Write tables, position and events; of the events `taken`, all where that is not said."""
        rest = self._ahead.but_for(len(self.events) if taken is None else taken)
        self._store.write(self._cursor, self._tables, rest, decided)
        self.moved = rest.after - self._ahead.after
        self.committed = True
