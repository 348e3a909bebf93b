"""What each contact told of people, and of whom: kept, so that a link that was wrong can be taken apart again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from events.contact_received import ContactReceived
from events.content import ContactContent
from hub.people.evidence import in_order_of_refs
from hub.people.said import Said, read_people
from projections.rows import by_key
from projections.table import Row, TableDef, Tables

TOLD = TableDef(
    "told",
    {
        "contact": "text", "position": "int", "content": "text", "people": "json", "owed": "int", "withdrawn": "bool",
        "amended": "int", "decided": "json",
    },
    ("contact",),
    seldom_read=True,
)  # fmt: skip
TOLD_OF = TableDef(
    "told_of", {"person": "text", "contact": "text"}, ("person", "contact"), (("person",),)
)
FIRST_OF_THE_LOOP = 1_000
"""Obligations that an act of a team leads to have numbers from here on: the engine, which counts its own, never gives the same."""
SPEAKS_OF_PEOPLE = {
    "occurred_at", "door", "reporter", "people", "relationships", "concerns", "facts",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What one contact told: `people` is who is meant by each of its own words for them, as far as they are known."""

    contact: str
    position: int
    content: ContactContent
    people: Mapping[str, str]

    def said(self) -> list[Said]:
        """What it says of those who are known, in the order of its words for them."""
        known = (s for s in read_people(self.content) if s.evidence.ref in self.people)
        return sorted(known, key=lambda s: in_order_of_refs(s.evidence.ref))

    def sealed(self) -> set[str]:
        """Its words for children in an adoptive placement."""
        return {s.evidence.ref for s in read_people(self.content) if s.evidence.sealed}


def told_row(received: ContactReceived, position: int) -> Row:
    """The part of a contact that speaks of people; who they are is not known yet."""
    return {
        "contact": received.contact, "position": position, "content": spoken_of(received.content), "people": {},
        "owed": 0, "withdrawn": False, "amended": 0, "decided": {"routes": [], "owed": []},
    }  # fmt: skip


def spoken_of(content: ContactContent) -> str:
    """The part of what was said that speaks of people."""
    return content.model_dump_json(include=SPEAKS_OF_PEOPLE)


def keep_told(tables: Tables, row: Row, people: Mapping[str, str]) -> None:
    """It is known now who is meant."""
    tables.put("told", {**row, "people": dict(people)})
    for person in dict.fromkeys(people.values()):
        tables.put("told_of", {"person": person, "contact": row["contact"]})


def of_person(tables: Tables, *people: str) -> list[Told]:
    """Every contact that tells of any of these people, in the order they were received."""
    tables.load([by_key("told_of", "person", people)])
    contacts = {row["contact"] for p in people for row in tables.find("told_of", person=p)}
    tables.load([by_key("told", "contact", sorted(contacts))])
    rows = (row for c in sorted(contacts) if (row := tables.get("told", c)))
    return sorted(map(read, rows), key=lambda told: told.position)


def read(row: Row) -> Told:
    """A row as it is told."""
    content = ContactContent.model_validate_json(row["content"])
    return Told(row["contact"], row["position"], content, row["people"])


def mentions_of(tables: Tables, person: str) -> list[tuple[str, str]]:
    """Every mention of a person as contact and ref, in the order they were received."""
    told = of_person(tables, person)
    return [(t.contact, ref) for t in told for ref, meant in t.people.items() if meant == person]


def say_otherwise(tables: Tables, mentions: Iterable[tuple[str, str]], person: str) -> None:
    """From here on these mentions are of this person. A contact that is not at hand is passed over."""
    for contact, ref in mentions:
        row = tables.get("told", contact)
        if row is None or ref not in row["people"]:
            continue
        before = row["people"][ref]
        people = {**row["people"], ref: person}
        tables.put("told", {**row, "people": people})
        if before not in people.values():
            tables.delete("told_of", before, contact)
        tables.put("told_of", {"person": person, "contact": contact})


def next_owed(tables: Tables, contact: str) -> int:
    """The number of the next obligation of a contact."""
    row = tables.get("told", contact)
    return (row["owed"] if row else 0) + 1


def count_owed(tables: Tables, contact: str, obligation: str) -> None:
    """`O-26-000001-3` was opened: it is the third of its contact."""
    number = int(obligation.rpartition("-")[2])
    row = tables.get("told", contact)
    if row is not None and row["owed"] < number < FIRST_OF_THE_LOOP:
        tables.put("told", {**row, "owed": number})
