"""Who must stay hidden, and which contacts speak of them: what hub/access judges every answer by (projections/secrets.py)."""

from collections.abc import Iterable, Mapping
from typing import Any

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.people_judged import PeopleJudged
from events.person_split import PersonSplit
from events.referral_sent import ReferralSent
from projections import circles, editions, moves
from projections.circles import (
    any_hidden,
    beside,
    beside_ever,
    everybody_around,
    everybody_beside,
    forget_circles,
    hide_all_alike,
    hide_as_each_other,
    join,
    lead_on,
    load_beside,
    meet,
    near_anew,
    perhaps,
    spread,
)
from projections.kin import joins, marks_of
from projections.moves import in_order
from projections.rows import by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "hidden_people"
VERSION = 4

REACH = TableDef("hidden_reach", {"one": "int", "position": "int"}, ("one",))
CONTACTS = TableDef(
    "hidden_contacts",
    {
        "contact": "text", "position": "int", "partner": "text", "streams": "texts", "undecided": "texts",
        "shield": "bool", "placed": "bool", "alleged": "bool", "linked": "bool", "people": "texts", "refs": "json",
        "alike": "json", "said": "json", "amending": "json",
    },
    ("contact",),
)  # fmt: skip
JUDGED = moves.judged_table("hidden_judged")
TABLES = (REACH, CONTACTS, *circles.TABLES, JUDGED)
EVENTS = (
    ContactReceived, MentionsLinked, ContactRouted, ReferralSent, PeopleJudged, *moves.EVENTS, *editions.EVENTS,
    ContactReconsidered,
)  # fmt: skip

RESTRICTED = frozenset({"R14", "R15", "R16"})
STREAM_OF_CONCERN = {"professional-allegation": "R15", "radicalisation": "R16"}
STREAM_OF_TEAM = {"MARAC": "R14", "MARAT": "R14", "LADO": "R15", "PREV": "R16"}
GUARDED = frozenset(
    {"domestic-abuse", "missing-child", "exploitation"}
)  # the concerns of R14 and R6 (F14)


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts that these events speak of, and the people linked in them."""
    events = list(events)
    later = (
        MentionsLinked.TYPE, ContactRouted.TYPE, ContactReconsidered.TYPE, ReferralSent.TYPE, *(e.TYPE for e in editions.EVENTS),
    )  # fmt: skip
    contacts = [e.light.contact for e in events if e.type in later]
    linked = [e.light for e in events if e.type == MentionsLinked.TYPE]
    mentions = [m for e in linked for m in e.mentions if m.person]
    people = [p for m in mentions for p in (m.person, m.candidate) if p]
    mended = moves.moved_in(events)
    contacts += [m.contact for e in mended for m in e.mentions]
    people += [p for e in mended for p in (e.from_person, e.to_person)]
    doubted = (in_order(m.person, m.candidate) for m in mentions if m.candidate)
    return (
        Lookup("hidden_judged", ("one", "other"), tuple(dict.fromkeys(doubted))),
        by_key("hidden_aliases", "person", (m.candidate for m in mentions if m.candidate)),
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
    before = [row for row in waiting if row]
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
    members = [
        *people,
        *(row["person"] for k in own for row in tables.find("hidden_people", kin=k)),
    ]
    return (
        by_key("hidden_marks", "person", members),
        by_key("hidden_mentions", "person", members),
        by_key("hidden_aliases", "now", (*everybody, *members)),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A shield holds from the moment a contact says so, before anybody knows who the people are; it is never lifted here."""
    match event.type:
        case ContactReceived.TYPE:
            tables.put("hidden_contacts", received_row(event.light, event.position))
        case MentionsLinked.TYPE:
            fold_people(tables, event.light)
        case PeopleJudged.TYPE:
            fold_judged(tables, event.light)
        case type_ if type_ in moves.TYPES:
            fold_moved(tables, type_, event.light)
        case ContactCorrected.TYPE:
            fold_corrected(tables, event.light, event.position)
        case MentionsAmended.TYPE:
            fold_amended(tables, event.light)
        case ContactRouted.TYPE | ContactReconsidered.TYPE:
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
        "refs": {},
        "alike": {},
        "said": said_of_people(content),
        "amending": {},
    }


def fold_corrected(tables: Tables, corrected: Any, position: int) -> None:
    """A correction hides at once whom it says is hidden; what it no longer says is taken back when its people are known. What the
    contact said first stays to be read, and so does what guards it."""
    row = tables.get("hidden_contacts", corrected.contact)
    if row is None:
        return  # of a part of the log not every contact is at hand
    now = received_row(corrected, position)
    waiting = {**row["amending"], str(position): now["said"]}
    row = change(
        tables, "hidden_contacts", corrected.contact,
        streams=sorted({*row["streams"], *now["streams"]}), undecided=sorted({*row["undecided"], *now["undecided"]}),
        shield=row["shield"] or now["shield"], placed=row["placed"] or now["placed"],
        alleged=row["alleged"] or now["alleged"], said=said_in_both(row["said"], now["said"]), amending=waiting,
    )  # fmt: skip
    if row["linked"]:
        take_in(tables, row)


def said_in_both(one: Row, other: Row) -> Row:
    """All that one or the other says of people."""
    refs = dict.fromkeys((*one["marks"], *other["marks"]))
    marks = {
        ref: list(dict.fromkeys((*one["marks"].get(ref, ()), *other["marks"].get(ref, ()))))
        for ref in refs
    }
    joined = [*one["joined"], *(pair for pair in other["joined"] if pair not in one["joined"])]
    flags = {flag: sorted({*one[flag], *other[flag]}) for flag in ("shielded", "placed")}
    return {**one, **flags, "marks": marks, "joined": joined}


def fold_amended(tables: Tables, amended: Any) -> None:
    """The people of a correction are known: what it says of them counts, and no longer what was said before. A withdrawal takes no
    shield back: whoever was to be hidden stays so, until a correction or another contact says otherwise."""
    row = tables.get("hidden_contacts", amended.contact)
    if row is None or amended.withdrawn:
        return
    place = str(amended.input_position)
    waiting = {at: said for at, said in row["amending"].items() if at != place}
    said = row["amending"][place]
    for later in waiting.values():
        said = said_in_both(said, later)
    refs = {m.ref: m.person or nobody_yet(amended.contact, m.ref) for m in amended.mentions}
    doubted = {ref: c for ref, c in row["alike"].items() if refs.get(ref) == row["refs"].get(ref)}
    alike = {
        **doubted,
        **{m.ref: m.candidate for m in amended.mentions if m.person and m.candidate},
    }
    people, before = list(dict.fromkeys(refs.values())), row["people"]
    change(
        tables, "hidden_contacts", amended.contact, refs=refs, people=people, alike=alike, said=said, amending=waiting,
    )  # fmt: skip
    for person in before:
        if person not in people:
            tables.delete("hidden_mentions", person, amended.contact)
    for person in people:
        meet(tables, person, amended.contact)
    everybody = dict.fromkeys((*before, *people))
    anew(tables, [p for p in everybody if tables.get("hidden_people", p)], apart=True)


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
    refs = {m.ref: m.person or nobody_yet(linked.contact, m.ref) for m in linked.mentions}
    alike = {m.ref: m.candidate for m in linked.mentions if m.person and m.candidate}
    people = list(dict.fromkeys(refs.values()))
    row = change(
        tables, "hidden_contacts", linked.contact, linked=True, people=people, refs=refs, alike=alike
    )  # fmt: skip
    for person in people:
        meet(tables, person, linked.contact)
    take_in(tables, row)


def take_in(tables: Tables, row: Row) -> None:
    """Hide whom a contact hides, and who would lead to them, its people being known."""
    said, person_of, people = row["said"], row["refs"], row["people"]
    alike = still_alike(tables, row)
    marks = marks_by_person(person_of, said["marks"], alike)
    for person, borne in marks.items():
        for mark in borne:
            tables.put("hidden_marks", {"mark": mark, "person": person})
    changed = hide_those_named(tables, said, person_of)
    for one, other in alike:
        changed |= hide_as_each_other(tables, one, other)
    for person in people:
        spread(tables, person, beside(tables, person, marks[person], people))
    for person in sorted(changed):
        spread(tables, person, beside_ever(tables, person))


def still_alike(tables: Tables, row: Row) -> list[tuple[str, str]]:
    """Who of a contact may be whom, unless somebody looked and said."""
    pairs = [
        (row["refs"][ref], moves.now(tables, "hidden_aliases", candidate))
        for ref, candidate in row["alike"].items()
    ]
    return [
        (one, other)
        for one, other in pairs
        if one != other and not moves.told_apart(tables, "hidden_judged", one, other)
    ]


def fold_moved(tables: Tables, type_: str, moved: Any) -> None:
    """A link was mended: whom each contact means, and from that anew who is hidden around them."""
    moves.note_alias(tables, "hidden_aliases", type_, moved)
    for mention in moved.mentions:
        row = row_of_moved(tables, mention.contact)
        if row is None or mention.ref not in row["refs"]:
            continue
        refs = {**row["refs"], mention.ref: moved.to_person}
        people = list(dict.fromkeys(refs.values()))
        alike = {ref: other for ref, other in row["alike"].items() if ref != mention.ref}
        change(tables, "hidden_contacts", mention.contact, refs=refs, people=people, alike=alike)
        if moved.from_person not in people:
            tables.delete("hidden_mentions", moved.from_person, mention.contact)
        meet(tables, moved.to_person, mention.contact)
    known = (tables.get("hidden_people", p) for p in (moved.from_person, moved.to_person))
    anew(tables, [row["person"] for row in known if row], apart=type_ == PersonSplit.TYPE)


def row_of_moved(tables: Tables, contact: str) -> Row | None:
    """A contact, where it is at hand and its people are known: of a part of the log not every one is."""
    row = tables.get("hidden_contacts", contact)
    return row if row and row["linked"] else None


def fold_judged(tables: Tables, judged: Any) -> None:
    """Who was told apart is no longer hidden as the other is; taken back, they are again."""
    pair = (judged.one, judged.other)
    before = moves.told_apart(tables, "hidden_judged", *pair)
    moves.note_judged(tables, "hidden_judged", judged)
    known = [p for p in pair if tables.get("hidden_people", p)]
    if known and before != moves.told_apart(tables, "hidden_judged", *pair):
        anew(tables, known, apart=True)


MOST_AROUND = 400
"""Around more people than this nobody is shown who was hidden before: what hides is added, and nothing is worked out anew."""


def anew(tables: Tables, people: Iterable[str], *, apart: bool) -> None:
    """Who is hidden around these people, worked out from what every contact says of them and of their circles; where they came
    `apart`, also who was near only because of what one of them has no longer."""
    around = everybody_around(tables, people)
    rows = contacts_of(tables, around)
    load_around(tables, rows)
    # Where nobody was hidden, nobody beside them was near one who is.
    outside = everybody_beside(tables, around) if apart and any_hidden(tables, around) else set()
    if len(around) <= MOST_AROUND:
        forget_circles(tables, around)
    for person in sorted(around):
        lead_on(tables, person)
    for row in rows:
        take_in(tables, row)
    near_anew(tables, outside)


def contacts_of(tables: Tables, people: Iterable[str]) -> list[Row]:
    """The contacts that name any of these people and are linked, oldest first."""
    people = sorted(people)
    tables.load([by_key("hidden_mentions", "person", people)])
    found = {row["contact"] for p in people for row in tables.find("hidden_mentions", person=p)}
    tables.load([by_key("hidden_contacts", "contact", sorted(found))])
    rows = [row for contact in sorted(found) if (row := row_of_moved(tables, contact))]
    return sorted(rows, key=lambda row: int(row["position"]))


def load_around(tables: Tables, rows: Iterable[Row]) -> None:
    """Fetch whom these contacts name, who shares a mark with one of them, and what was said of those who may be each other."""
    rows = list(rows)
    named = [person for row in rows for person in row["people"]]
    alike = [(row["refs"][ref], other) for row in rows for ref, other in row["alike"].items()]
    marks = [mark for row in rows for own in row["said"]["marks"].values() for mark in own]
    others = [other for _, other in alike]
    tables.load(
        [
            by_key("hidden_aliases", "person", (*named, *others)),
            Lookup("hidden_judged", ("one", "other"), tuple(dict.fromkeys(in_order(*two) for two in alike))),
            by_key("hidden_mentions", "person", named),
        ]
    )  # fmt: skip
    load_beside(tables, [*named, *others], [*marks, *map(perhaps, others)])


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
