"""Contacts come in by Kafka: what a message becomes and how far its partition is read are stored in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg

from adapters.kafka.client import BrokerAway, Cluster, Inlet, Partition, Record
from adapters.kafka.door import Arrived, Door, amended, refused_late, unforeseen
from adapters.kafka.patience import Backoff, pause, trouble_of
from adapters.kafka.topics import Topics
from hub.contacts.receive import Accept, Amend, Refuse
from hub.errors import Unavailable
from hub.log import Append, InboxTaken, KafkaOffset, Log, OffsetMoved, VersionConflict
from hub.partners.register import read_partners
from hub.partners.state import Partner

T = TypeVar("T")
UNSTORABLE = (psycopg.DataError, psycopg.IntegrityError, ValueError, TypeError)
AWAY = (
    BrokerAway,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    Unavailable,
    VersionConflict,
    OSError,
)

GIVES_UP = (
    4  # sessions without a message where some wait, and longer than a member may hold up the others
)

log = logging.getLogger(__name__)

Batch = tuple[Sequence[Arrived], Sequence[Accept | Amend | Refuse]]
Offsets = Callable[[str, Sequence[Partition]], Awaitable[Mapping[Partition, int]]]


@dataclass(slots=True)
class Consumer:
    """One member of the consumer group. It accepts, and never decides.

    offsets       the next offset to read of these partitions, of those the hub has a record of
    look_seconds  how often the register is looked at for new partners, and the broker for what waits
    next          where each partition stands: the next offset, as stored; None where nothing was ever read
    bounds        the first and the next offset of each partition of the group, as last seen
    others        where the partitions stood that other members read, as last seen
    trouble       why nothing comes in just now
    """

    log: Log
    cluster: Cluster
    door: Door
    offsets: Offsets
    topics: Topics = Topics()
    group: str = "nwd-hub"
    look_seconds: float = 2.0
    poll_seconds: float = 0.5
    trouble: str | None = None
    next: dict[Partition, int | None] = field(default_factory=dict)
    bounds: Mapping[Partition, tuple[int, int]] = field(default_factory=dict)
    others: Mapping[Partition, int] = field(default_factory=dict)
    _partners: Mapping[str, Partner] = field(default_factory=dict)
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, stop: asyncio.Event) -> None:
        """Take in what comes until told to stop; where the broker or the database is away, try again and again."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                with ThreadPoolExecutor(1, "kafka-in") as thread:
                    await _Sitting(self, thread, stop, backoff).run()
            except OffsetMoved:
                log.warning("another consumer of the group took over a partition: joining anew")
                await backoff.wait(stop)
            except AWAY as away:
                self.trouble = trouble_of(away, self.cluster.security)
                log.warning("contacts by Kafka wait: %s: %s", type(away).__name__, away)
                await backoff.wait(stop)

    def lag(self) -> int:
        """How many messages of the whole group were waiting when this consumer last looked."""
        return sum(self.waiting(p) for p in self.bounds)

    def waiting(self, partition: Partition) -> int:
        """How many messages of a partition were waiting."""
        first, end = self.bounds[partition]
        at = self.next.get(partition, self.others.get(partition))
        return max(0, end - max(first, at or 0))

    async def take(self, polled: Mapping[Partition, Sequence[Record]]) -> None:
        """Store what the records become, with how far each partition is read. Raises OffsetMoved."""
        await self.store(await self.read(polled))

    async def read(self, polled: Mapping[Partition, Sequence[Record]]) -> Batch:
        """What each record is by itself. What was read before may still be on its way into the log."""
        come = [record for records in polled.values() for record in records]
        if not come:
            return [], []
        await self.look()  # a source that was added a moment ago is a source
        arrived = [Arrived(record, self._partner(record)) for record in come]
        return arrived, await self.door.read(arrived)

    async def store(self, batch: Batch) -> None:
        """Store what was read, one batch after the other. Raises OffsetMoved."""
        arrived, read = batch
        if not arrived:
            return
        async with self._storing:
            for some, became in in_parts(arrived, read):
                try:
                    await self._store(some, became)
                except UNSTORABLE:
                    for one in some:
                        await self._store_alone(one)

    async def _store(
        self, arrived: Sequence[Arrived], read: Sequence[Accept | Amend | Refuse]
    ) -> None:
        became = await self._amended(arrived, read)
        decided = await self.door.decide(arrived, became) if became else []
        offsets = self._moved([one.record for one in arrived])

        def late(at: int, taken: InboxTaken) -> Append | None:
            refused = refused_late(arrived[at], decided[at], taken)
            return refused.append if refused else None

        await self.log.append_batch([d.append for d in decided], offsets, late)
        self._keep(offsets)

    async def _amended(
        self, arrived: Sequence[Arrived], read: Sequence[Accept | Amend | Refuse]
    ) -> list[Accept | Refuse]:
        """What becomes of those that amend what the log holds; one that came before with the same body is left out."""
        became = [
            await amended(self.log, one, each) if isinstance(each, Amend) else each
            for one, each in zip(arrived, read, strict=True)
        ]
        return [each for each in became if each is not None]

    async def _store_alone(self, one: Arrived) -> None:
        """One message that cannot be stored must not hold up the others: it is refused and its bytes kept."""
        try:
            await self._store([one], await self.door.read([one]))
        except UNSTORABLE as error:
            offsets = self._moved([one.record])
            await self.log.append_batch([unforeseen(one, error).append], offsets)
            self._keep(offsets)

    def _moved(self, records: Sequence[Record]) -> list[KafkaOffset]:
        last = {r.partition: r.offset for r in records}
        return [
            KafkaOffset(self.group, p.topic, p.number, self.next.get(p), offset + 1)
            for p, offset in last.items()
        ]

    def _keep(self, offsets: Sequence[KafkaOffset]) -> None:
        self.next.update({Partition(o.topic, o.partition): o.next for o in offsets})

    def _partner(self, record: Record) -> Partner:
        return self._partners[self.topics.partner_of(record.partition.topic)]

    async def look(self) -> tuple[str, ...]:
        """The topics to read: one a partner, as the register has them now."""
        self._partners = (await read_partners(self.log)).by_slug
        return tuple(self.topics.contacts(slug) for slug in sorted(self._partners))

    async def started_at(self, partitions: Sequence[Partition]) -> Mapping[Partition, int | None]:
        """Where the hub's own record says to read on: asked whenever the group deals the partitions out anew. What is on its
        way into the log is waited for, or the record would be behind it."""
        async with self._storing:
            stored = await self.offsets(self.group, partitions)
            self.next = {p: stored.get(p) for p in partitions}
            return self.next


def in_parts(
    arrived: Sequence[Arrived], read: Sequence[Accept | Amend | Refuse]
) -> Iterator[tuple[Sequence[Arrived], Sequence[Accept | Amend | Refuse]]]:
    """What was read, in order; what amends an earlier message by itself, once everything before it is stored."""
    begin = 0
    for at, each in enumerate(read):
        if isinstance(each, Amend):
            if at > begin:
                yield arrived[begin:at], read[begin:at]
            yield arrived[at : at + 1], read[at : at + 1]
            begin = at + 1
    if begin < len(read):
        yield arrived[begin:], read[begin:]


@dataclass(slots=True)
class _Sitting:
    """From joining the group to leaving it. Kafka's client is only ever called from one thread.

    storing  what was read last, on its way into the log while the next is fetched and read: never more than one batch, and
             no poll begins before all that came earlier is stored or on its way
    """

    consumer: Consumer
    thread: ThreadPoolExecutor
    stop: asyncio.Event
    backoff: Backoff
    subscribed: tuple[str, ...] = ()
    looked: float = float("-inf")
    asked: float = float("-inf")
    heard: float = float("inf")
    checked: set[Partition] = field(default_factory=set)
    storing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()

        def started_at(partitions: Sequence[Partition]) -> Mapping[Partition, int | None]:
            asked = asyncio.run_coroutine_threadsafe(self.consumer.started_at(partitions), loop)
            return asked.result(timeout=self.consumer.cluster.session_seconds / 2)

        inlet = await self.call(
            lambda: Inlet(self.consumer.cluster, self.consumer.group, started_at)
        )
        try:
            while not self.stop.is_set():
                await self.turn(inlet)
        finally:
            try:
                await self.stored()
            finally:
                await self.leave(inlet)

    async def turn(self, inlet: Inlet) -> None:
        """Look for new partners now and then; poll, and read what came while what came before is stored."""
        await self.subscribe(inlet)
        if not self.subscribed:
            await pause(self.stop, self.consumer.poll_seconds)
            return
        polled = await self.call(lambda: inlet.poll(self.consumer.poll_seconds))
        await self.check(inlet)
        batch = await self.consumer.read(polled)
        await self.stored()
        if polled:
            self.storing = asyncio.create_task(self.consumer.store(batch))
        await self.ask(inlet, bool(polled))
        if not polled:
            self.all_well()

    async def stored(self) -> None:
        """Wait until what was on its way is stored. Raises what kept it out."""
        if self.storing is None:
            return
        storing, self.storing = self.storing, None
        await storing
        self.all_well()

    def all_well(self) -> None:
        """Nothing holds up what comes in."""
        self.backoff.reset()
        self.consumer.trouble = None

    async def ask(self, inlet: Inlet, came: bool) -> None:
        """Ask the broker what waits, now and then. Raises BrokerAway where it does not answer, which a poll never says, and
        where messages wait but none come: whatever the reason is, joining the group anew is worth a try."""
        consumer, now = self.consumer, asyncio.get_running_loop().time()
        if came:
            self.heard = now
        if now - self.asked < consumer.look_seconds:
            return
        partitions = await self.call(lambda: inlet.partitions(self.subscribed))
        consumer.bounds = await self.call(lambda: inlet.bounds(partitions))
        consumer.others = await consumer.offsets(consumer.group, partitions)
        self.asked = now = asyncio.get_running_loop().time()
        waits = any(consumer.waiting(p) for p in consumer.next if p in consumer.bounds)
        if not waits and await self.call(inlet.joined):
            self.heard = now
        elif now - self.heard > consumer.cluster.session_seconds * GIVES_UP:
            raise BrokerAway(
                "NothingComes", f"not for {now - self.heard:.0f} s: joining the group anew"
            )

    async def subscribe(self, inlet: Inlet) -> None:
        """Read the topics of every partner there is now."""
        now = asyncio.get_running_loop().time()
        if now - self.looked < self.consumer.look_seconds:
            return
        self.looked = now
        wanted = await self.consumer.look()
        if wanted != self.subscribed:
            await self.call(lambda: self.consumer.cluster.make_topics(wanted))
            await self.call(lambda: inlet.subscribe(wanted))
            self.subscribed = wanted
            self.heard = now

    async def check(self, inlet: Inlet) -> None:
        """Say loudly where a newly assigned partition no longer holds what was to be read next."""
        assigned = await self.call(inlet.assigned)
        new = sorted(assigned - self.checked, key=lambda p: (p.topic, p.number))
        self.checked = assigned
        if not new:
            return
        for partition, (first, end) in (await self.call(lambda: inlet.bounds(new))).items():
            at = self.consumer.next.get(partition)
            if at is not None and not first <= at <= end:
                log.error(
                    "%s/%s holds offsets %s to %s, not %s where the hub stood: messages were lost or the topic was made"
                    " anew; reading from %s",
                    partition.topic, partition.number, first, end, at, first,
                )  # fmt: skip

    async def leave(self, inlet: Inlet) -> None:
        """Leave the group; a broker that is away need not be told."""
        try:
            await self.call(inlet.close)
        except BrokerAway as away:
            log.debug("left without saying so: %s", away)

    async def call(self, what: Callable[[], T]) -> T:
        """Do something with Kafka's client in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, what)
