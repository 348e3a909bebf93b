"""Everything the hub can show one viewer, as one text: what the leak tests look through."""

from collections.abc import Sequence

from pydantic import BaseModel

from events.envelope import RecordedEvent
from hub.access import (
    find_people,
    see_circumstances,
    see_contact,
    see_event,
    see_family,
    see_outcome,
    see_part,
    see_person,
    see_queue,
    see_refused,
    see_timeline,
    see_work,
)  # fmt: skip
from hub.families.shown import read_family, with_known_people
from hub.viewer import Viewer
from projections import (
    answers,
    contact_view,
    duty_queue,
    family_view,
    quarantine,
    referrals_and_clocks,
    timeline,
)
from projections.as_at import fold_as_at
from projections.secrets import Hidden
from projections.table import MemoryTables
from tests.projections.story import BEGAN, Story

TEAMS = ("MASH", "CSC", "YC", "CLS-1", "CLS-2", "LADO", "MARAC", "PREV", "TF")


def tables_of(story: Story) -> MemoryTables:
    """The projections and the engine's memory of people after a story."""
    return fold_as_at(story.events, with_known_people())


def text_of(shown: Sequence[BaseModel | None]) -> str:
    """Models as the text of their JSON."""
    return "\n".join(s.model_dump_json() for s in shown if s is not None)


def person_pages(tables: MemoryTables, person: str, viewer: Viewer) -> str:
    """All that is shown of one person and their family."""
    hidden = Hidden(tables)
    known = family_view.read_person(tables, person)
    family = read_family(tables, person, BEGAN.date())
    assert known and family
    seen = see_family(family, hidden, viewer)
    work = see_work(*referrals_and_clocks.of_people(tables, [person]), hidden, viewer)
    happened = see_timeline(timeline.of_people(tables, [person]), hidden, viewer)
    told = contact_view.circumstances_of(tables, filter(None, seen.contacts if seen else ()))
    around = see_circumstances(told, hidden, viewer).values()
    return text_of(
        [see_person(known, hidden, viewer), seen, *work[0], *work[1], *happened, *around]
    )


def contact_page(tables: MemoryTables, contact: str, viewer: Viewer) -> str:
    """All that is shown of one contact, the answers to its partner with it."""
    hidden = Hidden(tables)
    view = contact_view.read(tables, contact)
    assert view
    if viewer.role == "partner":  # who is told no more is read no more for
        outward = contact_view.read(tables, contact, outward=True)
        assert outward and see_contact(outward, hidden, viewer) == see_contact(view, hidden, viewer)
    told = [see_outcome(a, hidden, viewer) for a in answers.of_contact(tables, contact)]
    happened = see_timeline(timeline.of_contact(tables, contact), hidden, viewer)
    return text_of([see_contact(view, hidden, viewer), *told, *happened])


def queue_page(tables: MemoryTables, team: str, viewer: Viewer) -> str:
    """A team's queue, whole and in parts, by every door."""
    whole = see_queue(duty_queue.open_for(tables, team), Hidden(tables), viewer)
    rows = duty_queue.glances(tables, [team])
    doors = dict.fromkeys([None, *(row["door"] for row in rows)])
    parts = [see_part(rows, tables, Hidden(tables), viewer, 0, 1000, door) for door in doors]
    assert list(parts[0].rows) == whole
    by_door = [row for part in parts[1:] for row in part.rows]
    assert all(row in whole for row in by_door)
    return text_of([*whole, *by_door])


def log_page(events: Sequence[RecordedEvent], tables: MemoryTables, viewer: Viewer) -> str:
    """The log, event by event."""
    return text_of([see_event(e, Hidden(tables), viewer) for e in events])


def all_pages(events: Sequence[RecordedEvent], tables: MemoryTables, viewer: Viewer) -> str:
    """Every page there is."""
    people = sorted({row["person"] for row in tables.rows("family_said")})
    contacts = [row["contact"] for row in tables.rows("contacts")]
    words = {word for row in tables.rows("index_said") for word in row["words"]}
    found = [
        hit for word in sorted(words) for hit in find_people(tables, word, Hidden(tables), viewer)
    ]
    return "\n".join(
        [
            *(person_pages(tables, p, viewer) for p in people),
            *(contact_page(tables, c, viewer) for c in contacts),
            *(queue_page(tables, team, viewer) for team in TEAMS),
            log_page(events, tables, viewer),
            text_of(found),
            text_of([see_refused(m, viewer) for m in quarantine.newest(tables)]),
        ]
    )
