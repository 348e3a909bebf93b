"""An event read light holds what the event holds: in every example, every released version, and whatever Hypothesis makes up."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from events.base import Event
from events.contact_received import ContactReceived
from events.content import ContactContent, Mention
from events.envelope import StoredEvent
from events.light import as_json, light, read_light
from events.registry import UnknownEventType, decode, encode, event_types
from projections.registry import all_projections
from projections.table import MemoryTables
from tests.guards.golden import FOLDER
from tests.projections.story import Story

TYPES = list(event_types().values())
GOLDEN = sorted(FOLDER.glob("*.json"))


def same(read: Any, event: Event) -> None:
    """Both hold the same, to the JSON of it, and say the same of themselves."""
    assert as_json(read) == event.model_dump(mode="json", by_alias=True)
    assert (read.TYPE, read.STREAM, read.stream_id()) == (
        event.TYPE,
        event.STREAM,
        event.stream_id(),
    )
    assert (read.sentence(), read.tags()) == (event.sentence(), event.tags())


def stored_row(event: Event, state: bytes, version: int | None = None) -> tuple[Any, ...]:
    told = Story().tell(event)
    return (
        told.position, told.event_id, told.stream, told.version, event.TYPE, version or event.VERSION, state,
        told.recorded_at, None, "engine", None, None, None, None, told.tags,
    )  # fmt: skip


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.TYPE)
def test_an_example_read_light_is_the_example(cls: type[Event]) -> None:
    event = cls.example()
    same(read_light(cls.TYPE, cls.VERSION, encode(event)), event)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_version_ever_released_can_be_read_light(path: Path) -> None:
    name, version = path.stem.rsplit(".", 1)
    same(
        read_light(name, int(version), path.read_bytes()),
        decode(name, int(version), path.read_bytes()),
    )


WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)
TIMES = st.datetimes(
    timezones=st.timezones()
    | st.just(None).map(lambda _: __import__("datetime").timezone(timedelta(hours=1)))
)


@given(
    people=st.lists(st.builds(Mention, ref=WORDS, flags=st.lists(WORDS).map(tuple), dob=st.none() | WORDS), max_size=3),
    hours=st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 168),
    at=st.datetimes(timezones=st.sampled_from([__import__("datetime").UTC, __import__("datetime").timezone(timedelta(hours=1))])),
    words=WORDS,
    extensions=st.dictionaries(WORDS, WORDS | st.booleans() | st.integers(-(2**31), 2**31)),
)  # fmt: skip
def test_any_contact_read_light_is_that_contact(
    people: list[Mention], hours: float | None, at: Any, words: str, extensions: dict[str, Any]
) -> None:
    example = ContactReceived.example()
    ties = [{"from": words, "type": words, "to": words, "hours_per_week": hours}]
    said = {**example.content.model_dump(by_alias=True), "people": people, "relationships": ties}
    content = ContactContent.model_validate({**said, "occurred_at": at, "narrative": words})
    event = example.model_copy(update={"content": content, "extensions": extensions})
    read = read_light(event.TYPE, event.VERSION, encode(event))
    same(read, event)
    assert read.content.occurred_at == event.content.occurred_at
    assert json.loads(encode(event)) == as_json(read)


@pytest.mark.parametrize(
    "spoilt",
    [b"{}", b"[]", b"", b"{", b'{"contact": 1}', encode(ContactReceived.example())[:-1],
     encode(ContactReceived.example()).replace(b'"door":"health"', b'"door":"window"')],
)  # fmt: skip
def test_what_is_no_such_event_is_refused_as_the_strict_reader_refuses_it(spoilt: bytes) -> None:
    with pytest.raises(ValidationError):
        read_light("contact.received", 1, spoilt)


def test_a_member_nobody_knows_is_left_to_the_strict_reader_of_hub_verify() -> None:
    more = encode(ContactReceived.example())[:-1] + b',"unheard":1}'
    with pytest.raises(ValidationError):
        decode("contact.received", 1, more)


def test_a_newer_version_or_an_unknown_type_halts() -> None:
    event = ContactReceived.example()
    for name, version in ((event.TYPE, 99), ("contact.dreamt", 1)):
        row = list(stored_row(event, encode(event), version))
        row[4] = name
        with pytest.raises(UnknownEventType):
            StoredEvent(tuple(row))


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.TYPE)
def test_a_stored_event_is_the_event(cls: type[Event]) -> None:
    told = Story().tell(cls.example())
    stored = StoredEvent(stored_row(told.event, encode(told.event)))
    for name in (
        "event",
        "stream",
        "version",
        "position",
        "recorded_at",
        "event_id",
        "tags",
        "type",
        "actor",
        "purpose",
    ):
        assert getattr(stored, name) == getattr(told, name), name
    assert stored.light == told.light and stored.light is stored.light
    with pytest.raises(AttributeError):
        _ = stored.nothing_of_the_kind  # type: ignore[attr-defined]


def test_a_light_twin_is_made_once() -> None:
    assert light(ContactContent) is light(ContactContent)


class Untouchable(MemoryTables):
    """Tables that nobody may read or write."""

    def get(self, table: str, *key: Any) -> Any:
        raise AssertionError(table)

    find = put = delete = get  # type: ignore[assignment]


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.TYPE)
def test_what_a_projection_does_not_take_in_would_change_nothing(cls: type[Event]) -> None:
    told = Story().tell(cls.example())
    for projection in all_projections():
        if projection.types is not None and cls.TYPE not in projection.types:
            projection.apply(Untouchable(projection.TABLES), told)
