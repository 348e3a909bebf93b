"""A hub's Kafka side for tests: topics of its own on a real broker, over a real log."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from adapters.kafka.client import Cluster, Inlet, Message, Outlet, Partition, Record
from adapters.kafka.consume import Consumer
from adapters.kafka.door import Door
from adapters.kafka.messages import Speaker
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher
from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from events.base import Event
from events.envelope import new_event
from hub.log import Append
from projections.registry import all_projections, table_defs
from projections.table import MemoryTables, Tables
from tests.native_broker import ROOT
from tests.postgres import COUNCIL
from tests.projections.story import Story

Answer = TypeVar("Answer")
Stored = TypeVar("Stored", bound=Event)
SOURCE = "urn:ods:F81XXX/systmone"


def a_cluster(bootstrap: str) -> Cluster:
    """Quick to notice who is dead and what is new."""
    return Cluster(bootstrap, session_seconds=2.0, refresh_seconds=1.0, replication=1)


def own_topics() -> Topics:
    """Topics that no other test has."""
    return Topics(f"t{uuid4().hex[:8]}")


@dataclass
class FoldedViews:
    """The projections over plain memory, folded from the log whenever they are asked."""

    log: PostgresLog
    at: int = 0
    tables: MemoryTables = field(default_factory=lambda: MemoryTables(table_defs()))

    async def ask(self, question: Callable[[Tables], Answer]) -> Answer:
        for event in await self.log.read(self.at, 10_000):
            for projection in all_projections():
                projection.apply(self.tables, event)
                projection.note_position(self.tables, event.position)
            self.at = event.position
        return question(self.tables)

    async def wait_for(self, position: int, timeout: float, names: object = None) -> bool:
        return True

    async def positions(self) -> dict[str, int]:
        return {}

    async def stopped(self) -> dict[str, str]:
        return {}


async def record(log: PostgresLog, story: Story) -> None:
    """Write a story down, a command an event."""
    for told in story.events:
        wrapped = new_event(
            told.event, told.version, actor=told.actor, event_id=told.event_id, tags=told.tags
        )
        await log.append(Append((wrapped,)))


def a_publisher(log: PostgresLog, cluster: Cluster, places: Places, topics: Topics) -> Publisher:
    """The way out."""
    return Publisher(log, FoldedViews(log), cluster, places, Speaker(COUNCIL, topics))


def a_consumer(log: PostgresLog, cluster: Cluster, places: Places, topics: Topics) -> Consumer:
    """The way in."""
    door = Door(places.numbers, places.taken, lambda: datetime.now(UTC))
    return Consumer(
        log, cluster, door, places.offsets, topics,
        group=topics.prefix, look_seconds=0.3, poll_seconds=0.2,
    )  # fmt: skip


def a_contact(message_id: str, source: str = SOURCE, **data: object) -> bytes:
    """A contact as a partner writes it."""
    said = {
        "occurred_at": "2026-03-04T09:50:00Z", "door": "health", "reporter": {"org": "F81XXX"},
        "people": [{"ref": "p1", "name": {"family": "Okoro", "given": ["Grace"]}, "dob": "1981-06-12"}],
        "concerns": [{"code": "care-need", "about": "p1"}], **data,
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": message_id, "source": source, "time": "2026-03-04T10:15:00Z",
        "type": "uk.gov.thurrock.nwd.contact.received.v1", "data": said,
    }  # fmt: skip
    return json.dumps(event).encode()


async def of_type(log: PostgresLog, kind: type[Stored]) -> list[Stored]:
    """Every event of one type, in order."""
    return [e.event for e in await log.read(0, 100_000) if isinstance(e.event, kind)]


async def stored(log: PostgresLog, kind: type[Event], count: int, seconds: float = 20.0) -> None:
    """Wait until that many events of a type are there."""

    async def enough() -> bool:
        return len(await of_type(log, kind)) >= count

    await until(enough, seconds)


@asynccontextmanager
async def at_places(database: str) -> AsyncIterator[Places]:
    """Where the relay stands."""
    places = Places(database, COUNCIL)
    await places.open()
    try:
        yield places
    finally:
        await places.close()


@asynccontextmanager
async def running(way: Callable[[asyncio.Event], object]) -> AsyncIterator[None]:
    """A way at work, told to stop at the end; what ended it early is raised."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(way(stop))  # type: ignore[call-overload]
    try:
        yield
    finally:
        stop.set()
        await task


@contextmanager
def process(module: str, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A module of the tests in a process of its own; killed at the end, whatever comes."""
    command = [sys.executable, "-m", module, *words]
    started = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def end_with_parent() -> None:
    """A process of the tests ends when whoever started it does, also where that one is killed: its standard input ends."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


async def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while True:
        asked = true()
        if await asked if asyncio.iscoroutine(asked) else asked:
            return
        assert time.monotonic() < end, "it did not come about in time"
        await asyncio.sleep(0.05)


async def send(
    cluster: Cluster, topic: str, *values: bytes, key: bytes = b"k", **more: object
) -> None:
    """A partner publishes."""

    def write() -> None:
        cluster.make_topics([topic])
        with Outlet(cluster) as outlet:
            outlet.send([Message(topic, key, v, **more) for v in values])  # type: ignore[arg-type]

    await asyncio.to_thread(write)


async def read(cluster: Cluster, topic: str, at_least: int, seconds: float = 20.0) -> list[Record]:
    """A partner reads its topic from the beginning, until that many have come."""
    return await asyncio.to_thread(_read, cluster, topic, at_least, seconds)


def _read(cluster: Cluster, topic: str, at_least: int, seconds: float) -> list[Record]:
    found: list[Record] = []

    def onwards(partitions: Sequence[Partition]) -> dict[Partition, int | None]:
        """From the beginning; on a busy machine a reader may be put out of its group, and then reads on."""
        last = {r.partition: r.offset + 1 for r in found}
        return {p: last.get(p, 0) for p in partitions}

    end = time.monotonic() + seconds
    cluster.make_topics([topic])
    inlet = Inlet(cluster, f"reader-{uuid4().hex}", onwards)
    try:
        inlet.subscribe([topic])
        while len(found) < at_least and time.monotonic() < end:
            found += [r for records in inlet.poll(0.2).values() for r in records]
        found += [r for records in inlet.poll(0.2).values() for r in records]
    finally:
        inlet.close()
    assert len(found) >= at_least, f"{len(found)} of {at_least} came on {topic}"
    return found
