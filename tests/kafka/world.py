"""A hub's Kafka side for tests: topics of its own on a real broker, over a real log."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

from adapters.kafka.client import Cluster, Inlet, Message, Outlet, Partition, Record
from adapters.kafka.messages import Speaker
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher
from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from events.envelope import new_event
from hub.log import Append
from projections.registry import all_projections, table_defs
from projections.table import MemoryTables, Tables
from tests.postgres import COUNCIL
from tests.projections.story import Story

Answer = TypeVar("Answer")


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
            self.at = event.position
        return question(self.tables)

    async def wait_for(self, position: int, timeout: float) -> bool:
        return True

    async def positions(self) -> dict[str, int]:
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
    def from_the_start(partitions: Sequence[Partition]) -> dict[Partition, int | None]:
        return dict.fromkeys(partitions, 0)

    end = time.monotonic() + seconds
    cluster.make_topics([topic])
    inlet = Inlet(cluster, f"reader-{uuid4().hex}", from_the_start)
    found: list[Record] = []
    try:
        inlet.subscribe([topic])
        while len(found) < at_least and time.monotonic() < end:
            found += [r for records in inlet.poll(0.2).values() for r in records]
        found += [r for records in inlet.poll(0.2).values() for r in records]
    finally:
        inlet.close()
    assert len(found) >= at_least, f"{len(found)} of {at_least} came on {topic}"
    return found
