"""What a contact that was corrected or withdrawn says by now: what was written of it before stays, and counts no longer.

A view that keeps what contacts said writes what a correction says as another edition beside the first. A small table tells which
edition of a contact counts: that of the amendment taken in last, by its place in the log; 0 is what was said first.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from events.contact_corrected import ContactCorrected
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from projections.rows import by_key
from projections.table import Lookup, Row, TableDef, Tables

EVENTS = (ContactCorrected, MentionsAmended)


def editions_table(name: str) -> TableDef:
    """For each contact that was amended: its editions."""
    return TableDef(
        name, {"contact": "text", "edition": "int"}, ("contact", "edition"), (("contact",),)
    )


def note(tables: Tables, table: str, amended: Any) -> None:
    """From here on what was said at this place in the log counts; of a withdrawn contact, nothing."""
    tables.put(table, {"contact": amended.contact, "edition": amended.input_position})


def edition_of(tables: Tables, table: str, contact: str, until: int | None = None) -> int:
    """The edition of a contact that counts, or counted at a place in the log."""
    editions = (row["edition"] for row in tables.find(table, contact=contact))
    return max((each for each in editions if until is None or each <= until), default=0)


def current(tables: Tables, table: str, rows: Sequence[Row], until: int | None = None) -> list[Row]:
    """Of these rows those that count, or counted at a place in the log."""
    contacts = list(dict.fromkeys(row["contact"] for row in rows))
    tables.load([by_key(table, "contact", contacts)])
    counts = {contact: edition_of(tables, table, contact, until) for contact in contacts}
    return [row for row in rows if row["edition"] == counts[row["contact"]]]


def amended_in(events: Iterable[RecordedEvent]) -> list[Any]:
    """The contacts among these events that were taken in anew."""
    return [e.light for e in events if e.type == MentionsAmended.TYPE]


def waiting(table: str, events: Iterable[RecordedEvent]) -> Lookup:
    """What corrections said that are taken in by these events."""
    keys = ((e.contact, e.input_position) for e in amended_in(events))
    return Lookup(table, ("contact", "edition"), tuple(keys))


def linked_otherwise(amended: Any) -> dict[str, tuple[str, str]]:
    """The contact's words that mean another person now: by each, who was meant, and who is."""
    return {
        m.ref: (amended.before[m.ref], m.person)
        for m in amended.mentions
        if m.person and amended.before.get(m.ref, m.person) != m.person
    }
