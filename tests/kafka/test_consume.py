"""Contacts come in by Kafka: each once, in order, whatever else is in the topic and whoever is killed."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from adapters.kafka.client import Inlet, Partition, Record
from adapters.kafka.places import Places
from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from events.contact_received import ContactReceived
from events.message_refused import MessageRefused
from hub.log import Append, Appended, InboxTaken, Instead, KafkaOffset, OffsetMoved
from hub.partners.register import add_partner, issue_partner_key, revoke_partner
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
    running,
    send,
    stored,
    until,
)
from tests.native_broker import NativeBroker

SLUG = "grays-surgery"
POISON = b"\xff\x00 not json at all"


@pytest.fixture
async def partner(log: PostgresLog) -> str:
    """A partner in the register."""
    await add_partner(log, SOURCE, "Grays Surgery", SLUG)
    return SLUG


def record(topics: Topics, offset: int, value: bytes, slug: str = SLUG) -> Record:
    """A record as the broker would hand it out."""
    return Record(Partition(topics.contacts(slug), 0), offset, None, value, ())


async def test_a_contact_sent_twice_is_accepted_once(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    inbound = topics.contacts(partner)
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        async with running(consumer.run):
            await send(cluster, inbound, a_contact("m1"), a_contact("m1"))
            await stored(log, ContactReceived, 1)
            await send(cluster, inbound, a_contact("m1"), a_contact("m2"))
            await stored(log, ContactReceived, 2)
            await until(lambda: sum(o or 0 for o in consumer.next.values()) == 4)
            assert consumer.lag() == 0
    contacts = await of_type(log, ContactReceived)
    assert [c.message_id for c in contacts] == ["m1", "m2"]
    assert {(c.partner, c.carried_by) for c in contacts} == {(partner, "kafka")}
    assert await of_type(log, MessageRefused) == []


async def test_a_binary_message_is_the_same_contact_as_a_structured_one(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    event = json.loads(a_contact("m1"))
    data = json.dumps(event.pop("data")).encode()
    headers = tuple((f"ce_{name}", value.encode()) for name, value in event.items())
    kind = ("content-type", b"application/json")
    async with at_places(database) as places, running(a_consumer(log, cluster, places, topics).run):
        await send(cluster, topics.contacts(partner), data, headers=(*headers, kind))
        await send(cluster, topics.contacts(partner), a_contact("m1"), a_contact("m2"))
        await stored(log, ContactReceived, 2)
    first, second = await of_type(log, ContactReceived)
    assert (first.source, first.message_id) == (SOURCE, "m1")
    assert first.content == second.content
    assert await of_type(log, MessageRefused) == []


async def test_poison_comes_back_byte_for_byte_and_holds_nothing_up(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        publisher = a_publisher(log, cluster, places, topics)
        async with running(consumer.run), running(publisher.run):
            await send(
                cluster, topics.contacts(partner), POISON, b"", b"[" * 100_000, a_contact("m1")
            )
            await stored(log, ContactReceived, 1)
            back = await read(cluster, topics.refused(partner), 3)
            told = await read(cluster, topics.outcomes(partner), 4)
    assert {r.value for r in back} == {POISON, b"", b"[" * 100_000}
    [poison] = [r for r in back if r.value == POISON]
    assert dict(poison.headers)["nwd-problem"] == b"not-json"
    assert dict(poison.headers)["nwd-carried-by"].startswith(
        f"kafka {topics.contacts(partner)}/".encode()
    )
    kinds = sorted(json.loads(r.value)["type"].split(".outcome.")[1] for r in told)
    assert kinds == ["received.v1", "refused.v1", "refused.v1", "refused.v1"]


async def test_a_refused_binary_message_comes_back_with_its_attributes(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    headers = (
        ("ce_id", b"m7"),
        ("ce_source", SOURCE.encode()),
        ("content-type", b"application/json"),
    )
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        publisher = a_publisher(log, cluster, places, topics)
        async with running(consumer.run), running(publisher.run):
            await send(cluster, topics.contacts(partner), b'{"door": "cat"}', headers=headers)
            [back] = await read(cluster, topics.refused(partner), 1)
    assert back.value == b'{"door": "cat"}'
    assert set(headers) <= set(back.headers)


async def decide(log: PostgresLog, database: str, *values: bytes, slug: str = SLUG) -> list[Any]:
    """Take messages in without a broker; answers what was refused, by problem and message."""
    topics = own_topics()
    async with at_places(database) as places:
        consumer = a_consumer(log, a_cluster("nowhere:1"), places, topics)
        partition = Partition(topics.contacts(slug), 0)
        await consumer.started_at([partition])
        await consumer.take({partition: [record(topics, n, v, slug) for n, v in enumerate(values)]})
        assert await places.offsets(consumer.group, [partition]) == {partition: len(values)}
    return [(r.problem, r.message_id) for r in await of_type(log, MessageRefused)]


async def test_another_partners_source_is_refused(
    database: str, log: PostgresLog, partner: str
) -> None:
    await add_partner(log, "urn:other", "Other", "other")
    assert await decide(log, database, a_contact("m1", "urn:other")) == [("not-your-source", "m1")]
    assert await of_type(log, ContactReceived) == []


async def test_another_body_under_a_taken_id_is_refused_and_kept_once(
    database: str, log: PostgresLog, partner: str
) -> None:
    other = a_contact("m1", narrative="Another body.")
    refused = [("message-id-taken", "m1")]
    assert await decide(log, database, a_contact("m1"), other, other) == refused
    assert await decide(log, database, other, a_contact("m1")) == refused
    assert len(await of_type(log, ContactReceived)) == 1


async def test_another_body_whose_id_is_taken_between_look_and_store_is_refused_in_the_same_transaction(
    database: str, log: PostgresLog, partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await decide(log, database, a_contact("m1"))
    whole, transactions = PostgresLog.append_batch, 0

    async def counted(
        self: PostgresLog,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        nonlocal transactions
        transactions += 1
        return await whole(self, commands, offsets, instead)

    async def nothing_taken(_self: Places, _keys: object) -> dict[object, object]:
        return {}  # somebody takes it a moment later

    monkeypatch.setattr(PostgresLog, "append_batch", counted)
    monkeypatch.setattr(Places, "taken", nothing_taken)
    other = a_contact("m1", narrative="Another body.")
    refused = [("message-id-taken", "m1")]
    assert await decide(log, database, other, a_contact("m2")) == refused
    assert transactions == 1
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m1", "m2"]


async def test_a_message_larger_than_a_megabyte_is_refused(
    database: str, log: PostgresLog, partner: str
) -> None:
    large = a_contact("m1", narrative="x" * 1_000_000)
    assert await decide(log, database, large, a_contact("m2")) == [("too-large", None)]
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m2"]


async def test_a_partner_without_a_working_key_is_refused_until_it_has_a_new_one(
    database: str, log: PostgresLog, partner: str
) -> None:
    await issue_partner_key(log, partner)
    await revoke_partner(log, partner)
    assert await decide(log, database, a_contact("m1")) == [("not-permitted", "m1")]
    await issue_partner_key(log, partner)
    await decide(log, database, a_contact("m1"))
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m1"]


async def test_a_message_that_the_database_will_not_have_is_kept_apart(
    database: str, log: PostgresLog, partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PostgresLog.append_batch

    async def picky(
        self: PostgresLog,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        if any(c.inbox and c.inbox.message_id == "m2" for c in commands):
            raise psycopg.DataError("no")
        return await whole(self, commands, offsets, instead)

    monkeypatch.setattr(PostgresLog, "append_batch", picky)
    messages = [a_contact(f"m{n}") for n in (1, 2, 3)]
    assert await decide(log, database, *messages) == [("refused", None)]
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m1", "m3"]
    [refusal] = await of_type(log, MessageRefused)
    kept = await log.raw(refusal.body_sha256)
    assert kept is not None and kept.body == messages[1]


async def test_a_zombie_is_fenced_and_stores_nothing(
    database: str, log: PostgresLog, partner: str
) -> None:
    topics = own_topics()
    partition = Partition(topics.contacts(partner), 0)
    batches = [[record(topics, n, a_contact(f"m{n}"))] for n in range(3)]
    async with at_places(database) as places:
        zombie, heir = (a_consumer(log, a_cluster("x:1"), places, topics) for _ in range(2))
        await zombie.started_at([partition])
        await zombie.take({partition: batches[0]})
        await heir.started_at([partition])
        await heir.take({partition: batches[1]})
        with pytest.raises(OffsetMoved):
            await zombie.take({partition: batches[2]})
        assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m0", "m1"]
        await heir.take({partition: batches[2]})
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m0", "m1", "m2"]


async def test_of_two_that_begin_a_partition_at_once_one_is_fenced(
    database: str, log: PostgresLog, partner: str
) -> None:
    topics = own_topics()
    partition = Partition(topics.contacts(partner), 0)
    async with at_places(database) as places:
        both = [a_consumer(log, a_cluster("x:1"), places, topics) for _ in range(2)]
        for one in both:
            await one.started_at([partition])
            assert one.next == {partition: None}
        taken = [
            one.take({partition: [record(topics, n, a_contact(f"m{n}"))]})
            for n, one in enumerate(both)
        ]
        answers = await asyncio.gather(*taken, return_exceptions=True)
    assert sorted(type(a).__name__ for a in answers) == ["NoneType", "OffsetMoved"]
    assert len(await of_type(log, ContactReceived)) == 1


async def test_a_new_partner_is_read_while_the_relay_runs(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    async with at_places(database) as places, running(a_consumer(log, cluster, places, topics).run):
        await send(cluster, topics.contacts(partner), a_contact("m1"))
        await stored(log, ContactReceived, 1)
        await add_partner(log, "urn:new", "New", "new")
        await send(cluster, topics.contacts("new"), a_contact("m1", "urn:new"))
        await stored(log, ContactReceived, 2)
    assert [c.partner for c in await of_type(log, ContactReceived)] == [partner, "new"]


async def test_a_consumer_killed_at_work_loses_nothing_and_takes_nothing_twice(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    inbound, keys, sent = topics.contacts(partner), range(3), 0
    command = ("tests.kafka.consuming", database, broker, topics.prefix)
    killed = asyncio.Event()

    async def send_some(count: int) -> None:
        nonlocal sent
        for key in keys:
            values = [a_contact(f"{key}-{n}") for n in range(sent, sent + count)]
            await send(cluster, inbound, *values, key=str(key).encode())
        sent += count

    async def send_until_killed() -> None:
        while not killed.is_set():
            await send_some(20)

    await send_some(200)
    sending = None
    try:
        with process(*command):
            sending = asyncio.create_task(send_until_killed())
            await stored(log, ContactReceived, 1, 30)
    finally:
        killed.set()
        if sending is not None:
            await sending
    before = len(await of_type(log, ContactReceived))
    await send_some(20)
    with process(*command):
        await stored(log, ContactReceived, len(keys) * sent, 40)
        await asyncio.sleep(0.5)
    assert 0 < before < len(keys) * sent
    ids = [c.message_id for c in await of_type(log, ContactReceived)]
    assert len(ids) == len(set(ids)) == len(keys) * sent
    for key in keys:
        of_key = [int(i.split("-")[1]) for i in ids if i.startswith(f"{key}-")]
        assert of_key == sorted(of_key)


@pytest.mark.parametrize("stumbles", ["joins no group", "hears nothing"])
async def test_a_member_to_which_nothing_comes_though_messages_wait_begins_anew(
    broker: str,
    database: str,
    log: PostgresLog,
    partner: str,
    monkeypatch: pytest.MonkeyPatch,
    stumbles: str,
) -> None:
    """Whatever the client stumbled over: kafka-python 3.0.12 had one way to read nothing for ever, and may have more."""
    cluster, topics, whole = a_cluster(broker), own_topics(), Inlet.poll
    deaf: list[Inlet] = []

    def poll(self: Inlet, seconds: float) -> dict[Partition, list[Record]]:
        if not deaf:
            deaf.append(self)
        if self is not deaf[0]:
            return whole(self, seconds)
        if stumbles == "joins no group":
            time.sleep(seconds)
        else:
            whole(self, seconds)
        return {}

    monkeypatch.setattr(Inlet, "poll", poll)
    await send(cluster, topics.contacts(partner), a_contact("m1"))
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        async with running(consumer.run):
            await until(lambda: consumer.bounds, 20)
            assert consumer.lag() == 1
            await until(lambda: consumer.trouble, 30)
            assert consumer.trouble is not None and "NothingComes" in consumer.trouble
            await stored(log, ContactReceived, 1)
            await until(lambda: consumer.trouble is None and consumer.lag() == 0)


async def test_a_member_to_which_nothing_comes_because_nothing_waits_stays(
    broker: str, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = replace(a_cluster(broker), session_seconds=1.0), own_topics()
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        async with running(consumer.run):
            await until(lambda: consumer.next, 20)
            joined = consumer.next
            await asyncio.sleep(6)
            assert consumer.next is joined, "it joined anew"
            assert consumer.trouble is None


async def test_contacts_come_in_again_after_the_broker_was_away(
    own_broker: NativeBroker, database: str, log: PostgresLog, partner: str
) -> None:
    cluster, topics = a_cluster(own_broker.bootstrap), own_topics()
    async with at_places(database) as places, running(a_consumer(log, cluster, places, topics).run):
        await send(cluster, topics.contacts(partner), a_contact("m1"))
        await stored(log, ContactReceived, 1)
        own_broker.kill()
        await asyncio.sleep(1)
        own_broker.start()
        await send(cluster, topics.contacts(partner), a_contact("m2"))
        await stored(log, ContactReceived, 2)
    assert [c.message_id for c in await of_type(log, ContactReceived)] == ["m1", "m2"]


async def test_where_to_read_on_is_told_when_what_is_on_its_way_is_stored(
    database: str, log: PostgresLog, partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, reached, on = PostgresLog.append_batch, asyncio.Event(), asyncio.Event()

    async def slow(
        self: PostgresLog,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        reached.set()
        await on.wait()
        return await whole(self, commands, offsets, instead)

    monkeypatch.setattr(PostgresLog, "append_batch", slow)
    topics = own_topics()
    partition = Partition(topics.contacts(partner), 0)
    async with at_places(database) as places:
        consumer = a_consumer(log, a_cluster("x:1"), places, topics)
        await consumer.started_at([partition])
        taking = asyncio.create_task(
            consumer.take({partition: [record(topics, 0, a_contact("m0"))]})
        )
        await reached.wait()
        asked = asyncio.create_task(consumer.started_at([partition]))
        assert not (await asyncio.wait([asked], timeout=0.3))[0]
        on.set()
        assert await asked == {partition: 1}
        await taking


async def test_a_batch_that_the_database_refuses_on_its_way_comes_again_and_keeps_its_order(
    broker: str, database: str, log: PostgresLog, partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, tries = PostgresLog.append_batch, 0

    async def stumbles(
        self: PostgresLog,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        nonlocal tries
        tries += 1
        if tries in (2, 3):
            await asyncio.sleep(0.1)  # the next batch is fetched meanwhile
            raise psycopg.OperationalError("away")
        return await whole(self, commands, offsets, instead)

    monkeypatch.setattr(PostgresLog, "append_batch", stumbles)
    cluster, topics = a_cluster(broker), own_topics()
    async with at_places(database) as places:
        consumer = a_consumer(log, cluster, places, topics)
        async with running(consumer.run):
            for first in range(0, 3000, 600):
                values = [a_contact(f"m{n}") for n in range(first, first + 600)]
                await send(cluster, topics.contacts(partner), *values)
            await stored(log, ContactReceived, 3000, 60)
            await until(lambda: consumer.trouble is None)
    assert tries > 5
    assert [c.message_id for c in await of_type(log, ContactReceived)] == [
        f"m{n}" for n in range(3000)
    ]
