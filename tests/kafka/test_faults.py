"""Kafka at its worst: members killed in mid-batch and dealt out anew, duplicates, poison, partitions added, relays killed.

FAULTS_MESSAGES sets how many contacts the large topic holds (20,000 in a long run), FAULTS_SEED what happens when.
"""

import asyncio
import hashlib
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from kafka import KafkaAdminClient  # type: ignore[import-untyped]  # kafka-python has no types

from adapters.kafka.client import Cluster, Message, Outlet, Record
from adapters.kafka.consume import Consumer
from adapters.kafka.messages import Speaker
from adapters.postgres.log import PostgresLog
from events.base import Event
from events.contact_received import ContactReceived
from events.message_refused import MessageRefused
from events.partner_added import PartnerAdded
from events.referral_accepted import ReferralAccepted
from hub.partners.register import add_partner
from projections.as_at import fold_as_at
from tests.kafka.world import (
    SOURCE,
    a_cluster,
    a_consumer,
    a_contact,
    a_publisher,
    at_places,
    of_type,
    own_topics,
    process,
    read,
    record,
    running,
    until,
)
from tests.postgres import COUNCIL
from tests.projections.story import Story

SLUG = "grays-surgery"
MESSAGES = int(os.environ.get("FAULTS_MESSAGES") or 1200)
SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
KEYS = 25
DUPLICATES = 40
KILLS = 3
SECONDS = 60 + MESSAGES / 50

pytestmark = pytest.mark.usefixtures("seeded")


@pytest.fixture
def seeded() -> random.Random:
    """What happens when; printed, so that it can be tried again."""
    sys.stdout.write(f"FAULTS_SEED={SEED} FAULTS_MESSAGES={MESSAGES}\n")
    return random.Random(SEED)


@pytest.fixture
async def partner(log: PostgresLog) -> str:
    """A partner in the register."""
    await add_partner(log, SOURCE, "Grays Surgery", SLUG)
    return SLUG


def poison() -> list[bytes]:
    """Twenty-one messages that cannot be used, each in its own way."""
    good = json.loads(a_contact("poison"))

    def with_(**changes: object) -> bytes:
        return json.dumps({**good, **changes}).encode()

    def without(name: str) -> bytes:
        return json.dumps({k: v for k, v in good.items() if k != name}).encode()

    return [
        b"", b"\x00\xff\xfe", b"not json at all", b"[" * 50_000, b"null", b"[]", b'"text"', b"12", b"{}",
        a_contact("cut")[:-1], a_contact("more") + b" more", b'{"id": 1e999}', b'{"id": NaN}',
        a_contact("twice").replace(b'"id"', b'"id": "a", "id"', 1), a_contact("utf-16").decode().encode("utf-16"),
        a_contact("large", narrative="x" * 1_000_000), a_contact("stranger", "urn:nobody"),
        with_(type="uk.gov.thurrock.nwd.contact.received.v9"), with_(specversion="0.3"), with_(data=[]), without("source"),
    ]  # fmt: skip


def number_of(message_id: str) -> tuple[str, int]:
    """Of `key-number`."""
    key, _, number = message_id.partition("-")
    return key, int(number)


def in_order(contacts: Sequence[ContactReceived]) -> bool:
    """Whether the messages of each key came in the order in which they were sent."""
    by_key = defaultdict[str, list[int]](list)
    for contact in contacts:
        key, number = number_of(contact.message_id)
        by_key[key].append(number)
    return all(numbers == sorted(numbers) for numbers in by_key.values())


async def send_all(cluster: Cluster, topic: str, sent: Sequence[tuple[str, bytes]]) -> None:
    """A partner publishes, each under its key."""

    def write() -> None:
        cluster.make_topics([topic])
        with Outlet(cluster) as outlet:
            for at in range(0, len(sent), 1000):
                outlet.send([Message(topic, k.encode(), v) for k, v in sent[at : at + 1000]])

    await asyncio.to_thread(write)


async def count_of(log: PostgresLog, kind: type[Event]) -> int:
    """How many events of a type there are."""
    [(count,)] = await log._rows("SELECT count(*) FROM {}.events WHERE type = %s", [kind.TYPE])
    return int(count)


async def test_a_large_topic_with_duplicates_and_poison_is_taken_once_while_its_readers_are_killed(
    broker: str, database: str, log: PostgresLog, partner: str, seeded: random.Random
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    good = [(str(n % KEYS), a_contact(f"{n % KEYS}-{n // KEYS}")) for n in range(MESSAGES)]
    sent = list(good)
    for at in sorted(seeded.sample(range(len(good)), DUPLICATES), reverse=True):
        sent.insert(seeded.randint(at + 1, len(sent)), good[at])
    bad = poison()
    assert len(bad) == len(set(bad)) == 21
    for value in bad:
        sent.insert(seeded.randint(0, len(sent)), (str(seeded.randrange(KEYS)), value))

    words = ("tests.kafka.consuming", database, broker, topics.prefix)
    portions = [
        sent[at * len(sent) // (KILLS + 1) : (at + 1) * len(sent) // (KILLS + 1)]
        for at in range(KILLS + 1)
    ]
    for portion in portions[:-1]:  # the last one is sent when the last kill is over
        goal = await count_of(log, ContactReceived) + int(len(portion) * seeded.uniform(0.1, 0.6))
        await send_all(cluster, topics.contacts(partner), portion)
        with ExitStack() as members:
            for _ in range(seeded.choice((1, 2))):
                members.enter_context(process(*words))

            async def some_are_in(goal: int = goal) -> bool:
                return await count_of(log, ContactReceived) >= goal

            await until(some_are_in, SECONDS)
    await send_all(cluster, topics.contacts(partner), portions[-1])

    async def all_are_in() -> bool:
        stood = await log._rows("SELECT coalesce(sum(next), 0) FROM {}.kafka_offsets", [])
        return int(stood[0][0]) == len(sent)

    with process(*words), process(*words):
        await until(all_are_in, SECONDS)
        await asyncio.sleep(0.5)

    contacts = await of_type(log, ContactReceived)
    ids = [c.message_id for c in contacts]
    assert len(ids) == len(set(ids)) == MESSAGES
    assert in_order(contacts)
    refusals = await of_type(log, MessageRefused)
    assert len(refusals) == len(bad)
    assert all(refusal.problem and refusal.faults for refusal in refusals)
    assert {r.body_sha256 for r in refusals} == {hashlib.sha256(v).hexdigest() for v in bad}
    for refusal in refusals:
        kept = await log.raw(refusal.body_sha256)
        assert kept is not None and kept.body in bad

    async with (
        at_places(database) as places,
        running(a_publisher(log, cluster, places, topics).run),
    ):
        back = await read(cluster, topics.refused(partner), len(bad), SECONDS)
    assert sorted(r.value for r in back) == sorted(bad)
    assert all(dict(r.headers)["nwd-problem"] for r in back)


async def test_members_that_come_and_go_and_partitions_that_are_added_lose_nothing_and_take_nothing_twice(
    broker: str, database: str, log: PostgresLog, partner: str, seeded: random.Random
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    inbound, sent = topics.contacts(partner), 0
    still = asyncio.Event()

    async def send_on() -> None:
        """So many a turn under each key, until told to stop."""
        nonlocal sent
        while not still.is_set():
            turn = [(str(k), a_contact(f"{k}-{sent + n}")) for n in range(4) for k in range(KEYS)]
            await send_all(cluster, inbound, turn)
            sent += 4
            await asyncio.sleep(0.2)

    async def more(count: int = 100) -> None:
        """Until so many more contacts are in."""
        goal = await count_of(log, ContactReceived) + count

        async def enough() -> bool:
            return await count_of(log, ContactReceived) >= goal

        await until(enough, 30)

    async def drained() -> None:
        async def all_are_in() -> bool:
            return await count_of(log, ContactReceived) >= sent * KEYS

        await until(all_are_in, 30)

    def shared_out(*members: Consumer) -> int | None:
        """How many partitions the members have, if none is another's too.

        While the group shares out anew, one that has not heard of it counts
        on partitions that are another's by now: until it is told so, when
        it would write. That nothing is taken twice meanwhile, the end tells.
        """
        owned = [one for member in members for one in member.next]
        return len(owned) if len(owned) == len(set(owned)) else None

    def grow(partitions: int) -> None:
        admin = KafkaAdminClient(bootstrap_servers=broker)
        try:
            admin.create_partitions({inbound: partitions})
        finally:
            admin.close()

    async with at_places(database) as places:
        first, second, third = (a_consumer(log, cluster, places, topics) for _ in range(3))
        sending = asyncio.create_task(send_on())
        try:
            async with running(first.run):
                await more()
                async with running(second.run):
                    await until(lambda: first.next and second.next, 20)
                    await more()
                    async with running(third.run):
                        await until(lambda: first.next and second.next and third.next, 20)
                        await more()
                        await until(lambda: shared_out(first, second, third) == 3, 20)
                    await more()
                await more()
                still.set()
                await sending
                await drained()
                before = await of_type(log, ContactReceived)
                await asyncio.to_thread(grow, 6)
                still.clear()
                async with running(second.run):
                    sending = asyncio.create_task(send_on())
                    await until(lambda: len(first.next) + len(second.next) == 6, 20)
                    await more(200)
                    still.set()
                    await sending
                    await drained()
                await until(lambda: len(first.next) == 6, 20)
                await until(lambda: first.lag() == 0, 10)
        finally:
            still.set()
            await sending
    contacts = await of_type(log, ContactReceived)
    ids = [c.message_id for c in contacts]
    assert len(ids) == len(set(ids)) == sent * KEYS
    assert len(before) < len(ids)
    assert in_order(contacts)
    assert await of_type(log, MessageRefused) == []


def told(records: Sequence[Record]) -> dict[str, list[str]]:
    """The ids of what was told under each key, each where it came first."""
    by_key = defaultdict[str, list[str]](list)
    for one in records:
        event_id = json.loads(one.value)["id"]
        key = (one.key or b"").decode()
        if event_id not in by_key[key]:
            by_key[key].append(event_id)
    return dict(by_key)


def many_contacts(count: int) -> Story:
    """A partner, and contacts that a team took on."""
    story = Story()
    story.tell(PartnerAdded(partner=SLUG, name="Grays", sources=("urn:example:source",)))
    for number in range(1, count + 1):
        contact = story.contact(number, {"people": [{"ref": "p1"}]})
        story.link(contact, p1=f"P-{number:06}")
        [referral] = story.route(contact, {"rule": "R8", "team": "YC"}, family=f"P-{number:06}")
        story.tell(ReferralAccepted(referral=referral, contact=contact, team="YC"))
    return story


async def test_a_publisher_killed_again_and_again_leaves_no_gap_and_no_other_id(
    broker: str, database: str, log: PostgresLog, seeded: random.Random
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    await record(log, many_contacts(60))
    events = await log.read(0, 10_000)
    expected = Speaker(COUNCIL, topics).messages(fold_as_at(events), events, {})
    head = len(events)
    words = ("tests.kafka.publishing", database, broker, topics.prefix)
    stood = []
    async with at_places(database) as places:
        for kill in range(KILLS):
            goal = head * (kill + 1) // (KILLS + 2)

            async def so_far(goal: int = goal) -> bool:
                return await places.position("kafka") >= goal

            with process(*words):
                await until(so_far, 30)
                await asyncio.sleep(seeded.random() * 0.05)
            stood.append(await places.position("kafka"))

        async def all_is_out() -> bool:
            return await places.position("kafka") == head

        with process(*words):
            await until(all_is_out, 60)
    assert stood[0] < head, "it was killed when all was done"
    for topic in (topics.outcomes(SLUG), topics.events):
        wanted = [m for m in expected if m.topic == topic]
        came = await read(cluster, topic, len(wanted), 30)
        by_key = defaultdict[str, list[str]](list)
        for message in wanted:
            by_key[message.key.decode()].append(json.loads(message.value)["id"])
        assert {json.loads(r.value)["id"] for r in came} == {i for s in by_key.values() for i in s}
        if (
            topic != topics.events
        ):  # there a family's key depends on what was known when it was said
            assert told(came) == dict(by_key)
