"""What the hub says by Kafka, and what it never says."""

import json
from typing import Any

import pytest

from adapters.kafka.client import Message
from adapters.kafka.messages import Speaker
from events.contact_closed import ContactClosed
from events.contact_routed import ContactRouted
from events.message_refused import Fault, MessageRefused
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.staff_added import StaffAdded
from hub.errors import Unavailable
from hub.log import RawMessage
from projections.as_at import fold_as_at
from tests.projections.story import Story

SPEAKER = Speaker("thurrock")
OUTCOMES = "nwd.outcomes.grays-surgery"
GRACE = {"ref": "p1", "name": {"family": "Okoro", "given": ["Grace"]}, "phones": ["01375 000001"]}


def said(story: Story, raws: dict[str, RawMessage] | None = None) -> list[Message]:
    return SPEAKER.messages(fold_as_at(story.events), story.events, raws or {})


def on(topic: str, messages: list[Message]) -> list[dict[str, Any]]:
    return [json.loads(m.value) for m in messages if m.topic == topic]


def named(message: Message) -> tuple[str, bytes | None, str]:
    """What a message goes by: its topic, its key and its id."""
    return message.topic, message.key, json.loads(message.value)["id"]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [e["type"].removeprefix("uk.gov.thurrock.nwd.") for e in events]


def a_contact(story: Story, *asks: dict[str, Any], **content: Any) -> tuple[str, list[str]]:
    contact = story.contact(1, {"people": [GRACE], "narrative": "She is tired.", **content})
    story.link(contact, p1="P-000001")
    asks = asks or ({"rule": "R8", "team": "CLS-2", "about": "p1", "person": "P-000001"},)
    return contact, story.route(contact, *asks, family="P-000001")


def test_every_step_of_a_contact_goes_back_to_its_partner() -> None:
    story = Story()
    contact, [first] = a_contact(story)
    story.tell(ReferralSeen(referral=first, contact=contact, team="CLS-2"))
    story.tell(
        ReferralDeclined(
            referral=first, contact=contact, team="CLS-2", reason="Full.", next="TF", opens="R-26-000001-2"
        )
    )  # fmt: skip
    passed_on = ReferralSent.example().model_copy(
        update={"referral": "R-26-000001-2", "team": "TF", "follows": first}
    )
    story.tell(passed_on)
    story.tell(ReferralAccepted(referral="R-26-000001-2", contact=contact, team="TF"))
    story.tell(
        ReferralDone(referral="R-26-000001-2", contact=contact, team="TF", outcome="Plan agreed.")
    )
    story.tell(ContactClosed(contact=contact, outcome="Plan agreed."))
    told = on(OUTCOMES, said(story))
    assert kinds(told) == [
        f"outcome.{kind}.v1"
        for kind in (
            "received", "routed", "sent", "seen", "declined", "sent", "accepted", "done", "closed",
        )
    ]  # fmt: skip
    assert {e["data"]["message_id"] for e in told} == {"m1"}
    declined = told[4]
    assert (declined["data"]["reason"], declined["data"]["next"]) == ("Full.", "TF")
    assert declined["subject"] == f"contact/{contact}"


def test_what_is_sent_again_later_has_the_same_id_and_key_and_goes_to_the_same_topic() -> None:
    story = Story()
    contact, [first] = a_contact(story)
    story.tell(ReferralAccepted(referral=first, contact=contact, team="CLS-2"))
    events = story.events
    at_once = [
        message
        for number in range(len(events))
        for message in SPEAKER.messages(fold_as_at(events[: number + 1]), [events[number]], {})
    ]
    assert [named(m) for m in said(story)] == [named(m) for m in at_once]


def test_the_acknowledgement_carries_the_hash_and_the_doubts() -> None:
    story = Story()
    a_contact(story)
    [received, *_] = on(OUTCOMES, said(story))
    assert received["data"]["body_sha256"] == "0" * 64
    assert received["data"]["doubts"] == []


def test_the_same_events_make_the_same_messages() -> None:
    story = Story()
    a_contact(story)
    assert said(story) == said(story)
    assert len({e["id"] for e in on(OUTCOMES, said(story))}) == 3


def test_a_locality_is_never_told_to_a_partner() -> None:
    story = Story()
    a_contact(story)
    assert "CLS-2" not in "".join(m.value.decode() for m in said(story) if m.topic == OUTCOMES)


@pytest.mark.parametrize(("rule", "team"), [("R14", "MARAC"), ("R15", "LADO"), ("R16", "PREV")])
def test_of_a_restricted_stream_all_that_is_told_is_that_it_was_received(
    rule: str, team: str
) -> None:
    story = Story()
    contact, [referral] = a_contact(story, {"rule": rule, "team": team})
    story.tell(ReferralAccepted(referral=referral, contact=contact, team=team))
    messages = said(story)
    assert kinds(on(OUTCOMES, messages)) == ["outcome.received.v1"]
    followed = [e for e in on("nwd.events", messages) if contact in json.dumps(e)]
    assert kinds(followed) == ["event.contact.received.v1"]
    assert {m.key for m in messages} == {contact.encode()}


def test_events_say_nothing_of_what_was_said() -> None:
    story = Story()
    a_contact(story)
    story.tell(StaffAdded.example(), actor="operator")
    followed = [m.value.decode() for m in said(story) if m.topic == "nwd.events"]
    assert len(followed) == len(story.events)
    for secret in ("Okoro", "Grace", "01375", "tired", StaffAdded.example().name):
        assert not any(secret in value for value in followed)


def test_events_of_a_family_share_the_key_of_its_root_person() -> None:
    story = Story()
    contact, _ = a_contact(story)
    keys = [m.key.decode() for m in said(story) if m.topic == "nwd.events"]
    routed = [e.type for e in story.events].index(ContactRouted.TYPE)
    assert keys == [contact] * routed + ["P-000001"] * (len(story.events) - routed)


def test_a_shielded_contacts_events_give_no_place_and_its_answers_no_free_text() -> None:
    story = Story()
    contact, [referral] = a_contact(story, people=[{**GRACE, "flags": ["shielded"]}])
    story.tell(
        ReferralDone(referral=referral, contact=contact, team="CLS-2", outcome="Moved to Grays.")
    )
    everything = "".join(m.value.decode() for m in said(story))
    assert "Moved to Grays." not in everything
    assert "CLS-2" not in everything


def refused(partner: str | None = "grays-surgery") -> MessageRefused:
    return MessageRefused(
        refusal="4f0c2a6e-8f0b-5d0e-9a53-0d8a9c9b7f11", partner=partner, source="urn:example:source",
        message_id="m9", carried_by="kafka", body_sha256="1" * 64, size=3, problem="not-json",
        faults=(Fault(pointer="", code="not-json", says="It ends — too early."),),
    )  # fmt: skip


def test_a_refused_message_goes_back_as_it_came_with_its_reason() -> None:
    story = Story()
    story.tell(refused(), actor="partner:grays-surgery")
    messages = said(story, {"1" * 64: RawMessage("1" * 64, b"\xff{\x00", "text/plain")})
    [back] = [m for m in messages if m.topic == "nwd.refused.grays-surgery"]
    headers = dict(back.headers)
    assert back.value == b"\xff{\x00"
    assert (headers["nwd-problem"], headers["content-type"]) == (b"not-json", b"text/plain")
    assert json.loads(headers["nwd-faults"])[0]["says"] == "It ends — too early."
    assert kinds(on(OUTCOMES, messages)) == ["outcome.refused.v1"]


def test_a_refused_message_of_nobody_goes_to_nobody() -> None:
    story = Story()
    story.tell(refused(partner=None), actor="operator")
    assert [m.topic for m in said(story)] == ["nwd.events"]


def test_nothing_is_said_before_it_is_known_what_must_be_kept() -> None:
    story = Story()
    a_contact(story)
    behind = fold_as_at(story.events[:2])
    with pytest.raises(Unavailable):
        SPEAKER.messages(behind, story.events, {})


def test_nothing_goes_to_a_partner_of_a_contact_that_an_operator_sent() -> None:
    story = Story()
    contact = story.contact(1, {"people": [GRACE]}, partner=None)
    story.link(contact, p1="P-000001")
    assert {m.topic for m in said(story)} == {"nwd.events"}
