"""The schema asks what the reader asks: no message passes one and fails the other, but for what no schema can say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.content import ContactContent
from events.registry import decode, encode
from hub.contacts.message import ReadContact, Unreadable, read
from hub.contacts.receive import Accept, Carrier, receive
from hub.contacts.schema import contact_schema
from hub.policies.vocabulary import vocabulary
from tests.intake.given import NOW, event, structured
from tests.intake.messages import broken_events, events
from tests.intake.test_reading import DOUBTS, FAULTS

BEYOND = {
    "future",
    "absent-ref",
    "duplicate-ref",
    "self-relation",
    "too-many-extensions",
}
VALIDATOR = jsonschema.Draft202012Validator(contact_schema())


def test_the_schema_is_a_schema_and_takes_the_example() -> None:
    jsonschema.Draft202012Validator.check_schema(contact_schema())
    VALIDATOR.validate(event())


@settings(max_examples=100, deadline=None)
@given(events())
def test_a_sound_message_passes_the_schema_and_the_reader(sound: dict[str, Any]) -> None:
    VALIDATOR.validate(sound)
    found = read(structured(sound), NOW)
    assert isinstance(found, ReadContact), found.error.faults


@settings(max_examples=600, deadline=None)
@given(broken_events())
def test_a_broken_message_fails_both_or_passes_both(broken: dict[str, Any]) -> None:
    found = read(structured(broken), NOW)
    faults = found.error.faults if isinstance(found, Unreadable) else ()
    assert all(f.says and f.mend for f in faults)
    of_shape = [f for f in faults if f.code not in BEYOND]
    if VALIDATOR.is_valid(broken) != (not of_shape):
        wrong = [error.json_path for error in VALIDATOR.iter_errors(broken)]
        pytest.fail(f"the schema says {wrong}, the reader {of_shape}")


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_shape_fails_the_schema_and_no_other_does(name: str) -> None:
    change, _, code = FAULTS[name]
    assert VALIDATOR.is_valid(event(change)) == (code in BEYOND)


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_only_doubtful_passes_the_schema(name: str) -> None:
    VALIDATOR.validate(event(DOUBTS[name][0]))


@settings(max_examples=100, deadline=None)
@given(events())
def test_whatever_is_accepted_is_stored_and_read_back_the_same(sound: dict[str, Any]) -> None:
    decided = receive(
        structured(sound), Carrier("http", "p", frozenset({sound["source"]})), "C-26-000001", NOW
    )
    assert isinstance(decided, Accept)
    (stored,) = decided.append.events
    back = decode(stored.event.TYPE, stored.event.VERSION, encode(stored.event))
    assert back == stored.event
    assert encode(back) == encode(stored.event)


def test_every_leap_day_passes_and_no_other_29_february() -> None:
    def passes(dob: str) -> bool:
        changed = event(lambda e: e["data"]["people"][0].update(dob=dob))
        return VALIDATOR.is_valid(changed)

    for year in range(1800, 2101):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        assert passes(f"{year}-02-29") == leap
    day = datetime(2023, 1, 1, tzinfo=UTC)
    for _ in range(365):
        assert passes(day.date().isoformat())
        day += timedelta(days=1)
    assert not any(
        passes(d)
        for d in ("2012-00", "2012-04-31", "2012-01-32", "2012-01-00", "0000", "12", "2012-1")
    )


@st.composite
def said_times(draw: st.DrawFn) -> str:
    """Times as a clumsy sender writes them: mostly of the right form, often of no moment."""
    part = st.sampled_from
    year = draw(part(["0000", "0001", "1899", "1900", "2000", "2023", "2024", "2026", "9999"]))
    day = f"{year}-{draw(st.integers(0, 13)):02}-{draw(part([0, 1, 28, 29, 30, 31, 32])):02}"
    clock = f"{draw(part([0, 9, 23, 24])):02}:{draw(part([0, 59, 60])):02}:{draw(part([0, 59, 60, 61])):02}"
    zone = draw(part(["Z", "z", "", "+00:00", "-23:59", "+24:00", "+05:60", "+0100", "-14:00"]))
    more = draw(part(["", "", ".5", ".123456789", ".", ",5", ".1234567890"]))
    return f"{day}{draw(part('TTTt _'))}{clock}{more}{zone}"


@settings(max_examples=500, deadline=None)
@given(said_times(), st.sampled_from(["occurred_at", "time"]))
def test_a_time_passes_the_schema_and_the_reader_or_neither(when: str, member: str) -> None:
    def change(e: dict[str, Any]) -> None:
        (e if member == "time" else e["data"])[member] = when

    found = read(structured(event(change)), NOW)
    faults = found.error.faults if isinstance(found, Unreadable) else ()
    of_shape = [f for f in faults if f.code not in BEYOND]
    assert VALIDATOR.is_valid(event(change)) == (not of_shape)


def test_every_word_of_the_vocabulary_stands_in_the_schema_with_its_meaning() -> None:
    defs = contact_schema()["$defs"]
    codes = {
        word["const"]: word["description"]
        for word in defs["Concern"]["properties"]["code"]["anyOf"]
        if "const" in word
    }
    assert codes.keys() == vocabulary().concerns.keys()
    assert all(codes.values())
    facts = defs["ContactFacts"]["properties"]
    assert facts.keys() == vocabulary().facts
    assert all(fact["description"] for fact in facts.values())


def test_every_member_of_the_contract_stands_in_the_schema() -> None:
    data = contact_schema()["$defs"]["ContactContent"]
    assert data["properties"].keys() == ContactContent.model_fields.keys()
    assert set(data["required"]) == {"occurred_at", "door", "reporter", "concerns"}
    assert data["additionalProperties"] is False
