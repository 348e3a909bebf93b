"""The same people in PostgreSQL as in plain memory, a batch at a time."""

import random
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.tables import PostgresTables, create
from events.content import ContactContent
from hub.people import state
from tests.linking.given import World, content, person, tie
from tests.linking.test_properties import (
    DATES,
    FAMILIES,
    FLAGS,
    FORENAMES,
    HOMES,
    NUMBERS,
    SEXES,
    everything,
)  # fmt: skip

RELATIONS = ["parent-of", "lives-with", "cares-for", "ex-partner-of", "alleged-to-harm"]
BATCH = 7


def town(seed: int, contacts: int) -> list[ContactContent]:
    """Contacts about a small town in which everybody is nearly somebody else."""
    chance = random.Random(seed)
    told = []
    for _ in range(contacts):
        people = [
            person(
                f"p{n}", f"{chance.choice(FORENAMES)} {chance.choice(FAMILIES)}", chance.choice(DATES), chance.choice(HOMES),
                chance.choice(NUMBERS), flags=chance.choice(FLAGS), sex=chance.choice(SEXES),
            )
            for n in range(1, chance.randint(1, 3) + 1)
        ]  # fmt: skip
        ties = [tie("p1", chance.choice(RELATIONS), p.ref, since="2020-01") for p in people[1:]]
        told.append(content(people, ties))
    return told


def take_in(world: World, told: Sequence[ContactContent]) -> None:
    """One batch, as the engine takes it: all received, then one decided after another."""
    received = [world.receive(said) for said in told]
    state.load(world.tables, [each.event for each in received])
    for each in received:
        world.decide(each)


def views(world: World) -> list[object]:
    """The family of everybody known."""
    last = state.last_number(world.tables)
    return [world.family(state.person_id(n)) for n in range(1, last + 1)]


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_postgresql_and_plain_memory_know_the_same_people(
    owner_dsn: str, seed: int, *, kept: bool
) -> None:
    """Whether the rows of one batch are read anew for the next, or kept."""
    told = town(seed, 40)
    memory, stored = World(), World()
    with psycopg.connect(owner_dsn) as conn:
        conn.execute("CREATE SCHEMA people")
        create(conn, "people", state.TABLES)
        tables = PostgresTables(conn, "people", state.TABLES)
        for start in range(0, len(told), BATCH):
            take_in(memory, told[start : start + BATCH])
            tables = tables if kept else PostgresTables(conn, "people", state.TABLES)
            stored.tables = tables
            take_in(stored, told[start : start + BATCH])
            tables.flush()
            conn.commit()
        assert [e.event for e in stored.log] == [e.event for e in memory.log]
        rows = {d.name: all_rows(conn, d.name, d.key) for d in state.TABLES}
        assert rows == everything(memory.tables)
        stored.tables = PostgresTables(conn, "people", state.TABLES)
        assert views(stored) == views(memory)


def all_rows(
    conn: psycopg.Connection[Any], table: str, key: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Every row of a table, in order of key."""
    cursor = conn.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("people", table)))
    names = [column.name for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: [row[c] for c in key])
