"""The family of the people of a contact."""

from collections.abc import Iterable, Sequence
from datetime import date

from events.mentions_linked import LinkedMention
from hub.families.apart import second_homes
from hub.families.relations import HARMS, RAISES, joins_on
from hub.families.view import FamilyView, KnownHome, KnownPerson, KnownRelation, OpenReferral
from hub.families.walk import Walk
from hub.people.communal import communal_homes
from hub.people.person import is_sealed
from hub.people.state import number_of
from projections.table import Row, Tables


def derive(
    tables: Tables,
    persons: Sequence[str],
    *,
    on: date,
    mentions: Sequence[LinkedMention] = (),
    communal: frozenset[str] | None = None,
) -> FamilyView:
    """Who belongs to these people on that London day, what relates them, and whom their relations lead to beyond.

    Somebody alleged to harm another person of the contact brings no family of their own into it: their children stand
    beyond, for the question whether they are safe (F4).
    """
    persons = list(dict.fromkeys(persons))
    walk = Walk(tables, on, communal_homes() if communal is None else communal)
    walk.load(persons)
    harming = {
        r["from_person"]
        for p in persons
        for r in walk.relations(p)
        if r["type"] == HARMS and r["to_person"] in persons
    }
    seeds = [p for p in persons if p not in harming] or persons
    first = walk.connected(seeds[:1])
    if walk.apart:  # whoever of both households is named first, both are meant
        first = walk.connected([p for p in seeds if p in first or p in walk.behind])
    apart = walk.apart
    others = walk.connected(p for p in seeds if p not in first)
    people = list(dict.fromkeys((*first, *others, *persons)))
    beyond = led_to(walk, people, {*apart, *walk.apart})
    shown = {*people, *beyond}
    left_out = tuple(walk.left_out)
    return FamilyView(
        root=root_of(walk, first),
        people=tuple(known_person(walk, p, mentions) for p in people),
        relations=tuple(known_relation(row, on) for row in relations_among(walk, shown)),
        beyond=tuple(known_person(walk, p, mentions) for p in beyond),
        left_out=left_out,
    )


def root_of(walk: Walk, members: Sequence[str]) -> str | None:
    """The longest known of the family of the one named first: it stays the same whoever of them is asked for."""
    return min(members, key=lambda p: (walk.row(p)["position"], number_of(p)), default=None)


def led_to(walk: Walk, people: Iterable[str], apart: Iterable[str] = ()) -> list[str]:
    """Who is alleged to harm one of these people, and that one's children; a child placed for adoption is nobody's here.

    `apart` are parents of their children who live apart from them, who are led to too.
    """
    known = dict.fromkeys(people)
    harming = {
        r["from_person"]
        for p in known
        for r in walk.relations(p)
        if r["type"] == HARMS and r["to_person"] == p
    }
    walk.load(harming)
    children = {
        r["to_person"]
        for p in harming
        for r in walk.relations(p)
        if r["type"] in RAISES and r["from_person"] == p
    }
    walk.load(children)
    safe = {p for p in children if not is_sealed(walk.row(p))}
    return sorted((harming | safe | set(apart)) - known.keys(), key=number_of)


def relations_among(walk: Walk, shown: set[str]) -> list[Row]:
    """Every relation between two of these people, in the order they were stated."""
    rows = {
        (r["from_person"], r["type"], r["to_person"]): r
        for p in shown
        for r in walk.relations(p)
        if r["from_person"] in shown and r["to_person"] in shown
    }
    return sorted(
        rows.values(), key=lambda r: (r["position"], r["from_person"], r["type"], r["to_person"])
    )


def known_relation(row: Row, on: date) -> KnownRelation:
    """A relation as the engine sees it."""
    return KnownRelation(
        from_person=row["from_person"], type=row["type"], to_person=row["to_person"], since=row["since"],
        until=row["until"], hours_per_week=row["hours_per_week"], position=row["position"],
        joins=joins_on(on, row["type"], row["since"], row["until"]),
    )  # fmt: skip


def known_person(walk: Walk, person: str, mentions: Sequence[LinkedMention]) -> KnownPerson:
    """A person as the engine sees them."""
    row = walk.row(person)
    second = second_homes(walk, person)
    return KnownPerson(
        person=person,
        refs=tuple(m.ref for m in mentions if m.person == person),
        births=tuple(row["births"]),
        expected=row["expected"],
        sex=row["sexes"][-1] if row["sexes"] else None,
        flags=frozenset(row["flags"]),
        homes=tuple(known_home(home, second=home["key"] in second) for home in row["homes"]),
        open_referrals=open_referrals_of(walk.tables, person),
        positions=tuple(row["positions"]),
    )


def known_home(home: Row, *, second: bool) -> KnownHome:
    """A home as the engine sees it."""
    return KnownHome(
        key=home["key"],
        lines=tuple(home["lines"]),
        postcode=home["postcode"],
        uprn=home["uprn"],
        position=home["position"],
        second=second,
    )


def open_referrals_of(tables: Tables, person: str) -> tuple[OpenReferral, ...]:
    """What teams have for the person and have not ended."""
    return tuple(
        OpenReferral(referral=r["referral"], row=r["row"], team=r["team"], sent_at=r["sent_at"])
        for r in tables.find("asked_referral", person=person)
        if r["open"]
    )
