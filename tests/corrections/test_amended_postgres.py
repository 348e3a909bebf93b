"""Corrections and withdrawals in PostgreSQL: the same people, the same views, and a view built anew is the one that ran along."""

import random
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from adapters.postgres.rebuild import rebuild
from adapters.postgres.tables import PostgresTables, create
from events.policy_published import PolicyPublished
from hub.folding import TABLES, fold_anew
from hub.people import state
from projections.as_at import fold_as_at
from projections.registry import all_projections, table_defs
from tests.corrections.given import Town
from tests.corrections.test_amended_as_if import lived
from tests.linking.test_postgres import all_rows, town
from tests.postgres import COUNCIL
from tests.projections.test_views import empty, rows_in, running, stored, write


def amended_town(seed: int) -> Town:
    """A town whose contacts are corrected and withdrawn here and there, by a seed; the engine is often behind."""
    chance, told = random.Random(seed), town(seed, 36)
    steps: list[Any] = list(told[:6])
    for said in told[6:]:
        kind = chance.choice(["tell", "tell", "correct", "correct", "withdraw", "same"])
        which = chance.randint(0, 99)
        if kind == "tell":
            steps.append(said)
        else:
            steps.append((kind, which, said if kind == "correct" else chance.randint(0, 99)))
    return lived(steps, at_once=chance.randint(1, 4))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_s_memory_is_the_same_in_postgresql(owner_dsn: str, seed: int) -> None:
    made = amended_town(seed)
    with psycopg.connect(owner_dsn) as conn:
        conn.execute("CREATE SCHEMA people")
        create(conn, "people", TABLES)
        for start in range(0, len(made.log), 40):
            tables = PostgresTables(conn, "people", TABLES)
            fold_anew(tables, made.log[start : start + 40])
            tables.flush()
        conn.commit()
        rows = {d.name: all_rows(conn, d.name, d.key) for d in state.TABLES}
    assert rows == {d.name: made.tables.rows(d.name) for d in state.TABLES}


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_every_view_is_the_same_in_postgresql_and_built_anew(
    database: str, owner_dsn: str, batch: int
) -> None:
    made = amended_town(batch)
    empty(owner_dsn)
    published = SimpleNamespace(
        event=PolicyPublished.example(), version=1, actor="operator", event_id=None
    )
    write(database, cast(Any, SimpleNamespace(events=[published, *made.log])))
    with running(database, batch=batch) as runner:
        runner.catch_up()
        assert not runner.stopped
        memory = fold_as_at(runner.source.read(0, 10_000).events)
    for definition in table_defs():
        assert stored(database, definition) == rows_in(memory, definition), definition.name
    for projection in all_projections():
        done = rebuild(database, COUNCIL, projection, batch=50)
        assert (done.same, done.differs) == (True, ()), projection.NAME
