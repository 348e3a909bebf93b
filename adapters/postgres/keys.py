"""Looks keys up by their hash, uncached: a revoked key stops working at once. Lookups that wait together go together."""

import asyncio
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.reading import PATIENCE, fetch
from adapters.postgres.together import while_more_come
from hub.errors import Unavailable

WORKS = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())"

AWAY = 0.5

Held = tuple[str, str] | None


class PostgresKeys:
    """Fills hub.keys.Keys."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], schema: str, patience: float = PATIENCE
    ) -> None:
        self._pool = pool
        self._patience = patience
        self._away_until = 0.0
        self._schema = schema
        self._waiting: dict[tuple[str, str], asyncio.Future[Held]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._asked = 0
        self._query = working_keys(schema)

    async def find(self, table: str, sha256: str) -> Held:
        """Holder and key id of a key that works and is not single-use. Raises Unavailable where the database does not
        answer: at once, where it did not a moment ago."""
        if self._away_until > asyncio.get_running_loop().time():
            raise Unavailable
        asked = (table, sha256)
        if asked not in self._waiting:
            self._waiting[asked] = asyncio.get_running_loop().create_future()
        answer = self._waiting[asked]
        self._asked += 1
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return await asyncio.shield(answer)

    async def _ask_all(self) -> None:
        """One query for all who wait at this moment, again while more have come."""
        while self._waiting:
            await while_more_come(lambda: self._asked)
            asked, self._waiting = self._waiting, {}
            try:
                found = await self._ask(list(asked))
            except (psycopg.Error, OSError, TimeoutError):
                self._refuse({**asked, **self._waiting})
                continue
            for key, answer in asked.items():
                if not answer.done():
                    answer.set_result(found.get(key))

    def _refuse(self, asked: dict[tuple[str, str], asyncio.Future[Held]]) -> None:
        """The database is away: those who came meanwhile are told too, and those who come next until it is asked again."""
        self._waiting = {}
        self._away_until = asyncio.get_running_loop().time() + AWAY
        for answer in asked.values():
            if not answer.done():
                answer.set_exception(Unavailable())
                answer.exception()  # whoever asked may be gone

    async def _ask(self, asked: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        hashes = [sha256 for _, sha256 in asked]
        rows = await fetch(
            self._pool, self._query, [hashes, hashes], prepare=True, patience=self._patience
        )
        return {(table, sha256): (holder, key) for table, sha256, holder, key in rows}

    async def use(self, table: str, sha256: str) -> Held:
        """Holder and key id of a single-use key, used up in the same statement."""
        query = sql.SQL(
            "UPDATE {} SET revoked_at = clock_timestamp() WHERE sha256 = %s AND single_use AND "
            + WORKS
            + " RETURNING holder, key"
        ).format(sql.Identifier(self._schema, table))
        async with self._pool.connection() as conn:
            row = await (await conn.execute(query, [sha256])).fetchone()
        return (row[0], row[1]) if row else None


def working_keys(schema: str) -> str:
    """The query for the keys that work, among some hashes, in either table."""
    return " UNION ALL ".join(
        sql.SQL(
            "SELECT {name}, sha256, holder, key FROM {table} WHERE sha256 = ANY(%s) AND NOT single_use AND "
            + WORKS
        )
        .format(name=sql.Literal(table), table=sql.Identifier(schema, table))
        .as_string()
        for table in ("partner_keys", "staff_keys")
    )
