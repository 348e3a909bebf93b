"""The projections on real PostgreSQL: the same rows as in memory, rebuilt beside and swapped without a failed read."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres import view_reader
from adapters.postgres.rebuild import rebuild
from adapters.postgres.rows import append_in
from adapters.postgres.view_reader import ViewReader
from adapters.postgres.views import LogSource, ViewStore
from events.envelope import new_event
from hub.errors import Unavailable
from hub.log import Append, LogGap
from projections import answers, duty_queue, secrets
from projections.as_at import fold_as_at
from projections.registry import all_projections, question, table_defs
from projections.runner import Runner
from projections.table import TableDef
from tests.access.test_leaks import Told, contacts, tell
from tests.postgres import COUNCIL
from tests.projections.story import Story


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return dict(row)


def rows_in(tables: Any, definition: TableDef) -> list[dict[str, Any]]:
    """Every row of a table that was read whole, for comparing."""
    return [plain(row) for row in tables.rows(definition.name)]


def stored(dsn: str, definition: TableDef) -> list[dict[str, Any]]:
    """Every row of the live generation of a table, in order of key."""
    with psycopg.connect(dsn) as conn:
        name = next(p.NAME for p in all_projections() if definition in p.TABLES)
        found = conn.execute(
            f"SELECT generation FROM {COUNCIL}_views.generations WHERE name = %s AND state = 'live'",
            [name],
        ).fetchone()
        assert found
        columns = ", ".join(f'"{c}"' for c in definition.columns)
        rows = conn.execute(
            f"SELECT {columns} FROM {COUNCIL}_views.g{found[0]}_{definition.name}"
        ).fetchall()
    dicts = [dict(zip(definition.columns, row, strict=True)) for row in rows]
    return sorted(dicts, key=definition.key_of)


def write(dsn: str, story: Story) -> None:
    """Put a story into the real log."""
    with psycopg.connect(dsn) as conn, conn.cursor() as cursor:
        for told in story.events:
            event = new_event(told.event, told.version, actor=told.actor, event_id=told.event_id)
            append_in(cursor, COUNCIL, [Append(events=(event,))])


@contextmanager
def running(dsn: str, chosen: Any = None, batch: int = 1000) -> Iterator[Runner]:
    """A runner over the log, with the views' place taken."""
    store, source = ViewStore(dsn, COUNCIL, chosen), LogSource(dsn, COUNCIL)
    assert store.open()
    try:
        yield Runner(store.projections, source, store, batch)
    finally:
        store.close()
        source.close()


def a_story(contacts_told: int = 6) -> Story:
    told = [
        Told(
            [n % 5 + 1, n % 3 + 1] if n % 5 != n % 3 else [n % 5 + 1],
            [],
            "shielded",
            [],
            "care-need",
            ["MASH", "YC"],
        )
        for n in range(contacts_told)
    ]
    return tell(told)


def empty(dsn: str) -> None:
    """Forget the log and every generation, as the owner may: for one more example in the same database."""
    with psycopg.connect(dsn) as conn:
        tables = conn.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [f"{COUNCIL}_views"]
        ).fetchall()
        for (table,) in tables:
            conn.execute(f'DROP TABLE {COUNCIL}_views."{table}"')
        conn.execute(f"ALTER TABLE {COUNCIL}.events DISABLE TRIGGER ALL")
        conn.execute(f"TRUNCATE {COUNCIL}.events")
        conn.execute(f"ALTER TABLE {COUNCIL}.events ENABLE TRIGGER ALL")
        conn.execute(f"UPDATE {COUNCIL}.head SET position = 0")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(contacts(), min_size=1, max_size=4), batch=st.integers(1, 40))
def test_the_same_events_give_the_same_rows_in_memory_and_in_postgresql(
    database: str, owner_dsn: str, drawn: list[Told], batch: int
) -> None:
    empty(owner_dsn)
    write(database, tell(drawn))
    with running(database, batch=batch) as runner:
        runner.catch_up()
        assert not runner.stopped
        memory = fold_as_at(runner.source.read(0, 10_000).events)
    for definition in table_defs():
        assert stored(database, definition) == rows_in(memory, definition), definition.name


def test_a_rebuilt_projection_equals_the_live_one(database: str) -> None:
    write(database, a_story())
    with running(database) as runner:
        runner.catch_up()
    for projection in all_projections():
        done = rebuild(database, COUNCIL, projection, batch=7)
        assert (done.same, done.differs) == (True, ()), projection.NAME


def test_a_row_that_was_tampered_with_is_named_and_mended(database: str) -> None:
    write(database, a_story())
    with running(database) as runner:
        runner.catch_up()
    before = stored(database, answers.ANSWERS)
    with psycopg.connect(database) as conn:
        found = conn.execute(
            f"SELECT generation FROM {COUNCIL}_views.generations WHERE name = 'answers'"
        ).fetchone()
        assert found
        conn.execute(
            f"UPDATE {COUNCIL}_views.g{found[0]}_answers SET team = 'XX' WHERE position = 5"
        )
    done = rebuild(database, COUNCIL, question(answers))
    assert (done.same, done.differs) == (False, ("answers",))
    assert stored(database, answers.ANSWERS) == before


def test_the_runner_goes_on_where_a_rebuild_left_off(database: str) -> None:
    write(database, a_story(2))
    with running(database) as runner:
        runner.catch_up()
        rebuild(database, COUNCIL, question(duty_queue))
        story = Story()
        story.contact(90, {})
        write(database, story)
        runner.catch_up()
        assert not runner.stopped
        assert len(set(runner.positions().values())) == 1


async def test_a_changed_version_is_built_beside_and_takes_the_place_when_it_is_done(
    database: str,
) -> None:
    write(database, a_story())
    with running(database, [question(duty_queue)]) as runner:
        runner.catch_up()
    newer = question(duty_queue)
    newer.VERSION = duty_queue.VERSION + 1
    async with ViewReader(database, COUNCIL, [newer]) as reader:
        assert len(await reader.ask(lambda t: duty_queue.open_for(t, "YC"))) > 0
        with running(database, [newer]) as runner:
            assert runner.positions()["duty_queue"] == 0
            runner.catch_up()
        assert (await reader.positions())["duty_queue"] > 0
    with psycopg.connect(database) as conn:
        left = conn.execute(f"SELECT version, state FROM {COUNCIL}_views.generations").fetchall()
    assert left == [(duty_queue.VERSION + 1, "live")]


async def test_a_version_with_other_columns_is_not_read_until_it_is_built(database: str) -> None:
    write(database, a_story())
    with running(database, [question(duty_queue)]) as runner:
        runner.catch_up()
    newer = question(duty_queue)
    newer.VERSION = duty_queue.VERSION + 1
    newer.TABLES = (
        duty_queue.CONTACTS,
        duty_queue.HANDED,
        TableDef("queue_referrals", {"referral": "text"}, ("referral",)),
    )
    async with ViewReader(database, COUNCIL, [newer]) as reader:
        with pytest.raises(Unavailable):
            await reader.ask(lambda t: t.get("queue_referrals", "R-1"))


def test_a_stretch_of_the_log_holds_what_is_asked_for_and_how_far_it_goes(database: str) -> None:
    write(database, a_story(5))
    source = LogSource(database, COUNCIL)
    try:
        everything = source.read(0, 10_000)
        assert everything.reached == source.head() == everything.events[-1].position
        chosen = question(duty_queue).types
        assert chosen
        for limit in (1, 4, 7):
            after, found = 0, []
            while (stretch := source.read(after, limit, chosen)).reached > after:
                assert stretch.reached - after <= limit
                found += [e.position for e in stretch.events]
                after = stretch.reached
            assert after == everything.reached
            assert found == [e.position for e in everything.events if e.type in chosen]
        # what was read ahead is not what is asked for next
        source.read(0, 3)
        assert [e.position for e in source.read(5, 2).events] == [6, 7]
        source.read(0, 3)
        assert [e.position for e in source.read(3, 2).events] == [4, 5]
    finally:
        source.close()


def test_no_stretch_passes_over_a_position_that_is_missing(database: str, owner_dsn: str) -> None:
    write(database, a_story(3))
    with psycopg.connect(owner_dsn) as conn:
        conn.execute(f"ALTER TABLE {COUNCIL}.events DISABLE TRIGGER ALL")
        conn.execute(f"DELETE FROM {COUNCIL}.events WHERE position IN (1, 9)")
    source = LogSource(database, COUNCIL)
    try:
        for after, limit in ((0, 1), (0, 5), (1, 100), (8, 1)):
            for types in (None, frozenset({"message.refused"})):
                with pytest.raises(LogGap):
                    source.read(after, limit, types)
        assert source.read(1, 7).reached == 8
        with pytest.raises(LogGap):
            source.read(8, 7)  # read ahead already
    finally:
        source.close()


def test_only_one_process_keeps_the_projections_up(database: str) -> None:
    with running(database):
        other = ViewStore(database, COUNCIL)
        assert not other.open()


async def test_one_who_waits_hears_when_the_projections_have_come_that_far(database: str) -> None:
    write(database, a_story(1))
    async with ViewReader(database, COUNCIL) as reader:
        assert not await reader.wait_for(3, 0.05)
        waiting = asyncio.create_task(reader.wait_for(3, 10))
        with running(database) as runner:
            await asyncio.to_thread(runner.catch_up)
        assert await waiting
        assert await reader.ask(lambda t: secrets.passed(t, 3))
        assert not await reader.wait_for(10**6, 0.05, ["duty_queue"])


async def test_the_word_says_how_far_each_has_come_so_that_nobody_need_ask(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = a_story()
    write(database, story)
    end = len(story.events)
    monkeypatch.setattr(view_reader, "POLL", 30.0)
    async with ViewReader(database, COUNCIL) as reader:
        with running(database, batch=1) as runner:
            await asyncio.to_thread(runner.step)
            assert await reader.wait_for(1, 30)

            async def asked() -> dict[str, int]:
                raise AssertionError("the database was asked")

            monkeypatch.setattr(reader, "positions", asked)
            waiting = [asyncio.create_task(reader.wait_for(n, 20)) for n in range(1, end + 1)]
            await asyncio.sleep(0)
            await asyncio.to_thread(runner.catch_up)
            assert all(await asyncio.gather(*waiting))


async def test_no_read_fails_and_none_is_mixed_while_projections_are_rebuilt(database: str) -> None:
    write(database, a_story())
    with running(database) as runner:
        runner.catch_up()
    async with ViewReader(database, COUNCIL) as reader:

        def question_of_two_tables(tables: Any) -> tuple[int, bool]:
            rows = duty_queue.open_for(tables, "YC")
            return len(rows), all(tables.get("queue_contacts", row.contact) for row in rows)

        expected = await reader.ask(question_of_two_tables)
        done = threading.Event()
        seen: set[tuple[int, bool]] = set()

        def ask_on() -> None:
            while not done.is_set():
                seen.add(reader.ask_now(question_of_two_tables))

        asking = [asyncio.create_task(asyncio.to_thread(ask_on)) for _ in range(2)]
        for _ in range(5):
            await asyncio.to_thread(rebuild, database, COUNCIL, question(duty_queue))
        done.set()
        await asyncio.gather(*asking)
    assert seen == {expected}
