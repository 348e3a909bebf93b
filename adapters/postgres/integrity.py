"""Re-reads the whole log as it is stored: nothing missing, nothing out of its stream's order, nothing changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from adapters.postgres.init import Names
from adapters.postgres.rows import COLUMNS, event_hash, stored
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_withdrawn import ContactWithdrawn
from events.envelope import RecordedEvent
from events.message_refused import MessageRefused
from events.registry import UnknownEventType, decode, encode, event_type

BATCH = 2000


class Kept(msgspec.Struct, frozen=True):
    """The part of a message's event that names its bytes; of a contact also its entry in the inbox."""

    body_sha256: str
    source: str = ""
    message_id: str = ""
    contact: str = ""


class Refused(msgspec.Struct, frozen=True):
    """Of a refused message only its bytes are kept."""

    body_sha256: str


class Anything(msgspec.Struct, frozen=True):
    """Any JSON object."""


# While this index stands, no place in a stream can have been taken twice: it need not be looked for event by event.
UNIQUE = (
    "SELECT FROM pg_index i WHERE i.indrelid = to_regclass(%s) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL "
    "AND i.indnkeyatts = 2 AND (SELECT array_agg(a.attname ORDER BY a.attname) FROM pg_attribute a "
    "WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)) = ARRAY['stream', 'version']::name[]"
)
Messages = list[tuple[int, Kept]]
ACCEPTED = (ContactReceived.TYPE, ContactCorrected.TYPE, ContactWithdrawn.TYPE)
"""The events of messages that were accepted: each has its entry in the inbox."""
CONTACT = msgspec.json.Decoder(Kept)
REFUSED = msgspec.json.Decoder(Refused)
ANY = msgspec.json.Decoder(Anything)


@dataclass(frozen=True, slots=True)
class LogFault:
    """The first thing that is wrong, and where."""

    position: int
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many events are as they were recorded, and what is wrong with the one after them."""

    events: int
    fault: LogFault | None


def check(
    dsn: str, council: str, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> Checked:
    """Walk the whole log, and say how far it is as it was recorded."""
    events = 0
    for step in walk(dsn, council, tell):
        if isinstance(step, LogFault):
            return Checked(events, step)
        events += step.size
    return Checked(events, None)


@dataclass(frozen=True, slots=True)
class Batch:
    """So many events that are as they were recorded, and the rows of those that the caller reads."""

    size: int
    rows: list[tuple[Any, ...]]

    @property
    def read(self) -> list[RecordedEvent]:
        """Those events, of which no more is read than somebody asks for."""
        return [stored(row) for row in self.rows]


def walk(
    dsn: str,
    council: str,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    reads: frozenset[str] = frozenset(),
) -> Iterator[Batch | LogFault]:
    """The log in batches, each checked: contiguity, streams, hashes, raw bytes, inbox. Ends with the first LogFault.

    Events of the types in `reads` come along. Of the others it is checked that they are JSON of a type and version that
    this program knows: validating each member again would cost more than all the rest, and the hash says that it is
    what was validated when it was recorded.

    One snapshot is read, so a log that grows meanwhile is checked up to where it stood. `tell` hears position and head.
    What is remembered does not grow with the log.
    """
    names = Names(council)
    with psycopg.connect(dsn) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        check = _Check(conn, names.log, reads)
        head = check.head()
        query = sql.SQL("SELECT " + COLUMNS + ", hash FROM {}.events ORDER BY position").format(
            sql.Identifier(names.log)
        )
        with conn.cursor("verify", withhold=False) as cursor:
            cursor.execute(query, binary=True)
            while rows := cursor.fetchmany(BATCH):
                batch, fault = check.batch(rows)
                yield batch
                if fault:
                    yield fault
                    return
                tell(check.position, head)
        fault = check.end(head)
        if fault:
            yield fault


class _Check:
    """What has been seen so far."""

    def __init__(self, conn: psycopg.Connection[Any], schema: str, reads: frozenset[str]) -> None:
        self.position = 0
        self._reads = reads
        self.recorded_at: Any = None
        self._conn = conn
        self._schema = sql.Identifier(schema)
        self._unique = bool(self._rows(UNIQUE, [f"{schema}.events"]))

    def head(self) -> int:
        """The last position by the head row."""
        rows = self._rows("SELECT position FROM {}.head")
        return int(rows[0][0]) if rows else 0

    def batch(self, rows: list[tuple[Any, ...]]) -> tuple[Batch, LogFault | None]:
        """The events of some rows up to the first fault, and that."""
        good: list[tuple[int, Kept | None]] = []
        read: list[tuple[Any, ...]] = []
        faults: list[LogFault] = []
        for row in rows:
            fault = self._row(row)
            if fault is None:
                try:
                    good.append((row[0], _kept(row)))
                    if row[4] in self._reads:
                        read.append(row[:-1])
                except (UnknownEventType, ValueError) as error:
                    fault = LogFault(row[0], f"it cannot be read: {type(error).__name__}")
            if fault:
                faults.append(fault)
                break
        if good:
            messages = [(position, kept) for position, kept in good if kept]
            beside = (
                self._out_of_stream(good[0][0], good[-1][0]),
                self._without_bytes(messages),
                self._inbox([(p, kept) for p, kept in messages if kept.contact]),
            )
            faults.extend(found for found in beside if found)
        if not faults:
            return Batch(len(good), read), None
        first = min(faults, key=lambda fault: fault.position)
        size = sum(position < first.position for position, _ in good)
        return Batch(size, [r for r in read if r[0] < first.position]), first

    def end(self, head: int) -> LogFault | None:
        """What is wrong with a log whose every event is right: its end is missing, or the inbox tells of none of them."""
        if self.position != head:
            says = f"the log ends at {self.position}, its head says {head}"
            return LogFault(self.position + 1, says)
        query = (
            "SELECT min(i.position) FROM {0}.inbox i LEFT JOIN {0}.events e ON e.position = i.position "
            "WHERE e.type IS NULL OR e.type <> ALL(%s)"
        )
        [(position,)] = self._rows(query, [list(ACCEPTED)])
        if position is not None:
            return LogFault(
                position, "an entry in the inbox names it, but no contact arrived there"
            )
        return None

    def _row(self, row: tuple[Any, ...]) -> LogFault | None:
        (position, event_id, stream, version, type_, schema_version, state, recorded_at, occurred_at, actor, organisation,
         correlation_id, causation_id, purpose, key_id, tags, stored) = row  # fmt: skip
        if position != self.position + 1:
            return LogFault(
                self.position + 1,
                f"position {self.position + 1} is missing: the next one there is {position}",
            )
        if self.recorded_at is not None and recorded_at < self.recorded_at:
            return LogFault(position, "it was recorded before the one before it")
        made = event_hash(
            event_id, stream, version, type_, schema_version, state, occurred_at, actor, organisation, correlation_id,
            causation_id, purpose, key_id, tags or (),
        )  # fmt: skip
        if stored is None or bytes(stored) != made:
            return LogFault(
                position, f"the {type_} there is not what was recorded: its hash is another"
            )
        self.position, self.recorded_at = position, recorded_at
        return None

    def _out_of_stream(self, first: int, last: int) -> LogFault | None:
        """The first event that does not follow the one before it in its stream, or stands where another stands."""
        alone = (
            "e.version <> 1 AND NOT EXISTS (SELECT FROM {0}.events p WHERE p.stream = e.stream "
            "AND p.version = e.version - 1 AND p.position < e.position)"
        )
        twice = (
            "EXISTS (SELECT FROM {0}.events p WHERE p.stream = e.stream "
            "AND p.version = e.version AND p.position < e.position)"
        )
        wrong = alone if self._unique else f"({alone}) OR {twice}"
        query = (
            "SELECT e.position, e.stream, e.version FROM {0}.events e WHERE e.position BETWEEN %s AND %s "
            f"AND ({wrong}) ORDER BY e.position LIMIT 1"
        )
        for position, stream, version in self._rows(query, [first, last]):
            return LogFault(position, f"version {version} of {stream} is out of its order there")
        return None

    def _without_bytes(self, messages: Messages) -> LogFault | None:
        """The first message whose raw bytes are missing or are not what came."""
        carried: dict[str, int] = {}
        for position, kept in messages:
            carried.setdefault(kept.body_sha256, position)
        query = (
            "SELECT sha256, encode(sha256(body), 'hex') FROM {}.raw_messages WHERE sha256 = ANY(%s)"
        )
        there = dict(self._rows(query, [list(carried)]))
        for sha256, position in carried.items():
            if sha256 not in there:
                return LogFault(position, "its raw bytes are missing")
            if there[sha256] != sha256:
                return LogFault(position, "its raw bytes are not what came")
        return None

    def _inbox(self, received: Messages) -> LogFault | None:
        """The first contact whose entry in the inbox is missing or another."""
        query = (
            "SELECT i.source, i.message_id, i.position, i.contact FROM unnest(%s::text[], %s::text[]) AS u(source, message_id) "
            "JOIN {}.inbox i USING (source, message_id)"
        )
        names = [[kept.source for _, kept in received], [kept.message_id for _, kept in received]]
        entries = {row[:2]: row[2:] for row in self._rows(query, names)}
        for position, kept in received:
            if entries.get((kept.source, kept.message_id)) != (position, kept.contact):
                return LogFault(position, "its entry in the inbox is missing or another")
        return None

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        named = sql.SQL(query).format(self._schema)
        return self._conn.execute(named, values, binary=True).fetchall()


def _kept(row: tuple[Any, ...]) -> Kept | None:
    """What a message's event says of its bytes and its entry; None for other events. Raises UnknownEventType, ValueError."""
    type_, version, state = row[4], row[5], row[6]
    known = event_type(type_)
    if version != known.VERSION:
        state = encode(decode(type_, version, state))
    if type_ in ACCEPTED:
        return CONTACT.decode(state)
    if type_ == MessageRefused.TYPE:
        return Kept(REFUSED.decode(state).body_sha256)
    ANY.decode(state)
    return None
