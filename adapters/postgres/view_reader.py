"""The projections read on PostgreSQL: every question is put to one snapshot of the generations that are live."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

import msgspec
import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from adapters.postgres.by_index import by_index
from adapters.postgres.engine_tables import PREFIX as ENGINE_PREFIX
from adapters.postgres.generations import Books, channel, prepare, shape
from adapters.postgres.init import Names
from adapters.postgres.tables import PostgresTables, load_all
from adapters.postgres.together import Shared
from hub.errors import Unavailable
from projections.projection import Projection
from projections.registry import all_projections
from projections.table import Key, Row, TableDef, Tables

Answer = TypeVar("Answer")
POLL = 0.05
PREPARING = 5  # times at most

log = logging.getLogger(__name__)


class SnapshotTables:
    """The tables of all projections in one snapshot, for reading alone."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        by_table: Mapping[str, PostgresTables],
        missing: Mapping[str, str],
    ) -> None:
        self._conn = conn
        self._by_table = by_table
        self._missing = missing

    def load(self, lookups: Any) -> None:
        """See Tables."""
        load_all(self._conn, [(self._of(lookup.table), (lookup,)) for lookup in lookups])

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

    def cells(self, table: str, columns: Sequence[str], **equals: Any) -> list[Key]:
        """See Tables."""
        return self._of(table).cells(table, columns, **equals)

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        """See Tables."""
        return self._of(table).some(table, most, **equals)

    def latest(self, table: str, column: str, most: int, **equals: Any) -> list[Row]:
        """See Tables."""
        return self._of(table).latest(table, column, most, **equals)

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
        self._threads = ThreadPoolExecutor(readers, "reader")
        self._positions_read = Shared(lambda: self._in_thread(self._positions))
        self._names = [p.NAME for p in self.projections]
        self._moved = asyncio.Event()
        self._heard: dict[str, int] = {}  # how far each has come, as far as was heard
        self._deaf = True  # nobody listens for the word
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
        self._threads.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def ask(self, question: Callable[[Tables], Answer]) -> Answer:
        """See Views."""
        return await self._in_thread(self.ask_now, question)

    async def _in_thread(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        """In one of the readers' own threads, of which there are as many as connections: no other work of the hub holds
        a reader up."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

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
        ask = self._deaf or not self._heard
        while True:
            moved = self._moved
            if ask:
                self._learn(await self.positions())
            at = self._heard
            wanted = [at.get(name, 0) for name in (names if names is not None else self._names)]
            if min(wanted, default=0) >= position:
                return True
            left = until - time.monotonic()
            if left <= 0 and ask:
                return False
            try:
                await asyncio.wait_for(moved.wait(), max(min(left, POLL), 0))
                ask = self._deaf
            except TimeoutError:
                ask = True  # the word may have been missed

    async def positions(self) -> Mapping[str, int]:
        """See Views."""
        return await self._positions_read.ask()

    async def stopped(self) -> Mapping[str, str]:
        """See Views."""
        return await asyncio.to_thread(self._stopped)

    def _stopped(self) -> dict[str, str]:
        with self._pool.connection() as conn:
            told = Books(conn, self.names.views).stopped()
        known = {p.NAME for p in self.projections}
        return {name: stopped.says for name, stopped in told.items() if name in known}

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
        return SnapshotTables(
            conn, by_table | {d.name: engine for d in self._engine_tables}, missing
        )

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
        """Done again where the connection is cut meanwhile: what was made by then is there already."""
        for tries_left in reversed(range(PREPARING)):
            try:
                with psycopg.connect(self._dsn) as conn:
                    prepare(conn, self.names, self.projections)
                return
            except psycopg.OperationalError:
                if not tries_left:
                    raise
                time.sleep(0.2)

    def _hear(self, word: str) -> None:
        """Take over how far those have come that a word names, and wake who waits."""
        self._learn(msgspec.json.decode(word, type=dict[str, int]))
        self._moved.set()
        self._moved = asyncio.Event()

    def _learn(self, at: Mapping[str, int]) -> None:
        """None ever falls back: one that takes another's place is level with it."""
        for name, position in at.items():
            self._heard[name] = max(position, self._heard.get(name, 0))

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
                    self._deaf = False
                    async for note in conn.notifies():
                        self._hear(note.payload)
            except psycopg.OperationalError:
                self._deaf = True
                log.warning("lost the word of the projections; asking again in a second")
                await asyncio.sleep(1)


def read_only(conn: psycopg.Connection[Any]) -> None:
    """Every question is put to one snapshot, by index, and can change nothing."""
    by_index(conn)
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    conn.read_only = True
