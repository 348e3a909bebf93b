"""Reading the log: typed and light over a server-side cursor, as ratios to the bare cursor; one stream folded, to a raw fetch and fold.

`contacts` are the contacts of the log alone, the heaviest events; `log` is all of it. `strict` validates each event by its
pydantic model, as at the door; `light` trusts the stored bytes (events/light.py) and checks the types.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

from adapters.postgres.init import runtime_dsn
from adapters.postgres.log import PostgresLog
from adapters.postgres.rows import COLUMNS, append_in, recorded, stored
from adapters.postgres.server import EmbeddedServer
from benchmarks.history import COUNCIL, fill
from benchmarks.machine import interleaved, report
from events.contact_received import ContactReceived
from events.envelope import new_event
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from hub.bootstrap.parts import settle_memory
from hub.log import Append
from hub.referrals.state import fold

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
AT_ONCE = 2000
STREAM = 100
LOADS = 200
TO_REACH = {"strict": 0.25, "light": 0.5}

Take = Callable[[Sequence[Any]], object]
Load = Callable[[PostgresLog, int], Awaitable[int]]


def bare(_row: Sequence[Any]) -> object:
    """A row as the driver gives it."""
    return None


def light(row: Sequence[Any]) -> object:
    """Typed, trusting the stored bytes."""
    return stored(row).light


def rate(dsn: str, take: Take, condition: str = "true") -> float:
    """Events a second over one server-side cursor, each taken."""
    read = 0
    with psycopg.connect(dsn) as conn, conn.cursor("bench", withhold=False) as cursor:
        begun = time.perf_counter()
        cursor.execute(
            f"SELECT {COLUMNS} FROM {COUNCIL}.events WHERE {condition} ORDER BY position",
            binary=True,
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                take(row)
            read += len(rows)
        return read / (time.perf_counter() - begun)


def write_streams(dsn: str) -> None:
    """Streams of a hundred events: a referral that was sent, and looked at again and again."""
    with psycopg.connect(dsn) as conn, conn.cursor() as cursor:
        for number in range(LOADS):
            referral, contact = f"R-26-{number:06}-1", f"C-26-{number:06}"
            sent = ReferralSent.example().model_copy(
                update={"referral": referral, "contact": contact}
            )
            seen = ReferralSeen(referral=referral, contact=contact, team=sent.team)
            events = [sent, *[seen] * (STREAM - 1)]
            written = [new_event(e, n, actor="staff:S-000001") for n, e in enumerate(events, 1)]
            append_in(cursor, COUNCIL, [Append(tuple(written))])


async def loads(dsn: str, load: Load) -> float:
    """Streams loaded and folded a second."""
    async with PostgresLog(dsn, COUNCIL) as log:
        await load(log, 0)
        begun = time.perf_counter()
        for number in range(LOADS):
            assert await load(log, number) == STREAM
        return LOADS / (time.perf_counter() - begun)


async def through_the_port(log: PostgresLog, number: int) -> int:
    """As the hub loads what it decides on: typed events, folded into the state of the episode."""
    events = await log.read_stream(f"referral:R-26-{number:06}-1")
    episode = fold(f"C-26-{number:06}", events)
    assert len(episode.referrals) == 1
    return len(events)


async def by_hand(log: PostgresLog, number: int) -> int:
    """The rows as they come, payloads parsed, the last word on each member kept."""
    state: dict[str, Any] = {}
    query = f"SELECT {COLUMNS} FROM {COUNCIL}.events WHERE stream = %s ORDER BY version"
    async with log.pool.connection() as conn:
        cursor = await conn.execute(query, [f"referral:R-26-{number:06}-1"], binary=True)
        rows = await cursor.fetchall()
    for row in rows:
        state = {**state, "type": row[4], "at": row[7], **json.loads(row[6])}
    return len(rows)


def main() -> int:
    """Interleaved rounds over the same log."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "home") as server:
        filled = fill(server.dsn, EVENTS)
        dsn = runtime_dsn(server.dsn, COUNCIL)
        settle_memory()
        print(f"{filled.events:,} events, {filled.contacts:,} of them contacts; {ROUNDS} rounds")
        for name, condition in (("contacts", f"type = '{ContactReceived.TYPE}'"), ("log", "true")):
            print(f"-- {name}")
            measures = {
                word: lambda take=take, condition=condition: rate(dsn, take, condition)
                for word, take in (("bare", bare), ("strict", recorded), ("light", light))
            }
            report(interleaved(measures, ROUNDS), "bare", TO_REACH)
        write_streams(dsn)
        print(f"-- streams of {STREAM} events, loaded and folded")
        measures = {
            "raw": lambda: asyncio.run(loads(dsn, by_hand)),
            "port": lambda: asyncio.run(loads(dsn, through_the_port)),
        }
        report(interleaved(measures, ROUNDS), "raw", {"port": 0.5})
    return 0


if __name__ == "__main__":
    sys.exit(main())
