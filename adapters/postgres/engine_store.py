"""The engine's turns on PostgreSQL: what waits, its tables, its events and its position, in one fenced transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
            events, reached = self._others(cursor, position, limit)
            tables = PostgresTables(self._conn, self.names.engine, self._defs, PREFIX)
            turn = PostgresTurn(self, cursor, events, tables, position, reached)
            yield turn
            if not turn.committed:
                raise psycopg.Rollback

    def _others(
        self, cursor: psycopg.Cursor[Any], after: int, limit: int
    ) -> tuple[list[RecordedEvent], int]:
        """What others wrote after a position, up to `limit` of it, and the position reached. The engine's own events,
        folded when they were decided, are passed over without being read; a missing position is still a LogGap."""
        query = sql.SQL(
            "SELECT "
            + COLUMNS.replace("state", "CASE WHEN actor = 'engine' THEN NULL ELSE state END")
            + " FROM {}.events WHERE position > %s ORDER BY position LIMIT %s"
        ).format(self._schema)
        events: list[RecordedEvent] = []
        rows = cursor.execute(query, [after, limit * OWN_A_CONTACT], binary=True).fetchall()
        for row in rows:
            after += 1
            if row[0] != after:
                raise LogGap(f"position {after} is missing: the next one there is {row[0]}")
            if row[6] is not None:
                events.append(recorded(row))
            if len(events) == limit:
                break
        return events, after

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
        position: int,
        decided: Sequence[Append],
    ) -> None:
        """Check the fence, write the tables, move the position, and append: the head's lock is taken last and held shortest.

        Raises Fenced.
        """
        self._place.works()
        self._place.check(cursor)
        tables.flush()
        move = sql.SQL(
            "INSERT INTO {}.checkpoints VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        ).format(self._schema)
        cursor.execute(move, [NAME, position])
        append_in(cursor, self.names.log, decided)

    def _position(self, cursor: psycopg.Cursor[Any]) -> int:
        query = sql.SQL("SELECT position FROM {}.checkpoints WHERE name = %s").format(self._schema)
        row = cursor.execute(query, [NAME]).fetchone()
        return int(row[0]) if row else 0


class PostgresTurn:
    """One transaction of the engine."""

    def __init__(
        self,
        store: PostgresEngineStore,
        cursor: psycopg.Cursor[Any],
        events: list[RecordedEvent],
        tables: PostgresTables,
        position: int,
        reached: int,
    ) -> None:
        self._events = events
        self._reached = reached
        self.moved = reached - position
        self.committed = False
        self._position = position
        self._tables = tables
        self._store = store
        self._cursor = cursor

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What waits, in order."""
        return self._events

    @property
    def tables(self) -> Tables:
        """The engine's tables as of this turn."""
        return self._tables

    def commit(self, decided: Sequence[Append], taken: int | None = None) -> None:
        """Write tables, position and events; of the events `taken`, all where that is not said."""
        if taken is not None and taken < len(self._events):
            self._reached = self._events[taken].position - 1
            self.moved = self._reached - self._position
        self._store.write(self._cursor, self._tables, self._reached, decided)
        self.committed = True
