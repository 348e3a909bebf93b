"""Fills an empty log with a believable past of so many events, fast: what the hub itself decides on a slice, in many copies.

A slice is a few hundred contacts about made-up families over three years, taken in by the hub's own door, decided by its
own engine over plain memory, and worked on by teams. The log is that slice lived by many districts at once: each copy has
people, contacts, words and hashes of its own, at the same moments. So every decision can be decided again, and `hub verify`
finds nothing. `python -m benchmarks.history N` fills the log of this machine's settings.
"""

import hashlib
import heapq
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import rfc8785
from psycopg import sql

from adapters.postgres.arrays import Texts
from adapters.postgres.init import Names, make, runtime_dsn
from adapters.postgres.rows import append_in, event_hash
from adapters.postgres.table_statements import as_json
from adapters.postgres.tables import create
from events.base import Event
from events.calendar_adopted import CalendarAdopted
from events.contact_closed import ContactClosed
from events.envelope import NewEvent, RecordedEvent, new_event
from events.log_created import LogCreated
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.policy_published import PolicyPublished
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.registry import encode
from hub.clocks import england
from hub.contacts.cloud_event import TAKEN, Message
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.engine import TABLES, Engine
from hub.linking import ExactLinker
from hub.log import Append, RawMessage
from hub.policies import read_policy
from hub.policies.register import REGISTER, SHIPPED
from projections.table import MemoryTables

COUNCIL = "thurrock"
BEGAN = datetime(2023, 1, 9, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=3 * 364)
CONTACTS = 600  # of a slice
LASTS = timedelta(days=75)  # the longest that a team takes over a referral
STILL_OPEN = 0.01
MARK = "qzq"  # stands in every made-up word of a slice, and is another in each copy

DOORS = (
    ("health", "F81XXX"), ("school", "estuary-academy"), ("police", "thameside-police"), ("housing", "council-housing"),
    ("voluntary-sector", "riverside-carers"), ("adult-services", "council"), ("childrens-services", "council"),
)  # fmt: skip
FAMILY = ("Okoro", "Mensah", "Kowalski", "Hughes", "Rahman", "Novak", "Brennan", "Achterberg")
GIVEN = ("Grace", "Daniel", "Ines", "Tomasz", "Amina", "Joel", "Priya", "Leon", "Maeve", "Sam")
ROADS = ("Harbour", "Orchard", "Chapel", "Mill", "Station", "Quarry")
ABOUT_ADULTS = ("care-need", "loneliness", "adult-carer", "care-need", "care-need")
ABOUT_CHILDREN = ("early-help", "young-carer", "child-need", "early-help")
RARE = ("domestic-abuse", "missing-child", "exploitation")
NEXT = ("TF", "EH", "CAR", "YC")


@dataclass(frozen=True, slots=True)
class Home:
    """A made-up family: its people as mentions without refs, grown-ups first, and how often it comes up."""

    people: tuple[dict[str, Any], ...]
    adults: int
    weight: float


def homes_of(number: int, chance: random.Random) -> list[Home]:
    """So many families at addresses of their own; a few come up again and again, most once or twice."""
    homes = []
    for n in range(number):
        adults, children = chance.choice(((1, 0), (1, 1), (2, 1), (2, 2), (2, 3), (1, 2), (2, 0)))
        family, road = FAMILY[n % len(FAMILY)] + MARK, f"{ROADS[n % len(ROADS)]}{MARK}"
        address = {
            "lines": [f"{n + 1} {road} Road", "Grays"],
            "postcode": f"RM17 {n % 9 + 1}XX",
        }
        people = [
            {
                "name": {"family": family, "given": [f"{GIVEN[(n + p) % len(GIVEN)]}{'ab'[p % 2]}{MARK}"]},
                "dob": born(n, p, p < adults), "sex": ("female", "male")[(n + p) % 2], "address": address,
                **({"phones": [f"01632 960{n % 1000:03}"]} if p == 0 else {}),
                **({"flags": ["shielded"]} if n % 97 == 5 and p == 0 else {}),
            }
            for p in range(adults + children)
        ]  # fmt: skip
        homes.append(Home(tuple(people), adults, 1 / (n + 2)))
    return homes


def born(home: int, place: int, adult: bool) -> str:
    """A birth date that no other of the home has."""
    year = 1955 + (home * 7 + place * 3) % 40 if adult else 2008 + (home * 5 + place * 2) % 14
    return f"{year}-{home % 12 + 1:02}-{place * 4 + home % 4 + 1:02}"


def message(number: int, home: Home, at: datetime, chance: random.Random) -> Message:
    """A contact about some of a family, as a partner would send it."""
    door, org = chance.choice(DOORS)
    chosen = sorted(
        chance.sample(range(len(home.people)), min(len(home.people), chance.choice((1, 2, 2, 3))))
    )
    refs = {p: f"p{n}" for n, p in enumerate(chosen, 1)}
    adults = [p for p in chosen if p < home.adults]
    children = [p for p in chosen if p >= home.adults]
    code = chance.choice(ABOUT_CHILDREN if children else ABOUT_ADULTS)
    code = chance.choice(RARE) if chance.random() < 0.03 else code
    about = refs[children[0] if children and code != "domestic-abuse" else chosen[0]]
    ties = [{"from": refs[a], "type": "parent-of", "to": refs[c]} for a in adults for c in children]
    said = {
        "occurred_at": (at - timedelta(minutes=30)).isoformat(),
        "door": door,
        "channel": chance.choice(("phone", "email", "web")),
        "reporter": {"org": org, "role": "duty officer", "cin_source": "3A"},
        "people": [{"ref": refs[p], **home.people[p]} for p in chosen],
        "relationships": ties,
        "concerns": [{"code": code, "about": about}],
        "facts": {"children_in_household": "yes" if children else "unknown", "family_may_be_informed": "yes"},
        "strengths": [{"about": about, "text": f"Gets on well with {MARK} next door."}] if chance.random() < 0.3 else [],
        "agreement": {"to_service": "given", "by": refs[chosen[0]]},
        "lawful_basis": "public-task",
        "narrative": f"Came up at {org}; things are harder since the winter, and help at home would be welcome ({MARK}).",
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": f"H-{number:06}", "source": f"urn:history:{org}", "type": TAKEN,
        "time": at.isoformat(), "data": said,
    }  # fmt: skip
    return Message(json.dumps(event).encode(), "application/cloudevents+json")


@dataclass(slots=True)
class Group:
    """What was recorded together at one moment: a contact with all that was decided on it, or one step of a team."""

    events: list[RecordedEvent]
    raw: RawMessage | None = None


@dataclass(slots=True)
class Slice:
    """One district's three years, by the hub's own code over plain memory."""

    contacts: int
    groups: list[Group] = field(default_factory=list)
    tables: MemoryTables = field(default_factory=lambda: MemoryTables(TABLES))
    position: int = 0
    _engine: Engine = field(default_factory=lambda: Engine(ExactLinker(), england()))
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _later: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _versions: dict[str, int] = field(default_factory=dict)

    def live(self, policy: PolicyPublished, calendar: CalendarAdopted) -> None:
        """From the first contact to the last, with the teams at work between."""
        begun = [self._new(event) for event in (calendar, policy)]
        self._record(begun, BEGAN)
        homes = homes_of(max(self.contacts // 2, 1), self._chance)
        step = YEARS / self.contacts
        for number in range(1, self.contacts + 1):
            at = BEGAN + number * step
            self._until(at)
            [home] = self._chance.choices(homes, [h.weight for h in homes])
            self._receive(number, message(number, home, at, self._chance), at)
        self._until(BEGAN + YEARS + LASTS)

    def _receive(self, number: int, sent: Message, at: datetime) -> None:
        found = receive(sent, Carrier("http", "history"), contact_id(number, at), at)
        assert isinstance(found, Accept), found
        self._record(found.append.events, at, found.append.raw)

    def _until(self, at: datetime) -> None:
        while self._later and self._later[0][0] < at:
            when, _, act = heapq.heappop(self._later)
            act(when)

    def _record(self, new: Iterable[NewEvent], at: datetime, raw: RawMessage | None = None) -> None:
        recorded = self._placed(new, at)
        for decided in self._engine.step(self.tables, recorded):
            recorded += self._placed(decided.events, at)
        self.groups.append(Group(recorded, raw))
        for event in recorded:
            if isinstance(event.event, ReferralSent):
                self._work_on(event.event, at)
            elif isinstance(event.event, ObligationOpened):
                self._meet(event.event, at)

    def _placed(self, new: Iterable[NewEvent], at: datetime) -> list[RecordedEvent]:
        recorded = []
        for event in new:
            self.position += 1
            self._versions[event.stream] = event.version
            recorded.append(event.at(self.position, at))
        return recorded

    def _new(self, event: Event, **more: Any) -> NewEvent:
        stream = f"{event.STREAM}:{event.stream_id()}"
        tags = (REGISTER,) if isinstance(event, PolicyPublished) else ()
        version = self._versions.get(stream, 0) + 1
        return new_event(event, version, actor=more.pop("actor", "operator"), tags=tags, **more)

    def _at(self, when: datetime, *events: Event) -> None:
        """These events by a member of staff, at that time."""

        def act(at: datetime) -> None:
            contact = getattr(events[0], "contact", None)
            new = [self._new(e, actor="staff:S-000001", correlation_id=contact) for e in events]
            self._record(new, at)

        heapq.heappush(self._later, (when, next(self._order), act))

    def _work_on(self, sent: ReferralSent, at: datetime) -> None:
        """Seen within the day, then accepted and finished, or declined to another team; a few are never ended."""
        chance, named = (
            self._chance,
            {"referral": sent.referral, "contact": sent.contact, "team": sent.team},
        )
        seen = at + timedelta(hours=1 + 8 * chance.random())
        self._at(seen, ReferralSeen(**named))
        if chance.random() < 0.06 and sent.follows is None:
            opens, team = f"{sent.referral[:-1]}{int(sent.referral[-1]) + 5}", chance.choice(NEXT)
            declined = ReferralDeclined(
                **named, reason="Known to another team.", next=team, opens=opens
            )
            going_on = {"referral": opens, "team": team, "follows": sent.referral}
            self._at(seen + timedelta(hours=2), declined, sent.model_copy(update=going_on))
            return
        self._at(seen + timedelta(hours=3), ReferralAccepted(**named))
        if chance.random() >= STILL_OPEN:
            ends = seen + timedelta(days=2 + (LASTS.days - 5) * chance.random())
            ended: list[Event] = [ReferralDone(**named, outcome="Support plan agreed.")]
            if sent.lead:
                ended.append(ContactClosed(contact=sent.contact, outcome="Support plan agreed."))
            self._at(ends, *ended)

    def _meet(self, owed: ObligationOpened, at: datetime) -> None:
        """What is owed is done within days."""
        done = ObligationDone(
            obligation=owed.obligation, contact=owed.contact, team="MASH", outcome="Done."
        )
        self._at(at + timedelta(days=1 + self._chance.random()), done)


# Copies of a slice

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


def main() -> None:
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
    main()
