"""The quick way through the door takes nothing that the careful way would not, and reads the same in it."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contact_received import ContactReceived
from events.content import ContactContent
from events.envelope import LightNewEvent
from events.registry import decode, encode
from hub.contacts.cloud_event import looked_through as faults_with_care
from hub.contacts.cloud_event import nothing_odd, open_envelope
from hub.contacts.light_content import read_light_content
from hub.contacts.message import ReadContact, looked_through, read
from hub.contacts.receive import Accept, Carrier, receive
from hub.json_gate import parsed
from tests.intake.given import EVENT, NOW, event, put, structured
from tests.intake.messages import ODD, broken_events, events, spots

CARRIER = Carrier("kafka", "grays-surgery")


def agrees(said: dict[str, Any]) -> bool:
    """Whether it goes the quick way; it must be what the careful way makes of it, faults and all."""
    envelope = open_envelope(structured(said))
    quick = nothing_odd(envelope.event, NOW)
    if quick:
        assert faults_with_care(envelope, NOW) == []
    data = parsed(json.dumps(said).encode()).value.get("data")
    light = read_light_content(data) if isinstance(data, dict) else None
    if light is None:
        return False
    careful, _ = looked_through(data, "/data", NOW)
    assert careful is not None
    model = ContactContent.model_validate_json(json.dumps(data), strict=True)
    assert msgspec.json.encode(light) == msgspec.json.encode(careful) == encode(model)  # type: ignore[arg-type]  # it is a fact
    return quick


@given(events())
def test_a_sound_message_is_read_the_same_the_quick_way(said: dict[str, Any]) -> None:
    agrees(said)


@given(broken_events())
def test_a_broken_message_goes_the_quick_way_only_where_that_reads_the_same(
    said: dict[str, Any],
) -> None:
    agrees(said)


@given(st.data())
def test_whatever_stands_anywhere_is_taken_quickly_only_where_the_model_takes_it(
    data: st.DataObject,
) -> None:
    said = event()
    container, key = data.draw(st.sampled_from(spots(said)))
    container[key] = data.draw(
        st.sampled_from(ODD)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.datetimes().map(lambda t: f"{t.isoformat()}+01:00")
    )
    if isinstance(said.get("data"), dict):
        agrees(said)


def test_an_ordinary_message_goes_the_quick_way() -> None:
    assert agrees(EVENT)


@pytest.mark.parametrize(
    ("at", "quick"),
    [("2026-03-04T09:50:00.123456Z", True), ("2026-03-04T10:50:00+01:00", True), ("2026-03-04t09:50:00z", True),
     ("2026-03-04T09:50:00.1234567Z", False), ("2026-03-04T09:50:00", False), ("2026-03-04 09:50:00Z", False)],
)  # fmt: skip
def test_a_time_is_read_as_the_model_reads_it_or_with_care(at: str, quick: bool) -> None:
    assert (read_light_content(event(put("/data/occurred_at", at))["data"]) is not None) is quick
    agrees(event(put("/data/occurred_at", at)))


@given(events())
def test_what_is_stored_of_a_contact_is_what_its_model_writes_and_reads(
    said: dict[str, Any],
) -> None:
    found = read(structured(said), NOW)
    assert isinstance(found, ReadContact)
    decided = receive(structured(said), CARRIER, "C-26-000001", NOW)
    assert isinstance(decided, Accept)
    [new] = decided.append.events
    assert isinstance(new, LightNewEvent)
    stored = decode("contact.received", ContactReceived.VERSION, new.payload)
    assert isinstance(stored, ContactReceived)
    assert stored.content == found.content
    assert stored.doubts == found.doubts
    assert encode(stored) == new.payload
    assert new.event == stored == new.at(1, NOW).event
