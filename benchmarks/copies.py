"""Many districts out of one: each copy has people, contacts, words and hashes of its own, at the same moments."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785

from adapters.postgres.arrays import Texts
from adapters.postgres.rows import event_hash
from benchmarks.district import Group
from events.envelope import RecordedEvent
from events.registry import encode

REFERENCE = re.compile(
    rb"(?<=[CRO]-2\d-)(?P<contact>\d{6})|(?<=H-)(?P<message>\d{6})|(?<=P-)(?P<person>\d{6})|(?P<mark>qzq)"
    rb"|(?P<body>\b[0-9a-f]{64}\b)|(?<=position\":)(?P<position>\d+)|(?<=positions\":\[)(?P<positions>[\d,]+)"
)
Part = bytes | tuple[str, Any]


@dataclass(slots=True)
class Copy:
    """What is different in one copy: how far its numbers are shifted, and its mark."""

    number: int
    contacts: int
    people: int
    place: Callable[[int, int], int]
    body: bytes = b""
    mark: bytes = b""

    def __post_init__(self) -> None:
        letters = [chr(97 + self.number // 26**n % 26) for n in range(3)]
        self.mark = "".join(letters).encode()

    def of(self, parts: Sequence[Part]) -> bytes:
        """The bytes of this copy."""
        return b"".join([p if type(p) is bytes else self._part(*p) for p in parts])

    def _part(self, kind: str, value: Any) -> bytes:
        match kind:
            case "contact" | "message":
                return b"%06d" % (value + self.contacts)
            case "person":
                return b"%06d" % (value + self.people)
            case "mark":
                return self.mark
            case "body":
                return self.body
            case "position":
                return b"%d" % self.place(value, self.number)
        return b",".join([b"%d" % self.place(v, self.number) for v in value])


def parts_of(text: bytes, body: bytes | None = None) -> tuple[Part, ...]:
    """A text in parts: what every copy has, and what each has of its own. Of the hashes, only `body` is its own."""
    parts: list[Part] = []
    end = 0
    for found in REFERENCE.finditer(text):
        kind, value = str(found.lastgroup), found.group()
        if kind == "body" and value != body:
            continue
        parts.append(text[end : found.start()])
        if kind == "positions":
            parts.append((kind, tuple(map(int, value.split(b",")))))
        else:
            parts.append((kind, value if kind in ("mark", "body") else int(value)))
        end = found.end()
    parts.append(text[end:])
    return tuple(p for p in parts if p)


@dataclass(slots=True)
class Template:
    """An event of a slice, ready to be copied."""

    event: RecordedEvent
    state: tuple[Part, ...]
    words: tuple[Part, ...]  # stream, correlation and tags, apart by a zero byte
    causes: int | None  # the place of its cause in its group

    @classmethod
    def of(cls, group: Group, event: RecordedEvent) -> "Template":
        """The template of one event of a group."""
        places = {e.event_id: n for n, e in enumerate(group.events)}
        body = group.raw.sha256.encode() if group.raw else None
        words = "\0".join((event.stream, event.correlation_id or "", *event.tags)).encode()
        causes = places.get(event.causation_id) if event.causation_id else None
        return cls(event, parts_of(encode(event.event), body), parts_of(words), causes)


class Places:
    """Where the events of each copy stand: moment by moment, all copies of a group one after another."""

    def __init__(self, groups: Sequence[Group], copies: int, ahead: int) -> None:
        self.copies, self.ahead = copies, ahead
        self._starts: list[tuple[int, int]] = [(0, 0)]  # by position in the slice, from 1
        start = 0
        for group in groups:
            self._starts += [(start, len(group.events))] * len(group.events)
            start += len(group.events)

    def __call__(self, position: int, copy: int) -> int:
        if position <= self.ahead:  # the calendar and the policy, which all have in common
            return position + 1
        start, size = self._starts[position - self.ahead]
        return 1 + start * self.copies + copy * size + position - start


def uuid_of(position: int) -> UUID:
    """The id of the event at a position of a made-up log."""
    return UUID(int=(0x4E57_4400_0000_4000_8000 << 48) | position)


EVENT_COLUMNS = (
    "position, event_id, stream, version, type, schema_version, state, recorded_at, occurred_at, actor, organisation, "
    "correlation_id, causation_id, purpose, key_id, hash, tags"
)
EVENT_TYPES = (
    "int8", "uuid", "text", "int4", "text", "int2", "bytea", "timestamptz", "timestamptz", "text", "text", "text", "uuid",
    "text", "text", "bytea", "text[]",
)  # fmt: skip


def row_of(template: Template, copy: Copy, position: int, begins: int) -> tuple[Any, ...]:
    """The row of one event in one copy."""
    told = template.event
    state = copy.of(template.state)
    stream, correlation, *tags = copy.of(template.words).decode().split("\0")
    cause = None if template.causes is None else uuid_of(begins + 1 + template.causes)
    event_id, event = uuid_of(position), told.event
    hash_ = event_hash(
        event_id, stream, told.version, event.TYPE, event.VERSION, state, told.occurred_at, told.actor, told.organisation,
        correlation or None, cause, told.purpose, None, tags,
    )  # fmt: skip
    return (
        position, event_id, stream, told.version, event.TYPE, event.VERSION, state, told.recorded_at, told.occurred_at,
        told.actor, told.organisation, correlation or None, cause, told.purpose, None, hash_, Texts.of(tags),
    )  # fmt: skip


def inbox_row(kept: tuple[str, bytes, str, int, datetime]) -> tuple[Any, ...]:
    """The inbox row of a contact: found again by whoever sends the same message once more."""
    _, body, contact, position, at = kept
    said = json.loads(body)
    body_hash = hashlib.sha256(rfc8785.dumps(said)).hexdigest()
    return said["source"], said["id"], body_hash, contact, position, at
