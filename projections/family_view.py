"""A family: its people with what each contact said of them, what relates them, where they live, what they are good at and want."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.content import Address, Mention
from events.envelope import RecordedEvent
from events.light import as_json
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.nhs_numbers import nhs_numbers
from events.people_judged import PeopleJudged
from projections import editions, moves
from projections.kin import home_marks
from projections.rows import Shown, by_key, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "family_view"
VERSION = 4

PENDING = TableDef(
    "family_pending",
    {
        "contact": "text", "position": "int", "at": "time", "occurred_at": "time", "door": "text", "organisation": "text",
        "people": "json", "relations": "json", "remarks": "json",
    },
    ("contact",),
)  # fmt: skip
AMENDING = TableDef(
    "family_amending", {**PENDING.columns, "edition": "int"}, ("contact", "edition")
)
SAID = TableDef(
    "family_said",
    {
        "person": "text", "contact": "text", "ref": "text", "edition": "int", "position": "int", "at": "time", "occurred_at": "time",
        "door": "text", "organisation": "text", "outcome": "text", "candidate": "text", "mention": "json",
    },
    ("person", "contact", "ref", "edition"),
    (("person",), ("contact",)),
    written_once=True,
)  # fmt: skip
RELATIONS = TableDef(
    "family_relations",
    {
        "contact": "text", "edition": "int", "number": "int", "position": "int", "at": "time", "from_ref": "text", "from_person": "text",
        "type": "text", "to_ref": "text", "to_person": "text", "since": "text", "until": "text", "hours_per_week": "float",
    },
    ("contact", "edition", "number"),
    (("from_person",), ("contact",)),
    written_once=True,
)  # fmt: skip
REMARKS = TableDef(
    "family_remarks",
    {
        "contact": "text", "edition": "int", "number": "int", "kind": "text", "ref": "text", "person": "text", "text": "text", "at": "time",
        "position": "int",
    },
    ("contact", "edition", "number"),
    (("contact",),),
    written_once=True,
)  # fmt: skip
MOVES = moves.moves_table("family_moves")
ALIASES = moves.aliases_table("family_aliases")
JUDGED = moves.judged_table("family_judged")
EDITIONS = editions.editions_table("family_editions")
TABLES = (PENDING, AMENDING, SAID, RELATIONS, REMARKS, MOVES, ALIASES, JUDGED, EDITIONS)
EVENTS = (ContactReceived, MentionsLinked, PeopleJudged, *moves.EVENTS, *editions.EVENTS)


class Said(Shown):
    """What one contact said of one person; `corrected`: by now, when it said something else at first, `at` being then."""

    contact: str
    ref: str
    position: int
    at: datetime
    occurred_at: datetime | None
    door: str | None
    organisation: str | None
    outcome: str
    candidate: str | None
    mention: Mention
    corrected: bool = False
    withheld: tuple[str, ...] = ()


class PersonShown(Shown):
    """A person, by all that contacts said of them, oldest first. Nothing is merged: who said what stays to be seen."""

    person: str
    said: tuple[Said, ...]
    withheld: tuple[str, ...] = ()

    @property
    def contacts(self) -> tuple[str, ...]:
        """The contacts that name them."""
        return tuple(dict.fromkeys(s.contact for s in self.said))

    @property
    def name(self) -> str | None:
        """How they were last named."""
        return next(iter(self.names), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name they were given, newest first."""
        return self.newest(
            lambda m: (
                [" ".join((*m.name.given, *([m.name.family] if m.name.family else [])))]
                if m.name
                else []
            )
        )

    @property
    def births(self) -> tuple[str, ...]:
        """Every date of birth said, newest first."""
        return self.newest(lambda m: [m.dob] if m.dob else [])

    @property
    def expected(self) -> tuple[str, ...]:
        """Every expected date of birth said, newest first."""
        return self.newest(lambda m: [m.expected_dob] if m.expected_dob else [])

    @property
    def sexes(self) -> tuple[str, ...]:
        """Every sex said, newest first."""
        return self.newest(lambda m: [m.sex] if m.sex else [])

    @property
    def flags(self) -> tuple[str, ...]:
        """Every flag ever said."""
        return tuple(sorted({flag for s in self.said for flag in s.mention.flags}))

    @property
    def nhs_numbers(self) -> tuple[str, ...]:
        """Every NHS number said, newest first; of one contact those last that it says were replaced."""
        return self.newest(lambda m: nhs_numbers(m.ids))

    @property
    def homes(self) -> tuple[Address, ...]:
        """Every home said, newest first, each once."""
        known: list[tuple[set[str], Address]] = []
        for address in (s.mention.address for s in reversed(self.said) if s.mention.address):
            marks = spellings_of(address)
            same = [one for one in known if one[0] & marks] or [(marks, address)]
            for others in same:
                same[0][0].update(marks, others[0])
            known = [one for one in known if one not in same[1:]]
            known += same[:1] if same[0] not in known else []
        return tuple(address for _, address in known)

    @property
    def phones(self) -> tuple[str, ...]:
        """Every telephone said, newest first."""
        return self.newest(lambda m: list(m.phones))

    @property
    def emails(self) -> tuple[str, ...]:
        """Every e-mail address said, newest first."""
        return self.newest(lambda m: list(m.emails))

    @property
    def schools(self) -> tuple[str, ...]:
        """Every school said, newest first."""
        return self.newest(lambda m: [m.school] if m.school else [])

    @property
    def gps(self) -> tuple[str, ...]:
        """Every general practice said, newest first."""
        return self.newest(lambda m: [m.gp] if m.gp else [])

    def newest(self, of: Callable[[Mention], list[str]]) -> tuple[str, ...]:
        """The values that contacts said, newest first, each once."""
        return tuple(
            dict.fromkeys(value for s in reversed(self.said) for value in of(s.mention) if value)
        )


class RelationShown(Shown):
    """`from_person` is TYPE `to_person`, as one contact said."""

    contact: str
    position: int
    at: datetime
    from_person: str
    type: str
    to_person: str
    since: str | None
    until: str | None
    hours_per_week: float | None


class RemarkShown(Shown):
    """A strength or a wish, in the words of the person or the reporter; `person` None is said of all."""

    contact: str
    position: int
    at: datetime
    kind: str
    person: str | None
    text: str


class FamilyShown(Shown):
    """The people connected to one person.

    asked       the person it was asked for
    root        the longest known of its people: it addresses the family
    people      nearest to the one asked for first
    relations   every relation among them and those beyond, as each contact said it, those included that join nobody
    beyond      people outside that a relation of theirs leads to
    left_out    what was not followed, and why, such as a home that many share
    """

    asked: str
    root: str | None
    people: tuple[PersonShown, ...]
    relations: tuple[RelationShown, ...]
    remarks: tuple[RemarkShown, ...]
    beyond: tuple[PersonShown, ...]
    left_out: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """The ids of its people."""
        return tuple(p.person for p in self.people)

    @property
    def contacts(self) -> tuple[str, ...]:
        """The contacts that name any of its people."""
        return tuple(dict.fromkeys(c for p in self.people for c in p.contacts))


def read_person(tables: Tables, person: str) -> PersonShown | None:
    """What is known of one person; None where nobody has that id, or has it any more."""
    return people_of(tables, [person]).get(person)


def now(tables: Tables, person: str) -> str:
    """Who an id stands for by now: somebody who was merged into another is that one."""
    return moves.now(tables, "family_aliases", person)


def family_of(
    tables: Tables,
    asked: str,
    root: str | None,
    members: Sequence[str],
    beyond: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> FamilyShown | None:
    """The family of these people, in this order; None where the one asked for is not known.

    Who belongs together is decided in one place only (hub/families, by the rules the engine routes by). Whoever is not
    yet known here, because the engine is a moment ahead, is left out until they are.
    """
    found = people_of(tables, [*members, *beyond])
    if asked not in found:
        return None
    people = [found[p] for p in members if p in found]
    return FamilyShown(
        asked=asked,
        root=root,
        people=tuple(people),
        relations=tuple(relations_among(tables, found)),
        remarks=tuple(remarks_of(tables, people)),
        beyond=tuple(found[p] for p in beyond if p in found),
        left_out=tuple(left_out),
    )


def people_of(tables: Tables, people: Sequence[str]) -> dict[str, PersonShown]:
    """What is known of each of these people."""
    tables.load([by_key("family_said", "person", people), *moves.lookups("family_moves", people)])
    rows = {
        p: moves.rows_of(tables, "family_moves", "family_said", "family_editions", p)
        for p in dict.fromkeys(people)
    }
    return {
        p: person_of(p, [settled(tables, row) for row in said]) for p, said in rows.items() if said
    }


def settled(tables: Tables, row: Row) -> Row:
    """What was said of somebody, without a doubt that somebody has settled."""
    if row["candidate"] is None:
        return row
    other = now(tables, row["candidate"])
    if other == row["person"] or tables.get("family_moves", row["contact"], row["ref"]):
        return {**row, "outcome": "link", "candidate": None}
    if moves.told_apart(tables, "family_judged", row["person"], other):
        return {**row, "outcome": "new", "candidate": None}
    return {**row, "candidate": other}


def relations_among(tables: Tables, people: Iterable[str]) -> list[RelationShown]:
    """Every relation between two of these people, as each contact said it, oldest first."""
    known = list(people)
    tables.load(
        [by_key("family_relations", "from_person", known), *moves.lookups("family_moves", known)]
    )
    came = {row["contact"] for p in known for row in tables.find("family_moves", person=p)}
    tables.load([by_key("family_relations", "contact", sorted(came))])
    stated = [
        *(row for p in known for row in tables.find("family_relations", from_person=p)),
        *(row for contact in sorted(came) for row in tables.find("family_relations", contact=contact)),
    ]  # fmt: skip
    counting = editions.current(tables, "family_editions", stated)
    rows = {(row["contact"], row["number"]): as_meant(tables, row) for row in counting}
    among = [row for row in rows.values() if {row["from_person"], row["to_person"]} <= {*known}]
    among.sort(key=lambda row: (row["position"], row["contact"], row["number"]))
    return [RelationShown(**{k: row[k] for k in RelationShown.model_fields}) for row in among]


def as_meant(tables: Tables, row: Row) -> Row:
    """A relation between the people whom the contact means, as is known now."""
    contact = row["contact"]
    one = moves.whose(tables, "family_moves", contact, row["from_ref"], row["from_person"])
    other = moves.whose(tables, "family_moves", contact, row["to_ref"], row["to_person"])
    return {**row, "from_person": one, "to_person": other}


def spellings_of(address: Address) -> set[str]:
    """One home in its spellings: whoever shares one of them is the same home; what is written, where nothing better tells."""
    return {*home_marks(address)} or {" ".join(address.lines) or address.postcode or ""}


def remarks_of(tables: Tables, people: Sequence[PersonShown]) -> list[RemarkShown]:
    """The strengths and wants of these people, and those said of all in their contacts."""
    members = {p.person for p in people}
    contacts = list(dict.fromkeys(c for p in people for c in p.contacts))
    tables.load([by_key("family_remarks", "contact", contacts)])
    stated = [row for c in contacts for row in tables.find("family_remarks", contact=c)]
    rows = [
        {
            **row,
            "person": moves.whose(
                tables, "family_moves", row["contact"], row["ref"], row["person"]
            ),
        }
        for row in editions.current(tables, "family_editions", stated)
    ]
    return [
        RemarkShown(**{k: row[k] for k in RemarkShown.model_fields})
        for row in rows
        if row["person"] is None or row["person"] in members
    ]


def person_of(person: str, rows: Iterable[Row]) -> PersonShown:
    """A person by what was said of them, oldest first."""
    said = [
        Said(**{k: row[k] for k in Said.model_fields if k in row}, corrected=row["edition"] > 0)
        for row in rows
    ]
    return PersonShown(person=person, said=tuple(sorted(said, key=lambda s: (s.position, s.ref))))


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts whose people become known, and those of mentions that go elsewhere."""
    events = list(events)
    linked = (e.light.contact for e in events if e.type == MentionsLinked.TYPE)
    gone = [m.contact for moved in moves.moved_in(events) for m in moved.mentions]
    amended = [e.contact for e in editions.amended_in(events)]
    return (
        by_key("family_pending", "contact", linked),
        by_key("family_moves", "contact", [*gone, *amended]),
        editions.waiting("family_amending", events),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """What a contact said waits until it is known who was meant; then each word goes to its person."""
    match event.type:
        case ContactReceived.TYPE:
            tables.put("family_pending", pending_row(event))
        case MentionsLinked.TYPE:
            linked = event.light
            pending = row_of(tables, "family_pending", linked.contact)
            settle(tables, {**pending, "edition": 0}, linked.mentions)
            tables.delete("family_pending", linked.contact)
        case ContactCorrected.TYPE:
            tables.put("family_amending", {**pending_row(event), "edition": event.position})
        case MentionsAmended.TYPE:
            settle_anew(tables, event.light)
        case PeopleJudged.TYPE:
            moves.note_judged(tables, "family_judged", event.light)
        case type_ if type_ in moves.TYPES:
            moves.note(tables, "family_moves", event.light)
            moves.note_alias(tables, "family_aliases", type_, event.light)


def pending_row(event: RecordedEvent) -> Row:
    """What a contact says of its people, by its own words for them."""
    content = event.light.content
    remarks = [*(("strength", r) for r in content.strengths), *(("want", r) for r in content.wants)]
    return {
        "contact": event.light.contact, "position": event.position, "at": event.recorded_at,
        "occurred_at": content.occurred_at, "door": content.door, "organisation": content.reporter.org,
        "people": {said["ref"]: said for said in as_json(content.people)},
        "relations": [
            [r.from_ref, r.type, r.to_ref, r.since, r.until, r.hours_per_week] for r in content.relationships
        ],
        "remarks": [[kind, r.about, r.text] for kind, r in remarks],
    }  # fmt: skip


def settle_anew(tables: Tables, amended: Any) -> None:
    """What a corrected contact says counts instead of what it said before, in the same place among the others; of a withdrawn one
    nothing does."""
    moves.begin_anew(tables, "family_moves", amended.contact)
    editions.note(tables, "family_editions", amended)
    if not amended.withdrawn:
        key = (amended.contact, amended.input_position)
        pending = row_of(tables, "family_amending", *key)
        settle(tables, {**pending, "position": amended.first_position}, amended.mentions)
        tables.delete("family_amending", *key)


def settle(tables: Tables, pending: Row, mentions: Iterable[Any]) -> None:
    """Write what a contact said under the people it meant."""
    stamp = {name: pending[name] for name in ("contact", "edition", "position", "at")}
    known = [m for m in mentions if m.person]
    person_of = {m.ref: m.person for m in known}
    for mention in known:
        tables.put("family_said", said_row(stamp, pending, mention))
    for number, (one, type_, other, since, until, hours) in enumerate(pending["relations"]):
        if one in person_of and other in person_of:
            tables.put(
                "family_relations",
                {
                    **stamp, "number": number, "from_ref": one, "from_person": person_of[one], "type": type_,
                    "to_ref": other, "to_person": person_of[other], "since": since, "until": until,
                    "hours_per_week": None if hours is None else float(hours),
                },
            )  # fmt: skip
    for number, (kind, about, text) in enumerate(pending["remarks"]):
        if about is None or about in person_of:
            person = person_of.get(about or "")
            row = {
                **stamp, "number": number, "kind": kind, "ref": about, "person": person, "text": text,
            }  # fmt: skip
            tables.put("family_remarks", row)


def said_row(stamp: Row, pending: Row, linked: Any) -> Row:
    """A person by the words of one contact."""
    return {
        **stamp, "person": linked.person, "ref": linked.ref, "occurred_at": pending["occurred_at"],
        "door": pending["door"], "organisation": pending["organisation"], "outcome": linked.outcome,
        "candidate": linked.candidate, "mention": pending["people"][linked.ref],
    }  # fmt: skip
