"""One person matched against all who are known: keys and rows from PostgreSQL, weighed and judged, by the engine's own code.

Each mention comes with tables that remember nothing. Beside it the machine's limit for the same work: one bare SELECT of as many
rows by key, in the same rounds. `BENCH_PEOPLE` sets how many are known (100,000).
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

from adapters.postgres.by_index import by_index
from adapters.postgres.server import EmbeddedServer
from adapters.postgres.tables import PostgresTables, add_keys, copy_in, create_bare
from benchmarks.linking.made import write
from benchmarks.linking.stream import against_a_master
from benchmarks.machine import loops, noise
from hub.bootstrap.parts import settle_memory
from hub.linking.contact import candidates_of
from hub.linking.judge import judge
from hub.linking.model import Model, shipped
from hub.linking.records import Record, read_records
from hub.people.person import KEY, PERSON, learn, unknown_person
from hub.people.said import Said
from hub.people.state import person_id
from projections.table import Lookup, Row

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
EACH = 500
UNKNOWN, SEED = 0.1, 20261
SCHEMA = "people"
AT_ONCE = 5000
TO_REACH = {100_000: (2, 8), 1_000_000: (5, 20)}
"""By how many are known, p50 and p99 in ms."""


class Clocked(PostgresTables):
    """Tables that know how long each of their questions took, the making of its rows counted in."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        super().__init__(conn, SCHEMA, (PERSON, KEY))
        self.asked: list[float] = []

    def load(self, lookups: Iterable[Lookup]) -> None:
        begun = time.perf_counter()
        super().load(lookups)
        self.asked.append(time.perf_counter() - begun)


@dataclass(slots=True)
class Times:
    """What the mentions took, part by part, and how many people were weighed. Seconds."""

    parts: dict[str, list[float]] = field(default_factory=dict)
    candidates: list[int] = field(default_factory=list)

    def add(self, **parts: float) -> None:
        """One more mention."""
        for name, seconds in parts.items():
            self.parts.setdefault(name, []).append(seconds)


def rows_known(records: Iterable[Record]) -> Iterator[tuple[Row, frozenset[int]]]:
    """Each known person as stored, with the keys to be found by; a home goes by its own surest name."""
    for number, record in enumerate(records, 1):
        said = Said.of(record.evidence)
        home = said.evidence.home
        row = unknown_person(person_id(number), number)
        yield learn(row, said.evidence, home.key if home else None, number), said.known


def make_known(conn: psycopg.Connection[Any], records: Iterable[Record]) -> None:
    """Fill the two tables that matching reads."""
    with conn.transaction():
        conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
        create_bare(conn, SCHEMA, (PERSON, KEY))
        known = rows_known(records)
        while some := list(islice(known, AT_ONCE)):
            copy_in(conn, SCHEMA, PERSON, "", [row for row, _ in some])
            keys = [{"key": key, "person": row["person"]} for row, found in some for key in found]
            copy_in(conn, SCHEMA, KEY, "", keys)
        add_keys(conn, SCHEMA, (PERSON, KEY))
    for definition in (PERSON, KEY):
        name = sql.Identifier(SCHEMA, definition.name)
        conn.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(name))


def match(conn: psycopg.Connection[Any], model: Model, record: Record, times: Times) -> list[str]:
    """One mention, to its judgement; who was weighed."""
    tables = Clocked(conn)
    begun = time.perf_counter()
    said = Said.of(record.evidence)
    read = time.perf_counter()
    near = candidates_of(tables, [said])[said.evidence.ref]
    found = time.perf_counter()
    judge(model, said.evidence, *near)
    ended = time.perf_counter()
    keys, rows = tables.asked
    times.add(
        match=ended - begun, reading=read - begun, keys=keys, rows=rows,
        choosing=found - read - keys - rows, judging=ended - found,
    )  # fmt: skip
    times.candidates.append(len(near.rows))
    return list(near.rows)


def bare(conn: psycopg.Connection[Any], people: Sequence[str], times: Times) -> None:
    """One SELECT of these people by key."""
    query = sql.SQL("SELECT * FROM {} WHERE person = ANY(%b)").format(
        sql.Identifier(SCHEMA, PERSON.name)
    )
    begun = time.perf_counter()
    conn.execute(query, [list(people)], binary=True).fetchall()
    times.add(bare=time.perf_counter() - begun)


def measure(conn: psycopg.Connection[Any], records: Sequence[Record]) -> list[Times]:
    """Rounds of mentions, each followed by its bare SELECT; the first round warms up and is not counted."""
    model = shipped().with_(population=float(PEOPLE))
    rounds = []
    for number in range(ROUNDS + 1):
        times = Times()
        with conn.transaction():
            for record in records[number * EACH : (number + 1) * EACH]:
                bare(conn, match(conn, model, record, times), times)
        rounds.append(times)
    return rounds[1:]


def percentile(values: Sequence[float], share: float) -> float:
    """So large a share of the values is no more than this."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def told(rounds: Sequence[Times]) -> None:
    """A line a part."""
    whole = {name: [v for t in rounds for v in t.parts[name]] for name in rounds[0].parts}
    most = TO_REACH.get(PEOPLE)
    for name, values in whole.items():
        line = f"{name:<10} p50 {percentile(values, 0.5) * 1000:6.2f}   p99 {percentile(values, 0.99) * 1000:6.2f} ms"
        if name == "match":
            ratios = [
                statistics.median(t.parts["match"]) / statistics.median(t.parts["bare"])
                for t in rounds
            ]
            line += f"   {statistics.median(ratios):.1f} times the bare SELECT"
            line += f", to reach {most[0]} and {most[1]}" if most else ""
        print(line)
    candidates = [many for t in rounds for many in t.candidates]
    print(
        f"candidates p50 {percentile(candidates, 0.5):6}   p99 {percentile(candidates, 0.99):6}   most {max(candidates)}"
    )
    print(noise([statistics.median(t.parts["bare"]) for t in rounds]))


def with_known(ask: Callable[[psycopg.Connection[Any], Sequence[Record]], None]) -> None:
    """Make people known, and put the question over them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, against_a_master(PEOPLE, (ROUNDS + 1) * EACH, UNKNOWN, SEED))
        with (
            EmbeddedServer(folder / "home") as server,
            psycopg.connect(server.dsn, autocommit=True) as conn,
        ):
            set_json_loads(msgspec.json.decode, conn)
            make_known(conn, read_records(folder / "master.csv"))
            by_index(conn)
            settle_memory()
            ask(conn, list(read_records(folder / "file.csv")))


def main() -> int:
    """Make people known, and look for others among them."""
    print(f"{PEOPLE:,} people known, {ROUNDS * EACH:,} mentions, one after another; {loops()}")
    with_known(lambda conn, records: told(measure(conn, records)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
