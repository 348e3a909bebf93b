"""Where mentions went that were linked to somebody else at first, and which ids lead to others.

What a view wrote of a mention stays under whom it was linked to first; a small table beside it says where it went. A view
that reads a person leaves out what went, and adds what came.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from events.envelope import RecordedEvent
from events.people_merged import PeopleMerged
from events.person_split import PersonSplit
from projections import editions
from projections.rows import by_key
from projections.table import Lookup, Row, TableDef, Tables

EVENTS = (PeopleMerged, PersonSplit)
TYPES = frozenset(e.TYPE for e in EVENTS)
LONGEST_CHAIN = 1000
CORRECTED = "The contact was corrected."


def moves_table(name: str) -> TableDef:
    """For each mention that went elsewhere: whom it was linked to first, whose it is, and why."""
    return TableDef(
        name,
        {"contact": "text", "ref": "text", "first": "text", "person": "text", "because": "text"},
        ("contact", "ref"),
        (("contact",), ("first",), ("person",)),
    )


def aliases_table(name: str) -> TableDef:
    """For each id that was merged into another: which."""
    return TableDef(name, {"person": "text", "now": "text"}, ("person",), (("now",),))


def judged_table(name: str) -> TableDef:
    """For each two people whom somebody compared: the last answer."""
    return TableDef(
        name,
        {"one": "text", "other": "text", "answer": "text"},
        ("one", "other"),
        (("one",), ("other",)),
    )


def note_judged(tables: Tables, table: str, judged: Any) -> None:
    """The last answer counts."""
    tables.put(table, {"one": judged.one, "other": judged.other, "answer": judged.answer})


def told_apart(tables: Tables, table: str, one: str, other: str) -> bool:
    """Whether somebody said that these are two people."""
    row = tables.get(table, *in_order(one, other))
    return row is not None and row["answer"] == "different"


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two people, the lower number first."""
    return (one, other) if (len(one), one) < (len(other), other) else (other, one)


def note(tables: Tables, table: str, moved: Any) -> None:
    """Mentions went elsewhere; back to where they were first, and nothing needs to be noted."""
    for mention in moved.mentions:
        row = tables.get(table, mention.contact, mention.ref)
        first = row["first"] if row else moved.from_person
        if first == moved.to_person:
            tables.delete(table, mention.contact, mention.ref)
        else:
            tables.put(
                table,
                {
                    "contact": mention.contact, "ref": mention.ref, "first": first, "person": moved.to_person,
                    "because": moved.because,
                },
            )  # fmt: skip


def begin_anew(tables: Tables, table: str, contact: str) -> None:
    """A contact was taken in anew: its words mean whom they were linked to just now."""
    for row in tables.find(table, contact=contact):
        tables.delete(table, contact, row["ref"])


def note_linked(tables: Tables, table: str, amended: Any) -> None:
    """A correction linked some of a contact's words to others than before: what was asked goes along."""
    for ref, (before, person) in editions.linked_otherwise(amended).items():
        row = tables.get(table, amended.contact, ref)
        moved = {"contact": amended.contact, "ref": ref, "first": row["first"] if row else before}
        tables.put(table, {**moved, "person": person, "because": CORRECTED})


def note_alias(tables: Tables, table: str, type_: str, moved: Any) -> None:
    """An id leads to another, or is its own again."""
    if type_ == PeopleMerged.TYPE:
        tables.put(table, {"person": moved.from_person, "now": moved.to_person})
    else:
        tables.delete(table, moved.to_person)


def now(tables: Tables, table: str, person: str) -> str:
    """Who an id stands for by now."""
    for _ in range(LONGEST_CHAIN):
        row = tables.get(table, person)
        if row is None:
            return person
        person = row["now"]
    raise RuntimeError(f"the ids that {person} goes by lead nowhere")


def lookups(table: str, people: Iterable[str]) -> Sequence[Lookup]:
    """What tells which mentions came to these people, and which went."""
    named = list(people)
    return (by_key(table, "first", named), by_key(table, "person", named))


def rows_of(
    tables: Tables, moves: str, said: str, kept: str, person: str, until: int | None = None
) -> list[Row]:
    """The rows of a person in a table whose key is person, contact, ref and edition: without what went, with what came, and of each
    contact what it says by now (`kept`: its editions), or said at a place in the log."""
    gone = {(row["contact"], row["ref"]) for row in tables.find(moves, first=person)}
    own = [r for r in tables.find(said, person=person) if (r["contact"], r["ref"]) not in gone]
    came = tables.find(moves, person=person)
    tables.load([by_key(kept, "contact", (m["contact"] for m in came))])
    keys = [
        (m["first"], m["contact"], m["ref"], editions.edition_of(tables, kept, m["contact"], until))
        for m in came
    ]
    tables.load([Lookup(said, ("person", "contact", "ref", "edition"), tuple(keys))])
    moved = (tables.get(said, *key) for key in keys)
    rows = [*own, *({**row, "person": person} for row in moved if row)]
    return editions.current(tables, kept, rows, until)


def whose(
    tables: Tables, moves: str, contact: str, ref: str | None, person: str | None
) -> str | None:
    """Whom a contact means by a word of its own, who was this person at first."""
    row = tables.get(moves, contact, ref) if ref is not None else None
    return row["person"] if row else person


def goes_along(type_: str, moved: Any, contact: str, about: str | None) -> bool:
    """Whether what a contact led to, about this word of its own, goes with the mentions: all of somebody who was merged does."""
    if type_ == PeopleMerged.TYPE or about == moved.to_person:
        return True
    return any(m.contact == contact and m.ref == about for m in moved.mentions)


def moved_in(events: Iterable[RecordedEvent]) -> list[Any]:
    """The moves among these events."""
    return [e.light for e in events if e.type in TYPES]
