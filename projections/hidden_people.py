"""Who must stay hidden, and which contacts speak of them: what hub/access.py judges every answer by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.mentions_linked import MentionsLinked
from events.referral_sent import ReferralSent
from projections.kin import joins, marks_of
from projections.rows import by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "hidden_people"
VERSION = 2

REACH = TableDef("hidden_reach", {"one": "int", "position": "int"}, ("one",))
CONTACTS = TableDef(
    "hidden_contacts",
    {
        "contact": "text", "position": "int", "partner": "text", "streams": "texts", "undecided": "texts",
        "shield": "bool", "placed": "bool", "alleged": "bool", "linked": "bool", "people": "texts", "said": "json",
    },
    ("contact",),
)  # fmt: skip
PEOPLE = TableDef(
    "hidden_people",
    {"person": "text", "kin": "text", "shielded": "bool", "placed": "bool"},
    ("person",),
    (("kin",),),
)
KIN = TableDef(
    "hidden_kin",
    {"kin": "text", "size": "int", "core": "bool", "near": "bool", "placed": "bool"},
    ("kin",),
)
MARKS = TableDef(
    "hidden_marks", {"mark": "text", "person": "text"}, ("mark", "person"), (("mark",), ("person",))
)
MENTIONS = TableDef(
    "hidden_mentions", {"person": "text", "contact": "text"}, ("person", "contact"), (("person",),)
)
TABLES = (REACH, CONTACTS, PEOPLE, KIN, MARKS, MENTIONS)
EVENTS = (ContactReceived, MentionsLinked, ContactRouted, ReferralSent)

RESTRICTED = frozenset({"R14", "R15", "R16"})
STREAM_OF_CONCERN = {"professional-allegation": "R15", "radicalisation": "R16"}
STREAM_OF_TEAM = {"MARAC": "R14", "MARAT": "R14", "LADO": "R15", "PREV": "R16"}
GUARDED = frozenset(
    {"domestic-abuse", "missing-child", "exploitation"}
)  # the concerns of R14 and R6 (F14)


@dataclass(frozen=True, slots=True)
class PersonSecrets:
    """What is to be kept about one person.

    hidden      shielded, in an adoptive placement, or the subject of R14's or R6's concern
    sheltered   where they are must not be told: hidden themselves, of the family of one who is, sharing a home or a
                telephone with one, or named beside one in a contact; whoever may be the same person as one is as they are
    placed      in an adoptive placement
    with_placed of the family (by any link ever stated) of one in an adoptive placement
    """

    hidden: bool
    sheltered: bool
    placed: bool
    with_placed: bool


@dataclass(frozen=True, slots=True)
class ContactSecrets:
    """What is to be kept about one contact.

    known     whether the hidden-people tables have folded it; where not, nothing of it may be told
    streams   the restricted streams (R14, R15, R16) it belongs to, or may belong to until it is decided
    shield    it carries a shield, or speaks of somebody sheltered
    placed    it speaks of somebody in an adoptive placement
    tied      it speaks of somebody whose family, by any link ever stated, has a child in an adoptive placement
    alleged   it says that somebody harmed somebody
    """

    known: bool
    streams: frozenset[str]
    shield: bool
    placed: bool
    tied: bool
    alleged: bool
    people: tuple[str, ...] = ()
    partner: str | None = None


UNKNOWN_PERSON = PersonSecrets(hidden=True, sheltered=True, placed=True, with_placed=True)
UNKNOWN_CONTACT = ContactSecrets(
    known=False, streams=RESTRICTED, shield=True, placed=True, tied=True, alleged=True
)


@dataclass(slots=True)
class Hidden:
    """What is hidden *now*, read from the live tables; whoever or whatever is not known there is taken as hidden."""

    tables: Tables
    _people: dict[str, PersonSecrets] = field(default_factory=dict)
    _contacts: dict[str, ContactSecrets] = field(default_factory=dict)

    def prepare(self, people: Iterable[str] = (), contacts: Iterable[str] = ()) -> None:
        """Fetch what is going to be asked, in two round trips however many there are, or three."""
        contacts = list(contacts)
        self.tables.load([by_key("hidden_contacts", "contact", contacts)])
        rows = [row for c in contacts if (row := self.tables.get("hidden_contacts", c))]
        everybody = [*people, *(p for row in rows for p in row["people"])]
        likely = by_key(
            "hidden_kin", "kin", everybody
        )  # a circle has the name of one of its people
        self.tables.load([by_key("hidden_people", "person", everybody), likely])
        kin = [row["kin"] for p in everybody if (row := self.tables.get("hidden_people", p))]
        self.tables.load([by_key("hidden_kin", "kin", kin)])

    def person(self, person: str) -> PersonSecrets:
        """What is to be kept about a person."""
        if person not in self._people:
            self._people[person] = person_secrets(self.tables, person)
        return self._people[person]

    def contact(self, contact: str) -> ContactSecrets:
        """What is to be kept about a contact."""
        if contact not in self._contacts:
            row = self.tables.get("hidden_contacts", contact)
            self._contacts[contact] = self._secrets(row) if row else UNKNOWN_CONTACT
        return self._contacts[contact]

    def _secrets(self, row: Row) -> ContactSecrets:
        people = [self.person(p) for p in row["people"]]
        return ContactSecrets(
            known=True,
            streams=streams_of(row),
            shield=not row["linked"] or row["shield"] or any(p.sheltered for p in people),
            placed=not row["linked"] or row["placed"] or any(p.placed for p in people),
            tied=not row["linked"] or row["placed"] or any(p.with_placed for p in people),
            alleged=row["alleged"],
            people=tuple(row["people"]),
            partner=row["partner"],
        )

    def streams(self, contacts: Iterable[str]) -> dict[str, frozenset[str]]:
        """The streams of these contacts alone, in one round trip; all of them, where a contact is not known."""
        named = list(dict.fromkeys(contacts))
        self.tables.load([by_key("hidden_contacts", "contact", named)])
        rows = ((contact, self.tables.get("hidden_contacts", contact)) for contact in named)
        return {c: streams_of(row) if row else UNKNOWN_CONTACT.streams for c, row in rows}

    def passed(self, position: int) -> bool:
        """Whether everything hidden up to this position is known here."""
        return passed(self.tables, position)


def streams_of(row: Row) -> frozenset[str]:
    """The restricted streams that a contact belongs to, or may until it is decided."""
    return frozenset((*row["streams"], *row["undecided"]))


def passed(tables: Tables, position: int) -> bool:
    """Whether these tables have folded the log as far as `position`: only then may what was said there be shown."""
    row = tables.get("hidden_reach", 1)
    return (row["position"] if row else 0) >= position


def lookups(contact: str) -> Sequence[Lookup]:
    """What tells of a contact what is to be kept, as far as its number alone leads to it."""
    reached = Lookup("hidden_reach", ("one",), ((1,),))
    return [by_key("hidden_contacts", "contact", [contact]), reached]


def person_secrets(tables: Tables, person: str) -> PersonSecrets:
    """What is to be kept about one person; everything, where they are not known."""
    row = tables.get("hidden_people", person)
    kin = tables.get("hidden_kin", row["kin"]) if row else None
    if row is None or kin is None:
        return UNKNOWN_PERSON
    return PersonSecrets(
        hidden=row["shielded"] or row["placed"],
        sheltered=kin["core"] or kin["near"],
        placed=row["placed"],
        with_placed=kin["placed"],
    )


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts that these events speak of, and the people linked in them."""
    events = list(events)
    later = (MentionsLinked.TYPE, ContactRouted.TYPE, ReferralSent.TYPE)
    contacts = [e.light.contact for e in events if e.type in later]
    linked = [e.light for e in events if e.type == MentionsLinked.TYPE]
    mentions = [m for e in linked for m in e.mentions if m.person]
    people = [p for m in mentions for p in (m.person, m.candidate) if p]
    return (
        by_key("hidden_contacts", "contact", contacts),
        by_key("hidden_people", "person", people),
        by_key("hidden_kin", "kin", people),
    )


def needs_beside(tables: Tables, events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The circles of the people linked, and of those who share a mark with them; and what may show who is beside them.

    Each step leads to the next, so each is fetched before it is looked at.
    """
    said = [
        (e.type, e.light) for e in events if e.type in (ContactReceived.TYPE, MentionsLinked.TYPE)
    ]
    linked = [e for kind, e in said if kind == MentionsLinked.TYPE]
    if not linked:
        return ()  # who was meant is not known yet
    contacts = {e.contact for e in linked}
    people = [m.person or nobody_yet(e.contact, m.ref) for e in linked for m in e.mentions]
    candidates = [m.candidate for e in linked for m in e.mentions if m.person and m.candidate]
    people += candidates
    marks = {
        m
        for kind, e in said
        if kind == ContactReceived.TYPE and e.contact in contacts
        for p in e.content.people
        for m in marks_of(p)
    }
    waiting = (tables.get("hidden_contacts", e.contact) for e in linked)
    before = [row for row in waiting if row and row["said"]]
    marks |= {mark for row in before for own in row["said"]["marks"].values() for mark in own}
    marks |= {perhaps(candidate) for candidate in candidates}
    tables.load([by_key("hidden_marks", "mark", marks)])
    sharing = [row["person"] for mark in marks for row in tables.find("hidden_marks", mark=mark)]
    everybody = list(dict.fromkeys((*people, *sharing)))
    tables.load([by_key("hidden_people", "person", everybody)])
    known = [row for p in everybody if (row := tables.get("hidden_people", p))]
    kin = [*(row["kin"] for row in known), *people]
    tables.load([by_key("hidden_kin", "kin", kin), by_key("hidden_people", "kin", kin)])
    own = {row["kin"] for p in people if (row := tables.get("hidden_people", p))}
    circles = [
        *people,
        *(row["person"] for k in own for row in tables.find("hidden_people", kin=k)),
    ]
    return (
        by_key("hidden_marks", "person", circles),
        by_key("hidden_mentions", "person", circles),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A shield holds from the moment a contact says so, before anybody knows who the people are; it is never lifted here."""
    match event.type:
        case ContactReceived.TYPE:
            tables.put("hidden_contacts", received_row(event.light, event.position))
        case MentionsLinked.TYPE:
            fold_people(tables, event.light)
        case ContactRouted.TYPE:
            routed = event.light
            streams = [
                row for r in routed.decision.routes for row in (r.row, r.rule) if row in RESTRICTED
            ]
            restrict(tables, routed.contact, streams)
            change(tables, "hidden_contacts", routed.contact, undecided=[])
        case ReferralSent.TYPE:
            sent = event.light
            stream = STREAM_OF_TEAM.get(sent.team.partition("-")[0])
            restrict(tables, sent.contact, [s for s in (sent.rule, stream) if s in RESTRICTED])


def note_position(tables: Tables, position: int) -> None:
    """Whatever was to be hidden up to this position is known: only so far may anything be shown."""
    tables.put("hidden_reach", {"one": 1, "position": position})


def restrict(tables: Tables, contact: str, streams: Iterable[str | None]) -> None:
    """The contact belongs to these streams too."""
    row = row_of(tables, "hidden_contacts", contact)
    more = sorted({*row["streams"], *(s for s in streams if s)})
    if more != row["streams"]:
        change(tables, "hidden_contacts", contact, streams=more)


def received_row(received: Any, position: int) -> Row:
    """What a contact says that must be kept, as it arrives."""
    content = received.content
    codes = {c.code for c in content.concerns}
    flags = {flag for p in content.people for flag in p.flags}
    return {
        "contact": received.contact,
        "position": position,
        "partner": received.partner,
        "streams": sorted({STREAM_OF_CONCERN[c] for c in codes if c in STREAM_OF_CONCERN}),
        "undecided": ["R14"] if "domestic-abuse" in codes else [],
        "shield": bool(flags & {"shielded", "adoptive_placement"} or codes & GUARDED),
        "placed": "adoptive_placement" in flags,
        "alleged": any(r.type == "alleged-to-harm" for r in content.relationships),
        "linked": False,
        "people": [],
        "said": said_of_people(content),
    }


def said_of_people(content: Any) -> dict[str, Any]:
    """What will be known of people once the contact's words for them are linked to people."""
    return {
        "marks": {p.ref: marks_of(p) for p in content.people},
        "shielded": sorted(
            {p.ref for p in content.people if "shielded" in p.flags} | guarded(content)
        ),
        "placed": [p.ref for p in content.people if "adoptive_placement" in p.flags],
        "joined": [[r.from_ref, r.to_ref] for r in content.relationships if joins(r.type)],
    }


def guarded(content: Any) -> set[str]:
    """Whom R14's or R6's concern is about: those named, else everybody but the one alleged to harm; children at home too."""
    about = {c.about for c in content.concerns if c.code in GUARDED}
    if not about:
        return set()
    harming = {r.from_ref for r in content.relationships if r.type == "alleged-to-harm"}
    everybody = {p.ref for p in content.people}
    return (everybody - harming) | {ref for ref in about if ref}


def fold_people(tables: Tables, linked: Any) -> None:
    """Now that it is known who the people are: keep what must be kept of each, of their families and of those beside them."""
    said = row_of(tables, "hidden_contacts", linked.contact)["said"]
    person_of = {m.ref: m.person or nobody_yet(linked.contact, m.ref) for m in linked.mentions}
    alike = [(m.person, m.candidate) for m in linked.mentions if m.person and m.candidate]
    people = list(dict.fromkeys(person_of.values()))
    marks = marks_by_person(person_of, said["marks"], alike)
    for person in people:
        meet(tables, person, linked.contact)
    for person, borne in marks.items():
        for mark in borne:
            tables.put("hidden_marks", {"mark": mark, "person": person})
    changed = hide_those_named(tables, said, person_of)
    for one, other in alike:
        changed |= hide_as_each_other(tables, one, other)
    change(tables, "hidden_contacts", linked.contact, linked=True, people=people, said=None)
    for person in people:
        spread(tables, person, beside(tables, person, marks[person], people))
    for person in sorted(changed):
        spread(tables, person, beside_ever(tables, person))


def marks_by_person(
    person_of: Mapping[str, str], said: Mapping[str, list[str]], alike: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """What would lead to each person: what was said of them, and that they may be the same as somebody."""
    marks: dict[str, list[str]] = {person: [] for person in person_of.values()}
    for ref, person in person_of.items():
        marks[person] += said.get(ref, ())
    for one, other in alike:
        for person in (one, other):
            marks.setdefault(person, []).append(perhaps(other))
    return marks


def hide_those_named(
    tables: Tables, said: Mapping[str, Any], person_of: Mapping[str, str]
) -> set[str]:
    """Tie the kin that a contact states, and hide whom it hides. Answers whose circle must be looked at again."""
    changed: set[str] = set()
    for one, other in said["joined"]:
        if one in person_of and other in person_of:
            changed |= join(tables, person_of[one], person_of[other])
    for flag in ("shielded", "placed"):
        for ref in said[flag]:
            if ref in person_of:
                changed |= hide_all_alike(tables, person_of[ref], flag)
    return changed


def nobody_yet(contact: str, ref: str) -> str:
    """Somebody of whom too little was said to know them, as a person of one contact: they may be hidden all the same."""
    return f"{contact}#{ref}"


def meet(tables: Tables, person: str, contact: str) -> None:
    """A person is of their own kin until a relation says otherwise."""
    if tables.get("hidden_people", person) is None:
        tables.put(
            "hidden_people", {"person": person, "kin": person, "shielded": False, "placed": False}
        )
        tables.put(
            "hidden_kin", {"kin": person, "size": 1, "core": False, "near": False, "placed": False}
        )
    tables.put("hidden_mentions", {"person": person, "contact": contact})


def join(tables: Tables, one: str, other: str) -> set[str]:
    """Two people are kin: the smaller circle goes into the larger. Answers whose circle must be looked at again."""
    circles = {kin_of(tables, one)["kin"], kin_of(tables, other)["kin"]}
    if len(circles) == 1:
        return set()
    small, large = sorted(
        (row_of(tables, "hidden_kin", c) for c in circles), key=lambda k: (k["size"], k["kin"])
    )
    for row in tables.find("hidden_people", kin=small["kin"]):
        change(tables, "hidden_people", row["person"], kin=large["kin"])
    tables.delete("hidden_kin", small["kin"])
    merged = {flag: small[flag] or large[flag] for flag in ("core", "near", "placed")}
    change(tables, "hidden_kin", large["kin"], size=small["size"] + large["size"], **merged)
    return (
        circle(tables, large["kin"])
        if merged["core"] and not (small["core"] and large["core"])
        else set()
    )


def hide(tables: Tables, person: str, **flags: bool) -> set[str]:
    """A person is hidden, and with them where their family is. Answers whose circle must be looked at again."""
    change(tables, "hidden_people", person, **flags)
    kin = kin_of(tables, person)
    placed = kin["placed"] or flags.get("placed", False)
    change(tables, "hidden_kin", kin["kin"], core=True, placed=placed)
    return set() if kin["core"] else circle(tables, kin["kin"])


def perhaps(person: str) -> str:
    """The mark of those who may be this person: until somebody has looked, what hides one of them hides all."""
    return f"perhaps:{person}"


def hide_as_each_other(tables: Tables, one: str, other: str) -> set[str]:
    """Two who may be one person are hidden alike. Answers whose circle must be looked at again."""
    flags = {
        f
        for p in (one, other)
        for f in ("shielded", "placed")
        if row_of(tables, "hidden_people", p)[f]
    }
    return {
        person
        for flag in sorted(flags)
        for p in (one, other)
        for person in hide_all_alike(tables, p, flag)
    }


def hide_all_alike(tables: Tables, person: str, flag: str) -> set[str]:
    """A person is hidden, and with them whoever may be the same: the doubt would lead to where they are.

    Answers whose circle must be looked at again.
    """
    changed: set[str] = set()
    waiting = [person]
    while waiting:
        one = waiting.pop()
        if row_of(tables, "hidden_people", one)[flag]:
            continue
        changed |= hide(tables, one, **{flag: True})
        waiting += those_alike(tables, one)
    return changed


def those_alike(tables: Tables, person: str) -> list[str]:
    """Everybody who may be the same as this person."""
    marks = [row["mark"] for row in tables.find("hidden_marks", person=person)]
    return beside(tables, person, [m for m in marks if m.startswith(perhaps(""))], ())


def spread(tables: Tables, person: str, others: Iterable[str]) -> None:
    """Who shares a home or telephone with somebody of a hidden circle, or is named beside them, would give them away."""
    if kin_of(tables, person)["core"]:
        for other in others:
            come_near(tables, other)
    elif any(kin_of(tables, other)["core"] for other in others):
        come_near(tables, person)


def beside(tables: Tables, person: str, marks: Iterable[str], named: Iterable[str]) -> list[str]:
    """The others who have one of these marks, and those named."""
    sharing = [row["person"] for mark in marks for row in tables.find("hidden_marks", mark=mark)]
    return [p for p in dict.fromkeys((*sharing, *named)) if p != person]


def beside_ever(tables: Tables, person: str) -> list[str]:
    """The others who ever shared a mark or a contact with a person."""
    marks = [row["mark"] for row in tables.find("hidden_marks", person=person)]
    contacts = [row["contact"] for row in tables.find("hidden_mentions", person=person)]
    tables.load(
        [by_key("hidden_marks", "mark", marks), by_key("hidden_contacts", "contact", contacts)]
    )
    named = [p for c in contacts for p in row_of(tables, "hidden_contacts", c)["people"]]
    return beside(tables, person, marks, named)


def come_near(tables: Tables, person: str) -> None:
    """Where this person's circle is must not be told either."""
    kin = kin_of(tables, person)
    if not kin["near"]:
        change(tables, "hidden_kin", kin["kin"], near=True)


def kin_of(tables: Tables, person: str) -> Row:
    """The circle of a person."""
    return row_of(tables, "hidden_kin", row_of(tables, "hidden_people", person)["kin"])


def circle(tables: Tables, kin: str) -> set[str]:
    """Everybody of a circle."""
    return {row["person"] for row in tables.find("hidden_people", kin=kin)}
