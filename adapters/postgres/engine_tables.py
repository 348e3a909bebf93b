"""The engine's tables: made where they are missing, and folded anew from the log where another release left them in another form."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.init import Names
from adapters.postgres.rows import read_in
from adapters.postgres.tables import PostgresTables, create, drop
from events.envelope import RecordedEvent
from projections.table import TableDef, Tables

PREFIX = "engine_"
STRETCH = 1000  # positions

log = logging.getLogger("hub")

Fold = Callable[[Tables, Sequence[RecordedEvent]], None]


@dataclass(frozen=True, slots=True)
class EngineTables:
    """What the engine keeps.

    version   another than the stored one, and the tables are folded anew
    fold      takes in events that were decided on, the engine's own among them
    """

    defs: tuple[TableDef, ...]
    version: int
    fold: Fold


def make_ready(
    conn: psycopg.Connection[Any], names: Names, tables: EngineTables, position: int, works: Callable[[], None]
) -> None:  # fmt: skip
    """Make the tables in the running transaction. Where they are of another version they are folded anew up to the engine's position."""
    kept = sql.Identifier(names.engine, "version_of_tables")
    conn.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} (version bigint NOT NULL)").format(kept))
    row = conn.execute(sql.SQL("SELECT version FROM {}").format(kept)).fetchone()
    stored = int(row[0]) if row else None
    if stored != tables.version and position:
        log.warning("the engine's tables are of another release: they are folded anew")
        drop(conn, names.engine, tables.defs, PREFIX)
        create(conn, names.engine, tables.defs, PREFIX)
        fold_anew(conn, names, tables, position, works)
    create(conn, names.engine, tables.defs, PREFIX)
    if stored != tables.version:
        conn.execute(sql.SQL("DELETE FROM {}").format(kept))
        conn.execute(sql.SQL("INSERT INTO {} VALUES (%s)").format(kept), [tables.version])


def fold_anew(
    conn: psycopg.Connection[Any], names: Names, tables: EngineTables, position: int, works: Callable[[], None]
) -> None:  # fmt: skip
    """Fold the log up to a position into empty tables, a stretch at a time. Raises LogGap."""
    with conn.cursor() as cursor:
        for after in range(0, position, STRETCH):
            works()
            stretch = PostgresTables(conn, names.engine, tables.defs, PREFIX)
            events = read_in(cursor, names.log, after, min(STRETCH, position - after))
            tables.fold(stretch, events)
            stretch.flush()
