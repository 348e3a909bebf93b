"""Waiting that ends at once when the hub stops, and that grows while a broker stays away."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from adapters.kafka.client import BrokerAway
from hub.settings import KafkaSecurity

T = TypeVar("T")


LIKE_A_WRONG_ONE = (
    " A wrong HUB_KAFKA_USERNAME or HUB_KAFKA_PASSWORD looks just like a broker that is away."
)


def trouble_of(away: Exception, security: KafkaSecurity) -> str:
    """What holds a way up, in a sentence for whoever looks at the hub: it names no machine and nobody."""
    if isinstance(away, BrokerAway):
        hint = LIKE_A_WRONG_ONE if security.signs_in else ""
        return f"Kafka does not do what it is asked ({away.kind}).{hint}"
    return f"The database does not do what it is asked ({type(away).__name__})."


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait that long, or until told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


class Backoff:
    """How long to wait before the next attempt: twice as long each time, up to a limit."""

    def __init__(self, first: float = 0.2, most: float = 10.0) -> None:
        self.first, self.most = first, most
        self._next = first

    def reset(self) -> None:
        """An attempt went well."""
        self._next = self.first

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait, and longer the next time."""
        seconds, self._next = self._next, min(self._next * 2, self.most)
        await pause(stop, seconds)


async def unless_stopped(stop: asyncio.Event, what: Awaitable[T]) -> T | None:
    """What is awaited, or None where the hub stops first; it is cancelled then."""
    task = asyncio.ensure_future(what)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in (task, stopped):
            if not one.done():
                one.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)
