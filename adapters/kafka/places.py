"""Where the relay stands, both ways, kept in the hub's own database: never in Kafka."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from adapters.kafka.client import Partition
from adapters.postgres.arrays import Texts

Key = tuple[str, str]


class Places:
    """Reads offsets and the inbox, keeps the checkpoint. `schema` is the log's; offsets are written by the log alone."""

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn, self._schema = dsn, schema
        self._pool = AsyncConnectionPool(
            dsn, min_size=1, max_size=3, timeout=5.0, kwargs={"autocommit": True}, open=False
        )

    async def open(self) -> None:
        """Connect; a database that is away is tried again whenever it is needed."""
        await self._pool.open()

    async def close(self) -> None:
        """Let the database go."""
        await self._pool.close()

    @property
    def pool(self) -> AsyncConnectionPool:
        """The connections, for what is kept beside."""
        return self._pool

    async def offsets(self, group: str, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """The next offset to read of these partitions, of those that were ever read."""
        query = "SELECT topic, partition, next FROM {}.kafka_offsets WHERE consumer_group = %s"
        async with self._pool.connection() as conn:
            rows = await (await conn.execute(self._sql(query), [group])).fetchall()
        stored = {Partition(topic, number): offset for topic, number, offset in rows}
        return {p: stored[p] for p in partitions if p in stored}

    async def taken(self, keys: Iterable[Key]) -> Mapping[Key, str]:
        """Of these (source, message id), those that were accepted, each with the hash of its canonical body."""
        sources, ids = zip(*keys, strict=True)
        query = (
            "SELECT i.source, i.message_id, i.body_hash FROM {}.inbox i"
            " JOIN unnest(%s::text[], %s::text[]) AS k(source, message_id) USING (source, message_id)"
        )
        async with self._pool.connection() as conn:
            values = [Texts.of(sources), Texts.of(ids)]
            rows = await (await conn.execute(self._sql(query), values, binary=True)).fetchall()
        return {(source, message_id): body_hash for source, message_id, body_hash in rows}

    async def numbers(self, count: int) -> Sequence[int]:
        """So many contact numbers that nobody has; those that are not used are never given again."""
        query = "SELECT nextval(%s) FROM generate_series(1, %s)"
        async with self._pool.connection() as conn:
            values = [f"{self._schema}.contact_numbers", count]
            cursor = await conn.execute(query, values, binary=True)
            return [number for (number,) in await cursor.fetchall()]

    @asynccontextmanager
    async def hold(self, reader: str) -> AsyncIterator[bool]:
        """Be the one who reads on, as long as the context and its connection last; False where another process is."""
        conn = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5)
        try:
            asked = await conn.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"{self._schema}/{reader}"]
            )
            row = await asked.fetchone()
            yield bool(row and row[0])
        finally:
            await conn.close()

    async def position(self, reader: str) -> int:
        """The last position that was carried out, 0 at the start."""
        query = "SELECT position FROM {}.checkpoints WHERE name = %s"
        async with self._pool.connection() as conn:
            row = await (await conn.execute(self._sql(query), [reader])).fetchone()
        return row[0] if row else 0

    async def move(self, reader: str, position: int) -> None:
        """Everything up to `position` was carried out."""
        query = (
            "INSERT INTO {}.checkpoints AS c (name, position) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET position = greatest(c.position, excluded.position)"
        )
        async with self._pool.connection() as conn:
            await conn.execute(self._sql(query), [reader, position])

    def _sql(self, query: str) -> sql.Composed:
        return sql.SQL(query).format(sql.Identifier(self._schema))
