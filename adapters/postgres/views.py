"""The projections on PostgreSQL: a generation of tables for each, built beside, swapped at once, read in one snapshot."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from adapters.postgres.engine_store import PREFIX as ENGINE_PREFIX
from adapters.postgres.init import Names
from adapters.postgres.place import Place
from adapters.postgres.rows import read_in
from adapters.postgres.tables import PostgresTables, create, drop
from events.envelope import RecordedEvent
from hub.errors import Unavailable
from projections.projection import Projection
from projections.registry import all_projections
from projections.table import Row, TableDef, Tables

Answer = TypeVar("Answer")
PLACE = "views"
POLL = 0.05
GENERATIONS = """
CREATE TABLE IF NOT EXISTS {} (
    name text NOT NULL,
    generation bigint NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('live', 'building', 'rebuilding', 'retired')),
    position bigint NOT NULL DEFAULT 0,
    tables jsonb NOT NULL,
    PRIMARY KEY (name, generation)
)
"""
ONE_LIVE = "CREATE UNIQUE INDEX IF NOT EXISTS generations_live ON {} (name) WHERE state = 'live'"

log = logging.getLogger(__name__)


class AnotherRuns(Exception):
    """Another process keeps these projections up already."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of tables of a projection. Its tables have its number before their names."""

    name: str
    number: int
    version: int
    state: str
    position: int
    tables: Any

    @property
    def prefix(self) -> str:
        """What stands before its tables' names."""
        return f"g{self.number}_"


def shape(defs: Sequence[TableDef]) -> Any:
    """The columns and keys of tables, to tell whether a generation can be read by this program."""
    return json.loads(json.dumps([[d.name, dict(d.columns), d.key, d.indexes] for d in defs]))


@dataclass(slots=True)
class Books:
    """The list of generations, in a transaction of the caller."""

    conn: psycopg.Connection[Any]
    schema: str

    def make(self) -> None:
        """The list itself, where it is missing."""
        self._do(GENERATIONS)
        self._do(ONE_LIVE)

    def all(self) -> list[Generation]:
        """Every generation, oldest first."""
        query = (
            "SELECT name, generation, version, state, position, tables FROM {} ORDER BY generation"
        )
        return [Generation(*row) for row in self._do(query).fetchall()]

    def of(self, name: str) -> list[Generation]:
        """The generations of one projection."""
        return [g for g in self.all() if g.name == name]

    def begin(
        self, projection: Projection, state: str, make: Callable[..., None] = create
    ) -> Generation:
        """A new, empty generation with its tables."""
        query = (
            "INSERT INTO {0} (name, generation, version, state, tables) "
            "SELECT %s, coalesce(max(generation), 0) + 1, %s, %s, %s FROM {0} RETURNING generation"
        )
        shaped = shape(projection.TABLES)
        row = self._do(
            query, projection.NAME, projection.VERSION, state, json.dumps(shaped)
        ).fetchone()
        assert row is not None
        made = Generation(projection.NAME, row[0], projection.VERSION, state, 0, shaped)
        make(self.conn, self.schema, projection.TABLES, made.prefix)
        return made

    def nobody_builds(self, name: str) -> bool:
        """Whether nobody is building this projection, nor begins to before the running transaction ends."""
        query = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"
        row = self.conn.execute(query, [self.lock_of(name)]).fetchone()
        return bool(row and row[0])

    def lock_of(self, name: str) -> str:
        """What a builder of this projection locks for as long as it builds."""
        return f"{self.schema}:build:{name}"

    def hold(self, generation: Generation) -> int:
        """Lock a generation for writing; its position."""
        query = "SELECT position FROM {} WHERE name = %s AND generation = %s AND state <> 'retired' FOR UPDATE"
        row = self._do(query, generation.name, generation.number).fetchone()
        if row is None:
            raise Superseded(f"{generation.name} generation {generation.number}")
        return int(row[0])

    def move(self, generation: Generation, position: int) -> None:
        """Keep how far a generation has come."""
        query = "UPDATE {} SET position = %s WHERE name = %s AND generation = %s"
        self._do(query, position, generation.name, generation.number)

    def swap(self, new: Generation) -> None:
        """From here on `new` is read; what was read before is retired."""
        retire = "UPDATE {} SET state = 'retired' WHERE name = %s AND generation <> %s AND state <> 'rebuilding'"
        self._do(retire, new.name, new.number)
        self._do(
            "UPDATE {} SET state = 'live' WHERE name = %s AND generation = %s", new.name, new.number
        )

    def discard(self, old: Generation) -> None:
        """A generation and its tables go."""
        self._do("DELETE FROM {} WHERE name = %s AND generation = %s", old.name, old.number)
        drop(self.conn, self.schema, tables_of(old), old.prefix)

    def sweep(self) -> None:
        """Drop what was retired, a table a transaction, so that no reader of two tables is ever caught between them.

        A reader who finds a table gone puts its question again; one that reads for long is waited for another time.
        """
        for old in [g for g in self.all() if g.state == "retired"]:
            try:
                for table in tables_of(old):
                    with self.conn.transaction():
                        self.conn.execute("SET LOCAL lock_timeout = '2s'")
                        drop(self.conn, self.schema, [table], old.prefix)
                self._do("DELETE FROM {} WHERE name = %s AND generation = %s", old.name, old.number)
            except psycopg.errors.LockNotAvailable:
                log.info("generation %s of %s is still being read", old.number, old.name)

    def _do(self, query: str, *values: Any) -> psycopg.Cursor[Any]:
        table = sql.Identifier(self.schema, "generations")
        return self.conn.execute(sql.SQL(query).format(table), values or None)


def tables_of(generation: Generation) -> list[TableDef]:
    """Its tables, of which nothing but the names may be known any more."""
    return [TableDef(name, {}, ()) for name, *_ in generation.tables]


class Superseded(Exception):
    """The generation was swapped out while somebody was about to write to it: look again."""


class LogSource:
    """Fills projections.runner.Source, synchronously, for the thread that keeps the projections up."""

    def __init__(self, dsn: str, council: str) -> None:
        self.names = Names(council)
        self._conn = psycopg.connect(dsn, autocommit=True)
        self._conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.names.channel)))

    def read(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """See Source. Raises hub.log.LogGap."""
        with self._conn.cursor() as cursor:
            return read_in(cursor, self.names.log, after, limit)

    def wait(self, after: int, seconds: float) -> None:
        """See Source: until something was appended, or that long."""
        for _note in self._conn.notifies(timeout=seconds, stop_after=1):
            return

    def head(self) -> int:
        """The last position of the log."""
        query = sql.SQL("SELECT position FROM {}.head").format(sql.Identifier(self.names.log))
        row = self._conn.execute(query).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Disconnect."""
        self._conn.close()


class PostgresSession:
    """One projection's turn."""

    def __init__(
        self, books: Books, generation: Generation, position: int, tables: PostgresTables
    ) -> None:
        self.position = position
        self.tables: Tables = tables
        self._flush = tables.flush
        self._books = books
        self._generation = generation

    def commit(self, position: int) -> None:
        """See Session."""
        self._flush()
        self._books.move(self._generation, position)


class ViewStore:
    """Fills projections.runner.Store. One process at a time keeps a council's projections up; others wait their turn."""

    def __init__(
        self, dsn: str, council: str, projections: Sequence[Projection] | None = None
    ) -> None:
        self.names = Names(council)
        self.projections = tuple(all_projections() if projections is None else projections)
        self._place = Place(dsn, self.names, PLACE)
        self._own: dict[str, Generation] = {}
        self._conn: psycopg.Connection[Any] | None = None

    def open(self) -> bool:
        """Take the place where it is free, or its holder stalled, and make what is missing; False where another works."""
        self.close()
        conn = self._place.take()
        if conn is None:
            return False
        conn.execute(
            "SET synchronous_commit = off"
        )  # what a crash takes is folded again: rows and position go together
        self._conn = conn
        with conn.transaction():
            prepare(conn, self.names, self.projections)
        self.clean()
        return True

    def clean(self) -> None:
        """Drop what was left behind: generations that were swapped out, and those whose builder was killed."""
        for left in [g for g in self.books.all() if g.state == "rebuilding"]:
            with self.conn.transaction():
                if self.books.nobody_builds(left.name):
                    self.books.discard(left)
        self.books.sweep()

    def unbuilt(self) -> list[Projection]:
        """Those of which another version is read, and nothing of this one is there yet."""
        books = self.books
        return [
            p
            for p in self.projections
            if any(g.state == "building" and g.position == 0 for g in books.of(p.NAME))
        ]

    def close(self) -> None:
        """Give the place up."""
        if self._conn is not None:
            self._place.give_up(self._conn)
            self._conn = None

    @property
    def conn(self) -> psycopg.Connection[Any]:
        """The connection that holds the place."""
        if self._conn is None:
            raise AnotherRuns
        return self._conn

    @property
    def books(self) -> Books:
        """The list of generations."""
        return Books(self.conn, self.names.views)

    def is_outage(self, error: Exception) -> bool:
        """See Store."""
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | Superseded)

    def position(self, projection: Projection) -> int:
        """See Store."""
        with self.conn.transaction():
            return self._hold(projection)[1]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """See Store: one transaction, and one word to those who wait for it. Raises Fenced where the place was lost."""
        self._place.works()
        with self.conn.transaction(), self.conn.cursor() as cursor:
            yield
            self._place.check(cursor)
            self.conn.execute("SELECT pg_notify(%s, '')", [channel(self.names)])

    @contextmanager
    def session(self, projection: Projection) -> Iterator[PostgresSession]:
        """See Store: a savepoint in the turn."""
        with self.conn.transaction():
            generation, position = self._hold(projection)
            tables = PostgresTables(
                self.conn, self.names.views, projection.TABLES, generation.prefix
            )
            yield PostgresSession(self.books, generation, position, tables)

    def caught_up(self, projection: Projection, position: int) -> None:
        """See Store: a generation built beside an older version takes its place. A holder with nothing to do works too."""
        self._place.works()
        generation = self._own.get(projection.NAME)
        if generation is None or generation.state != "building":
            return
        with self.conn.transaction():
            self.books.swap(generation)
        del self._own[projection.NAME]
        self.books.sweep()

    def _hold(self, projection: Projection) -> tuple[Generation, int]:
        """The generation this program writes, locked, with its position: the live one, or one being built beside it."""
        known = self._own.get(projection.NAME)
        if known is not None:
            try:
                return known, self.books.hold(known)
            except Superseded:
                pass  # a rebuild put another in its place
        known = self._own[projection.NAME] = own_generation(self.books, projection)
        return known, self.books.hold(known)


def channel(names: Names) -> str:
    """Where it is said that projections have moved."""
    return f"{names.channel}_views"


def own_generation(books: Books, projection: Projection) -> Generation:
    """The generation of this version that is kept up: being built beside an older one, else live."""
    mine = [g for g in books.of(projection.NAME) if usable(g, projection)]
    if not mine:
        raise Superseded(f"{projection.NAME} version {projection.VERSION}")
    return min(mine, key=lambda g: g.state != "building")


def prepare(conn: psycopg.Connection[Any], names: Names, projections: Sequence[Projection]) -> None:
    """Make the list and what generations are missing, under a lock, in the running transaction."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{names.views}:make"])
    books = Books(conn, names.views)
    books.make()
    for projection in projections:
        known = books.of(projection.NAME)
        if not known:
            books.begin(projection, "live")
        elif not any(usable(g, projection) for g in known):
            for stale in (g for g in known if g.state == "building"):
                books.discard(stale)
            books.begin(projection, "building")


def usable(generation: Generation, projection: Projection) -> bool:
    """Whether this program can go on with a generation."""
    same = generation.version == projection.VERSION and generation.tables == shape(
        projection.TABLES
    )
    return same and generation.state in ("live", "building")


class SnapshotTables:
    """The tables of all projections in one snapshot, for reading alone."""

    def __init__(self, by_table: Mapping[str, PostgresTables], missing: Mapping[str, str]) -> None:
        self._by_table = by_table
        self._missing = missing

    def load(self, lookups: Any) -> None:
        """See Tables."""
        for lookup in lookups:
            self._of(lookup.table).load([lookup])

    def nothing_under(self, lookups: Any) -> None:
        """See Tables."""
        for lookup in lookups:
            self._of(lookup.table).nothing_under([lookup])

    def get(self, table: str, *key: Any) -> Row | None:
        """See Tables."""
        return self._of(table).get(table, *key)

    def find(self, table: str, **equals: Any) -> list[Row]:
        """See Tables."""
        return self._of(table).find(table, **equals)

    def put(self, table: str, row: Row) -> None:
        """Never: a snapshot is for reading."""
        raise TypeError("these tables are for reading")

    def delete(self, table: str, *key: Any) -> None:
        """Never: a snapshot is for reading."""
        raise TypeError("these tables are for reading")

    def _of(self, table: str) -> PostgresTables:
        if table in self._missing:
            raise Unavailable(f"The view {self._missing[table]} is being built.")
        return self._by_table[table]


class ViewReader:
    """Fills hub.services.Views: questions put to one consistent snapshot, each in a thread of its own.

    A generation may be swapped out between the look at the list and the look at its tables: then the question is put again.
    """

    TRIES = 4

    def __init__(
        self,
        dsn: str,
        council: str,
        projections: Sequence[Projection] | None = None,
        *,
        engine_tables: Sequence[TableDef] = (),
        readers: int = 8,
    ) -> None:
        self.names = Names(council)
        self.projections = tuple(all_projections() if projections is None else projections)
        self._engine_tables = tuple(engine_tables)
        self._dsn = dsn
        self._pool = ConnectionPool(
            dsn, min_size=1, max_size=readers, open=False, configure=read_only, kwargs={"autocommit": True}, name="views"
        )  # fmt: skip
        self._readable: dict[tuple[str, int], bool] = {}
        self._moved = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> Self:
        """Connect, and make what is missing, so that there is something to read."""
        await asyncio.to_thread(self._prepare)
        await asyncio.to_thread(self._pool.open, True, 30)
        self._listening = asyncio.create_task(self._listen())
        return self

    async def close(self) -> None:
        """Disconnect."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await asyncio.to_thread(self._pool.close)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def ask(self, question: Callable[[Tables], Answer]) -> Answer:
        """See Views."""
        return await asyncio.to_thread(self.ask_now, question)

    def ask_now(self, question: Callable[[Tables], Answer]) -> Answer:
        """The answer, in this thread."""
        for attempt in range(self.TRIES):
            try:
                with self._pool.connection() as conn, conn.transaction():
                    return question(self._snapshot(conn))
            except psycopg.errors.UndefinedTable:
                if attempt == self.TRIES - 1:
                    raise
        raise AssertionError("not reached")

    async def wait_for(
        self, position: int, timeout: float, names: Sequence[str] | None = None
    ) -> bool:
        """See Views; of these projections alone, where they are named."""
        until = time.monotonic() + timeout
        while True:
            moved = self._moved
            at = await self.positions()
            wanted = [at.get(name, 0) for name in (names if names is not None else at)]
            if min(wanted, default=0) >= position:
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(moved.wait(), min(left, POLL))
            except TimeoutError:
                continue

    async def positions(self) -> Mapping[str, int]:
        """See Views."""
        return await asyncio.to_thread(self._positions)

    def _positions(self) -> dict[str, int]:
        query = "SELECT name, position FROM {} WHERE state = 'live'"
        with self._pool.connection() as conn:
            at = {name: int(position) for name, position in self._list(conn, query)}
        return {p.NAME: at.get(p.NAME, 0) for p in self.projections}

    def _snapshot(self, conn: psycopg.Connection[Any]) -> SnapshotTables:
        rows = self._list(conn, "SELECT name, generation FROM {} WHERE state = 'live'")
        live = {name: int(number) for name, number in rows}
        by_table: dict[str, PostgresTables] = {}
        missing: dict[str, str] = {}
        for projection in self.projections:
            number = live.get(projection.NAME)
            if number is None or not self._can_read(conn, projection, number):
                missing |= {d.name: projection.NAME for d in projection.TABLES}
                continue
            tables = PostgresTables(conn, self.names.views, projection.TABLES, f"g{number}_")
            by_table |= {d.name: tables for d in projection.TABLES}
        engine = PostgresTables(conn, self.names.engine, self._engine_tables, ENGINE_PREFIX)
        return SnapshotTables(by_table | {d.name: engine for d in self._engine_tables}, missing)

    def _can_read(self, conn: psycopg.Connection[Any], projection: Projection, number: int) -> bool:
        """Whether a generation has the tables this program knows; another version may be live until ours is built."""
        key = (projection.NAME, number)
        if key not in self._readable:
            [(tables,)] = self._list(
                conn, "SELECT tables FROM {} WHERE name = %s AND generation = %s", *key
            )
            self._readable[key] = tables == shape(projection.TABLES)
        return self._readable[key]

    def _list(
        self, conn: psycopg.Connection[Any], query: str, *values: Any
    ) -> list[tuple[Any, ...]]:
        table = sql.Identifier(self.names.views, "generations")
        return conn.execute(sql.SQL(query).format(table), values or None).fetchall()

    def _prepare(self) -> None:
        with psycopg.connect(self._dsn) as conn:
            prepare(conn, self.names, self.projections)

    async def _listen(self) -> None:
        """Pass on each word that projections have moved; where the connection is lost, the poll goes on alone."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True
                ) as conn:
                    await conn.execute(
                        sql.SQL("LISTEN {}").format(sql.Identifier(channel(self.names)))
                    )
                    async for _note in conn.notifies():
                        self._moved.set()
                        self._moved = asyncio.Event()
            except psycopg.OperationalError:
                log.warning("lost the word of the projections; asking again in a second")
                await asyncio.sleep(1)


def read_only(conn: psycopg.Connection[Any]) -> None:
    """Every question is put to one snapshot, and can change nothing."""
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    conn.read_only = True
