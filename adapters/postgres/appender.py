"""Group commit: one appender a process drains whatever waits into one transaction, and never waits on a timer."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.rows import Prepared, call_of, prepare, shares, statement
from adapters.postgres.sealing import PLAIN, Sealer
from hub.errors import Unavailable
from hub.log import (
    Append,
    Appended,
    InboxEntry,
    InboxTaken,
    KeyRow,
    RevokeKeys,
    SimulatedTimeRefused,
    VersionConflict,
)

MOST_WAITING = 20_000
MOST_A_BATCH = 512
PATIENCE = 30.0

Result = Appended | VersionConflict | InboxTaken | SimulatedTimeRefused | Unavailable


@dataclass(slots=True)
class Waiting:
    """A command on its way, with its rows made already and the caller who waits."""

    command: Append
    rows: list[Prepared]
    answer: asyncio.Future[Appended]


class Appender:
    """The one writer of a process. Losers of a conflict are told so; their neighbours in the batch are stored."""

    def __init__(self, dsn: str, schema: str, sealer: Sealer = PLAIN) -> None:
        self._dsn = dsn
        self._schema = schema
        self._sealer = sealer
        self._waiting: deque[Waiting] = deque()
        self._news = asyncio.Event()
        self._conn: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self._statement = statement(schema).as_string()

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self._task = asyncio.create_task(self._work(), name="appender")

    async def close(self) -> None:
        """Finish what waits, then stop."""
        if self._task is None:
            return
        while self._waiting and not self._task.done():
            await asyncio.sleep(0.01)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if self._conn is not None:
            await self._conn.close()

    async def append(self, command: Append) -> Appended:
        """Store durably; raises VersionConflict, InboxTaken, SimulatedTimeRefused, Unavailable."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("The hub takes in more than it can store just now.")
        rows = [prepare(event, self._sealer) for event in command.events]
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(command, rows, answer))
        self._news.set()
        appended: Appended = await answer
        return appended

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready now goes along
                batch = self._next_batch()
                try:
                    await self._store(batch)
                except Exception as error:  # whatever happened, nobody may wait for ever
                    for one in batch:
                        if not one.answer.done():
                            one.answer.set_exception(error)
                    if not isinstance(error, psycopg.Error | OSError):
                        raise

    def _next_batch(self) -> list[Waiting]:
        batch = [self._waiting.popleft()]
        if alone(batch[0].command):
            return batch
        while self._waiting and len(batch) < MOST_A_BATCH and not alone(self._waiting[0].command):
            batch.append(self._waiting.popleft())
        return [one for one in batch if not one.answer.cancelled()] or batch

    async def _store(self, batch: list[Waiting]) -> None:
        try:
            appended = await self._transact(batch)
        except psycopg.errors.UniqueViolation as error:
            if len(batch) > 1:
                for one in batch:
                    await self._store([one])
                return
            self._tell(batch[0], await self._conflict(batch[0], error))
        except psycopg.errors.DatabaseError as error:
            if error.sqlstate == "NWD01":
                self._tell(batch[0], SimulatedTimeRefused())
            elif isinstance(error, psycopg.OperationalError):
                await self._after_cut(batch)
            else:
                raise
        else:
            for one, own in zip(batch, appended, strict=True):
                self._tell(one, own)

    async def _transact(self, batch: list[Waiting]) -> list[Appended]:
        conn = await self._connection()
        commands = [one.command for one in batch]
        arguments = call_of(commands, [one.rows for one in batch])
        if alone(commands[0]):
            async with conn.transaction():
                row = await self._call(conn, arguments)
                for change in commands[0].keys:
                    await change_keys(conn, self._schema, change)
        else:
            row = await self._call(conn, arguments)
        return shares(commands, row[0], row[1])

    async def _call(
        self, conn: psycopg.AsyncConnection[Any], arguments: list[Any]
    ) -> tuple[Any, ...]:
        cursor = await conn.execute(self._statement, arguments, binary=True, prepare=True)
        row: tuple[Any, ...] | None = await cursor.fetchone()
        assert row is not None
        return row

    async def _connection(self) -> psycopg.AsyncConnection[Any]:
        if self._conn is None or self._conn.closed:
            self._conn = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
        return self._conn

    async def _conflict(
        self, one: Waiting, error: psycopg.errors.UniqueViolation
    ) -> VersionConflict | InboxTaken:
        if one.command.inbox is not None:
            conn = await self._connection()
            taken = await inbox_rows(conn, self._schema, [one.command.inbox])
            if taken:
                return taken[0]
        return VersionConflict(str(error.diag.constraint_name))

    async def _after_cut(self, batch: list[Waiting]) -> None:
        """The connection broke, perhaps at COMMIT: look our own events up, and store again only what is not there."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                if self._conn is not None:
                    await self._conn.close()
                stored = await self._stored(batch)
                break
            except (psycopg.OperationalError, OSError):
                if asyncio.get_running_loop().time() > end:
                    for one in batch:
                        self._tell(
                            one,
                            Unavailable(
                                "The database does not answer; whether this was stored is not known."
                            ),
                        )
                    return
                await asyncio.sleep(0.2)
        left = []
        for one in batch:
            own = stored.get(one.rows[0][0])
            if own is None:
                left.append(one)
            else:
                self._tell(one, own)
        if left:
            await self._store(left)

    async def _stored(self, batch: list[Waiting]) -> dict[Any, Appended]:
        conn = await self._connection()
        firsts = [one.rows[0] for one in batch]
        query = sql.SQL(
            "SELECT e.event_id, e.position, e.recorded_at FROM unnest(%s::text[], %s::int[]) AS u(stream, version) "
            "JOIN {}.events e ON e.stream = u.stream AND e.version = u.version"
        ).format(sql.Identifier(self._schema))
        cursor = await conn.execute(query, [[r[1] for r in firsts], [r[2] for r in firsts]])
        found = {row[0]: row for row in await cursor.fetchall()}
        return {
            one.rows[0][0]: Appended(row[1], row[1] + len(one.rows) - 1, row[2])
            for one in batch
            if (row := found.get(one.rows[0][0]))
        }

    def _tell(self, one: Waiting, result: Result) -> None:
        if one.answer.done():
            return
        if isinstance(result, Appended):
            one.answer.set_result(result)
        else:
            one.answer.set_exception(result)


def alone(command: Append) -> bool:
    """Whether the command needs a transaction of its own: it changes keys, or brings a time of its own."""
    return bool(command.keys) or command.recorded_at is not None


async def inbox_rows(
    conn: psycopg.AsyncConnection[Any], schema: str, entries: Sequence[InboxEntry]
) -> list[InboxTaken]:
    """What stands in the inbox under these (source, id) pairs."""
    query = sql.SQL(
        "SELECT i.source, i.message_id, i.body_hash, i.contact, i.position, i.recorded_at "
        "FROM unnest(%s::text[], %s::text[]) AS u(source, message_id) "
        "JOIN {}.inbox i ON i.source = u.source AND i.message_id = u.message_id"
    ).format(sql.Identifier(schema))
    cursor = await conn.execute(
        query, [[e.source for e in entries], [e.message_id for e in entries]]
    )
    return [InboxTaken(InboxEntry(*row[:4]), row[4], row[5]) for row in await cursor.fetchall()]


async def change_keys(
    conn: psycopg.AsyncConnection[Any], schema: str, change: KeyRow | RevokeKeys
) -> None:
    """Write a key's hash, or make every key of a holder stop working, in the running transaction."""
    table = sql.Identifier(schema, change.table)
    if isinstance(change, RevokeKeys):
        query = sql.SQL(
            "UPDATE {} SET revoked_at = clock_timestamp() WHERE holder = %s AND revoked_at IS NULL"
        )
        await conn.execute(query.format(table), [change.holder])
        return
    query = sql.SQL(
        "INSERT INTO {} (sha256, key, holder, single_use, expires_at) VALUES (%s, %s, %s, %s, %s)"
    )
    values = [change.sha256, change.key, change.holder, change.single_use, change.expires_at]
    await conn.execute(query.format(table), values)
