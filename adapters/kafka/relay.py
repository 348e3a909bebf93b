"""`hub relay`: contacts in and answers out, each at its own pace, one stop for both."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.kafka.client import Cluster
from adapters.kafka.consume import Consumer
from adapters.kafka.door import Door
from adapters.kafka.messages import Speaker
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher
from adapters.kafka.topics import Topics
from hub.log import Log
from hub.services import Views

NAMES = Topics()


@dataclass(slots=True)
class Relay:
    """Carries both ways. A broker that is away holds up neither the hub nor the other way."""

    consumer: Consumer
    publisher: Publisher
    places: Places

    async def run(self, stop: asyncio.Event) -> None:
        """Carry until told to stop. What neither a broker nor a database that is away explains ends both."""
        await self.places.open()
        try:
            async with asyncio.TaskGroup() as both:
                for way in (self.consumer.run, self.publisher.run):
                    both.create_task(way(stop))
        finally:
            await self.places.close()

    async def status(self) -> dict[str, Any]:
        """How far each way is behind, and what holds it up."""
        return {
            "in": {"waiting": self.consumer.lag(), "trouble": self.consumer.trouble},
            "out": {"waiting": await self.publisher.lag(), "trouble": self.publisher.trouble},
        }


def make_relay(
    log: Log,
    views: Views,
    *,
    council: str,
    dsn: str,
    bootstrap: str,
    next_contact: Callable[[], Awaitable[int]],
    now: Callable[[], datetime],
    topics: Topics = NAMES,
) -> Relay:
    """The relay of one council, over a database that `dsn` opens in the role the hub runs as."""
    cluster = Cluster(bootstrap)
    places = Places(dsn, council)
    door = Door(next_contact, places.taken, now)
    return Relay(
        Consumer(
            log, cluster, door, places.offsets, topics, group=f"{topics.prefix}-hub-{council}"
        ),
        Publisher(log, views, cluster, places, Speaker(council, topics)),
        places,
    )
