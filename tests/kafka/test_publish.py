"""Answers go out at least once, in order, with stable ids: whatever is killed, and wherever it starts again."""

import json
from pathlib import Path

import psycopg
import pytest

from adapters.kafka.client import Record
from adapters.postgres.log import PostgresLog
from events.envelope import new_event
from events.message_refused import Fault, MessageRefused
from events.partner_added import PartnerAdded
from events.referral_accepted import ReferralAccepted
from events.referral_done import ReferralDone
from hub.log import Append, RawMessage
from tests.kafka.world import (
    a_cluster,
    a_publisher,
    at_places,
    own_topics,
    read,
    record,
    running,
    until,
)
from tests.native_broker import NativeBroker
from tests.postgres import COUNCIL
from tests.projections.story import Story

pytestmark = pytest.mark.asyncio
STEPS = ["received", "routed", "sent", "accepted"]


def a_story() -> Story:
    story = Story()
    story.tell(PartnerAdded(partner="grays-surgery", name="Grays", sources=("urn:example:source",)))
    for number in (1, 2):
        contact = story.contact(number, {"people": [{"ref": "p1"}]})
        story.link(contact, p1=f"P-00000{number}")
        [referral] = story.route(contact, {"rule": "R8", "team": "YC"}, family=f"P-00000{number}")
        story.tell(ReferralAccepted(referral=referral, contact=contact, team="YC"))
    return story


def steps_of(records: list[Record], contact: str) -> list[str]:
    """What was told of a contact, in the order in which it came."""
    events = [json.loads(r.value) for r in records if r.key == contact.encode()]
    return [e["type"].split(".outcome.")[1].removesuffix(".v1") for e in events]


def ids(records: list[Record]) -> list[str]:
    return [json.loads(r.value)["id"] for r in records]


async def test_answers_come_in_order_and_again_with_the_same_ids_from_an_old_checkpoint(
    broker: str, database: str, owner_dsn: str, log: PostgresLog
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    outcomes = topics.outcomes("grays-surgery")
    await record(log, a_story())
    async with at_places(database) as places:
        publisher = a_publisher(log, cluster, places, topics)
        async with running(publisher.run):
            await until(lambda: publisher.position == 14)
        once = await read(cluster, outcomes, 8)
        assert await publisher.lag() == 0
        with psycopg.connect(owner_dsn) as conn:
            conn.execute(f"UPDATE {COUNCIL}.checkpoints SET position = 3")
        assert await publisher.lag() == 11
        after = a_publisher(log, cluster, places, topics)
        async with running(after.run):
            await until(lambda: after.position == 14)
    twice = await read(cluster, outcomes, 15)
    for contact in ("C-26-000001", "C-26-000002"):
        assert steps_of(once, contact) == STEPS
    assert len(once) == len(set(ids(once))) == 8
    assert len(twice) == 15
    assert set(ids(twice)) == set(ids(once))


async def test_of_two_relays_one_carries_and_the_other_takes_over(
    broker: str, database: str, log: PostgresLog
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    await record(log, a_story())
    async with at_places(database) as places:
        first, second = (a_publisher(log, cluster, places, topics) for _ in range(2))
        async with running(second.run):
            async with running(first.run):
                await until(lambda: 14 in (first.position, second.position))
            done = ReferralDone(
                referral="R-26-000001-1", contact="C-26-000001", team="YC", outcome="Met."
            )
            await log.append(Append((new_event(done, 3, actor="staff:S-1"),)))
            await until(lambda: second.position == 15)
    told = await read(cluster, topics.outcomes("grays-surgery"), 9)
    assert len(told) == len(set(ids(told))) == 9


async def test_a_refused_message_comes_back_byte_for_byte(
    broker: str, database: str, log: PostgresLog
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    body = b"\x00\xff not json" * 90_000
    event = MessageRefused(
        refusal="4f0c2a6e-8f0b-5d0e-9a53-0d8a9c9b7f11", partner="grays-surgery", carried_by="http",
        body_sha256="a" * 64, size=len(body), problem="not-json", faults=(Fault(pointer="", code="x", says="y"),),
    )  # fmt: skip
    raw = RawMessage("a" * 64, body, None)
    await log.append(Append((new_event(event, 1, actor="partner:grays-surgery"),), raw=raw))
    async with (
        at_places(database) as places,
        running(a_publisher(log, cluster, places, topics).run),
    ):
        [back] = await read(cluster, topics.refused("grays-surgery"), 1)
    assert back.value == body
    assert dict(back.headers)["nwd-problem"] == b"not-json"


async def test_what_a_topic_will_not_take_comes_back_without_its_body(
    broker: str, database: str, log: PostgresLog
) -> None:
    cluster, topics = a_cluster(broker), own_topics()
    event = MessageRefused(
        refusal="4f0c2a6e-8f0b-5d0e-9a53-0d8a9c9b7f11", partner="grays-surgery", carried_by="http",
        body_sha256="a" * 64, size=3_000_000, problem="too-large", faults=(),
    )  # fmt: skip
    raw = RawMessage("a" * 64, b"x" * 3_000_000, None)
    await log.append(Append((new_event(event, 1, actor="partner:grays-surgery"),), raw=raw))
    async with (
        at_places(database) as places,
        running(a_publisher(log, cluster, places, topics).run),
    ):
        [back] = await read(cluster, topics.refused("grays-surgery"), 1)
    assert back.value == b""
    assert b"too large" not in dict(back.headers)["nwd-body"]


async def test_answers_wait_for_a_broker_that_is_away(
    own_broker: NativeBroker, database: str, log: PostgresLog, tmp_path: Path
) -> None:
    cluster, topics = a_cluster(own_broker.bootstrap), own_topics()
    async with at_places(database) as places:
        publisher = a_publisher(log, cluster, places, topics)
        async with running(publisher.run):
            await until(lambda: publisher.position == 1)
            own_broker.kill()
            await record(log, a_story())
            await until(lambda: publisher.trouble is not None, 30)
            assert publisher.position == 1
            own_broker.start()
            await until(lambda: publisher.position == 14, 30)
        assert publisher.trouble is None
        told = await read(cluster, topics.outcomes("grays-surgery"), 8)
    assert steps_of(told, "C-26-000002")[-1] == "accepted"
