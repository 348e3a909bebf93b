"""Contacts from Kafka into the log, as a ratio to the bare client reading the same topic and one COPY of the same bytes.

The hub's side is its own Consumer as `hub relay` runs it, in one process (`hub`) and in two of a group (`two`): every message is
read strictly, its event made and hashed, and stored durably with inbox row, raw bytes and offset. The bare side is kafka-python
with the `crc32c` package, which the hub needs too, and a table without an index. Both are timed from the moment in which
their group gave out its partitions.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import uvloop
from kafka import (  # type: ignore[import-untyped]  # kafka-python has no types
    ConsumerRebalanceListener,
    KafkaConsumer,
)

from adapters.kafka.client import Cluster, Message, Outlet
from adapters.kafka.consume import Consumer
from adapters.kafka.door import Door
from adapters.kafka.places import Places
from adapters.kafka.topics import Topics
from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer
from benchmarks.machine import interleaved, report
from hub.bootstrap.parts import settle_memory
from hub.partners.register import add_partner
from tests.hub_process import contact
from tests.native_broker import NativeBroker

SLUG = "grays-surgery"
SOURCE = "urn:ods:F81XXX/systmone"
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FAMILIES = 500
TO_REACH = {"hub": 0.4}
TOPICS = Topics()


def fill(cluster: Cluster) -> int:
    """A partner's topic with contacts, keyed by family; how many bytes a message has."""
    topic = TOPICS.contacts(SLUG)
    cluster.make_topics([topic])
    values = [json.dumps(contact(SOURCE, f"m{n}")).encode() for n in range(MESSAGES)]
    with Outlet(cluster) as outlet:
        for begin in range(0, MESSAGES, 1000):
            chosen = enumerate(values[begin : begin + 1000], begin)
            outlet.send([Message(topic, str(n % FAMILIES).encode(), v) for n, v in chosen])
    return len(values[0])


class Begun(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """When the group gave out its partitions: joining is not what is measured."""

    at = 0.0

    def on_partitions_revoked(self, revoked: object) -> None:
        """Only at the end."""

    def on_partitions_assigned(self, assigned: object) -> None:
        self.at = time.perf_counter()


def bare(cluster: Cluster, dsn: str) -> float:
    """Messages a second that the client alone reads and one COPY writes."""
    begun = Begun()
    consumer = KafkaConsumer(
        group_id=f"bare-{time.monotonic_ns()}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **cluster.settings(),
    )
    consumer.subscribe(topics=[TOPICS.contacts(SLUG)], listener=begun)
    with psycopg.connect(dsn) as conn:
        conn.execute("CREATE TABLE bare (body bytea NOT NULL)")
        conn.commit()
        values: list[bytes] = []
        while len(values) < MESSAGES:
            for records in consumer.poll(timeout_ms=500).values():
                values += [record.value for record in records]
        with conn.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["bytea"])
            for value in values:
                copy.write_row([value])
        conn.commit()
        taken = time.perf_counter() - begun.at
        conn.execute("DROP TABLE bare")
    consumer.close(autocommit=False)
    return MESSAGES / taken


def relay(cluster: Cluster, dsn: str, pipe: "Connection[Any, Any]") -> None:
    """A process of the hub: takes in the contacts of one council after another, each time until told to stop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        settle_memory()
        pipe.send("ready")
        while council := pipe.recv():
            runner.run(take_in(cluster, dsn, council, pipe))
            pipe.send("left")


async def take_in(cluster: Cluster, dsn: str, council: str, pipe: "Connection[Any, Any]") -> None:
    """As a member of the council's group, from joining it until told to stop."""
    stop, places = asyncio.Event(), Places(dsn_of(dsn, council), council)
    await places.open()
    try:
        async with PostgresLog(dsn_of(dsn, council), council) as log:
            door = Door(places.numbers, places.taken, lambda: datetime.now(UTC))
            consumer = Consumer(log, cluster, door, places.offsets, TOPICS, f"hub-{council}")
            running = asyncio.create_task(consumer.run(stop))
            while not consumer.next:
                await asyncio.sleep(0.001)
            pipe.send("begun")
            await asyncio.to_thread(pipe.recv)
            stop.set()
            await running
    finally:
        await places.close()


def dsn_of(dsn: str, council: str) -> str:
    """In the role that a council's hub runs as."""
    return runtime_dsn(dsn, council)


async def prepare(dsn: str, council: str) -> None:
    """A fresh log with the partner."""
    await asyncio.to_thread(initialise, dsn, council)
    async with PostgresLog(dsn_of(dsn, council), council) as log:
        await add_partner(log, SOURCE, "Grays Surgery", SLUG)


def hub(dsn: str, council: str, pipes: list["Connection[Any, Any]"]) -> float:
    """Messages a second that so many members of the hub's group take into the log of a fresh council."""
    asyncio.run(prepare(dsn, council))
    for pipe in pipes:
        pipe.send(council)
    assert pipes[0].recv() == "begun"
    begun = time.perf_counter()
    with psycopg.connect(dsn, autocommit=True) as conn:
        while head(conn, council) < MESSAGES + 2:  # the log's beginning and the partner
            time.sleep(0.02)
        taken = time.perf_counter() - begun
        assert head(conn, council) == MESSAGES + 2
    for pipe in pipes[1:]:
        assert pipe.recv() == "begun"
    for pipe in pipes:
        pipe.send("stop")
    for pipe in pipes:
        assert pipe.recv() == "left"
    return MESSAGES / taken


def head(conn: "psycopg.Connection[Any]", council: str) -> int:
    """How many events the council's log has."""
    row = conn.execute(f"SELECT position FROM {council}.head").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def a_broker(folder: Path) -> Iterator[NativeBroker]:
    """A broker for the benchmark alone."""
    broker = NativeBroker(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


@contextmanager
def a_relay(cluster: Cluster, dsn: str) -> Iterator["Connection[Any, Any]"]:
    """A process that takes contacts in when it is told to."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    child = spawn.Process(target=relay, args=(cluster, dsn, theirs), daemon=True)
    child.start()
    try:
        assert ours.recv() == "ready"
        yield ours
        ours.send("")
        child.join(10)
    finally:
        child.kill()


def main() -> int:
    """Interleaved rounds of the bare client and of the hub."""
    rounds = count()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(a_broker(folder / "kafka"))
        dsn = stack.enter_context(EmbeddedServer(folder / "home")).dsn
        cluster = Cluster(broker.bootstrap, partitions=4, replication=1)
        size = fill(cluster)
        print(f"{MESSAGES:,} messages of {size} bytes in 4 partitions; {ROUNDS} rounds")
        members = [stack.enter_context(a_relay(cluster, dsn)) for _ in range(2)]
        measures: dict[str, Callable[[], float]] = {
            "bare": lambda: bare(cluster, dsn),
            "hub": lambda: hub(dsn, f"round{next(rounds)}", members[:1]),
            "two": lambda: hub(dsn, f"round{next(rounds)}", members),
        }
        report(interleaved(measures, ROUNDS), "bare", TO_REACH)
    return 0


if __name__ == "__main__":
    sys.exit(main())
