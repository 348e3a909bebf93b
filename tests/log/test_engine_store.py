"""One engine works at a time, and one that stalled while another took over can write nothing."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.engine_store import Fenced, PostgresEngineStore
from projections.table import TableDef
from tests.log.given import ask, command, positions
from tests.postgres import COUNCIL

DEFS = (TableDef("seen", {"id": "text", "times": "int"}, ("id",)),)


@pytest.fixture
def store(database: str) -> Iterator[PostgresEngineStore]:
    """An engine's store that has the place."""
    opened = PostgresEngineStore(database, COUNCIL, DEFS)
    assert opened.open()
    yield opened
    opened.close()


def work(store: PostgresEngineStore, referral: str) -> None:
    """One turn: a row, an event, and the position."""
    with store.turn(100) as turn:
        turn.tables.put("seen", {"id": referral, "times": len(turn.events)})
        turn.commit([command(referral)])


def test_a_second_engine_waits_until_the_first_leaves(
    store: PostgresEngineStore, database: str
) -> None:
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    assert not second.open()
    store.close()
    assert second.open()
    second.close()


def test_events_rows_and_position_are_written_together(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    assert positions(database) == [1, 2]
    assert ask(database, "SELECT position FROM {}.checkpoints WHERE name = 'engine'") == [(1,)]
    with store.turn(100) as turn:
        assert [e.position for e in turn.events] == [2]
        assert turn.tables.get("seen", "R-26-000001-1") == {"id": "R-26-000001-1", "times": 1}


def test_a_turn_that_is_not_committed_changes_nothing(
    store: PostgresEngineStore, database: str
) -> None:
    with store.turn(100) as turn:
        turn.tables.put("seen", {"id": "x", "times": 1})
    with pytest.raises(ZeroDivisionError), store.turn(100) as turn:  # noqa: PT012
        turn.commit([command("R-26-000001-1")])
        raise ZeroDivisionError
    assert positions(database) == [1]
    with store.turn(100) as turn:
        assert turn.tables.get("seen", "x") is None
        assert [e.position for e in turn.events] == [1]


def test_an_engine_whose_token_has_moved_on_can_write_nothing(
    store: PostgresEngineStore, database: str
) -> None:
    with psycopg.connect(database) as conn:  # another one took over while this one slept
        table = sql.Identifier(COUNCIL, "fences")
        conn.execute(sql.SQL("UPDATE {} SET token = token + 1").format(table))
    with pytest.raises(Fenced):
        work(store, "R-26-000001-1")
    assert positions(database) == [1]
    assert ask(database, "SELECT * FROM {}.checkpoints") == []


def test_the_token_rises_each_time_the_place_is_taken(
    store: PostgresEngineStore, database: str
) -> None:
    [(before,)] = ask(database, "SELECT token FROM {}.fences")
    store.close()
    again = PostgresEngineStore(database, COUNCIL, DEFS)
    assert again.open()
    assert ask(database, "SELECT token FROM {}.fences") == [(before + 1,)]
    again.close()


def test_an_engine_whose_connection_is_killed_gives_up_its_place(
    store: PostgresEngineStore, owner_dsn: str, database: str
) -> None:
    lost = ask(
        owner_dsn,
        "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE l.locktype = 'advisory' AND d.datname = current_database()",
    )
    assert lost == [(True,)]
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    assert second.open()
    with pytest.raises(psycopg.OperationalError):
        work(store, "R-26-000001-1")
    work(second, "R-26-000002-1")
    assert positions(database) == [1, 2]
    second.close()
