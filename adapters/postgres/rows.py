"""Events as rows: how they are sealed, hashed and written, and how they come back. Used by every way into and out of the log."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from adapters.postgres.arrays import Array, Blobs, Integers, SmallIntegers, Texts, Times, Uuids
from adapters.postgres.sealing import PLAIN, Sealer
from events.envelope import NewEvent, RecordedEvent, StoredEvent
from events.registry import decode
from hub.log import Append, Appended, LogGap

COLUMNS = (
    "position, event_id, stream, version, type, schema_version, state, recorded_at, occurred_at, actor, organisation, "
    "correlation_id, causation_id, purpose, key_id, tags"
)
JSON = msgspec.json.Encoder()
TAG_SEPARATOR = "\x1f"
KINDS = (
    Uuids,
    Texts,
    Integers,
    Texts,
    SmallIntegers,
    Blobs,
    Times,
    Texts,
    Texts,
    Texts,
    Uuids,
    Texts,
    Texts,
    Blobs,
    Texts,
)
INBOX_KINDS = (Texts, Texts, Texts, Texts, Integers)
RAW_KINDS = (Texts, Blobs, Texts)
CALL = ", ".join(["%b"] * len(KINDS + INBOX_KINDS + RAW_KINDS) + ["%b::timestamptz"])

Prepared = tuple[Any, ...]
STATE, ACTOR = 5, 7  # where they stand in a prepared row


def event_hash(
    event_id: Any, stream: str, version: int, type_: str, schema_version: int | None, state: bytes,
    occurred_at: datetime | None, actor: str | None, organisation: str | None, correlation_id: str | None,
    causation_id: Any, purpose: str | None, key_id: str | None, tags: Sequence[str],
) -> bytes:  # fmt: skip
    """SHA-256 over what the caller said, as stored: the envelope's members as a JSON list, a zero byte, the stored payload."""
    said = [
        event_id, stream, version, type_, schema_version,
        occurred_at.timestamp() if occurred_at else None, actor, organisation, correlation_id,
        causation_id, purpose, key_id, *tags,
    ]  # fmt: skip
    return hashlib.sha256(JSON.encode(said) + b"\0" + state).digest()


def prepare(new: NewEvent, sealer: Sealer = PLAIN) -> Prepared:
    """The row of an event, but for its position and time: made before any lock is taken."""
    event = new.kind
    state, key_id = sealer.seal(new.payload, new.stream, new.version, event.TYPE)
    hash_ = event_hash(
        new.event_id, new.stream, new.version, event.TYPE, event.VERSION, state, new.occurred_at, new.actor,
        new.organisation, new.correlation_id, new.causation_id, new.purpose, key_id, new.tags,
    )  # fmt: skip
    return (
        new.event_id, new.stream, new.version, event.TYPE, event.VERSION, state, new.occurred_at, new.actor,
        new.organisation, new.correlation_id, new.causation_id, new.purpose, key_id, hash_,
        TAG_SEPARATOR.join(new.tags) if new.tags else None,
    )  # fmt: skip


def call_of(commands: Sequence[Append], rows: Sequence[Sequence[Prepared]]) -> list[Any]:
    """The arguments of the SQL function `append` for these commands, whose events were prepared."""
    inbox: list[Prepared] = []
    raw: dict[str, Prepared] = {}
    first = 1
    for command, own in zip(commands, rows, strict=True):
        if entry := command.inbox:
            inbox.append((entry.source, entry.message_id, entry.body_hash, entry.contact, first))
        if kept := command.raw:
            raw[kept.sha256] = (kept.sha256, kept.body, kept.content_type)
        first += len(own)
    return [
        *arrays(KINDS, [row for own in rows for row in own]),
        *arrays(INBOX_KINDS, inbox),
        *arrays(RAW_KINDS, list(raw.values())),
        commands[0].recorded_at,
    ]


def arrays(kinds: Sequence[type[Array]], rows: Sequence[Prepared]) -> list[Array | None]:
    """Rows as an array a column."""
    if not rows:
        return [None] * len(kinds)
    columns = zip(*rows, strict=True)
    return [kind.of(column) for kind, column in zip(kinds, columns, strict=True)]


def statement(schema: str) -> sql.Composed:
    """The call of the SQL function `append`."""
    return sql.SQL("SELECT last, at FROM {}.append(" + CALL + ")").format(sql.Identifier(schema))


def shares(sizes: Sequence[int], last: int, at: datetime) -> list[Appended]:
    """What each command got of a batch that ends at `last`, by how many events each has."""
    first = last - sum(sizes) + 1
    answers = []
    for size in sizes:
        answers.append(Appended(first, first + size - 1, at))
        first += size
    return answers


def append_in(
    cursor: psycopg.Cursor[Any], schema: str, commands: Sequence[Append], sealer: Sealer = PLAIN
) -> list[Appended]:
    """Append within the caller's transaction, the synchronous form. Commands with keys or times of their own go one by one."""
    if not commands:
        return []
    rows = [[prepare(e, sealer) for e in c.events] for c in commands]
    row = cursor.execute(statement(schema), call_of(commands, rows), binary=True).fetchone()
    assert row is not None
    return shares([len(own) for own in rows], row[0], row[1])


def recorded(row: Sequence[Any], sealer: Sealer = PLAIN) -> RecordedEvent:
    """The event behind a row of COLUMNS."""
    (position, event_id, stream, version, type_, schema_version, state, recorded_at, occurred_at, actor, organisation,
     correlation_id, causation_id, purpose, key_id, tags) = row  # fmt: skip
    opened = sealer.open(state, stream, version, type_, key_id)
    return RecordedEvent(
        event=decode(type_, schema_version, opened), stream=stream, version=version, actor=actor,
        organisation=organisation, occurred_at=occurred_at, correlation_id=correlation_id, causation_id=causation_id,
        purpose=purpose, tags=tuple(tags or ()), event_id=event_id, position=position, recorded_at=recorded_at,
    )  # fmt: skip


def stored(row: Sequence[Any], sealer: Sealer = PLAIN) -> StoredEvent:
    """The event behind a row of COLUMNS, of which no more is read than somebody asks for."""
    opened = sealer.open(row[6], row[2], row[3], row[4], row[14])
    return StoredEvent((*row[:6], opened, *row[7:14], tuple(row[15] or ())))


def contiguous(
    after: int,
    rows: Iterable[Sequence[Any]],
    read: Callable[[Sequence[Any]], RecordedEvent] = recorded,
) -> list[RecordedEvent]:
    """The events of rows read in order after `after`; raises LogGap where a position is missing."""
    events = []
    for row in rows:
        after += 1
        if row[0] != after:
            raise LogGap(f"position {after} is missing: the next one there is {row[0]}")
        events.append(read(row))
    return events


def read_in(
    cursor: psycopg.Cursor[Any], schema: str, after: int, limit: int
) -> list[RecordedEvent]:
    """Events after a position within the caller's transaction, each read when it is asked for. Raises LogGap."""
    query = sql.SQL(
        "SELECT " + COLUMNS + " FROM {}.events WHERE position > %s ORDER BY position LIMIT %s"
    )
    rows = cursor.execute(
        query.format(sql.Identifier(schema)), [after, limit], binary=True
    ).fetchall()
    return contiguous(after, rows, stored)
