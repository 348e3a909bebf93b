"""The event log on PostgreSQL: fills the port of hub/log.py."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.appender import Appender, inbox_query, inbox_rows, taken_of
from adapters.postgres.arrays import Texts
from adapters.postgres.init import Names
from adapters.postgres.place import AT_WORK, left_of
from adapters.postgres.reading import PATIENCE, fetch
from adapters.postgres.rows import (
    COLUMNS,
    call_of,
    contiguous,
    prepare,
    shares,
    statement,
    stored,
)
from adapters.postgres.sealing import PLAIN, Sealer
from events.envelope import RecordedEvent
from hub.log import (
    Append,
    Appended,
    InboxEntry,
    InboxTaken,
    Instead,
    KafkaOffset,
    OffsetMoved,
    RawMessage,
    VersionConflict,
)
from hub.paging import READER

FORWARD = "SELECT " + COLUMNS + " FROM {}.events WHERE position > %s ORDER BY position LIMIT %s"
PAGES_BEGIN = """
INSERT INTO {0}.checkpoints SELECT %s, position FROM {0}.head
ON CONFLICT (name) DO UPDATE SET position = greatest(excluded.position, {0}.checkpoints.position)
"""
"""Nobody is woken about a made-up past: whoever pages begins where it ended."""
POLL = 0.075
TRIES = 5
NUMBERS_AT_ONCE = 128
RECONNECT = 4.0  # after that it is tried anew with the next question: a pool left to itself waits twice as long each time


class PostgresLog:
    """One council's log. Open it in the event loop that uses it; close it to store what still waits."""

    def __init__(
        self,
        dsn: str,
        council: str,
        sealer: Sealer = PLAIN,
        readers: int = 8,
        patience: float = PATIENCE,
    ) -> None:
        self.names = Names(council)
        self.dsn = dsn
        self._sealer = sealer
        self._patience = patience
        self._appender = Appender(dsn, self.names.log, sealer, patience)
        self.pool = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=readers,
            open=False,
            timeout=patience,
            reconnect_timeout=RECONNECT,
            kwargs={"autocommit": True, "connect_timeout": max(2, int(patience))},
            name="readers",
        )
        self._schema = sql.Identifier(self.names.log)
        self._numbers: deque[int] = deque()
        self._seen = 0  # a position that the log has come to
        self._taking_numbers = asyncio.Lock()

    async def open(self) -> Self:
        """Connect. Raises psycopg_pool.PoolTimeout where the database does not answer."""
        await self.pool.open(wait=True, timeout=30)
        self._appender.start()
        return self

    async def close(self) -> None:
        """Store what waits, then disconnect."""
        await self._appender.close()
        await self.pool.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def append(self, command: Append) -> Appended:
        """See hub.log.Log.append."""
        appended = await self._appender.append(command)
        self._seen = max(self._seen, appended.last)
        return appended

    async def append_batch(
        self,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        """See hub.log.Log.append_batch."""
        for attempt in range(TRIES):
            try:
                async with self.pool.connection() as conn, conn.transaction():
                    await self._move_offsets(conn, offsets)
                    return await self._append_new(conn, commands, instead)
            except psycopg.errors.UniqueViolation as error:
                if attempt == TRIES - 1:
                    raise VersionConflict(str(error.diag.constraint_name)) from error
        raise AssertionError("not reached")

    async def _move_offsets(
        self, conn: psycopg.AsyncConnection[Any], offsets: Sequence[KafkaOffset]
    ) -> None:
        """All at once; a row that stands elsewhere, or not where none was expected, is not moved, and then none is."""
        begin = (
            "INSERT INTO {}.kafka_offsets SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[]) "
            "AS u(g, topic, partition, next) ORDER BY topic, partition ON CONFLICT DO NOTHING"
        )
        go_on = (
            "UPDATE {}.kafka_offsets k SET next = u.next "
            "FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[]) AS u(g, topic, partition, next, expected) "
            "WHERE k.consumer_group = u.g AND k.topic = u.topic AND k.partition = u.partition AND k.next = u.expected"
        )
        for query, chosen in (
            (begin, [o for o in offsets if o.expected is None]),
            (go_on, [o for o in offsets if o.expected is not None]),
        ):
            if not chosen:
                continue
            rows = [(o.group, o.topic, o.partition, o.next, o.expected) for o in chosen]
            columns = [list(column) for column in zip(*rows, strict=True)]
            values = columns if query is go_on else columns[:4]
            moved = await conn.execute(sql.SQL(query).format(self._schema), values)
            if moved.rowcount != len(chosen):
                raise OffsetMoved(", ".join(f"{o.topic}/{o.partition}" for o in chosen))

    async def _append_new(
        self,
        conn: psycopg.AsyncConnection[Any],
        commands: Sequence[Append],
        instead: Instead | None,
    ) -> list[Appended | InboxTaken]:
        answers: dict[int, Appended | InboxTaken] = {}
        new: list[int] = []
        others: list[Append] = []
        taken = {(t.entry.source, t.entry.message_id): t for t in await self._taken(conn, commands)}
        first_seen: dict[object, int] = {}
        stored = await self._streams(conn, commands)
        for at, command in enumerate(commands):
            key = identity(command)
            if command.inbox and (command.inbox.source, command.inbox.message_id) in taken:
                answers[at] = there = taken[command.inbox.source, command.inbox.message_id]
                if instead and (other := instead(at, there)):
                    others.append(other)
            elif command.inbox is None and command.events[0].stream in stored:
                answers[at] = stored[command.events[0].stream]
            elif key not in first_seen:
                first_seen[key] = at
                new.append(at)
        if others:
            known = await self._streams(conn, others)
            others = [other for other in others if other.events[0].stream not in known]
        if new or others:
            chosen = [*(commands[at] for at in new), *others]
            answers |= dict(zip(new, await self._append_all(conn, chosen), strict=False))
        for at, command in enumerate(commands):
            if at not in answers:  # the same message twice in one batch
                before = answers[first_seen[identity(command)]]
                answers[at] = again(commands[first_seen[identity(command)]], before)
        return [answers[at] for at in range(len(commands))]

    async def _append_all(
        self, conn: psycopg.AsyncConnection[Any], commands: Sequence[Append]
    ) -> list[Appended]:
        """One call of the SQL function for them all, at one time."""
        rows = [[prepare(e, self._sealer) for e in c.events] for c in commands]
        cursor = await conn.execute(statement(self.names.log), call_of(commands, rows), binary=True)
        row = await cursor.fetchone()
        assert row is not None
        return shares([len(own) for own in rows], row[0], row[1])

    async def _taken(
        self, conn: psycopg.AsyncConnection[Any], commands: Sequence[Append]
    ) -> list[InboxTaken]:
        return await inbox_rows(conn, self.names.log, [c.inbox for c in commands if c.inbox])

    async def _streams(
        self, conn: psycopg.AsyncConnection[Any], commands: Sequence[Append]
    ) -> dict[str, Appended]:
        query = sql.SQL(
            "SELECT stream, position, recorded_at FROM {}.events WHERE stream = ANY(%s) AND version = 1"
        ).format(self._schema)
        streams = Texts.of([c.events[0].stream for c in commands])
        cursor = await conn.execute(query, [streams], binary=True)
        return {row[0]: Appended(row[1], row[1], row[2]) for row in await cursor.fetchall()}

    async def accepted(self, names: Sequence[tuple[str, str]]) -> list[InboxTaken]:
        """See hub.log.Log.accepted."""
        sources, ids = zip(*dict.fromkeys(names), strict=True)
        values = [Texts.of(sources), Texts.of(ids)]
        query = inbox_query(self.names.log)
        return [
            taken_of(row) for row in await fetch(self.pool, query, values, patience=self._patience)
        ]

    async def read(self, after: int, limit: int) -> list[RecordedEvent]:
        """See hub.log.Log.read."""
        return contiguous(after, await self._rows(FORWARD, [after, limit]))

    async def read_type(
        self, type_: str, after: int, until: int, limit: int
    ) -> list[RecordedEvent]:
        """See hub.log.Log.read_type. Each event is read when it is asked for."""
        query = "SELECT " + COLUMNS + " FROM {}.events WHERE position > %s AND position <= %s"
        query += " AND type = %s ORDER BY position LIMIT %s"
        rows = await self._rows(query, [after, until, type_, limit])
        return [stored(row, self._sealer) for row in rows]

    async def read_stream(self, stream: str, after: int = 0) -> list[RecordedEvent]:
        """See hub.log.Log.read_stream."""
        query = "SELECT " + COLUMNS + " FROM {}.events WHERE stream = %s AND version > %s"
        rows = await self._rows(query + " ORDER BY version", [stream, after])
        return [stored(row, self._sealer) for row in rows]

    async def read_tagged(
        self,
        tags: Sequence[str],
        until: datetime | None = None,
        types: Iterable[str] | None = None,
    ) -> list[RecordedEvent]:
        """See hub.log.Log.read_tagged. Each event is read when it is asked for."""
        query, values = tagged(tags, until, types)
        return [stored(row, self._sealer) for row in await self._rows(query, values)]

    async def head(self) -> int:
        """See hub.log.Log.head."""
        [(position,)] = await self._rows("SELECT position FROM {}.head", [])
        return int(position)

    async def reaches(self, position: int) -> bool:
        """See hub.log.Log.reaches."""
        if position > self._seen:
            self._seen = await self.head()
        return position <= self._seen

    async def relives(self) -> datetime | None:
        """See hub.demo.borough.past_log.RelivedLog."""
        [(relives, at)] = await self._rows("SELECT relives, recorded_at FROM {}.head", [])
        return at if relives else None

    async def append_past(self, commands: Sequence[Append]) -> list[Appended]:
        """See hub.demo.borough.past_log.RelivedLog."""
        async with self.pool.connection() as conn:
            return await self._append_all(conn, commands)

    async def end_past(self) -> None:
        """See hub.demo.borough.past_log.RelivedLog."""
        query = sql.SQL("UPDATE {}.head SET relives = false").format(self._schema)
        pages_begin = sql.SQL(PAGES_BEGIN).format(self._schema)
        async with self.pool.connection() as conn, conn.transaction():
            await conn.execute("SET LOCAL synchronous_commit = on")
            await conn.execute(query)
            await conn.execute(pages_begin, [READER])

    async def raw(self, sha256: str) -> RawMessage | None:
        """See hub.log.Log.raw."""
        rows = await self._rows(
            "SELECT sha256, body, content_type FROM {}.raw_messages WHERE sha256 = %s", [sha256]
        )
        return RawMessage(*rows[0]) if rows else None

    async def next_contact(self) -> int:
        """The next contact's number; never the same twice, with holes where a block was not used up before a restart."""
        while not self._numbers:
            async with self._taking_numbers:
                if not self._numbers:
                    self._numbers.extend(await self._block())
        return self._numbers.popleft()

    async def _block(self) -> list[int]:
        query = "SELECT nextval(%s) FROM generate_series(1, %s)"
        values = [f"{self.names.log}.contact_numbers", NUMBERS_AT_ONCE]
        return [
            int(row[0]) for row in await fetch(self.pool, query, values, patience=self._patience)
        ]

    async def offset(self, group: str, topic: str, partition: int) -> int | None:
        """The next offset to read of a partition; None where none was stored."""
        query = "SELECT next FROM {}.kafka_offsets WHERE consumer_group = %s AND topic = %s AND partition = %s"
        rows = await self._rows(query, [group, topic, partition])
        return int(rows[0][0]) if rows else None

    async def checkpoint(self, name: str) -> int:
        """How far a reader of the log has come, 0 for a new one."""
        rows = await self._rows("SELECT position FROM {}.checkpoints WHERE name = %s", [name])
        return int(rows[0][0]) if rows else 0

    async def vacant(self, places: Sequence[str]) -> list[str]:
        """Those of these places that nobody works in."""
        return left_of(places, await self._rows(AT_WORK, []))

    async def move_checkpoint(self, name: str, position: int) -> None:
        """Keep how far a reader has come; never backwards."""
        query = (
            "INSERT INTO {0}.checkpoints VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET position = greatest(excluded.position, {0}.checkpoints.position)"
        )
        async with self.pool.connection() as conn:
            await conn.execute(sql.SQL(query).format(self._schema), [name, position])

    async def follow(self, after: int, limit: int = 1000) -> AsyncIterator[list[RecordedEvent]]:
        """See hub.log.Log.follow. It reads on one connection and raises psycopg.OperationalError where that breaks: who
        follows under a lock has lost the lock too, and must take it again before reading on."""
        query = sql.SQL(FORWARD).format(self._schema)
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
            await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.names.channel)))
            while True:
                cursor = await conn.execute(query, [after, limit], binary=True)
                events = contiguous(after, await cursor.fetchall())
                if events:
                    after = events[-1].position
                    yield events
                    continue
                async for _note in conn.notifies(timeout=POLL, stop_after=1):
                    break
                await asyncio.sleep(0)

    async def _rows(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return await fetch(
            self.pool, sql.SQL(query).format(self._schema), values, patience=self._patience
        )


def tagged(
    tags: Sequence[str], until: datetime | None, types: Iterable[str] | None
) -> tuple[str, list[Any]]:
    """The query for the events that carry any of these tags, and its values.

    Each tag is looked up by itself in the index, whatever the planner thinks of many at once: it must never go through the log.
    """
    query = "SELECT " + COLUMNS + " FROM {0}.events WHERE position = ANY(ARRAY("
    query += "SELECT e.position FROM unnest(%s::text[]) AS t(tag), LATERAL ("
    query += "SELECT position FROM {0}.events WHERE tags @> ARRAY[t.tag] OFFSET 0) AS e))"
    values: list[Any] = [list(tags)]
    if until is not None:
        query += " AND recorded_at <= %s"
        values.append(until)
    if types is not None:
        query += " AND type = ANY(%s)"
        values.append(sorted(types))
    return query + " ORDER BY position", values


def identity(command: Append) -> object:
    """What makes two commands of one batch the same message: the inbox key, else the stream they begin."""
    if command.inbox:
        return (command.inbox.source, command.inbox.message_id)
    return command.events[0].stream


def again(command: Append, first: Appended | InboxTaken) -> Appended | InboxTaken:
    """The answer to the second of two same messages in a batch."""
    if isinstance(first, Appended) and command.inbox:
        entry: InboxEntry = command.inbox
        return InboxTaken(entry, first.first, first.recorded_at)
    return first
