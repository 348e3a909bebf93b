"""Corrections and withdrawals by Kafka: each follows what came before it in the same batch, once; and the partner is told."""

import json
from typing import Any

from adapters.kafka.client import Partition, Record
from adapters.kafka.messages import Speaker
from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_withdrawn import ContactWithdrawn
from events.message_refused import MessageRefused
from hub.contacts.cloud_event import CORRECTED, WITHDRAWN
from hub.partners.register import add_partner
from projections.as_at import fold_as_at
from tests.kafka.world import (
    SOURCE,
    a_cluster,
    a_consumer,
    a_contact,
    at_places,
    of_type,
    own_topics,
)
from tests.projections.story import Story

SLUG = "grays-surgery"


def correction(message_id: str, corrects: str, **data: object) -> bytes:
    """A contact told anew."""
    said = json.loads(a_contact(message_id, **{"corrects": corrects, **data}))
    return json.dumps({**said, "type": CORRECTED}).encode()


def withdrawal(message_id: str, withdraws: str) -> bytes:
    """A contact taken back."""
    said = json.loads(a_contact(message_id))
    data = {"withdraws": withdraws, "reason": "By mistake."}
    return json.dumps({**said, "type": WITHDRAWN, "data": data}).encode()


def polled(topics: Topics, begin: int, *bodies: bytes) -> dict[Partition, list[Record]]:
    """Records as the broker hands them out."""
    partition = Partition(topics.contacts(SLUG), 0)
    return {partition: [Record(partition, begin + n, None, b, ()) for n, b in enumerate(bodies)]}


async def test_a_batch_may_bring_a_contact_with_what_amends_it_and_brings_it_once(
    database: str, log: PostgresLog
) -> None:
    await add_partner(log, SOURCE, "Grays Surgery", SLUG)
    topics = own_topics()
    bodies = (
        a_contact("m1"), correction("m2", "m1"), a_contact("m3"), correction("m4", "nothing"), correction("m5", "m1"),
        correction("m2", "m1"), correction("m2", "m1", narrative="Another body."), withdrawal("m6", "m1"),
        correction("m7", "m1"), a_contact("m8"),
    )  # fmt: skip
    async with at_places(database) as places:
        consumer = a_consumer(log, a_cluster("127.0.0.1:1"), places, topics)
        await consumer.look()
        await consumer.store(await consumer.read(polled(topics, 0, *bodies)))
        assert set(consumer.next.values()) == {len(bodies)}
    received = await of_type(log, ContactReceived)
    assert [r.message_id for r in received] == ["m1", "m3", "m8"]
    corrected = await of_type(log, ContactCorrected)
    assert [(c.message_id, c.contact) for c in corrected] == [
        ("m2", received[0].contact), ("m5", received[0].contact),
    ]  # fmt: skip
    [withdrawn] = await of_type(log, ContactWithdrawn)
    assert withdrawn.contact == received[0].contact and withdrawn.partner == SLUG
    refused = await of_type(log, MessageRefused)
    assert [(r.message_id, r.problem) for r in refused] == [
        ("m4", "first-not-received"), ("m2", "message-id-taken"), ("m7", "already-withdrawn"),
    ]  # fmt: skip


def outcomes(story: Story) -> list[dict[str, Any]]:
    """What the partner is told."""
    found = Speaker("thurrock").messages(fold_as_at(story.events), story.events, {})
    return [json.loads(m.value) for m in found if m.topic == f"nwd.outcomes.{SLUG}"]


def test_a_partner_is_told_that_its_contact_was_corrected_and_withdrawn() -> None:
    story = Story()
    contact = story.contact(1, {"people": [{"ref": "p1", "dob": "1981-06-12"}]})
    same = {"contact": contact, "partner": SLUG, "source": "s"}
    story.tell(ContactCorrected.example().model_copy(update={**same, "message_id": "m8"}))
    story.tell(ContactWithdrawn.example().model_copy(update={**same, "message_id": "m9"}))
    told = {
        e["type"].removeprefix("uk.gov.thurrock.nwd.outcome."): e["data"] for e in outcomes(story)
    }
    assert told["corrected.v1"]["message_id"] == "m8" and told["corrected.v1"]["doubts"] == []
    assert told["taken-back.v1"]["message_id"] == "m9" and "reason" not in told["taken-back.v1"]
    assert {d["contact"] for d in told.values()} == {contact}
