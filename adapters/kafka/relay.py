"""`hub relay`: contacts in and answers out, each at its own pace, one stop for both; and a word on how they stand."""

import asyncio
import logging
import os
import socket
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg

from adapters.kafka.consume import Consumer
from adapters.kafka.patience import pause
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher
from adapters.kafka.reports import Reports

TELLS_EVERY = 2.0

log = logging.getLogger(__name__)


def a_name() -> str:
    """A relay's name, for people: no two processes have the same."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"


@dataclass(slots=True)
class Relay:
    """Carries both ways. A broker that is away holds up neither the hub nor the other way."""

    consumer: Consumer
    publisher: Publisher
    places: Places
    reports: Reports
    name: str = field(default_factory=a_name)
    tells_every: float = TELLS_EVERY

    async def run(self, stop: asyncio.Event) -> None:
        """Carry until told to stop. What neither a broker nor a database that is away explains ends both."""
        await self.places.open()
        try:
            async with asyncio.TaskGroup() as both:
                for way in (self.consumer.run, self.publisher.run, self.tell):
                    both.create_task(way(stop))
        finally:
            await self.places.close()

    async def tell(self, stop: asyncio.Event) -> None:
        """Say now and then how each way stands, where every process of the hub can read it."""
        begun = False
        while True:
            try:
                if not begun:
                    await self.reports.begin()
                    begun = True
                ended = {"ended": True} if stop.is_set() else {}
                await self.reports.tell(self.name, self.said() | ended)
            except (psycopg.Error, OSError) as away:  # telling must never end carrying
                log.debug("nobody was told how the relay stands: %s", type(away).__name__)
            if stop.is_set():
                return
            await pause(stop, self.tells_every)

    def said(self) -> dict[str, Any]:
        """How far the way in is behind (None: not seen yet), and what holds up each. Nothing here names a machine."""
        return {
            "waiting": self.consumer.lag() if self.consumer.bounds else None,
            "trouble_in": self.consumer.trouble,
            "trouble_out": self.publisher.trouble,
        }
