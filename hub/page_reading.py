"""What pages alone read: some rows of a queue, a person and a family with the work for them; as one viewer may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub import access
from hub.access import Compared, Part
from hub.as_at import fold_around, fold_person
from hub.families.shown import of_a_familys_page
from hub.people.corrections import are_apart
from hub.reading import (
    caught_up,
    codes_of,
    escalated_to,
    family_in,
    known,
    look_again_for,
    past_of,
    person_in,
    queue_name,
)
from hub.services import Hub
from hub.team_reading import Room, rooms_in
from hub.viewer import Viewer
from projections import contact_view, duty_queue, family_view, referrals_and_clocks, reviews
from projections.contact_view import Circumstances
from projections.duty_queue import QueueRow
from projections.family_view import FamilyShown, PersonShown
from projections.referrals_and_clocks import Obligation, Referral
from projections.secrets import Hidden
from projections.table import Row, Tables
from projections.timeline import Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a queue a page shows: from these on, so many of each; of this door, overdue or paused ones alone."""

    waiting: int = 0
    held: int = 0
    size: int = 50
    door: str | None = None
    overdue: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows of a team's queue, as a page shows them: its name, what waits, what is in hand, and what is to be looked at again.

    escalated   asks of others that lie untouched, which the team was told of
    names       how the people are called whom the team must look at again; of the past, as the contact called them by then
    rooms       how much room there is in each of its queues, as far as a capacity is known; of now alone
    """

    team: str
    name: str
    as_at: datetime | None
    waiting: Part
    held: Part
    look_again: tuple[Obligation, ...]
    escalated: tuple[QueueRow, ...]
    names: Mapping[str, str]
    rooms: tuple[Room, ...] = ()


async def queue_page_for(
    hub: Hub,
    viewer: Viewer,
    team: str,
    wanted: Wanted,
    min_position: int = 0,
    as_at: datetime | None = None,
) -> QueuePage:
    """One page of a team's queue: the same as `queue_for`, of which only these rows are made ready. Raises alike."""
    codes = await codes_of(hub, viewer, team, min_position, as_at)
    past = await past_of(hub, team, codes, as_at)
    then = as_at or hub.now()
    name, book = await queue_name(hub, team), await hub.teams()

    def question(tables: Tables) -> QueuePage:
        told, hidden = past.asks if past else tables, Hidden(tables)
        rows = duty_queue.glances(told, codes)
        if wanted.overdue:
            rows = [row for row in rows if is_overdue(row, then)]
        if wanted.paused:
            rows = [row for row in rows if row["paused_at"]]
        held = [row for row in rows if row["status"] == "accepted"]
        waiting = [row for row in rows if row["status"] != "accepted"]
        size, door = wanted.size, wanted.door
        again = look_again_for(past.again if past else tables, codes, hidden, viewer)
        names = names_of(tables, [o.person for o in again if o.person], hidden, viewer)
        then_called = past.names(again) if past else {}
        return QueuePage(
            team=team,
            name=name,
            as_at=as_at,
            waiting=access.see_part(waiting, told, hidden, viewer, wanted.waiting, size, door),
            held=access.see_part(held, told, hidden, viewer, wanted.held, size, door),
            look_again=again,
            escalated=escalated_to(told, team, codes, hidden, viewer),
            names={person: then_called.get(person, name) for person, name in names.items()},
            rooms=() if past else tuple(rooms_in(tables, book, codes, viewer).values()),
        )

    return await hub.views.ask(question)


def is_overdue(row: Row, then: datetime) -> bool:
    """Whether its clock has run out: one that stands still has not, nor one that was met."""
    waits = row["due_at"] and not row["paused_at"] and not row["met_at"]
    return bool(waits) and row["due_at"] <= then


def names_of(
    tables: Tables, people: Sequence[str], hidden: Hidden, viewer: Viewer
) -> dict[str, str]:
    """How these people are called, as far as the viewer may see them."""
    known_people = family_view.people_of(tables, people)
    seen = {p: access.see_person(shown, hidden, viewer) for p, shown in known_people.items()}
    return {p: shown.name for p, shown in seen.items() if shown and shown.name}


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person as their page shows them: with what was asked and is owed for them.

    compared   those who may be the same person, or were said not to be, with what was asked and answered; of now alone
    was        an id asked about that turned out to be this person
    moved      somebody asked about who was told apart from this person, with their name
    """

    person: PersonShown
    referrals: tuple[Referral, ...]
    obligations: tuple[Obligation, ...]
    compared: tuple[Compared, ...]
    was: str | None
    moved: tuple[str, str | None] | None


async def person_page_for(
    hub: Hub,
    viewer: Viewer,
    person: str,
    min_position: int = 0,
    as_at: datetime | None = None,
    *,
    was: str = "",
    moved: str = "",
) -> PersonPage:
    """A person with the work for them, now or by a moment; whoever was merged into another is that one. Raises NotKnown."""
    await caught_up(hub, min_position)
    folds = (family_view, referrals_and_clocks)
    past = await fold_person(hub.log, person, as_at, *folds) if as_at else None

    def question(tables: Tables) -> PersonPage | None:
        told, hidden = past or tables, Hidden(tables)
        seen = person_in(told, hidden, viewer, person)
        if seen is None:
            return None
        work = referrals_and_clocks.of_people(told, [seen.person])
        return PersonPage(
            seen,
            *access.see_work(*work, hidden, viewer),
            compared=() if past else compared_with(tables, seen.person, hidden, viewer),
            was=was_id(told, was, seen.person),
            moved=None if past else moved_to(tables, seen.person, moved, hidden, viewer),
        )

    return known(await hub.views.ask(question))


def compared_with(
    tables: Tables, person: str, hidden: Hidden, viewer: Viewer
) -> tuple[Compared, ...]:
    """A person beside each of those who may be the same, or were said not to be, as far as the viewer may see both."""
    asked = reviews.of_person(tables, person)
    return tuple(access.compare_all(tables, asked, hidden, viewer))


def moved_to(
    tables: Tables, person: str, moved: str, hidden: Hidden, viewer: Viewer
) -> tuple[str, str | None] | None:
    """Somebody whom a person is kept apart from, with their name; None for anybody else, or who may not be seen."""
    if not moved or not (seen := access.compare(tables, person, moved, hidden, viewer)):
        return None
    return (moved, seen.other.name) if are_apart(tables, person, moved) else None


def was_id(told: Tables, was: str, person: str) -> str | None:
    """An id that turned out to be this person; None for anything else."""
    return was if was and was != person and family_view.now(told, was) == person else None


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """A family as its page shows it: with what happened, what was asked and is owed for its people, and who told of them.

    told   who told each contact that names its people, by the contact
    was    an id asked about that turned out to be the person asked for
    """

    family: FamilyShown
    timeline: tuple[Entry, ...]
    referrals: tuple[Referral, ...]
    obligations: tuple[Obligation, ...]
    told: Mapping[str, Circumstances]
    as_at: datetime | None
    was: str | None = None


async def family_page_for(
    hub: Hub,
    viewer: Viewer,
    person: str,
    as_at: datetime | None = None,
    min_position: int = 0,
    was: str = "",
) -> FamilyPage:
    """A family with the work for it, now or as it was known at a moment. Raises NotKnown."""
    await caught_up(hub, min_position)
    moment = as_at or hub.now()
    tags, chosen = (f"person:{person}",), of_a_familys_page()
    past = await fold_around(hub.log, tags, moment, chosen) if as_at else None

    def question(tables: Tables) -> FamilyPage | None:
        told, hidden = past or tables, Hidden(tables)
        family = family_in(told, hidden, viewer, person, moment, as_at)
        if family is None:
            return None
        seen = family.family
        work = referrals_and_clocks.of_people(told, seen.members)
        referrals, obligations = access.see_work(*work, hidden, viewer)
        circumstances = contact_view.circumstances_of(told, filter(None, seen.contacts))
        return FamilyPage(
            family=seen,
            timeline=family.timeline,
            referrals=referrals,
            obligations=obligations,
            told=access.see_circumstances(circumstances, hidden, viewer),
            as_at=as_at,
            was=was_id(told, was, seen.asked),
        )

    return known(await hub.views.ask(question))
