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
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

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
from benchmarks.machine import Rates, interleaved, report
from hub.bootstrap import settle_memory
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


def as_bytes(dsn: str, projections: Sequence[Projection]) -> list[tuple[TableDef, bytes]]:
    """Every table of these projections as it stands, with its rows as COPY writes them."""
    found = []
    with psycopg.connect(dsn) as conn:
        books = Books(conn, VIEWS)
        for projection in projections:
            [prefix] = [g.prefix for g in books.of(projection.NAME) if g.state == "live"]
            for definition in projection.TABLES:
                table = sql.Identifier(VIEWS, prefix + definition.name)
                query = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(table)
                with conn.cursor().copy(query) as copy:
                    found.append((definition, b"".join(map(bytes, copy))))
    return found


def as_rows(dsn: str, projections: Sequence[Projection]) -> list[tuple[TableDef, list[Row]]]:
    """Every table of these projections with its rows as a fold has them."""
    found = []
    with psycopg.connect(dsn) as conn:
        books = Books(conn, VIEWS)
        for projection in projections:
            [prefix] = [g.prefix for g in books.of(projection.NAME) if g.state == "live"]
            for definition in projection.TABLES:
                table = sql.Identifier(VIEWS, prefix + definition.name)
                cursor = conn.cursor(row_factory=dict_row)
                cursor.execute(sql.SQL("SELECT * FROM {}").format(table))
                found.append((definition, cursor.fetchall()))
    return found


def copied(dsn: str, tables: Sequence[tuple[TableDef, list[Row]]], events: int) -> float:
    """Events a second, where all that is done is one COPY a table of the rows they lead to, through the driver."""
    defs = [definition for definition, _ in tables]
    with psycopg.connect(dsn) as conn:
        create_bare(conn, VIEWS, defs, "bench_")
        conn.commit()
        begun = time.perf_counter()
        for definition, rows in tables:
            copy_in(conn, VIEWS, definition, "bench_", rows)
        conn.commit()
        seconds = time.perf_counter() - begun
        drop(conn, VIEWS, defs, "bench_")
    return events / seconds


def poured(dsn: str, tables: Sequence[tuple[TableDef, bytes]], events: int) -> float:
    """The same, where the rows are ready as the bytes that COPY takes: what the server alone can do."""
    defs = [definition for definition, _ in tables]
    with psycopg.connect(dsn) as conn:
        create_bare(conn, VIEWS, defs, "bench_")
        conn.commit()
        begun = time.perf_counter()
        for definition, rows in tables:
            table = sql.Identifier(VIEWS, "bench_" + definition.name)
            query = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)
            with conn.cursor().copy(query) as copy:
                for begin in range(0, len(rows), 1 << 17):
                    copy.write(rows[begin : begin + (1 << 17)])
        conn.commit()
        seconds = time.perf_counter() - begun
        drop(conn, VIEWS, defs, "bench_")
    return events / seconds


def main() -> int:
    """Interleaved rounds over the same log: the family view, then all projections over a tenth of it."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "home") as server:
        filled = fill(server.dsn, EVENTS)
        measure(runtime_dsn(server.dsn, COUNCIL), filled.events)
    return 0


def measure(dsn: str, events: int) -> None:
    """Both parts, over a log that is there."""
    settle_memory()
    live(dsn, FAMILY, events)
    family, ready = as_rows(dsn, FAMILY), as_bytes(dsn, FAMILY)
    print(f"-- family view: {events:,} events, {sum(len(rows) for _, rows in family):,} rows")
    measures: dict[str, Callable[[], float]] = {
        "copy": lambda: copied(dsn, family, events),
        "poured": lambda: poured(dsn, ready, events),
        "rebuild": lambda: built(dsn),
        "live": lambda: live(dsn, FAMILY, events),
    }
    rates = interleaved(measures, ROUNDS)
    report(rates, "copy", TO_REACH)
    against_rows(rates, sum(len(rows) for _, rows in family) / events)
    everything = all_projections()
    reached = min(LIVE_ALL, events)
    live(dsn, everything, reached)
    rows = as_rows(dsn, everything)
    print(f"-- all projections: {reached:,} events, {sum(len(r) for _, r in rows):,} rows")
    measures = {
        "copy": lambda: copied(dsn, rows, reached),
        "live": lambda: live(dsn, everything, reached),
    }
    rates = interleaved(measures, ROUNDS)
    report(rates, "copy", {})
    against_rows(rates, sum(len(r) for _, r in rows) / reached)


def against_rows(rates: Rates, share: float) -> None:
    """The same, as design.md has it: events folded a second to rows copied a second. `share` is the rows of an event."""
    for name in ("rebuild", "live"):
        if name in rates:
            ratios = [o / (c * share) for o, c in zip(rates[name], rates["copy"], strict=True)]
            reach = f", to reach {TO_REACH[name]:.2f}"
            print(f"{name:<10} events to rows {statistics.median(ratios):5.2f}{reach}")


if __name__ == "__main__":
    sys.exit(main())
