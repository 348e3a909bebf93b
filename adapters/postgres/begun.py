"""A transaction that asks its first question in the round trip that begins it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

READ_ONLY = "ISOLATION LEVEL REPEATABLE READ READ ONLY"


@contextmanager
def begun(
    conn: psycopg.Connection[Any], question: sql.Composable, mode: str = ""
) -> Iterator[list[tuple[Any, ...]]]:
    """On a connection that commits by itself: what the question, which has no parameters, is answered. Committed at the end,
    undone where that comes by an error."""
    both = sql.SQL("BEGIN " + mode + "; ") + question
    cursor = conn.execute(both, prepare=False)  # several statements go together, unprepared
    cursor.nextset()
    try:
        yield cursor.fetchall()
    except BaseException:
        if not conn.broken:
            conn.rollback()
        raise
    conn.commit()
