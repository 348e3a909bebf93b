"""One engine works at a time, and one that stalled while another took over can write nothing."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from adapters.postgres import engine_store, place
from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.engine_tables import EngineTables
from adapters.postgres.init import Names, initialise, runtime_dsn
from adapters.postgres.place import Fenced
from adapters.postgres.rows import append_in
from events.envelope import RecordedEvent
from hub.log import Append, LogGap
from projections.table import TableDef, Tables
from tests.log.given import ask, command, positions
from tests.postgres import COUNCIL

SEEN = TableDef("seen", {"id": "text", "times": "int"}, ("id",))


def fold(tables: Tables, events: Sequence[RecordedEvent]) -> None:
    """What the tables of these tests hold of events that were decided on: each position once, counted."""
    for recorded in events:
        tables.put("seen", {"id": str(recorded.position), "times": 1})


DEFS = EngineTables((SEEN,), 1, fold)


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


def stalled_for_longer_than_a_lease(database: str, owner_dsn: str) -> None:
    """The lease has run out: its holder renewed it no more."""
    with psycopg.connect(owner_dsn) as conn:
        table = sql.Identifier(COUNCIL, "fences")
        conn.execute(
            sql.SQL("UPDATE {} SET expires_at = clock_timestamp() - interval '1 ms'").format(table)
        )


@pytest.fixture
def unrenewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder whose keeper sleeps, as one of a stopped process does."""
    monkeypatch.setattr(place, "RENEWED", 3600.0)


def test_a_stalled_engine_is_taken_over_when_its_lease_runs_out(
    unrenewed: None, store: PostgresEngineStore, owner_dsn: str, database: str
) -> None:
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    assert not second.open()
    stalled_for_longer_than_a_lease(database, owner_dsn)
    [(before,)] = ask(database, "SELECT token FROM {}.fences")
    assert second.open()
    assert ask(database, "SELECT token FROM {}.fences") == [(before + 1,)]
    with pytest.raises(psycopg.OperationalError):
        work(store, "R-26-000001-1")
    assert not PostgresEngineStore(database, COUNCIL, DEFS).open()
    work(second, "R-26-000002-1")
    assert [e[0] for e in ask(database, "SELECT stream FROM {}.events WHERE position > 1")] == [
        "referral:R-26-000002-1"
    ]
    second.close()


def test_a_holder_stopped_in_the_midst_of_its_commit_is_undone_and_holds_nobody_up(
    unrenewed: None, store: PostgresEngineStore, owner_dsn: str, database: str
) -> None:
    """It has locked its rows, the fence and the head: the one that takes over ends its session."""
    turn = store.turn(100)
    begun = turn.__enter__()
    begun.tables.put("seen", {"id": "x", "times": 1})
    begun.commit([command("R-26-000001-1")], len(begun.events))
    stalled_for_longer_than_a_lease(database, owner_dsn)
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    began = time.monotonic()
    assert second.open()
    work(second, "R-26-000002-1")
    assert time.monotonic() - began < 2
    with pytest.raises(psycopg.OperationalError):
        turn.__exit__(None, None, None)
    assert positions(database) == [1, 2]
    with second.turn(100) as after:
        assert after.tables.get("seen", "x") is None
    second.close()


def test_a_holder_stopped_in_its_commit_where_nobody_waits_is_undone_by_the_database(
    monkeypatch: pytest.MonkeyPatch, store: PostgresEngineStore, owner_dsn: str
) -> None:
    monkeypatch.setattr(place, "LEFT_OPEN", 0.2)
    turn = store.turn(100)
    begun = turn.__enter__()
    begun.commit([command("R-26-000001-1")], len(begun.events))
    with psycopg.connect(owner_dsn) as conn:  # the head is locked by it; then it is free
        conn.execute("SET lock_timeout = '5s'")
        conn.execute(sql.SQL("SELECT FROM {} FOR UPDATE").format(sql.Identifier(COUNCIL, "head")))
    with pytest.raises(Fenced):
        turn.__exit__(None, None, None)
    assert positions(owner_dsn) == [1]


def test_a_turn_longer_than_a_lease_keeps_it(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setattr(place, "LEASE", 0.6)
    monkeypatch.setattr(place, "RENEWED", 0.1)
    first = PostgresEngineStore(database, COUNCIL, DEFS)
    assert first.open()
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    with first.turn(100) as turn:
        time.sleep(1.5)
        assert not second.open()
        turn.commit([command("R-26-000001-1")], len(turn.events))
    assert positions(database) == [1, 2]
    first.close()


def test_a_holder_that_shows_no_work_is_not_kept_in_its_place(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setattr(place, "LEASE", 0.4)
    monkeypatch.setattr(place, "RENEWED", 0.1)
    monkeypatch.setattr(place, "STUCK", 0.1)
    first = PostgresEngineStore(database, COUNCIL, DEFS)
    assert first.open()
    time.sleep(1)
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    assert second.open()
    second.close()
    first.close()


def test_a_lease_from_before_the_clock_was_set_back_has_run_out(
    unrenewed: None, store: PostgresEngineStore, owner_dsn: str, database: str
) -> None:
    with psycopg.connect(owner_dsn) as conn:
        table = sql.Identifier(COUNCIL, "fences")
        conn.execute(
            sql.SQL("UPDATE {} SET expires_at = expires_at + interval '1 h'").format(table)
        )
    second = PostgresEngineStore(database, COUNCIL, DEFS)
    assert second.open()
    second.close()


def test_a_place_given_up_is_nobodys(store: PostgresEngineStore, database: str) -> None:
    [(holder, live)] = ask(database, "SELECT holder, expires_at > clock_timestamp() FROM {}.fences")
    assert (holder, live) == (place.holder(), True)
    store.close()
    held = ask(database, "SELECT holder, expires_at > clock_timestamp() FROM {}.fences")
    assert held == [(None, False)]


def test_a_turn_that_took_some_of_what_waited_goes_on_with_the_rest(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    work(store, "R-26-000002-1")
    work(store, "R-26-000003-1")
    with store.turn(100) as turn:
        assert [e.position for e in turn.events] == [4]
    with psycopg.connect(database) as conn:
        conn.execute(
            sql.SQL("UPDATE {}.checkpoints SET position = 1").format(sql.Identifier(COUNCIL))
        )
    assert store.open()
    with store.turn(100) as turn:
        assert [e.position for e in turn.events] == [2, 3, 4]
        turn.commit([], 2)
    assert turn.moved == 2
    with store.turn(100) as turn:
        assert [e.position for e in turn.events] == [4]


def decided(referral: str) -> Append:
    """An event of the engine's own."""
    return Append(tuple(replace(event, actor="engine") for event in command(referral).events))


def test_what_the_engine_wrote_itself_is_no_news(store: PostgresEngineStore, database: str) -> None:
    with store.turn(100) as turn:
        turn.commit([decided("R-26-000001-1")])
    begun = time.monotonic()
    store.wait(0.4)
    assert time.monotonic() - begun > 0.35
    with psycopg.connect(database) as conn:
        conn.execute("SELECT pg_notify(%s, 'somebody else')", [Names(COUNCIL).channel])
    begun = time.monotonic()
    store.wait(20.0)  # whatever that was, it looks
    assert time.monotonic() - begun < 10
    with psycopg.connect(database) as conn, conn.cursor() as cursor:
        append_in(cursor, COUNCIL, [command("R-26-000002-1")])
    begun = time.monotonic()
    store.wait(20.0)
    assert time.monotonic() - begun < 10
    with store.turn(100) as turn:
        assert [e.position for e in turn.events] == [3]
        assert turn.moved == 2
        turn.commit([])
    assert ask(database, "SELECT position FROM {}.checkpoints WHERE name = 'engine'") == [(3,)]


def test_what_was_read_in_part_is_not_waited_for(store: PostgresEngineStore, database: str) -> None:
    with psycopg.connect(database) as conn, conn.cursor() as cursor:
        append_in(cursor, COUNCIL, [command(f"R-26-{n:06}-1") for n in range(2, 40)])
    taken = []
    while len(taken) < 39:
        with store.turn(10) as turn:
            taken += [e.position for e in turn.events]
            turn.commit([])
        if len(taken) < 39:
            begun = time.monotonic()
            store.wait(20.0)
            assert time.monotonic() - begun < 10
    assert taken == list(range(1, 40))


def test_an_engine_that_read_all_there_was_to_the_last_place_waits(
    store: PostgresEngineStore, database: str
) -> None:
    with psycopg.connect(database) as conn, conn.cursor() as cursor:
        append_in(cursor, COUNCIL, [command(f"R-26-{n:06}-1") for n in range(2, 11)])
    with store.turn(10) as turn:
        assert len(turn.events) == 10
        turn.commit([decided("R-26-000100-1")])
    with store.turn(10) as turn:
        assert not turn.events
    begun = time.monotonic()
    store.wait(0.4)
    assert time.monotonic() - begun > 0.35


def test_tables_held_in_memory_are_written_as_others_and_read_anew_after_a_turn_that_failed(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    store.close()
    held = PostgresEngineStore(database, COUNCIL, DEFS, in_memory=True)
    assert held.open()
    with held.turn(100) as turn:
        assert turn.tables.get("seen", "R-26-000001-1") == {"id": "R-26-000001-1", "times": 1}
        turn.tables.put("seen", {"id": "a", "times": 7})
        turn.commit([])
    with pytest.raises(ZeroDivisionError), held.turn(100) as turn:  # noqa: PT012
        assert turn.tables.get("seen", "a") == {"id": "a", "times": 7}
        turn.tables.put("seen", {"id": "a", "times": 8})
        turn.tables.put("seen", {"id": "b", "times": 8})
        raise ZeroDivisionError
    with held.turn(100) as turn:
        assert turn.tables.get("seen", "a") == {"id": "a", "times": 7}
        assert turn.tables.get("seen", "b") is None
        turn.tables.put("seen", {"id": "c", "times": 9})  # and is not committed
    with held.turn(100) as turn:
        assert turn.tables.get("seen", "c") is None
        turn.commit([])
    held.close()
    stored = ask(database, "SELECT * FROM {}.engine_seen ORDER BY id", schema=f"{COUNCIL}_engine")
    assert stored == [("R-26-000001-1", 1), ("a", 7)]


def test_of_tables_held_in_memory_one_that_is_seldom_read_is_asked_for_each_turn(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    store.close()
    kept = replace(DEFS, defs=(replace(SEEN, seldom_read=True),))
    held = PostgresEngineStore(database, COUNCIL, kept, in_memory=True)
    assert held.open()
    for times in (77, 78):
        with psycopg.connect(database) as conn:  # as no other than the engine ever does
            table = sql.Identifier(f"{COUNCIL}_engine", "engine_seen")
            conn.execute(sql.SQL("UPDATE {} SET times = {}").format(table, times))
        with held.turn(100) as turn:
            assert turn.tables.get("seen", "R-26-000001-1") == {
                "id": "R-26-000001-1",
                "times": times,
            }
            turn.commit([])
    held.close()


def test_what_a_turn_read_is_at_hand_in_the_next_until_a_turn_fails(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    with psycopg.connect(database) as conn:  # as no other than the engine ever does
        table = sql.Identifier(f"{COUNCIL}_engine", "engine_seen")
        conn.execute(sql.SQL("UPDATE {} SET times = 77").format(table))
    with store.turn(100) as turn:
        assert turn.tables.get("seen", "R-26-000001-1") == {"id": "R-26-000001-1", "times": 1}
        turn.looked_ahead = 5
        turn.commit([])
    with store.turn(100) as turn:
        assert turn.looked_ahead == 5
    with pytest.raises(ZeroDivisionError), store.turn(100):
        raise ZeroDivisionError
    with store.turn(100) as turn:
        assert turn.looked_ahead == 0
        assert turn.tables.get("seen", "R-26-000001-1") == {"id": "R-26-000001-1", "times": 77}


def test_more_rows_than_may_be_held_are_let_go(
    store: PostgresEngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_store, "HELD", 2)
    for number in range(1, 5):
        with store.turn(100) as turn:
            before = turn.looked_ahead
            turn.looked_ahead = number
            turn.tables.put("seen", {"id": f"a{number}", "times": number})
            turn.commit([])
        assert before == (0 if number in (1, 4) else number - 1)
    with store.turn(100) as turn:
        assert turn.tables.get("seen", "a1") == {"id": "a1", "times": 1}


def test_more_is_held_while_what_was_read_ahead_is_still_to_be_used(
    store: PostgresEngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_store, "HELD", 2)
    with store.turn(100) as turn:
        turn.commit([command(f"R-26-000001-{n}") for n in range(1, 4)])
    kept = []
    for rows in (3, 1, 1):
        with store.turn(100) as turn:
            kept.append(turn.looked_ahead)
            turn.looked_ahead = 100
            for n in range(rows):
                turn.tables.put("seen", {"id": f"{len(kept)}-{n}", "times": n})
            turn.commit([], 1)
    assert kept == [0, 100, 100]  # three rows, then four
    with store.turn(100) as turn:
        assert turn.looked_ahead == 0  # five
        assert turn.tables.get("seen", "1-2") == {"id": "1-2", "times": 2}


def test_a_log_from_before_leases_is_given_them(owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn) as conn:
        table = sql.Identifier(COUNCIL, "fences")
        conn.execute(
            sql.SQL("ALTER TABLE {} DROP COLUMN holder, DROP COLUMN expires_at").format(table)
        )
    initialise(owner_dsn, COUNCIL)
    initialise(owner_dsn, COUNCIL)
    opened = PostgresEngineStore(runtime_dsn(owner_dsn, COUNCIL), COUNCIL, DEFS)
    assert opened.open()
    opened.close()


def test_tables_of_another_release_are_folded_anew_from_the_log(
    store: PostgresEngineStore, database: str
) -> None:
    work(store, "R-26-000001-1")
    work(store, "R-26-000001-2")
    work(store, "R-26-000001-3")
    store.close()
    newer = PostgresEngineStore(database, COUNCIL, replace(DEFS, version=2))
    assert newer.open()
    with newer.turn(100) as turn:
        assert turn.tables.get("seen", "R-26-000001-1") is None
        assert turn.tables.get("seen", "1") == {"id": "1", "times": 1}
        turn.tables.put("seen", {"id": "kept", "times": 0})
        turn.commit([])
    newer.close()
    assert newer.open()
    with newer.turn(100) as turn:
        assert turn.tables.get("seen", "kept") == {"id": "kept", "times": 0}
    newer.close()


def test_over_a_gap_nothing_is_folded_anew(owner_dsn: str) -> None:
    dsn = runtime_dsn(owner_dsn, COUNCIL)
    first = PostgresEngineStore(dsn, COUNCIL, DEFS)
    assert first.open()
    for number in range(1, 4):
        work(first, f"R-26-000001-{number}")
    first.close()
    with psycopg.connect(owner_dsn) as conn:
        conn.execute("ALTER TABLE thurrock.events DISABLE TRIGGER ALL")
        conn.execute("DELETE FROM thurrock.events WHERE position = 2")
    newer = PostgresEngineStore(dsn, COUNCIL, replace(DEFS, version=2))
    with pytest.raises(LogGap, match="position 2"):
        newer.open()
    newer.close()
