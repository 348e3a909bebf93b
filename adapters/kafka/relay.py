"""`hub relay`: contacts in and answers out, each at its own pace, one stop for both."""

import asyncio
from dataclasses import dataclass
from typing import Any

from adapters.kafka.consume import Consumer
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher


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
