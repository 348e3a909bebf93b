"""Fills an empty log with a believable past of so many events, fast: what the hub itself decides on a slice, in many copies.

A slice is a few hundred contacts about made-up families over three years, taken in by the hub's own door, decided by its
own engine over plain memory, and worked on by teams. The log is that slice lived by many districts at once: each copy has
people, contacts, words and hashes of its own, at the same moments. So every decision can be decided again, and `hub verify`
finds nothing. `python -m benchmarks.history N` fills the log of this machine's settings.
"""

import hashlib
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.init import Names, make, runtime_dsn
from adapters.postgres.rows import append_in
from adapters.postgres.table_statements import as_json
from adapters.postgres.tables import create
from benchmarks.copies import (
    EVENT_COLUMNS,
    EVENT_TYPES,
    Copy,
    Part,
    Places,
    Template,
    inbox_row,
    parts_of,
    row_of,
)
from benchmarks.district import BEGAN, CONTACTS, LASTS, YEARS, Group, Slice
from events.calendar_adopted import CalendarAdopted
from events.envelope import NewEvent, RecordedEvent, new_event
from events.log_created import LogCreated
from events.policy_published import PolicyPublished
from hub.clocks import england
from hub.folding import TABLES
from hub.log import Append
from hub.policies import read_policy
from hub.policies.register import SHIPPED

COUNCIL = "thurrock"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a log was filled with."""

    events: int
    contacts: int
    people: int
    busiest: str  # a person of the family that came up most
    seconds: float


def fill(
    owner: str, events: int, council: str = COUNCIL, *, known_to_engine: bool = False, views: bool = False
) -> Filled:  # fmt: skip
    """Make the log of a council that has none, with about so many events and none more: as the database's owner.

    All of it counts as decided. `known_to_engine` fills the engine's tables too, `views` folds the projections.
    """
    begun = time.perf_counter()
    lived = Slice(max(min(CONTACTS, events // 20), 2))
    document = SHIPPED.read_text(encoding="utf-8")
    pin, calendar = read_policy(document).pin, england()
    policy = PolicyPublished(policy=pin.name, label=pin.version, hash=pin.hash, document=document)
    adopted = CalendarAdopted(
        calendar=calendar.name, hash=calendar.hash, holidays=calendar.holidays
    )
    lived.live(policy, adopted)
    first, *groups = lived.groups
    size = sum(len(g.events) for g in groups)
    names = Names(council)
    with psycopg.connect(owner) as conn:
        if not make(conn, names, demonstration=True):
            raise ValueError(f"there is a log of {council} already")
        log_created = new_event(
            LogCreated(council=council, demonstration=True, seed=1, ends_on=None),
            1,
            actor="operator",
        )
        before = [log_created, *(e for e in map(as_new, first.events))]
        with conn.cursor() as cursor:
            append_in(cursor, names.log, [Append(tuple(before), recorded_at=BEGAN)])
        base = len(before)
        copies = max(-(-(events - base) // size), 1)
        filler = Filler(conn, names, lived, groups, copies, base, events)
        filler.write()
        if known_to_engine:
            filler.write_engine()
    with psycopg.connect(owner, autocommit=True) as conn:
        conn.execute(sql.SQL("VACUUM (ANALYZE) {}.events").format(sql.Identifier(names.log)))
    if views:
        fill_views(runtime_dsn(owner, council), council)
    return Filled(
        filler.position, filler.contacts, filler.people * copies, filler.busiest(), time.perf_counter() - begun
    )  # fmt: skip


def as_new(event: RecordedEvent) -> NewEvent:
    """The event as it was before it was recorded."""
    return NewEvent(**{name: getattr(event, name) for name in NewEvent.__slots__})


def fill_views(dsn: str, council: str) -> None:
    """Every projection folded to the end of the log."""
    from adapters.postgres.rebuild import rebuild
    from projections.registry import all_projections

    for projection in all_projections():
        rebuild(dsn, council, projection, compare=False)


@dataclass(slots=True)
class Filler:
    """Writes the copies of a slice."""

    conn: psycopg.Connection[Any]
    names: Names
    lived: Slice
    groups: Sequence[Group]
    copies: int
    base: int
    most: int
    position: int = 0
    contacts: int = 0
    people: int = 0
    _templates: list[tuple[Group, list[Template], tuple[Part, ...] | None]] = field(
        default_factory=list
    )
    _copies: list[Copy] = field(default_factory=list)

    def __post_init__(self) -> None:
        places = Places(self.groups, self.copies, self.base - 1)
        row = self.lived.tables.get("person_counter", 1)
        self.people = row["last"] if row else 0
        self.position = self.base
        self._copies = [
            Copy(k, k * self.lived.contacts, k * self.people, places) for k in range(self.copies)
        ]
        for group in self.groups:
            raw = parts_of(group.raw.body) if group.raw else None
            self._templates.append((group, [Template.of(group, e) for e in group.events], raw))

    def write(self) -> None:
        """Raw bytes and inbox rows, events, then the head and the numbers after them."""
        log = sql.Identifier(self.names.log)
        do = self.conn.execute
        do(sql.SQL("DROP INDEX {}.events_tags").format(log))
        inbox = self._write_events(log)
        raw = (
            "COPY {}.raw_messages (sha256, body, content_type, kept_at) FROM STDIN (FORMAT binary)"
        )
        kind = "application/cloudevents+json"
        kept = ((sha256, body, kind, at) for sha256, body, _, _, at in inbox)
        self._copy(sql.SQL(raw).format(log), ("text", "bytea", "text", "timestamptz"), kept)
        query = (
            "COPY {}.inbox (source, message_id, body_hash, contact, position, recorded_at) "
            "FROM STDIN (FORMAT binary)"
        )
        types = ("text", "text", "text", "text", "int8", "timestamptz")
        self._copy(sql.SQL(query).format(log), types, map(inbox_row, inbox))
        do(
            sql.SQL(
                "CREATE INDEX events_tags ON {}.events USING gin (tags) WITH (fastupdate = on, gin_pending_list_limit = 1024)"
            ).format(log)
        )
        do(sql.SQL("UPDATE {}.head SET position = %s, recorded_at = %s").format(log), [self.position, BEGAN + YEARS + LASTS])  # fmt: skip
        do(sql.SQL("INSERT INTO {}.checkpoints VALUES ('engine', %s)").format(log), [self.position])
        do("SELECT setval(%s, %s)", [f"{self.names.log}.contact_numbers", self.copies * self.lived.contacts])  # fmt: skip

    def _write_events(self, log: sql.Identifier) -> list[tuple[str, bytes, str, int, datetime]]:
        inbox: list[tuple[str, bytes, str, int, datetime]] = []
        query = "COPY {}.events (" + EVENT_COLUMNS + ") FROM STDIN (FORMAT binary)"
        self._copy(sql.SQL(query).format(log), EVENT_TYPES, self._rows(inbox))
        return inbox

    def _copy(
        self, query: sql.Composed, types: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        with self.conn.cursor() as cursor, cursor.copy(query) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def _rows(
        self, inbox: list[tuple[str, bytes, str, int, datetime]]
    ) -> Iterator[tuple[Any, ...]]:
        for group, templates, raw in self._templates:
            for copy in self._copies:
                if self.position + len(templates) > self.most:
                    return
                if raw is not None:
                    body = copy.of(raw)
                    sha256 = hashlib.sha256(body).hexdigest()
                    copy.body = sha256.encode()
                    stream = templates[0].event.stream
                    contact = copy.of(parts_of(stream.partition(":")[2].encode())).decode()
                    inbox.append(
                        (sha256, body, contact, self.position + 1, group.events[0].recorded_at)
                    )
                    self.contacts += 1
                begins = self.position
                for template in templates:
                    self.position += 1
                    yield row_of(template, copy, self.position, begins)

    def write_engine(self) -> None:
        """What the engine remembers of the people, homes and open referrals of every copy."""
        role = sql.Identifier(self.names.role)  # the tables belong to the role that the hub runs as
        self.conn.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
        create(self.conn, self.names.engine, TABLES, "engine_")
        for definition in TABLES:
            rows = self.lived.tables.rows(definition.name)
            if definition.name == "person_counter":
                rows = [{"one": 1, "last": self.people * self.copies}]
            templates = [parts_of(as_json([row])[1:-1].encode()) for row in rows]
            single = definition.name in ("person_counter", "policy_in_force")
            name = sql.Identifier(self.names.engine, f"engine_{definition.name}")
            query = sql.SQL(
                "INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s::json)"
            )
            for copy in self._copies[:1] if single else self._copies:
                text = b"[" + b",".join([copy.of(t) for t in templates]) + b"]"
                self.conn.execute(query.format(name), [text.decode()])

    def busiest(self) -> str:
        """A person of the first copy who was named most."""
        named: dict[str, int] = {}
        for group in self.groups:
            for event in group.events:
                for tag in event.tags:
                    if tag.startswith("person:"):
                        named[tag[7:]] = named.get(tag[7:], 0) + 1
        return max(named, key=lambda p: named[p])


def fill_this_machine() -> None:
    """Fill the log of this machine's settings with so many events (100,000 where no number is given)."""
    from hub.bootstrap import EmbeddedServer
    from hub.settings import read_settings

    settings = read_settings()
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with EmbeddedServer(settings.home) as server:
        filled = fill(
            settings.database_url or server.dsn,
            events,
            settings.council,
            known_to_engine=True,
            views=True,
        )
        print(f"{filled.events:,} events about {filled.contacts:,} contacts in {filled.seconds:.0f} s; try {filled.busiest}")  # fmt: skip


if __name__ == "__main__":
    fill_this_machine()
