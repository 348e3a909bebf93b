"""What must hold after every fault: the log tells of each acknowledged contact once, and decides as if nothing had happened."""

import json
from typing import Any, Protocol

import psycopg
from psycopg import sql

from adapters.postgres.rows import COLUMNS, prepare, recorded
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from hub.bootstrap.parts import new_engine
from hub.folding import TABLES
from hub.writer import ENGINE
from projections.table import MemoryTables
from tests.faults.load import SOURCE, Load, until
from tests.postgres import COUNCIL

HASH = 13  # where the hash stands in a prepared row


class AnyHub(Protocol):
    """A hub that can be asked: in parts, or one process."""

    @property
    def dsn(self) -> str:
        """The owner's connection string."""

    def command(self, *words: str) -> str:
        """Run a `hub` command over the same data."""


def all_holds(hub: AnyHub, load: Load) -> None:
    """Nothing acknowledged is lost, nothing is there twice, every answer was true, the log verifies, and the decisions are
    those of one engine that never died."""
    assert not load.untruthful, load.untruthful[:3]
    load.send_again()
    until_decided(hub.dsn)
    kept = contacts(hub.dsn)
    assert len(kept) == len(set(kept)), "a contact is there twice"
    assert inbox(hub.dsn) == load.acknowledged
    assert sorted(kept) == sorted(load.acknowledged.values())
    decided_as_if_nothing_had_happened(hub.dsn)
    found = json.loads(hub.command("verify", "--json"))
    assert found["ok"], found
    assert found["decisions"] == len(kept), "every contact was decided on once"


def rows(dsn: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the database answers; {} is the log's schema."""
    with psycopg.connect(dsn) as conn:
        return conn.execute(sql.SQL(query).format(sql.Identifier(COUNCIL)), values).fetchall()


def behind(dsn: str) -> int:
    """How many of others' events the engine has not taken in."""
    query = (
        "SELECT count(*) FROM {0}.events WHERE actor IS DISTINCT FROM 'engine' AND position > "
        "coalesce((SELECT position FROM {0}.checkpoints WHERE name = 'engine'), 0)"
    )
    return int(rows(dsn, query)[0][0])


def until_decided(dsn: str) -> None:
    """Until the engine has taken in everything; it fails where the engine stands still, not where the machine is slow."""
    left = [behind(dsn)]
    while left[-1]:
        until(lambda: behind(dsn) < left[-1], f"the engine goes on, with {left[-1]} to go", 20)
        left.append(behind(dsn))


def contacts(dsn: str) -> list[str]:
    """Every contact received from the load, in log order."""
    return [
        e.event.contact
        for e, _ in events(dsn)
        if isinstance(e.event, ContactReceived) and e.event.source == SOURCE
    ]


def inbox(dsn: str) -> dict[str, str]:
    """The contact behind each message id."""
    return dict(rows(dsn, "SELECT message_id, contact FROM {}.inbox WHERE source = %s", SOURCE))


def events(dsn: str) -> list[tuple[RecordedEvent, bytes]]:
    """The whole log, each event with its hash."""
    query = f"SELECT {COLUMNS}, hash FROM {{}}.events ORDER BY position"
    with psycopg.connect(dsn) as conn:
        conn.execute("SET timezone = 'UTC'")
        cursor = conn.execute(sql.SQL(query).format(sql.Identifier(COUNCIL)), binary=True)
        return [(recorded(row[:-1]), bytes(row[-1])) for row in cursor.fetchall()]


def decided_as_if_nothing_had_happened(dsn: str) -> None:
    """One engine in plain memory takes in what others wrote, in log order: what it decides is what stands there, byte by byte."""
    log = events(dsn)
    engine, tables = new_engine(), MemoryTables(TABLES)
    once = [
        (new.stream, new.version, prepare(new)[HASH])
        for e, _ in log
        if e.actor != ENGINE
        for decided in engine.step(tables, [e])
        for new in decided.events
    ]
    there = [(e.stream, e.version, hash_) for e, hash_ in log if e.actor == ENGINE]
    for at, (ours, theirs) in enumerate(zip(once, there, strict=False)):
        assert ours == theirs, f"the {at + 1}. event of the engine is another: {ours} {theirs}"
    assert len(once) == len(there)
