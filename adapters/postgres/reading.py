"""Reads that outlive a restart of PostgreSQL: connections that died meanwhile are given up, and the question is put once more."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout

AGAIN_WITHIN = 5.0

Rows = list[tuple[Any, ...]]


async def fetch(
    pool: AsyncConnectionPool[Any],
    query: str | sql.Composed,
    values: Sequence[Any],
    *,
    prepare: bool | None = None,
) -> Rows:
    """What a query answers. For queries alone that may be put twice; raises psycopg.OperationalError where the second fails too."""
    try:
        return await _fetch(pool, query, values, prepare)
    except PoolTimeout:
        raise
    except psycopg.OperationalError:
        await pool.check()
    return await _fetch(pool, query, values, prepare, AGAIN_WITHIN)


async def _fetch(
    pool: AsyncConnectionPool[Any],
    query: str | sql.Composed,
    values: Sequence[Any],
    prepare: bool | None,
    timeout: float | None = None,
) -> Rows:
    async with pool.connection(timeout=timeout) as conn:
        cursor = await conn.execute(query, values, binary=True, prepare=prepare)
        rows: Rows = await cursor.fetchall()
        return rows
