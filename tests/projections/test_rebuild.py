"""A projection is rebuilt beside the live one: whatever happens meanwhile, one whole generation is read, and nothing is left behind."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import psycopg
import pytest

from adapters.postgres.generations import Books
from adapters.postgres.init import runtime_dsn
from adapters.postgres.log import tagged
from adapters.postgres.rebuild import Builder, rebuild
from adapters.postgres.tables import PostgresTables
from adapters.postgres.view_reader import ViewReader
from adapters.postgres.views import LogSource, ViewStore
from benchmarks.history import fill
from events.envelope import RecordedEvent
from hub.bootstrap.parts import build_beside
from hub.log import LogGap
from projections import answers, duty_queue, family_view, secrets
from projections.registry import all_projections, question, table_defs
from projections.runner import FoldFailed, Runner
from tests.postgres import COUNCIL
from tests.projections.story import Story
from tests.projections.test_views import a_story, running, stored, write

VIEWS = f"{COUNCIL}_views"


def generations(dsn: str) -> list[tuple[str, int, str]]:
    """Every generation there is."""
    with psycopg.connect(dsn) as conn:
        return [(g.name, g.version, g.state) for g in Books(conn, VIEWS).all()]


def tables(dsn: str) -> set[str]:
    """Every table of the views, without the list of generations."""
    with psycopg.connect(dsn) as conn:
        rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [VIEWS])
        return {row[0] for row in rows} - {"generations", "stops"}


def failing_at(position: int, module: Any = answers) -> Any:
    """A projection that cannot fold the event at this position."""
    failing = question(module)

    def apply(into: Any, event: RecordedEvent) -> None:
        if event.position == position:
            raise ValueError("Grace Okoro")
        module.apply(into, event)

    failing.apply, failing.types = apply, None
    return failing


@pytest.mark.parametrize("most_rows", [0, 3, 10**6])
def test_where_memory_does_not_hold_it_the_rest_is_folded_in_batches(
    database: str, most_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.postgres.rebuild.AT_ONCE", 5)
    write(database, a_story(12))
    with running(database) as runner:
        runner.catch_up()
    before = {d.name: stored(database, d) for d in table_defs()}
    for projection in all_projections():
        done = rebuild(database, COUNCIL, projection, batch=9, most_rows=most_rows)
        assert (done.same, done.differs) == (True, ()), projection.NAME
    assert {d.name: stored(database, d) for d in table_defs()} == before


def test_a_rebuilt_table_has_the_key_and_the_indexes_of_a_live_one(database: str) -> None:
    def indexes() -> set[str]:
        with psycopg.connect(database) as conn:
            rows = conn.execute(
                "SELECT regexp_replace(indexdef, 'g[0-9]+_', '', 'g') FROM pg_indexes WHERE schemaname = %s",
                [VIEWS],
            )
            return {row[0] for row in rows}

    write(database, a_story(2))
    with running(database) as runner:
        runner.catch_up()
    before = indexes()
    for projection in all_projections():
        rebuild(database, COUNCIL, projection)
    assert indexes() == before and len(before) > len(table_defs())


def test_a_key_that_turns_up_twice_is_written_as_the_live_one_writes_it(database: str) -> None:
    twice = question(answers)

    def apply(into: Any, event: RecordedEvent) -> None:
        answers.apply(into, event)
        answers.apply(into, event)

    twice.apply = apply
    write(database, a_story(3))
    with running(database, [twice]) as runner:
        runner.catch_up()
        assert not runner.stopped
    assert rebuild(database, COUNCIL, twice).same


def test_a_fold_that_fails_says_where_and_why_and_the_live_one_stays(database: str) -> None:
    write(database, a_story(3))
    with running(database) as runner:
        runner.catch_up()
    before, kept = generations(database), tables(database)
    for most_rows in (0, 10**6):
        with pytest.raises(FoldFailed) as failed:
            rebuild(database, COUNCIL, failing_at(7), most_rows=most_rows)
        stopped = failed.value.stopped
        assert (stopped.name, stopped.position, stopped.error) == ("answers", 7, "ValueError")
        assert "Okoro" not in str(failed.value)
    assert generations(database) == before and tables(database) == kept


def test_a_log_that_misses_an_event_is_not_folded(database: str, owner_dsn: str) -> None:
    write(database, a_story(2))
    with psycopg.connect(owner_dsn) as conn:
        conn.execute(f"ALTER TABLE {COUNCIL}.events DISABLE TRIGGER ALL")
        conn.execute(f"DELETE FROM {COUNCIL}.events WHERE position = 5")
    with pytest.raises(LogGap):
        rebuild(database, COUNCIL, question(duty_queue))


KILLED = """
import sys, time
from adapters.postgres.rebuild import rebuild
from projections import duty_queue
from projections.registry import question
def tell(done, head):
    print("half way", flush=True)
    time.sleep(600)
rebuild(sys.argv[1], sys.argv[2], question(duty_queue), tell=tell)
"""


def test_what_a_killed_rebuild_left_is_gone_when_the_projections_start_and_not_before(
    database: str,
) -> None:
    write(database, a_story(3))
    with running(database) as runner:
        runner.catch_up()
    kept = tables(database)
    words = [sys.executable, "-c", KILLED, database, COUNCIL]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "half way\n"
        with running(database):  # a builder that lives is left alone
            assert ("duty_queue", duty_queue.VERSION, "rebuilding") in generations(database)
        builder.send_signal(signal.SIGKILL)
    end = time.monotonic() + 20
    while tables(database) != kept and time.monotonic() < end:
        with running(database) as runner:
            runner.catch_up()
        time.sleep(0.1)  # until the server has seen that its client is gone
    assert tables(database) == kept
    assert {state for _, _, state in generations(database)} == {"live"}


def test_two_who_rebuild_the_same_at_once_do_so_one_after_the_other(database: str) -> None:
    write(database, a_story(4))
    with running(database) as runner:
        runner.catch_up()
    done: list[Any] = []
    both = [
        threading.Thread(
            target=lambda: done.append(rebuild(database, COUNCIL, question(duty_queue)))
        )
        for _ in range(3)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [d.same for d in done] == [True] * 3
    assert [g for g in generations(database) if g[0] == "duty_queue"] == [
        ("duty_queue", duty_queue.VERSION, "live")
    ]


def test_a_changed_version_is_built_while_the_old_one_and_all_others_go_on(database: str) -> None:
    write(database, a_story(4))
    with running(database) as runner:
        runner.catch_up()
    newer = question(duty_queue)
    newer.VERSION = 7
    chosen = [newer if p.NAME == newer.NAME else p for p in all_projections()]
    store, source = ViewStore(database, COUNCIL, chosen), LogSource(database, COUNCIL)
    assert store.open()
    try:
        builds = store.unbuilt()
        assert builds == [newer]
        assert ("duty_queue", duty_queue.VERSION, "live") in generations(database)
        runner = Runner([p for p in chosen if p not in builds], source, store)
        story = Story()
        story.contact(91, {})
        write(database, story)
        runner.catch_up()
        assert runner.reached() == source.head()  # nobody waits for the one that is built
        build_beside(database, COUNCIL, builds, runner, threading.Event())
        runner.catch_up()
        assert runner.positions()["duty_queue"] == source.head() and not runner.stopped
    finally:
        store.close()
        source.close()
    assert [g for g in generations(database) if g[0] == "duty_queue"] == [("duty_queue", 7, "live")]


def test_a_changed_version_that_cannot_be_built_stops_alone_and_the_old_one_is_still_read(
    database: str,
) -> None:
    write(database, a_story(4))
    with running(database) as runner:
        runner.catch_up()
    newer = failing_at(9)
    before = newer.VERSION
    newer.VERSION = before + 1
    chosen = [newer if p.NAME == newer.NAME else p for p in all_projections()]
    store, source = ViewStore(database, COUNCIL, chosen), LogSource(database, COUNCIL)
    assert store.open()
    try:
        builds = store.unbuilt()
        runner = Runner([p for p in chosen if p not in builds], source, store)
        build_beside(database, COUNCIL, builds, runner, threading.Event())
        assert runner.stopped["answers"].position == 9
        runner.catch_up()
        assert list(runner.stopped) == ["answers"]
    finally:
        store.close()
        source.close()
    assert ("answers", before, "live") in generations(database)
    assert stops(database, chosen) == {"answers": "at position 9: ValueError"}


def stops(dsn: str, chosen: Any = None) -> dict[str, str]:
    """What a process that only reads the projections knows of those that stopped."""

    async def ask() -> dict[str, str]:
        async with ViewReader(dsn, COUNCIL, chosen) as reader:
            return dict(await reader.stopped())

    return asyncio.run(ask())


def test_where_and_why_a_projection_stopped_is_known_to_every_process_until_it_goes_again(
    database: str,
) -> None:
    write(database, a_story(3))
    assert stops(database) == {}
    with running(database, [failing_at(7), question(duty_queue)]) as runner:
        runner.catch_up()
        assert stops(database) == {"answers": "at position 7: ValueError"}
        assert stops(database, [question(duty_queue)]) == {}  # another's is not told
    assert stops(database) == {"answers": "at position 7: ValueError"}
    with running(database) as runner:
        runner.catch_up()
        assert not runner.stopped
    assert stops(database) == {}


def test_a_projection_is_kept_up_while_it_is_compared(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, a_story(3))
    at: list[int] = []
    with running(database) as runner:
        runner.catch_up()
        runner.store.conn.execute("SET lock_timeout = '5s'")
        differ = Builder._differ

        def comparing(*told: Any) -> bool:
            story = Story()
            story.contact(70 + len(at), {})
            write(database, story)
            at.append(runner.catch_up())
            return differ(*told)

        monkeypatch.setattr(Builder, "_differ", comparing)
        done = rebuild(database, COUNCIL, question(duty_queue))
        monkeypatch.undo()
        runner.catch_up()
        assert (done.same, done.position, not runner.stopped) == (True, at[-1], True)
    assert at == list(range(at[0], at[0] + len(duty_queue.TABLES)))
    assert rebuild(database, COUNCIL, question(duty_queue)).same


def test_a_live_projection_that_is_behind_is_compared_where_the_new_one_stands(
    database: str,
) -> None:
    write(database, a_story(4))
    with running(database, batch=7) as runner:
        runner.step()
    done = rebuild(database, COUNCIL, question(duty_queue), batch=5)
    assert (done.same, done.position) == (True, head(database))


def head(dsn: str) -> int:
    source = LogSource(dsn, COUNCIL)
    try:
        return source.head()
    finally:
        source.close()


async def test_every_projection_is_swapped_under_readers_and_a_growing_log_without_a_failed_or_a_mixed_read(
    database: str,
) -> None:
    write(database, a_story())
    done = threading.Event()
    seen = 0

    def whole(tables: Any) -> bool:
        """A queue's rows have their contacts, their people and what is hidden of them: all of one position."""
        reach = tables.get("hidden_reach", 1)["position"]
        rows = duty_queue.open_for(tables, "YC")
        return bool(rows) and all(
            tables.get("queue_contacts", r.contact)
            and tables.get("contacts", r.contact)
            and tables.find("timeline_entries", contact=r.contact)
            and tables.find("referrals", contact=r.contact)
            and secrets.Hidden(tables).contact(r.contact).known
            and r.position <= reach
            for r in rows
        )

    with running(database) as runner:
        runner.catch_up()
        async with ViewReader(database, COUNCIL) as reader:

            def ask_on() -> None:
                nonlocal seen
                while not done.is_set():
                    assert reader.ask_now(whole)
                    seen += 1

            def grow() -> None:
                number = 500
                while not done.is_set():
                    number += 1
                    story = Story(met={"P-000001"})
                    story.link(story.contact(number, {"people": [{"ref": "p1"}]}), p1="P-000001")
                    write(database, story)
                    runner.catch_up()

            at_work = [
                asyncio.create_task(asyncio.to_thread(work)) for work in (ask_on, ask_on, grow)
            ]
            rebuilt = [
                await asyncio.to_thread(rebuild, database, COUNCIL, projection)
                for projection in all_projections()
            ]
            done.set()
            await asyncio.gather(*at_work)
    assert [r.same for r in rebuilt] == [True] * len(rebuilt)
    assert seen > len(rebuilt) and not runner.stopped


@pytest.mark.parametrize("generic", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("tags", [1, 40, 800])
def test_what_concerns_a_tag_is_found_without_going_through_the_log(
    filled: str, tags: int, generic: str
) -> None:
    from datetime import UTC, datetime

    named = [f"contact:C-23-{n:06}" for n in range(1, tags + 1)]
    query, values = tagged(named, datetime(2025, 1, 1, tzinfo=UTC), family_view_types())
    with psycopg.connect(filled) as conn:
        conn.execute(f"SET plan_cache_mode = {generic}")
        types = ("text[]", "timestamptz", "text[]")
        text = query.replace("{0}", COUNCIL)
        for number in range(1, 4):
            text = text.replace("%s", f"${number}", 1)
        conn.execute(f"PREPARE asked ({', '.join(types)}) AS {text}".encode())
        plan = psycopg.ClientCursor(conn).execute("EXPLAIN EXECUTE asked (%s, %s, %s)", values)
        lines = [row[0] for row in plan.fetchall()]
    assert not [line for line in lines if "Seq Scan" in line], lines
    assert [line for line in lines if "events_tags" in line], lines


def family_view_types() -> list[str]:
    return sorted(question(family_view).types or ())


@pytest.fixture(scope="module")
def filled(server: Any) -> str:
    """A log of years."""
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE DATABASE filled")
    dsn: str = server.dsn.replace("/postgres?", "/filled?")
    fill(dsn, 12_000)
    return dsn


def test_a_made_up_history_is_a_log_that_verifies_and_whose_projections_fold(filled: str) -> None:
    from adapters.postgres.integrity import LogFault, walk
    from hub.verify import Redecider

    redecider = Redecider.fresh()
    for step in walk(runtime_dsn(filled, COUNCIL), COUNCIL, reads=Redecider.READS):
        assert not isinstance(step, LogFault), step
        assert not list(redecider.faults(step.read))
    assert redecider.decisions > 500
    done = rebuild(runtime_dsn(filled, COUNCIL), COUNCIL, question(duty_queue))
    assert 11_000 < done.position <= 12_000


def test_rows_asked_for_in_a_batch_are_not_asked_for_one_by_one(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    ask = PostgresTables.ask

    def counting(self: PostgresTables, wanted: Any) -> Any:
        asked.append((wanted.held.definition.name, len(wanted.values)))
        return ask(self, wanted)

    monkeypatch.setattr(PostgresTables, "ask", counting)
    with running(runtime_dsn(filled, COUNCIL), batch=1000) as runner:
        for _ in range(3):
            runner.step()
        assert not runner.stopped
    assert sum(number for _, number in asked) > 1000
    assert len(asked) < 3 * 60, asked
