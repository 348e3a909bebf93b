"""Re-reads the whole log as it is stored: nothing missing, nothing out of its stream's order, nothing changed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.init import Names
from adapters.postgres.rows import COLUMNS, event_hash, recorded
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.message_refused import MessageRefused
from events.registry import UnknownEventType

BATCH = 2000


@dataclass(frozen=True, slots=True)
class LogFault:
    """The first thing that is wrong, and where."""

    position: int
    says: str


def walk(
    dsn: str, council: str, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[list[RecordedEvent] | LogFault]:
    """The log in batches, each checked: contiguity, streams, hashes, raw bytes, inbox. Ends with the first LogFault.

    One snapshot is read, so a log that grows meanwhile is checked up to where it stood. `tell` hears position and head.
    """
    names = Names(council)
    with psycopg.connect(dsn) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        check = _Check(conn, names.log)
        head = check.head()
        query = sql.SQL("SELECT " + COLUMNS + ", hash FROM {}.events ORDER BY position").format(
            sql.Identifier(names.log)
        )
        with conn.cursor("verify", withhold=False) as cursor:
            cursor.itersize = BATCH
            cursor.execute(query, binary=True)
            while rows := cursor.fetchmany(BATCH):
                events, fault = check.batch(rows)
                yield events
                if fault:
                    yield fault
                    return
                tell(check.position, head)
        if check.position != head:
            yield LogFault(
                check.position + 1, f"the log ends at {check.position}, its head says {head}"
            )


class _Check:
    """What has been seen so far."""

    def __init__(self, conn: psycopg.Connection[Any], schema: str) -> None:
        self.position = 0
        self.recorded_at: Any = None
        self._streams: dict[str, int] = {}
        self._conn = conn
        self._schema = sql.Identifier(schema)

    def head(self) -> int:
        """The last position by the head row."""
        row = self._conn.execute(
            sql.SQL("SELECT position FROM {}.head").format(self._schema)
        ).fetchone()
        return int(row[0]) if row else 0

    def batch(self, rows: list[tuple[Any, ...]]) -> tuple[list[RecordedEvent], LogFault | None]:
        """The events of some rows up to the first fault."""
        events: list[RecordedEvent] = []
        for row in rows:
            fault = self._row(row)
            if fault:
                return events, fault
            try:
                events.append(recorded(row[:-1]))
            except (UnknownEventType, ValueError) as error:
                return events, LogFault(row[0], f"it cannot be read: {type(error).__name__}")
        return events, self._beside(events)

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
        if version != self._streams.get(stream, 0) + 1:
            return LogFault(
                position,
                f"version {version} of {stream} follows version {self._streams.get(stream, 0)}",
            )
        made = event_hash(
            event_id, stream, version, type_, schema_version, state, occurred_at, actor, organisation, correlation_id,
            causation_id, purpose, key_id, tags or (),
        )  # fmt: skip
        if stored is None or bytes(stored) != made:
            return LogFault(
                position, f"the {type_} there is not what was recorded: its hash is another"
            )
        self.position, self.recorded_at, self._streams[stream] = position, recorded_at, version
        return None

    def _beside(self, events: list[RecordedEvent]) -> LogFault | None:
        """What stands beside the events: the raw bytes of each message, and the inbox row of each contact."""
        carried = {
            e.event.body_sha256: e.position
            for e in events
            if isinstance(e.event, ContactReceived | MessageRefused)
        }
        query = sql.SQL("SELECT sha256, body FROM {}.raw_messages WHERE sha256 = ANY(%s)").format(
            self._schema
        )
        kept = {}
        for sha256, body in self._conn.execute(query, [list(carried)], binary=True):
            kept[sha256] = hashlib.sha256(body).hexdigest()
        for sha256, position in carried.items():
            if kept.get(sha256) != sha256:
                says = (
                    "its raw bytes are missing"
                    if sha256 not in kept
                    else "its raw bytes are not what came"
                )
                return LogFault(position, says)
        return self._inbox(events)

    def _inbox(self, events: list[RecordedEvent]) -> LogFault | None:
        received = [(e.position, e.event) for e in events if isinstance(e.event, ContactReceived)]
        query = sql.SQL(
            "SELECT position, source, message_id, contact FROM {}.inbox WHERE position = ANY(%s)"
        )
        rows = self._conn.execute(query.format(self._schema), [[p for p, _ in received]]).fetchall()
        entries = {row[0]: row[1:] for row in rows}
        for position, event in received:
            if entries.get(position) != (event.source, event.message_id, event.contact):
                return LogFault(position, "its entry in the inbox is missing or another")
        return None
