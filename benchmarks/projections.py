"""The projections kept up and rebuilt, as ratios to one COPY of the very same rows into tables without keys.

`copy` writes rows that lie ready in memory through the driver; `poured` is the server alone, fed with finished bytes.

`rebuild` is `hub rebuild family_view` over the log, keys and indexes made and swapped in; `live` is the running hub's way, batch
by batch with its position, from an empty table: of the family view, and of all projections in one process.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from adapters.postgres.generations import Books
from adapters.postgres.init import Names, runtime_dsn
from adapters.postgres.rebuild import rebuild
from adapters.postgres.server import EmbeddedServer
from adapters.postgres.tables import copy_in, create_bare, drop
from adapters.postgres.views import LogSource, ViewStore
from benchmarks.history import COUNCIL, fill
from benchmarks.machine import interleaved, report
from hub.bootstrap.parts import YOUNG_OF_A_TURN, settle_memory
from projections import family_view
from projections.projection import Projection
from projections.registry import all_projections, question
from projections.runner import Runner
from projections.table import Row, TableDef

EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))
LIVE_ALL = EVENTS // 10
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FAMILY = [question(family_view)]
TO_REACH = {"rebuild": 0.4, "live": 0.2}
OUTRUNS = 5_600  # 400 contacts a second, fourteen events each

VIEWS = Names(COUNCIL).views


def forget(dsn: str) -> None:
    """No projection is there."""
    with psycopg.connect(dsn) as conn:
        books = Books(conn, VIEWS)
        books.make()
        for generation in books.all():
            books.discard(generation)


def live(dsn: str, projections: Sequence[Projection], until: int) -> float:
    """Events a second of the runner, from nothing to that position."""
    forget(dsn)
    store, source = ViewStore(dsn, COUNCIL, projections), LogSource(dsn, COUNCIL)
    with closing(store), closing(source):
        assert store.open()
        runner = Runner(projections, source, store)
        begun = time.perf_counter()
        while runner.reached() < until:
            assert runner.step()
        assert not runner.stopped
        return runner.reached() / (time.perf_counter() - begun)


def built(dsn: str) -> float:
    """Events a second of a rebuild of the family view."""
    begun = time.perf_counter()
    done = rebuild(dsn, COUNCIL, FAMILY[0], compare=False)
    return done.position / (time.perf_counter() - begun)


def tables_of(
    conn: psycopg.Connection[Any], projections: Sequence[Projection]
) -> Iterator[tuple[TableDef, sql.Identifier]]:
    """The live tables of these projections, each with its name."""
    books = Books(conn, VIEWS)
    for projection in projections:
        [prefix] = [g.prefix for g in books.of(projection.NAME) if g.state == "live"]
        for definition in projection.TABLES:
            yield definition, sql.Identifier(VIEWS, prefix + definition.name)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a table holds at the end: its rows as a fold has them, and as the bytes that COPY writes and takes."""

    definition: TableDef
    rows: list[Row]
    ready: bytes


def filled_by(dsn: str, projections: Sequence[Projection]) -> list[Filled]:
    """Every table of these projections as it stands."""
    found = []
    with psycopg.connect(dsn) as conn:
        for definition, name in tables_of(conn, projections):
            cursor = conn.cursor(row_factory=dict_row)
            rows = cursor.execute(sql.SQL("SELECT * FROM {}").format(name)).fetchall()
            query = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
            with conn.cursor().copy(query) as copy:
                found.append(Filled(definition, rows, b"".join(map(bytes, copy))))
    return found


Write = Callable[[psycopg.Connection[Any], Filled], None]


def copied(dsn: str, tables: Sequence[Filled], events: int, write: Write) -> float:
    """Events a second, where all that is done is one COPY a table of the rows they lead to, into tables without keys."""
    defs = [table.definition for table in tables]
    with psycopg.connect(dsn) as conn:
        create_bare(conn, VIEWS, defs, "bench_")
        conn.commit()
        begun = time.perf_counter()
        for table in tables:
            write(conn, table)
        conn.commit()
        seconds = time.perf_counter() - begun
        drop(conn, VIEWS, defs, "bench_")
    return events / seconds


def through_the_driver(conn: psycopg.Connection[Any], table: Filled) -> None:
    """Rows that lie ready in memory."""
    copy_in(conn, VIEWS, table.definition, "bench_", table.rows)


def poured(conn: psycopg.Connection[Any], table: Filled) -> None:
    """Bytes that lie ready: what the server alone can do."""
    name = sql.Identifier(VIEWS, "bench_" + table.definition.name)
    query = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)
    with conn.cursor().copy(query) as copy:
        for begin in range(0, len(table.ready), 1 << 17):
            copy.write(table.ready[begin : begin + (1 << 17)])


def main() -> int:
    """Interleaved rounds over the same log: the family view, then all projections over a tenth of it."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "home") as server:
        filled = fill(server.dsn, EVENTS)
        measure(runtime_dsn(server.dsn, COUNCIL), filled.events)
    return 0


def measure(dsn: str, events: int) -> None:
    """Both parts, over a log that is there."""
    settle_memory(YOUNG_OF_A_TURN)
    against_copy(dsn, "family view", FAMILY, events, {"rebuild": lambda: built(dsn)})
    print(f"to outrun the engine, all projections together need {OUTRUNS:,} events a second")
    against_copy(dsn, "all projections", all_projections(), min(LIVE_ALL, events), {})


def against_copy(
    dsn: str,
    name: str,
    projections: Sequence[Projection],
    events: int,
    more: Mapping[str, Callable[[], float]],
) -> None:
    """Live, and what `more` there is, beside the COPY of the same rows: as times for the same work, and as events to rows."""
    live(dsn, projections, events)
    tables = filled_by(dsn, projections)
    rows = sum(len(table.rows) for table in tables)
    print(f"-- {name}: {events:,} events, {rows:,} rows")
    rates = interleaved(
        {
            "copy": lambda: copied(dsn, tables, events, through_the_driver),
            "poured": lambda: copied(dsn, tables, events, poured),
            **more,
            "live": lambda: live(dsn, projections, events),
        },
        ROUNDS,
    )
    report(rates, "copy", TO_REACH)
    for measured in (*more, "live"):
        ratios = [
            own / (copy * rows / events)
            for own, copy in zip(rates[measured], rates["copy"], strict=True)
        ]
        spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
        reach = f"to reach {TO_REACH[measured]:.2f}"
        print(f"{measured:<10} events to rows {statistics.median(ratios):5.2f} {spread}, {reach}")


if __name__ == "__main__":
    sys.exit(main())
