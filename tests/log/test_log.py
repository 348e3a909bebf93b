"""The log keeps its promises: gapless and in commit order, once, durable, unchanged, and its answers are true."""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psycopg
import pytest
from psycopg import sql

from adapters.postgres import appender
from adapters.postgres.init import Names
from adapters.postgres.log import PostgresLog
from events.envelope import RecordedEvent
from hub.errors import Unavailable
from hub.log import (
    Append,
    Appended,
    InboxTaken,
    KeyRow,
    LogGap,
    RevokeKeys,
    SimulatedTimeRefused,
    VersionConflict,
)
from tests.log.given import ask, command, positions, received, seen
from tests.postgres import COUNCIL

SPAWN = multiprocessing.get_context("spawn")


def append_many(dsn: str, writer: int, callers: int, each: int) -> None:
    """So many callers at once, in a process of its own."""

    async def work() -> None:
        async with PostgresLog(dsn, COUNCIL) as log:

            async def caller(number: int) -> None:
                for n in range(each):
                    name = f"R-26-{writer}{number:02}{n:03}-1"
                    await log.append(Append((seen(name, 1), seen(name, 2))))

            await asyncio.gather(*(caller(number) for number in range(callers)))

    asyncio.run(work())


async def test_positions_are_gapless_and_in_commit_order_under_two_processes(
    database: str, log: PostgresLog
) -> None:
    callers, each = 8, 25
    writers = [SPAWN.Process(target=append_many, args=(database, n, callers, each)) for n in (1, 2)]
    for writer in writers:
        writer.start()
    expected, met = 1 + 2 * 2 * callers * each, 0
    async for batch in log.follow(0, limit=50):  # tails while they write: it may miss nothing
        assert [e.position for e in batch] == list(range(met + 1, met + len(batch) + 1))
        met = batch[-1].position
        if met == expected:
            break
    for writer in writers:
        await asyncio.to_thread(writer.join)
        assert writer.exitcode == 0
    assert positions(database) == list(range(1, expected + 1))
    assert await log.head() == expected
    query = "SELECT count(*) FROM {0}.events a JOIN {0}.events b USING (stream) WHERE a.version = 1 AND b.version = 2"
    assert ask(database, query + " AND b.position = a.position + 1") == [(expected // 2,)]
    falling = "SELECT count(*) FROM {0}.events a JOIN {0}.events b ON b.position = a.position + 1 "
    assert ask(database, falling + "WHERE b.recorded_at < a.recorded_at") == [(0,)]


async def test_a_conflict_in_a_batch_fails_its_own_command_alone(
    log: PostgresLog, database: str
) -> None:
    await log.append(command("R-26-000001-1"))
    commands = [command(f"R-26-{n:06}-1") for n in range(20)]
    answers = await asyncio.gather(*(log.append(c) for c in commands), return_exceptions=True)
    assert [n for n, a in enumerate(answers) if isinstance(a, VersionConflict)] == [1]
    stored = [a for a in answers if isinstance(a, Appended)]
    assert len(stored) == 19
    assert sorted(a.first for a in stored) == list(range(3, 22))
    assert positions(database) == list(range(1, 22))


async def test_an_event_that_cannot_be_stored_fails_its_own_command_alone(
    log: PostgresLog,
) -> None:
    spoilt = [
        Append((seen("R-26-000001-1", tags=("team:\0",)),)),
        Append((seen("R-26-000002-1", tags=("team:\ud800",)),)),
    ]
    commands = [command("R-26-000003-1"), *spoilt, command("R-26-000004-1")]
    answers = await asyncio.gather(*(log.append(c) for c in commands), return_exceptions=True)
    assert [isinstance(a, Appended) for a in answers] == [True, False, False, True]
    assert isinstance(await log.append(command("R-26-000005-1")), Appended)


async def test_all_events_of_a_command_are_stored_or_none(log: PostgresLog) -> None:
    await log.append(command("R-26-000001-1"))
    with pytest.raises(VersionConflict):
        await log.append(Append((seen("R-26-000002-1"), seen("R-26-000001-1"))))
    assert await log.read_stream("referral:R-26-000002-1") == []


async def test_the_same_message_is_stored_once_and_answered_as_the_first_time(
    log: PostgresLog, database: str
) -> None:
    commands = [received(n, message_id="the-same") for n in range(1, 17)]
    answers = await asyncio.gather(*(log.append(c) for c in commands), return_exceptions=True)
    [first] = [a for a in answers if isinstance(a, Appended)]
    taken = [a for a in answers if isinstance(a, InboxTaken)]
    assert len(taken) == 15
    for answer in taken:
        assert (answer.position, answer.recorded_at) == (first.first, first.recorded_at)
        assert answer.entry == commands[answers.index(first)].inbox
    assert ask(database, "SELECT count(*) FROM {}.events WHERE type = 'contact.received'") == [(1,)]


async def test_raw_bytes_are_kept_once_whoever_sent_them(log: PostgresLog) -> None:
    body = b'{"the": "same"}'
    appends = [received(n, body=body) for n in (1, 2)]
    await asyncio.gather(*(log.append(c) for c in appends))
    raw = appends[0].raw
    assert raw is not None
    assert await log.raw(raw.sha256) == raw


def refusal(conn: psycopg.Connection[Any], statement: sql.Composed) -> Exception:
    """What the database says to a change."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        conn.execute(statement)
    return refused.value


CHANGES = [
    "UPDATE {} SET position = position",
    "DELETE FROM {}",
    "TRUNCATE {}",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", ["events", "raw_messages", "inbox"])
@pytest.mark.parametrize("role", ["the hub's", "the owner's"])
async def test_what_was_stored_cannot_be_changed(
    log: PostgresLog, database: str, owner_dsn: str, change: str, table: str, role: str
) -> None:
    await log.append(received(1))
    column = {"events": "position", "raw_messages": "sha256", "inbox": "position"}[table]
    statement = sql.SQL(change.replace("position", column)).format(sql.Identifier(COUNCIL, table))
    with psycopg.connect(database if role == "the hub's" else owner_dsn) as conn:
        refused = refusal(conn, statement)
    said = str(refused)
    assert ("permission denied" in said) == (role == "the hub's")
    assert ("the log cannot be changed" in said) == (role == "the owner's")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {}.events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_are_immutable ON {}.events",
        "DROP TABLE {}.events CASCADE",
        "ALTER TABLE {}.events OWNER TO CURRENT_USER",
        "CREATE TABLE {}.mine (a int)",
        "DELETE FROM {}.head",
        "UPDATE {}.head SET demonstration = true",
    ],
)
def test_the_role_that_the_hub_runs_as_cannot_undo_the_lock(database: str, statement: str) -> None:
    with psycopg.connect(database) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(sql.SQL(statement).format(sql.Identifier(COUNCIL)))


async def test_a_live_log_refuses_simulated_time_and_stores_the_neighbours(
    log: PostgresLog,
) -> None:
    past = datetime(2026, 1, 5, 9, tzinfo=UTC)
    commands = [command("R-26-000001-1"), received(1, recorded_at=past), command("R-26-000002-1")]
    answers = await asyncio.gather(*(log.append(c) for c in commands), return_exceptions=True)
    assert [type(a) for a in answers] == [Appended, SimulatedTimeRefused, Appended]
    assert await log.head() == 3


async def test_a_demonstration_takes_simulated_time_that_never_goes_backwards(
    demonstration_database: str,
) -> None:
    async with PostgresLog(demonstration_database, COUNCIL) as log:
        [began] = await log.read(0, 10)
        later = began.recorded_at + timedelta(days=3)
        first = await log.append(received(1, recorded_at=later))
        earlier = await log.append(received(2, recorded_at=later - timedelta(days=1)))
        now = await log.append(received(3))
    assert first.recorded_at == earlier.recorded_at == now.recorded_at == later


async def test_a_key_works_with_its_event_and_stops_with_its_revocation(
    log: PostgresLog, database: str
) -> None:
    key = KeyRow("partner_keys", "K-1", "grays", "ab" * 32)
    await log.append(Append((seen("R-26-000001-1"),), keys=(key,)))
    with pytest.raises(VersionConflict):  # its event is not stored, so the key is not
        await log.append(
            Append(
                (seen("R-26-000001-1"),),
                keys=(KeyRow("partner_keys", "K-2", "grays", "cd" * 32),),
            )
        )
    query = "SELECT key, revoked_at IS NULL FROM {}.partner_keys ORDER BY key"
    assert ask(database, query) == [("K-1", True)]
    await log.append(
        Append((seen("R-26-000001-1", 2),), keys=(RevokeKeys("partner_keys", "grays"),))
    )
    assert ask(database, query) == [("K-1", False)]


async def test_closing_stores_what_waits_and_then_takes_no_more(database: str) -> None:
    log = await PostgresLog(database, COUNCIL).open()
    waiting = [asyncio.create_task(log.append(command(f"R-26-{n:06}-1"))) for n in range(700)]
    await asyncio.sleep(0)
    await log.close()
    answers = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert len({a.first for a in answers}) == 700
    with pytest.raises(Unavailable):
        await log.append(command("R-26-000001-2"))


async def test_more_than_can_wait_is_refused_and_what_waits_is_stored(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appender, "MOST_WAITING", 10)
    commands = [command(f"R-26-{n:06}-1") for n in range(30)]
    answers = await asyncio.gather(*(log.append(c) for c in commands), return_exceptions=True)
    assert [type(a) for a in answers] == [Appended] * 10 + [Unavailable] * 20
    assert await log.head() == 11
    assert isinstance(await log.append(command("R-26-000099-1")), Appended)


async def test_a_caller_who_goes_away_harms_nobody(log: PostgresLog) -> None:
    tasks = [asyncio.create_task(log.append(command(f"R-26-{n:06}-1"))) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks[1::2])
    assert all(isinstance(a, Appended) for a in answers)
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


async def test_a_follower_wakes_at_once(log: PostgresLog) -> None:
    waits: list[float] = []
    follower = log.follow(1)

    async def news() -> list[RecordedEvent]:
        return await anext(follower)

    for n in range(15):
        coming = asyncio.create_task(news())
        await asyncio.sleep(0.01 if n else 0.2)
        await log.append(command(f"R-26-{n:06}-1"))
        stored = time.perf_counter()
        [event] = await asyncio.wait_for(coming, 5)
        waits.append(time.perf_counter() - stored)
        assert event.position == n + 2
    await cast("AsyncGenerator[list[RecordedEvent], None]", follower).aclose()
    assert sorted(waits)[len(waits) // 2] < 0.05


async def test_a_follower_halts_on_a_gap(log: PostgresLog, owner_dsn: str) -> None:
    for n in range(4):
        await log.append(command(f"R-26-{n:06}-1"))
    with psycopg.connect(owner_dsn) as conn:
        table = sql.Identifier(COUNCIL, "events")
        conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        conn.execute(sql.SQL("DELETE FROM {} WHERE position = 3").format(table))
    with pytest.raises(LogGap, match="position 3 is missing"):
        await anext(log.follow(0))


async def test_tags_are_found_and_only_up_to_the_moment_asked_for(log: PostgresLog) -> None:
    first = await log.append(Append((seen("R-26-000001-1", tags=("person:P-000001",)),)))
    await asyncio.sleep(0.002)
    await log.append(Append((seen("R-26-000002-1", tags=("person:P-000001", "person:P-000002")),)))
    found = await log.read_tagged(["person:P-000001"])
    assert [e.position for e in found] == [2, 3]
    assert [e.position for e in await log.read_tagged(["person:P-000002", "team:ZZ"])] == [3]
    until = await log.read_tagged(["person:P-000001"], until=first.recorded_at)
    assert [e.position for e in until] == [2]


async def test_events_of_one_type_are_found_between_two_positions(log: PostgresLog) -> None:
    for n in range(1, 5):
        await log.append(received(n))
        await log.append(command(f"R-26-{n:06}-1"))
    found = await log.read_type("contact.received", 2, 8, 10)
    assert [(e.position, e.type) for e in found] == [(4, "contact.received"), (6, "contact.received"), (8, "contact.received")]  # fmt: skip
    assert [e.position for e in await log.read_type("referral.seen", 0, 9, 2)] == [3, 5]
    assert await log.read_type("referral.done", 0, 9, 2) == []


async def test_an_auditor_reads_the_envelope_in_sql(log: PostgresLog, database: str) -> None:
    await log.append(received(7))
    query = (
        "SELECT stream, version, type, schema_version, actor, correlation_id, tags, length(hash), event_id IS NOT NULL "
        "FROM {}.events WHERE position = 2"
    )
    contact = "C-26-000007"
    row: tuple[Any, ...] = (
        f"contact:{contact}", 1, "contact.received", 1, "partner:test", contact, [f"contact:{contact}"], 32, True,
    )  # fmt: skip
    assert ask(database, query) == [row]


def test_names_of_councils_cannot_carry_sql() -> None:
    for name in ('x"; DROP', "Thurrock", "", "a b", "a" * 50, "é"):
        with pytest.raises(ValueError, match="lower-case"):
            Names(name)
