"""What the hub needs of Kafka's client, beyond what it promises."""

import asyncio
import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient  # type: ignore[import-untyped]  # kafka-python has no types

from adapters.kafka import client
from adapters.kafka.client import BrokerAway, Cluster, Inlet, Outlet, Partition
from tests.kafka.world import a_cluster, own_topics


async def test_partitions_that_are_added_are_read_however_short_a_poll_is(broker: str) -> None:
    """A joining that outlasts a poll is not forgotten: kafka-python alone reads nothing for ever after it."""
    cluster, topic = a_cluster(broker), own_topics().contacts("x")

    def from_the_start(partitions: Sequence[Partition]) -> dict[Partition, int | None]:
        return dict.fromkeys(partitions)

    def poll_until(inlet: Inlet, count: int) -> int:
        end = time.monotonic() + 10
        while len(inlet.assigned()) != count and time.monotonic() < end:
            inlet.poll(0.001)
        return len(inlet.assigned())

    def grow() -> list[int]:
        cluster.make_topics([topic])
        inlet = Inlet(cluster, f"g-{uuid4().hex}", from_the_start)
        admin = KafkaAdminClient(bootstrap_servers=broker)
        try:
            inlet.subscribe([topic])
            seen = [poll_until(inlet, 3)]
            for count in (4, 5, 6):
                admin.create_partitions({topic: count})
                seen.append(poll_until(inlet, count))
            return seen
        finally:
            admin.close()
            inlet.close()

    assert await asyncio.to_thread(grow) == [3, 4, 5, 6]


@pytest.mark.parametrize("kind", ["inlet", "outlet", "topics"])
def test_an_attempt_at_a_broker_that_is_away_leaves_nothing_behind(
    kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """kafka-python alone leaves a thread and its sockets behind each time: in an hour or two a relay has no more to give."""
    caplog.set_level(logging.CRITICAL, "kafka")  # a log line that is kept keeps what it tells of
    monkeypatch.setattr(client, "PATIENCE_MS", 100)
    nowhere = Cluster("127.0.0.1:9")
    attempts: dict[str, Callable[[], object]] = {
        "inlet": lambda: Inlet(nowhere, "g", dict.fromkeys),
        "outlet": lambda: Outlet(nowhere),
        "topics": lambda: nowhere.make_topics(["x"]),
    }

    def held() -> tuple[int, int]:
        gc.collect()
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    for _ in range(3):
        with pytest.raises(BrokerAway):
            attempts[kind]()
    assert held() == before
