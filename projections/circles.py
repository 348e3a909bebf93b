"""Who is hidden with whom: circles of kin, those who may be the same person, and those whose home or contacts would lead there."""

from collections.abc import Iterable

from projections import moves
from projections.rows import by_key, change, row_of
from projections.table import Row, TableDef, Tables

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
ALIASES = moves.aliases_table("hidden_aliases")
TABLES = (PEOPLE, KIN, MARKS, MENTIONS, ALIASES)


def meet(tables: Tables, person: str, contact: str) -> None:
    """A person is of their own kin until a relation says otherwise."""
    if tables.get("hidden_people", person) is None:
        alone(tables, person)
    tables.put("hidden_mentions", {"person": person, "contact": contact})


def alone(tables: Tables, person: str) -> None:
    """A person of their own kin alone, and hidden by nothing."""
    tables.put(
        "hidden_people", {"person": person, "kin": person, "shielded": False, "placed": False}
    )
    tables.put(
        "hidden_kin", {"kin": person, "size": 1, "core": False, "near": False, "placed": False}
    )


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
    for own in (person, *merged_into(tables, person)):
        if own == person or tables.get("hidden_people", own):
            change(tables, "hidden_people", own, **flags)
    kin = kin_of(tables, person)
    placed = kin["placed"] or flags.get("placed", False)
    change(tables, "hidden_kin", kin["kin"], core=True, placed=placed)
    return set() if kin["core"] else circle(tables, kin["kin"])


def merged_into(tables: Tables, person: str) -> list[str]:
    """The ids that lead to this person: they are hidden as the person is."""
    waiting, found = [person], list[str]()
    while waiting:
        ids = [row["person"] for row in tables.find("hidden_aliases", now=waiting.pop())]
        found += ids
        waiting += ids
    return found


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


def everybody_around(tables: Tables, people: Iterable[str]) -> set[str]:
    """These people with their circles, whoever may be the same as one of them, and the circles of those; ring by ring."""
    found: set[str] = set()
    ring = set(people)
    while ring:
        found |= ring
        tables.load(
            [by_key("hidden_people", "person", ring), by_key("hidden_marks", "person", ring)]
        )
        kin = {row_of(tables, "hidden_people", person)["kin"] for person in ring}
        marks = [row["mark"] for p in ring for row in tables.find("hidden_marks", person=p)]
        alike = [mark for mark in marks if mark.startswith(perhaps(""))]
        tables.load(
            [
                by_key("hidden_people", "kin", kin),
                by_key("hidden_kin", "kin", kin),
                by_key("hidden_marks", "mark", alike),
            ]
        )
        members = {person for own in kin for person in circle(tables, own)}
        ring = {*members, *(other for p in ring for other in those_alike(tables, p))} - found
    return found


def any_hidden(tables: Tables, people: Iterable[str]) -> bool:
    """Whether somebody of these people's circles is hidden."""
    return any(kin_of(tables, person)["core"] for person in people)


def load_beside(tables: Tables, people: Iterable[str], marks: Iterable[str]) -> None:
    """Fetch these people, whoever bears one of these marks, and the circles of all of them."""
    marks = list(marks)
    tables.load([by_key("hidden_marks", "mark", marks), by_key("hidden_aliases", "now", people)])
    sharing = [row["person"] for mark in marks for row in tables.find("hidden_marks", mark=mark)]
    everybody = [*people, *sharing]
    tables.load([by_key("hidden_people", "person", everybody)])
    known = (tables.get("hidden_people", person) for person in everybody)
    tables.load([by_key("hidden_kin", "kin", (row["kin"] for row in known if row))])


def forget_circles(tables: Tables, people: Iterable[str]) -> None:
    """Each of these people is of their own kin alone again, hidden by nothing, and leads to nobody."""
    tables.load([by_key("hidden_people", "kin", people)])
    for person in sorted(people):
        row = row_of(tables, "hidden_people", person)
        tables.delete("hidden_kin", row["kin"])
        for mark in tables.find("hidden_marks", person=person):
            tables.delete("hidden_marks", mark["mark"], person)
    for person in sorted(people):
        alone(tables, person)


def lead_on(tables: Tables, person: str) -> None:
    """The id of somebody who was merged into another stays in that one's circle, and is hidden as they are."""
    other = moves.now(tables, "hidden_aliases", person)
    if other != person:
        join(tables, person, other)
        flags = row_of(tables, "hidden_people", other)
        change(tables, "hidden_people", person, shielded=flags["shielded"], placed=flags["placed"])


def everybody_beside(tables: Tables, people: set[str]) -> set[str]:
    """The others who ever shared a mark or a contact with any of these people."""
    load_what_leads_to(tables, people)
    return {other for person in people for other in beside_ever(tables, person)} - people


def near_anew(tables: Tables, people: Iterable[str]) -> None:
    """Whether any of these people's circles shares a home, a telephone or a contact with a hidden one still."""
    near = sorted(
        {kin_of(tables, person)["kin"] for person in people if kin_of(tables, person)["near"]}
    )
    tables.load([by_key("hidden_people", "kin", near)])
    members = {kin: circle(tables, kin) for kin in near}
    load_what_leads_to(tables, {person for people in members.values() for person in people})
    for kin in near:
        others = {o for p in members[kin] for o in beside_ever(tables, p)}
        change(tables, "hidden_kin", kin, near=any_hidden(tables, others))


def load_what_leads_to(tables: Tables, people: Iterable[str]) -> None:
    """Fetch whom these people ever shared a mark or a contact with, and the circles of those."""
    people = sorted(people)
    tables.load(
        [by_key("hidden_marks", "person", people), by_key("hidden_mentions", "person", people)]
    )
    marks = {row["mark"] for p in people for row in tables.find("hidden_marks", person=p)}
    contacts = {row["contact"] for p in people for row in tables.find("hidden_mentions", person=p)}
    tables.load([by_key("hidden_contacts", "contact", sorted(contacts))])
    named = {p for c in contacts for p in row_of(tables, "hidden_contacts", c)["people"]}
    load_beside(tables, sorted({*people, *named}), sorted(marks))
