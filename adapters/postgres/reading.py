"""Reads that outlive a restart of PostgreSQL, and end in time where it does not answer: connections that died meanwhile are
given up, and the question is put once more."""

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.postgres.together import let_go

PATIENCE = 10.0

Rows = list[tuple[Any, ...]]


async def fetch(
    pool: AsyncConnectionPool[Any],
    query: str | sql.Composed,
    values: Sequence[Any],
    *,
    prepare: bool | None = None,
    patience: float = PATIENCE,
) -> Rows:
    """What a query answers. For queries alone that may be put twice; raises psycopg.OperationalError where the second fails
    too, TimeoutError where no answer comes in time.

    A question that was put cannot be taken back from a database that stands still: it is left to itself, and keeps its
    connection until it is answered. There are only so many of those, and who finds none free is told after the same time.
    """
    asking = asyncio.create_task(_fetch_again(pool, query, values, prepare, patience))
    try:
        done, _ = await asyncio.wait((asking,), timeout=patience)
    except asyncio.CancelledError:
        asking.cancel()
        raise
    if done:
        return asking.result()
    asking.add_done_callback(let_go)
    raise TimeoutError("The database does not answer.")


async def _fetch_again(
    pool: AsyncConnectionPool[Any],
    query: str | sql.Composed,
    values: Sequence[Any],
    prepare: bool | None,
    patience: float,
) -> Rows:
    try:
        return await _fetch(pool, query, values, prepare, patience)
    except PoolTimeout:
        raise
    except psycopg.OperationalError:
        await pool.check()
    return await _fetch(pool, query, values, prepare, patience / 2)


async def _fetch(
    pool: AsyncConnectionPool[Any],
    query: str | sql.Composed,
    values: Sequence[Any],
    prepare: bool | None,
    timeout: float,
) -> Rows:
    async with pool.connection(timeout=timeout) as conn:
        cursor = await conn.execute(query, values, binary=True, prepare=prepare)
        rows: Rows = await cursor.fetchall()
        return rows
