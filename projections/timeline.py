"""What happened around a person, a family or a contact, in plain sentences, oldest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from inspect import getdoc
from typing import Any

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.registry import event_type
from projections import moves
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "timeline"
VERSION = 4

ENTRIES = TableDef(
    "timeline_entries",
    {
        "position": "int", "contact": "text", "type": "text", "at": "time", "occurred_at": "time", "actor": "text",
        "organisation": "text", "subject": "text", "team": "text", "person": "text", "rule": "text", "sentence": "text",
    },
    ("position", "contact"),
    (("contact",),),
    written_once=True,
)  # fmt: skip
PEOPLE = TableDef(
    "timeline_people",
    {"contact": "text", "ref": "text", "person": "text"},
    ("contact", "ref"),
    (("person",), ("contact",)),
)
TABLES = (ENTRIES, PEOPLE)
SAYS_WHEN = (ContactReceived.TYPE, ContactCorrected.TYPE)


class Entry(Shown):
    """One thing that happened. `at` is when the hub learnt of it, `occurred_at` when it was said to have happened."""

    position: int
    contact: str
    type: str
    at: datetime
    occurred_at: datetime | None
    actor: str | None
    organisation: str | None
    subject: str | None
    team: str | None
    person: str | None
    rule: str | None
    sentence: str
    withheld: tuple[str, ...] = ()


def of_contact(tables: Tables, contact: str) -> tuple[Entry, ...]:
    """What happened on one contact."""
    return of_contacts(tables, [contact])


def of_people(tables: Tables, people: Sequence[str]) -> tuple[Entry, ...]:
    """What happened around these people: every contact that names one of them, and what came of it."""
    return of_contacts(tables, contacts_of(tables, people))


def of_contacts(tables: Tables, contacts: Sequence[str]) -> tuple[Entry, ...]:
    """What happened on these contacts, in the order it was recorded."""
    tables.load([by_key("timeline_entries", "contact", contacts)])
    entries = [
        Entry(**row)
        for c in dict.fromkeys(contacts)
        for row in tables.find("timeline_entries", contact=c)
    ]
    return tuple(sorted(entries, key=lambda e: e.position))


def contacts_of(tables: Tables, people: Sequence[str]) -> list[str]:
    """The contacts that name any of these people, each once, in order of number."""
    tables.load([by_key("timeline_people", "person", people)])
    found = {row["contact"] for p in people for row in tables.find("timeline_people", person=p)}
    return sorted(found)


def people_of(tables: Tables, contact: str) -> list[str]:
    """The people a contact names, as far as they are known."""
    return sorted({row["person"] for row in tables.find("timeline_people", contact=contact)})


@cache
def plain_sentence(type_: str) -> str:
    """What an event of this type means in general, telling nothing of this one."""
    said = " ".join((getdoc(event_type(type_)) or "Something happened.").split("\n\n")[0].split())
    return (
        said.partition(". ")[0].partition(";")[0].partition(":")[0].replace("`", "").rstrip(".")
        + "."
    )


def needs(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """Nothing is read."""
    return ()


def apply(tables: Tables, event: RecordedEvent) -> None:
    """Every event about a contact is an entry; a contact is found by the people it names. A correction is one on each of its contacts."""
    said = event.light
    if event.type == MentionsLinked.TYPE:
        for mention in said.mentions:
            if mention.person:
                know(tables, said.contact, mention.ref, mention.person)
    if event.type == MentionsAmended.TYPE:
        know_anew(tables, said)
    if event.type in moves.TYPES:
        for mention in said.mentions:
            know(tables, mention.contact, mention.ref, said.to_person)
    for contact in contacts_told_of(said):
        tables.put("timeline_entries", entry_row(event, contact))


def know(tables: Tables, contact: str, ref: str, person: str) -> None:
    """A contact names this person."""
    tables.put("timeline_people", {"contact": contact, "ref": ref, "person": person})


def know_anew(tables: Tables, amended: Any) -> None:
    """A contact names these people by now, and nobody else."""
    now = {m.ref: m.person for m in amended.mentions if m.person}
    for ref in amended.before:
        if ref not in now:
            tables.delete("timeline_people", amended.contact, ref)
    for ref, person in now.items():
        know(tables, amended.contact, ref, person)


def contacts_told_of(said: Any) -> list[str]:
    """The contacts that an event is about."""
    if said.TYPE in moves.TYPES:
        return list(dict.fromkeys(m.contact for m in said.mentions))
    contact = getattr(said, "contact", None)
    return [contact] if contact is not None else []


def entry_row(event: RecordedEvent, contact: str) -> Row:
    """An event as it stands on the timeline of a contact."""
    said = event.light
    occurred_at = said.content.occurred_at if event.type in SAYS_WHEN else event.occurred_at
    return {
        "position": event.position, "contact": contact, "type": said.TYPE, "at": event.recorded_at,
        "occurred_at": occurred_at, "actor": event.actor, "organisation": event.organisation,
        "subject": said.stream_id(), "team": getattr(said, "team", None), "person": person_told_of(said),
        "rule": getattr(said, "rule", None), "sentence": said.sentence(),
    }  # fmt: skip


def person_told_of(said: Any) -> str | None:
    """Whom an event is about, where it is one person."""
    person: str | None = (
        said.to_person if said.TYPE in moves.TYPES else getattr(said, "person", None)
    )
    return person
