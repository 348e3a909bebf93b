"""What becomes of a message: a contact with its envelope and bytes, or a refusal that is kept once."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contact_received import ContactReceived
from events.message_refused import MessageRefused
from events.registry import encode
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Accept, Carrier, Refuse, carries_shield, contact_id, receive
from hub.errors import HubError, InvalidContact, NotJson, NotYourSource, TypeNotTaken
from tests.intake.given import (
    NOW,
    SOURCE,
    STRUCTURED,
    Change,
    accepted,
    binary,
    drop,
    message,
    places,
    put,
)

SURGERY = Carrier("http", "grays-surgery", frozenset({SOURCE}))
C1 = "C-26-000001"


def kept(sent: Message, carrier: Carrier = SURGERY) -> Accept:
    """The accepted contact."""
    decided = receive(sent, carrier, C1, NOW)
    assert isinstance(decided, Accept)
    return decided


def turned_away(sent: Message, carrier: Carrier = SURGERY) -> tuple[HubError, MessageRefused]:
    """The refusal, and the event that keeps it."""
    decided = receive(sent, carrier, C1, NOW)
    assert isinstance(decided, Refuse)
    (event,) = (e.event for e in decided.append.events)
    assert isinstance(event, MessageRefused)
    return decided.error, event


def test_an_accepted_message_becomes_one_event_with_its_bytes_and_its_place_in_the_inbox() -> None:
    sent = message()
    stored = kept(sent).append
    (new,) = stored.events
    received = new.event
    assert isinstance(received, ContactReceived)
    assert (received.source, received.message_id, received.partner) == (
        SOURCE,
        "01J8Z3-0007",
        "grays-surgery",
    )
    assert (new.stream, new.version, new.actor) == (f"contact:{C1}", 1, "partner:grays-surgery")
    assert (new.organisation, new.correlation_id, new.purpose) == ("F81XXX", C1, "public-task")
    assert new.occurred_at == received.content.occurred_at
    assert {f"contact:{C1}", "partner:grays-surgery"} <= set(new.tags)
    assert stored.raw and stored.raw.body == sent.body
    assert stored.raw.sha256 == received.body_sha256 == hashlib.sha256(sent.body).hexdigest()
    assert stored.inbox and (
        stored.inbox.source,
        stored.inbox.message_id,
        stored.inbox.contact,
    ) == (SOURCE, "01J8Z3-0007", C1)


def test_without_a_lawful_basis_the_purpose_is_direct_care() -> None:
    (new,) = kept(message(drop("/data/lawful_basis"))).append.events
    assert new.purpose == "direct-care"


def test_the_headers_of_a_binary_message_are_kept_with_its_bytes() -> None:
    sent = binary()
    raw = kept(sent).append.raw
    assert raw and raw.body.endswith(sent.body)
    assert b"ce-id: 01J8Z3-0007\r\n" in raw.body


def test_the_operator_may_send_for_any_source() -> None:
    (new,) = kept(message(), Carrier("file")).append.events
    assert new.actor == "operator"


def test_another_partners_source_is_refused_and_kept() -> None:
    error, event = turned_away(message(put("/source", "urn:ods:X/other")))
    assert isinstance(error, NotYourSource)
    assert places(error.faults) == {("/source", "not-your-source")}
    assert (event.partner, event.source, event.problem) == (
        "grays-surgery",
        "urn:ods:X/other",
        "not-your-source",
    )
    error, _ = turned_away(binary(source="urn:x"))
    assert places(error.faults) == {("ce-source", "not-your-source")}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (Message(b"{", STRUCTURED), NotJson),
        (message(drop("/data/door")), InvalidContact),
        (message(put("/type", "uk.gov.thurrock.nwd.contact.confirmed.v1")), TypeNotTaken),
    ],
)
def test_a_refused_message_is_kept_with_bytes_reason_and_place_and_takes_no_id(
    sent: Message, kind: type[HubError]
) -> None:
    decided = receive(sent, SURGERY, C1, NOW)
    assert isinstance(decided, Refuse) and isinstance(decided.error, kind)
    stored = decided.append
    assert stored.inbox is None
    assert stored.raw and stored.raw.body == sent.body
    (new,) = stored.events
    assert isinstance(new.event, MessageRefused)
    assert new.event.faults == decided.error.faults
    assert new.event.size == len(sent.body)
    assert new.stream == f"refusal:{decided.refusal}"


def test_the_same_refused_message_has_the_same_id_and_another_body_another() -> None:
    _, one = turned_away(message(drop("/data/door")))
    _, again = turned_away(message(drop("/data/door")))
    _, other = turned_away(message(drop("/data/reporter")))
    assert one.refusal == again.refusal != other.refusal


def test_two_partners_who_send_the_same_are_each_kept() -> None:
    _, one = turned_away(message(drop("/data/door")))
    _, other = turned_away(
        message(drop("/data/door")), Carrier("http", "other", frozenset({SOURCE}))
    )
    assert one.refusal != other.refusal


def test_contacts_are_numbered_by_the_year_of_receipt() -> None:
    assert contact_id(42, NOW) == "C-26-000042"
    assert contact_id(1_234_567, NOW) == "C-26-1234567"


SHIELDED: dict[str, Change] = {
    "a shielded person": put("/data/people/0/flags", ["shielded"]),
    "an adoptive placement": put("/data/people/1/flags", ["deceased", "adoptive_placement"]),
    **{
        code: put("/data/concerns/0/code", code)
        for code in ("domestic-abuse", "missing-child", "exploitation")
    },
}


@pytest.mark.parametrize("name", SHIELDED)
def test_a_contact_that_hides_somebody_is_known_by_it(name: str) -> None:
    assert kept(message(SHIELDED[name])).shields
    assert carries_shield(accepted(message(SHIELDED[name])).content)


def test_any_other_contact_hides_nobody() -> None:
    assert not kept(message()).shields


headers = st.dictionaries(
    st.sampled_from(["id", "source", "type", "specversion", "time", "x", "data", "Ü", ""]),
    st.text(max_size=8) | st.text(st.characters(categories=["Cs"]), max_size=3),
)
members = st.sampled_from(["id", "source", "type", "specversion", "data", "time", "x"])
loose: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | members, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(st.binary(max_size=80), st.none() | headers, st.none() | st.text(max_size=10))
def test_any_bytes_are_accepted_or_refused_and_can_be_stored(
    body: bytes, attributes: dict[str, str] | None, content_type: str | None
) -> None:
    storable(receive(Message(body, content_type, attributes), SURGERY, C1, NOW))


@given(st.dictionaries(members, loose, max_size=6), st.none() | headers)
def test_any_json_is_accepted_or_refused_and_can_be_stored(
    value: dict[str, Any], attributes: dict[str, str] | None
) -> None:
    body = json.dumps(value).encode()
    storable(receive(Message(body, STRUCTURED, attributes), SURGERY, C1, NOW))


def storable(decided: Accept | Refuse) -> None:
    """Nothing in it that PostgreSQL could not hold."""
    for new in decided.append.events:
        stored = encode(new.event)
        assert b"\\u0000" not in stored.replace(b"\\\\", b"") and b"\0" not in stored
        stored.decode("utf-8")
    raw = decided.append.raw
    assert raw and "\0" not in (raw.content_type or "")
