"""Group commit: one appender a process drains whatever waits into one transaction, and never waits on a timer."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.arrays import Texts
from adapters.postgres.reading import PATIENCE
from adapters.postgres.rows import ACTOR, STATE, Prepared, call_of, prepare, shares, statement
from adapters.postgres.sealing import PLAIN, Sealer
from adapters.postgres.together import while_more_come
from hub.errors import StillLoading, Unavailable
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
MOST_BYTES_WAITING = 64_000_000
MOST_A_BATCH = 512
PAUSE = 0.2
SIMULATED_TIME = "NWD01"
IN_THE_PAST = "NWD02"

NOT_KNOWN = "The database does not answer; whether this was stored is not known."
AWAY = "The database does not answer; nothing of this was stored."

Tracking = tuple[str, int]


class TrackingTaken(Exception):
    """A reader's place is there already or further on. Nothing was stored."""


@dataclass(slots=True)
class Waiting:
    """A command on its way, with its rows made already and the caller who waits."""

    command: Append
    rows: Sequence[Prepared]
    answer: asyncio.Future[Appended]
    size: int
    tracking: Tracking | None = None

    @property
    def lane(self) -> str:
        """Whose it is."""
        return str(self.rows[0][ACTOR])

    @property
    def event_id(self) -> Any:
        """By this it is found again."""
        return self.rows[0][0]

    @property
    def alone(self) -> bool:
        """Whether it needs a transaction of its own: it changes more than the log, or brings a time of its own."""
        command = self.command
        return bool(command.keys) or command.recorded_at is not None or self.tracking is not None


class Queue:
    """Those who wait, in a lane each: one after the other has a turn, so that nobody waits behind another's flood."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._count = 0
        self.size = 0

    def __len__(self) -> int:
        return self._count

    def add(self, one: Waiting) -> None:
        """The last of its lane."""
        lane = self._lanes.get(one.lane)
        if lane is None:
            lane = self._lanes[one.lane] = deque()
        lane.append(one)
        self._count += 1
        self.size += one.size

    def take(self, most: int) -> list[Waiting]:
        """The next ones, a lane after the other; one that must be alone comes alone."""
        batch: list[Waiting] = []
        while self._lanes and len(batch) < most:
            name, lane = next(iter(self._lanes.items()))
            if lane[0].alone and batch:
                break
            one = lane.popleft()
            batch.append(one)
            self._count -= 1
            self.size -= one.size
            if lane:
                self._lanes.move_to_end(name)
            else:
                del self._lanes[name]
            if one.alone:
                break
        return batch


class Appender:
    """The one writer of a process. Losers of a conflict are told so; their neighbours in the batch are stored."""

    def __init__(
        self, dsn: str, schema: str, sealer: Sealer = PLAIN, patience: float = PATIENCE
    ) -> None:
        self._dsn = dsn
        self._schema = schema
        self._sealer = sealer
        self._patience = patience
        self._away = False
        self._waiting = Queue()
        self._news = asyncio.Event()
        self._conn: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._statement = statement(schema).as_string()

    def start(self) -> None:
        """Begin to work, in the running event loop."""
        self._task = asyncio.create_task(self._work(), name="appender")

    async def close(self) -> None:
        """Finish what waits and what is in hand, then stop."""
        self._closing = True
        self._news.set()
        if self._task is not None:
            await self._task
        if self._conn is not None:
            await self._conn.close()

    async def append(self, command: Append) -> Appended:
        """Store durably; raises VersionConflict, InboxTaken, SimulatedTimeRefused, Unavailable."""
        return await self.append_rows([prepare(e, self._sealer) for e in command.events], command)

    async def append_rows(
        self, rows: Sequence[Prepared], beside: Append, tracking: Tracking | None = None
    ) -> Appended:
        """Store rows that were made already (at least one), with what `beside` brings. Raises TrackingTaken too."""
        if self._closing or self._task is None or self._task.done():
            raise Unavailable("The log is closed.")
        if self._away:
            raise Unavailable(AWAY)
        size = size_of(rows, beside)
        if len(self._waiting) >= MOST_WAITING or self._waiting.size + size > MOST_BYTES_WAITING:
            raise Unavailable("The hub takes in more than it can store just now.")
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.add(Waiting(beside, rows, answer, size, tracking))
        self._news.set()
        return await answer

    async def _work(self) -> None:
        while self._waiting or not self._closing:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await while_more_come(self._waiting.__len__)
                await self._store_in_time(self._next_batch())

    def _next_batch(self) -> list[Waiting]:
        return [one for one in self._waiting.take(MOST_A_BATCH) if not one.answer.cancelled()]

    async def _store_in_time(self, batch: Sequence[Waiting]) -> None:
        """Store; but who waits is answered in time, also where the database stands still. Until it moves again nobody is
        kept waiting: each is refused at once, and told the truth, that nothing of theirs was stored."""
        overdue = asyncio.get_running_loop().call_later(self._patience, self._give_up, batch)
        try:
            await self._store(batch)
        finally:
            overdue.cancel()
            self._away = False

    def _give_up(self, in_hand: Sequence[Waiting]) -> None:
        """The database is away: of those in hand it is not known, those behind them it never saw."""
        self._away = True
        for one in in_hand:
            self._tell(one, Unavailable(NOT_KNOWN))
        while self._waiting:
            for one in self._waiting.take(MOST_WAITING):
                self._tell(one, Unavailable(AWAY))

    async def _store(self, left: Sequence[Waiting]) -> None:
        """Until each is answered. A connection may break at COMMIT: what is stored is told so, the rest is tried again."""
        while left and not self._away:
            try:
                await self._try(left)
                return
            except (psycopg.OperationalError, OSError):
                await self._disconnect()
            left = await self._without_stored(left)
            await asyncio.sleep(PAUSE if left else 0)
        if left:
            await self._until_back()

    async def _until_back(self) -> None:
        """Nobody waits any more: look now and then whether the database is there again."""
        while not self._closing:
            try:
                await (await self._connection()).execute("SELECT 1")
                return
            except (psycopg.OperationalError, OSError):
                await self._disconnect()
            await asyncio.sleep(PAUSE)

    async def _try(self, batch: Sequence[Waiting]) -> None:
        try:
            appended = await self._transact(batch)
        except (psycopg.OperationalError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  # it is told to the one whose it is, and the next ones go on
            if len(batch) == 1:
                self._tell(batch[0], await self._refusal(batch[0], error))
                return
        else:
            for one, own in zip(batch, appended, strict=True):
                self._tell(one, own)
            return
        for one in batch:
            await self._store([one])

    async def _transact(self, batch: Sequence[Waiting]) -> list[Appended]:
        conn = await self._connection()
        first = batch[0]
        arguments = call_of([one.command for one in batch], [one.rows for one in batch])
        if first.alone:
            async with conn.transaction():
                if first.tracking is not None:
                    await self._track(conn, first.tracking)
                for change in first.command.keys:
                    await change_keys(conn, self._schema, change)
                row = await self._call(conn, arguments)  # last: the head is held shortest
        else:
            row = await self._call(conn, arguments)
        return shares([len(one.rows) for one in batch], row[0], row[1])

    async def _call(
        self, conn: psycopg.AsyncConnection[Any], arguments: list[Any]
    ) -> tuple[Any, ...]:
        cursor = await conn.execute(self._statement, arguments, binary=True, prepare=True)
        row: tuple[Any, ...] | None = await cursor.fetchone()
        assert row is not None
        return row

    async def _track(self, conn: psycopg.AsyncConnection[Any], tracking: Tracking) -> None:
        cursor = await conn.execute(move_tracking(self._schema), tracking)
        if cursor.rowcount != 1:
            raise TrackingTaken(f"{tracking[0]} {tracking[1]}")

    async def _connection(self) -> psycopg.AsyncConnection[Any]:
        if self._conn is None or self._conn.closed:
            self._conn = await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=max(2, int(self._patience))
            )
        return self._conn

    async def _disconnect(self) -> None:
        if self._conn is not None:
            await self._conn.close()
            self._conn = None

    async def _refusal(self, one: Waiting, error: Exception) -> Appended | Exception:
        """Why it was not stored; or that it was, where a first try reached the log after its connection broke."""
        if isinstance(error, psycopg.errors.UniqueViolation | TrackingTaken):
            own = (await self._stored([one])).get(one.event_id)
            if own is not None:
                return own
        if isinstance(error, psycopg.errors.UniqueViolation):
            if one.command.inbox is not None:
                taken = await inbox_rows(
                    await self._connection(), self._schema, [one.command.inbox]
                )
                if taken:
                    return taken[0]
            return VersionConflict(str(error.diag.constraint_name))
        if isinstance(error, psycopg.Error) and error.sqlstate == SIMULATED_TIME:
            return SimulatedTimeRefused()
        if isinstance(error, psycopg.Error) and error.sqlstate == IN_THE_PAST:
            return StillLoading()
        return error

    async def _without_stored(self, batch: Sequence[Waiting]) -> Sequence[Waiting]:
        """Those of which the log has nothing; the others are told. All, where the database does not answer: a second
        try of what is stored conflicts with itself, and is then found."""
        try:
            stored = await self._stored(batch)
        except (psycopg.OperationalError, OSError):
            await self._disconnect()
            return batch
        for one in batch:
            if one.event_id in stored:
                self._tell(one, stored[one.event_id])
        return [one for one in batch if one.event_id not in stored]

    async def _stored(self, batch: Sequence[Waiting]) -> dict[Any, Appended]:
        conn = await self._connection()
        query = sql.SQL(
            "SELECT e.event_id, e.position, e.recorded_at FROM unnest(%s::text[], %s::int[]) AS u(stream, version) "
            "JOIN {}.events e ON e.stream = u.stream AND e.version = u.version"
        ).format(sql.Identifier(self._schema))
        firsts = [one.rows[0] for one in batch]
        cursor = await conn.execute(query, [[r[1] for r in firsts], [r[2] for r in firsts]])
        found = {row[0]: row for row in await cursor.fetchall()}
        return {
            one.event_id: Appended(row[1], row[1] + len(one.rows) - 1, row[2])
            for one in batch
            if (row := found.get(one.event_id))
        }

    def _tell(self, one: Waiting, result: Appended | Exception) -> None:
        if one.answer.done():
            return
        if isinstance(result, Appended):
            one.answer.set_result(result)
        else:
            one.answer.set_exception(result)


def size_of(rows: Sequence[Prepared], beside: Append) -> int:
    """About how many bytes a command holds while it waits."""
    size = len(beside.raw.body) if beside.raw is not None else 0
    for row in rows:
        size += len(row[STATE])
    return size


def move_tracking(schema: str) -> sql.Composed:
    """Puts a reader's place (name, position) forward; changes no row where it is there already or further on."""
    query = (
        "INSERT INTO {0}.checkpoints AS c VALUES (%s, %s) ON CONFLICT (name) "
        "DO UPDATE SET position = excluded.position WHERE c.position < excluded.position"
    )
    return sql.SQL(query).format(sql.Identifier(schema))


async def inbox_rows(
    conn: psycopg.AsyncConnection[Any], schema: str, entries: Sequence[InboxEntry]
) -> list[InboxTaken]:
    """What stands in the inbox under the (source, id) pairs of these entries."""
    if not entries:
        return []
    values = [Texts.of([e.source for e in entries]), Texts.of([e.message_id for e in entries])]
    cursor = await conn.execute(inbox_query(schema), values, binary=True)
    return list(map(taken_of, await cursor.fetchall()))


def inbox_query(schema: str) -> sql.Composed:
    """Asks what stands in the inbox under (source, id) pairs."""
    return sql.SQL(
        "SELECT i.source, i.message_id, i.body_hash, i.contact, i.position, i.recorded_at "
        "FROM unnest(%s::text[], %s::text[]) AS u(source, message_id) "
        "JOIN {}.inbox i ON i.source = u.source AND i.message_id = u.message_id"
    ).format(sql.Identifier(schema))


def taken_of(row: Sequence[Any]) -> InboxTaken:
    """A row of the inbox."""
    return InboxTaken(InboxEntry(*row[:4]), row[4], row[5])


async def change_keys(
    conn: psycopg.AsyncConnection[Any], schema: str, change: KeyRow | RevokeKeys
) -> None:
    """Write a key's hash, or make every key of a holder, or one, stop working, in the running transaction."""
    table = sql.Identifier(schema, change.table)
    if isinstance(change, RevokeKeys):
        query = sql.SQL(
            "UPDATE {} SET revoked_at = clock_timestamp() WHERE holder = %s AND revoked_at IS NULL "
            "AND key = coalesce(%s, key)"
        )
        await conn.execute(query.format(table), [change.holder, change.key])
        return
    query = sql.SQL(
        "INSERT INTO {} (sha256, key, holder, single_use, expires_at) VALUES (%s, %s, %s, %s, %s)"
    )
    values = [change.sha256, change.key, change.holder, change.single_use, change.expires_at]
    await conn.execute(query.format(table), values)
