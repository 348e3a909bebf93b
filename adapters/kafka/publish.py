"""Answers, events and refusals go out by Kafka: one more reader of the log, with a checkpoint of its own."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

import psycopg

from adapters.kafka.client import BrokerAway, Cluster, Message, Outlet
from adapters.kafka.messages import Speaker
from adapters.kafka.patience import Backoff, pause, trouble_of, unless_stopped
from events.envelope import RecordedEvent
from events.message_refused import MessageRefused
from events.partner_added import PartnerAdded
from hub.errors import Unavailable
from hub.log import Log, RawMessage
from hub.services import Views

AWAY = (BrokerAway, psycopg.OperationalError, psycopg.InterfaceError, Unavailable, OSError)
LARGE = 500_000  # smaller messages fit any topic
LEFT_OUT = ("nwd-body", b"left out: larger than this topic takes; the hub keeps it")

log = logging.getLogger(__name__)


class Checkpoint(Protocol):
    """How far a reader of the log has come, kept in the database."""

    def hold(self, reader: str) -> AbstractAsyncContextManager[bool]:
        """Be the one who reads on, as long as the context lasts; False where another process is."""

    async def position(self, reader: str) -> int:
        """The last position that was carried out, 0 at the start."""

    async def move(self, reader: str, position: int) -> None:
        """Everything up to `position` was carried out."""


@dataclass(slots=True)
class Publisher:
    """Carries the log out, at least once, in order, with stable ids. The checkpoint moves once the broker has it all.

    position   the last one carried out, as far as this process knows
    trouble    why nothing goes out just now
    """

    log: Log
    views: Views
    cluster: Cluster
    checkpoint: Checkpoint
    speaker: Speaker
    reader: str = "kafka"
    batch: int = 500
    patience: float = 5.0
    position: int = 0
    trouble: str | None = None
    _made: set[str] = field(default_factory=set)
    _largest: dict[str, int] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Carry out what is recorded until told to stop; where the broker or the database is away, try again and again."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                async with self.checkpoint.hold(self.reader) as ours:
                    if ours:
                        await self._sit(stop, backoff)
                    else:
                        self.position = await self.checkpoint.position(self.reader)
                        await pause(stop, 1.0)
            except AWAY as away:
                self.trouble = trouble_of(away, self.cluster.security)
                log.warning("answers by Kafka wait: %s: %s", type(away).__name__, away)
                await backoff.wait(stop)

    async def lag(self) -> int:
        """How many events wait to be carried out."""
        return max(0, await self.log.head() - await self.checkpoint.position(self.reader))

    async def _sit(self, stop: asyncio.Event, backoff: Backoff) -> None:
        """From opening a producer to closing it. Kafka's client is only ever called from one thread."""
        self.position = await self.checkpoint.position(self.reader)
        self._made.clear()  # what was known of the topics may be long ago
        self._largest.clear()
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "kafka-out") as thread:
            outlet = await loop.run_in_executor(thread, Outlet, self.cluster)
            try:
                following = self.log.follow(self.position, self.batch)
                while (events := await unless_stopped(stop, anext(following))) is not None:
                    await self._carry(events, outlet, thread)
                    self.trouble = None
                    backoff.reset()
            finally:
                await loop.run_in_executor(thread, _let_go, outlet)

    async def _carry(
        self, events: Sequence[RecordedEvent], outlet: Outlet, thread: ThreadPoolExecutor
    ) -> None:
        """One batch: put into words, written, and only then ticked off."""
        last = events[-1].position
        await self.views.wait_for(last, self.patience)
        raws = await self._raws(events)
        messages = await self.views.ask(lambda tables: self.speaker.messages(tables, events, raws))
        await asyncio.get_running_loop().run_in_executor(
            thread, self._send, outlet, messages, self._topics(events, messages)
        )
        await self.checkpoint.move(self.reader, last)
        self.position = last

    async def _raws(self, events: Sequence[RecordedEvent]) -> dict[str, RawMessage]:
        wanted = {e.event.body_sha256 for e in events if isinstance(e.event, MessageRefused)}
        found = {sha256: await self.log.raw(sha256) for sha256 in wanted}
        return {sha256: raw for sha256, raw in found.items() if raw is not None}

    def _topics(self, events: Sequence[RecordedEvent], messages: Sequence[Message]) -> set[str]:
        """The topics that must be there: those written to, and all of a partner's as soon as there is the partner."""
        added = [e.event.partner for e in events if isinstance(e.event, PartnerAdded)]
        of_new = {t for slug in added for t in self.speaker.topics.of_partner(slug)}
        return {m.topic for m in messages} | of_new

    def _send(self, outlet: Outlet, messages: Sequence[Message], topics: set[str]) -> None:
        absent = topics - self._made
        if absent:
            self.cluster.make_topics(sorted(absent))
            self._made |= absent
        outlet.send([self._fitting(m) for m in messages])

    def _fitting(self, message: Message) -> Message:
        """The message; without its body where the topic would not take it, since nothing may hold up what comes after."""
        if message.size < LARGE:
            return message
        if message.topic not in self._largest:
            self._largest[message.topic] = self.cluster.largest(message.topic)
        if message.size <= self._largest[message.topic]:
            return message
        return replace(message, value=b"", headers=(*message.headers, LEFT_OUT))


def _let_go(outlet: Outlet) -> None:
    try:
        outlet.close()
    except BrokerAway as away:
        log.debug("closed without an answer: %s", away)
