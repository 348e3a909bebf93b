"""`hub verify`: the walk over the log against a bare server-side read of it, and decisions decided again a second."""

import asyncio
import os
import tempfile
import time
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.integrity import LogFault, walk
from adapters.postgres.rows import COLUMNS
from adapters.postgres.server import EmbeddedServer
from benchmarks import history
from benchmarks.engine import drain, fill, pairs
from benchmarks.machine import interleaved, report
from events.envelope import RecordedEvent
from hub import bootstrap
from hub.bootstrap import upkeep
from hub.bootstrap.parts import ENGINE_TABLES, YOUNG_OF_A_TURN, settle_memory
from hub.settings import Settings
from hub.verify import Redecider

CONTACTS = 1_500
ROUNDS = 5
EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
WHOLE_ROUNDS = 3
PAGE = 2_000


def bare(dsn: str, council: str) -> float:
    """Events a second by a server-side cursor, as bytes, looked at by nobody."""
    begun, events = time.perf_counter(), 0
    query = sql.SQL("SELECT " + COLUMNS + ", hash FROM {}.events ORDER BY position")
    with psycopg.connect(dsn) as conn, conn.cursor("bare") as cursor:
        cursor.execute(query.format(sql.Identifier(council)), binary=True)
        while rows := cursor.fetchmany(PAGE):
            events += len(rows)
    return events / (time.perf_counter() - begun)


def walked(dsn: str, council: str) -> float:
    """Events a second, each checked."""
    begun, events = time.perf_counter(), 0
    for step in walk(dsn, council):
        assert not isinstance(step, LogFault), step
        events += step.size
    return events / (time.perf_counter() - begun)


def decided_again(read: list[RecordedEvent]) -> float:
    """Decisions a second."""
    redecider, begun = Redecider.fresh(), time.perf_counter()
    assert not list(redecider.faults(read))
    return redecider.decisions / (time.perf_counter() - begun)


def main() -> None:
    """A log of fifteen hundred contacts and their decisions, then rounds of each."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home", 0, "127.0.0.1", None, None, "thurrock")
        with bootstrap.database(settings) as found:
            asyncio.run(fill(settings, found, 0, CONTACTS, 0, pairs(CONTACTS)))
            store = PostgresEngineStore(found.runtime, settings.council, ENGINE_TABLES)
            assert store.open()
            drain(store)
            store.close()
            settle_memory(YOUNG_OF_A_TURN)
            steps = walk(found.runtime, settings.council, reads=Redecider.READS)
            read = [e for step in steps if not isinstance(step, LogFault) for e in step.read]
            rates = interleaved(
                {
                    "bare": partial(bare, found.runtime, settings.council),
                    "walk": partial(walked, found.runtime, settings.council),
                    "decisions": partial(decided_again, read),
                },
                ROUNDS,
            )
    decisions = rates["decisions"]
    rates = {name: values for name, values in rates.items() if name != "decisions"}
    report(rates, "bare", {"walk": 0.4})
    print(f"decisions decided again: {sorted(decisions)[ROUNDS // 2]:,.0f} a second "
          f"({min(decisions):,.0f} to {max(decisions):,.0f}), to reach 800")  # fmt: skip
    whole()


def whole() -> None:
    """The command itself over a longer log, in as many processes as it takes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home", 0, "127.0.0.1", None, None, history.COUNCIL)
        with EmbeddedServer(settings.home) as server:
            history.fill(server.dsn, EVENTS)
            rates = []
            for _ in range(WHOLE_ROUNDS):
                begun = time.perf_counter()
                found = upkeep.verify(settings, progress_bar=False)
                rates.append(found["decisions"] / (time.perf_counter() - begun))
                assert found["ok"], found
    print(f"hub verify: {sorted(rates)[WHOLE_ROUNDS // 2]:,.0f} decisions a second ({min(rates):,.0f} to {max(rates):,.0f}), "
          f"and all else of {found['events']:,} events beside them")  # fmt: skip


if __name__ == "__main__":
    main()
