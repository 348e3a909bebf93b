"""What pages, the API and commands read alike: a question to the views, then through hub/access.py, as one viewer may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from events.envelope import RecordedEvent
from events.message_refused import Fault
from hub import access
from hub.access import EventShown
from hub.as_at import fold_around, fold_contacts, fold_person
from hub.contacts.intake import Answer
from hub.errors import NotKnown, NotPermitted, Refused, Unavailable
from hub.families.shown import read_family
from hub.past_queue import PastQueue, past_queue
from hub.services import Hub
from hub.teams.book import works_for
from hub.values import london_day
from hub.viewer import Viewer
from projections import (
    answers,
    contact_view,
    duty_queue,
    family_view,
    quarantine,
    queue_spans,
    referrals_and_clocks,
    secrets,
    timeline,
)
from projections.contact_view import ContactView
from projections.duty_queue import QueueRow
from projections.family_view import FamilyShown, PersonShown
from projections.person_index import Hit, TooCommon
from projections.quarantine import RefusedMessage
from projections.referrals_and_clocks import Obligation
from projections.rows import Shown
from projections.secrets import Hidden
from projections.table import Tables
from projections.timeline import Entry

Seen = TypeVar("Seen")
CATCHES_UP_WITHIN = 15.0
STANDS_STILL = 3.0  # seconds: an engine at work takes a turn in far less


class Queue(Shown):
    """The queue of a team: what waits, soonest due first, and what it has in hand.

    look_again   what it was asked about somebody who turned out to be another, or more than was known
    escalated    the asks of others that lie untouched past their time, which this team was told of
    """

    team: str
    name: str
    as_at: datetime | None = None
    waiting: tuple[QueueRow, ...]
    held: tuple[QueueRow, ...]
    look_again: tuple[Obligation, ...] = ()
    escalated: tuple[QueueRow, ...] = ()


class Family(Shown):
    """A family with what happened around it."""

    family: FamilyShown
    timeline: tuple[Entry, ...]
    as_at: datetime | None


async def caught_up(hub: Hub, min_position: int, names: Sequence[str] | None = None) -> None:
    """Wait until the views (or those named) have folded a position (`?min_position=`); raises Unavailable where they do not in time, and
    Refused for one that no answer of this hub can have named."""
    if min_position <= 0:
        return
    if not await hub.log.reaches(min_position):
        says = "The log has not come to that position."
        mend = "Use the position of an answer that this hub gave."
        fault = Fault(pointer="/query/min_position", code="beyond-the-log", says=says, mend=mend)
        raise Refused(says, [fault])
    if not await hub.views.wait_for(min_position, CATCHES_UP_WITHIN, names):
        raise Unavailable("The views have not come to that position yet.")


async def settled_for(hub: Hub, answer: Answer, within: float) -> bool:
    """Whether the contact was decided, and shown, within so many seconds."""
    if not await hub.engine.wait_for(answer.position, within):
        return False
    return await hub.views.wait_for(await hub.log.head(), within)


async def hidden_for(hub: Hub, answer: Answer) -> None:
    """Wait until what a contact hides is hidden: for as long as the engine and the views go on, which may be behind, and no
    longer. Raises Unavailable where they stand still: the contact is stored, but nobody may be told yet that it was taken
    for what it is."""
    if not answer.shields:
        return
    before = None
    while before != (now := await stands(hub)):
        if await settled_for(hub, answer, STANDS_STILL):
            return
        before = now
    raise Unavailable(
        f"Contact {answer.contact} is stored, but what it asks to be hidden is not hidden yet. "
        "Send the same message again: it is kept once, and answered when that is done."
    )


async def stands(hub: Hub) -> tuple[int, ...]:
    """How far the engine and each view have come."""
    return await hub.engine.position(), *(await hub.views.positions()).values()


async def queue_for(
    hub: Hub, viewer: Viewer, team: str, min_position: int = 0, as_at: datetime | None = None
) -> Queue:
    """A team's queue, now or as it stood at a moment; what is hidden is hidden by what is known now.

    Raises NotKnown for no team, NotPermitted for duty staff of another and for an auditor who names no moment.
    """
    codes = await codes_of(hub, viewer, team, min_position, as_at)
    past = await past_of(hub, team, codes, as_at)
    name = await queue_name(hub, team)

    def question(tables: Tables) -> Queue:
        told, hidden = past.asks if past else tables, Hidden(tables)
        seen = access.see_queue(duty_queue.of_teams(told, codes), hidden, viewer)
        return Queue(
            team=team,
            as_at=as_at,
            name=name,
            waiting=tuple(row for row in seen if row.status != "accepted"),
            held=tuple(row for row in seen if row.status == "accepted"),
            look_again=look_again_for(past.again if past else tables, codes, hidden, viewer),
            escalated=escalated_to(told, team, codes, hidden, viewer),
        )

    return await hub.views.ask(question)


def look_again_for(
    tables: Tables, codes: Sequence[str], hidden: Hidden, viewer: Viewer
) -> tuple[Obligation, ...]:
    """What these teams must look at again, as the viewer may see it, soonest due first."""
    owed = referrals_and_clocks.corrections_for(tables, codes)
    return access.see_corrections(owed, hidden, viewer)


def escalated_to(
    tables: Tables, team: str, codes: Sequence[str], hidden: Hidden, viewer: Viewer
) -> tuple[QueueRow, ...]:
    """The asks of others that this team was told of, as far as the viewer may know of them."""
    told = duty_queue.escalated(tables, dict.fromkeys((team, *codes)))
    return tuple(access.see_queue(told, hidden, viewer))


async def codes_of(
    hub: Hub, viewer: Viewer, team: str, min_position: int, as_at: datetime | None
) -> Sequence[str]:
    """The codes whose asks make a queue, where the viewer may see it. Raises NotKnown and NotPermitted."""
    found = (await hub.teams()).find(team)
    if found is None:
        raise NotKnown(f"There is no team {team[:20]}.")
    if viewer.role == "duty" and not works_for(viewer.team, team):
        raise NotPermitted("A queue is shown to the staff of its team.")
    if viewer.role == "auditor" and as_at is None:
        raise NotPermitted("A queue is shown to an auditor as at a moment: name it by as_at.")
    await caught_up(hub, min_position)
    return found.codes if team == found.code else (team,)


async def past_of(
    hub: Hub, team: str, codes: Sequence[str], as_at: datetime | None
) -> PastQueue | None:
    """What a queue was, where it is one of the past."""
    if as_at is None:
        return None
    await caught_up(hub, await hub.log.head(), [queue_spans.NAME])
    return await past_queue(hub, team, codes, as_at)


async def queue_name(hub: Hub, team: str) -> str:
    """A team's name with its locality."""
    name = (await hub.teams()).name_of(team)
    assert name is not None
    return name


OF_A_CONTACT = (contact_view, referrals_and_clocks, answers)


async def contact_for(
    hub: Hub, viewer: Viewer, contact: str, min_position: int = 0, as_at: datetime | None = None
) -> ContactView:
    """A contact, now or as it stood at a moment; what is hidden is hidden by what is known now.

    Raises NotKnown, also where the viewer may not know of it."""
    await caught_up(hub, min_position)
    past = await fold_contacts(hub.log, [contact], as_at, *OF_A_CONTACT) if as_at else None
    outward = viewer.role == "partner"

    def question(tables: Tables) -> ContactView | None:
        if past is None:
            own = contact_view.lookups(contact, outward=outward)
            tables.load([*own, *secrets.lookups(contact)])
        view = contact_view.read(past or tables, contact, outward=outward)
        return access.see_contact(view, Hidden(tables), viewer) if view else None

    return known(await hub.views.ask(question))


async def person_for(
    hub: Hub, viewer: Viewer, person: str, min_position: int = 0, as_at: datetime | None = None
) -> PersonShown:
    """A person by what was said of them, now or by a moment; what is hidden is hidden by what is known now. Raises NotKnown."""
    await caught_up(hub, min_position)
    past = await fold_person(hub.log, person, as_at) if as_at else None
    return known(
        await hub.views.ask(
            lambda tables: person_in(past or tables, Hidden(tables), viewer, person)
        )
    )


def person_in(told: Tables, hidden: Hidden, viewer: Viewer, person: str) -> PersonShown | None:
    """A person as these tables know them and the viewer may see them; whoever was merged into another is that one."""
    shown = family_view.read_person(told, family_view.now(told, person))
    return access.see_person(shown, hidden, viewer) if shown else None


async def family_for(
    hub: Hub, viewer: Viewer, person: str, as_at: datetime | None = None, min_position: int = 0
) -> Family:
    """A family, now or as it was known at a moment; what is hidden is hidden by what is known now. Raises NotKnown."""
    await caught_up(hub, min_position)
    moment = as_at or hub.now()
    past = await fold_around(hub.log, (f"person:{person}",), moment) if as_at else None

    def question(tables: Tables) -> Family | None:
        return family_in(past or tables, Hidden(tables), viewer, person, moment, as_at)

    return known(await hub.views.ask(question))


def family_in(
    told: Tables,
    hidden: Hidden,
    viewer: Viewer,
    person: str,
    moment: datetime,
    as_at: datetime | None,
) -> Family | None:
    """A family as these tables know it at a moment and the viewer may see it; whoever was merged into another is that one."""
    shown = read_family(told, family_view.now(told, person), london_day(moment))
    seen = access.see_family(shown, hidden, viewer) if shown else None
    if seen is None:
        return None
    entries = access.see_timeline(timeline.of_people(told, seen.members), hidden, viewer)
    return Family(family=seen, timeline=tuple(entries), as_at=as_at)


MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, each by what was said last, with what was said before. `more` were found than are shown, or `too_common` is
    what was asked."""

    people: tuple[Hit, ...]
    more: int = 0
    too_common: bool = False


async def search_for(hub: Hub, viewer: Viewer, asked: str, as_at: datetime | None = None) -> Found:
    """People by name, NHS number or date of birth, by what is known now or was at a moment, as far as the viewer may find them;
    fifty at most."""
    until = await last_by(hub, as_at) if as_at else None

    def question(tables: Tables) -> Found:
        try:
            hits = access.find_people(tables, asked, Hidden(tables), viewer, until)
        except TooCommon:
            return Found((), too_common=True)
        people = sorted(newest_of(hits), key=lambda hit: (hit.name or "", hit.person))
        return Found(tuple(people[:MOST_FOUND]), max(len(people) - MOST_FOUND, 0))

    return await hub.views.ask(question)


def newest_of(hits: Iterable[Hit]) -> list[Hit]:
    """Of each person what was said last; a birth date or NHS number that was not said again is as it was said before."""
    found: dict[str, Hit] = {}
    for hit in hits:
        last = found.setdefault(hit.person, hit)
        kept = {"birth": last.birth or hit.birth, "nhs_number": last.nhs_number or hit.nhs_number}
        found[hit.person] = last.model_copy(update=kept)
    return list(found.values())


async def refused_for(hub: Hub, viewer: Viewer) -> Sequence[RefusedMessage]:
    """What could not be used, newest first; a partner sees its own."""
    own = viewer.id if viewer.role == "partner" else None
    messages = await hub.views.ask(lambda tables: quarantine.newest(tables, own))
    return [seen for m in messages if (seen := access.see_refused(m, viewer))]


async def kept_message(hub: Hub, refusal: str) -> RefusedMessage:
    """A message that could not be used, whole: for sending it again, not for showing. Raises NotKnown."""
    return known(await hub.views.ask(lambda tables: quarantine.read(tables, refusal)))


async def events_for(
    hub: Hub, viewer: Viewer, after: int, limit: int, as_at: datetime | None = None
) -> list[EventShown]:
    """Events of the log after a position, as the viewer may see them, recorded by `as_at` where it is given."""
    recorded = await hub.log.read(after, limit)
    if not recorded:
        return []
    await caught_up(hub, recorded[-1].position)
    return await shown_for(hub, viewer, recorded, as_at)


async def shown_for(
    hub: Hub, viewer: Viewer, recorded: Sequence[RecordedEvent], as_at: datetime | None
) -> list[EventShown]:
    """These events as the viewer may see them, those recorded by a moment where it is named."""
    by_then = [e for e in recorded if as_at is None or e.recorded_at <= as_at]
    if not by_then:
        return []
    await caught_up(hub, by_then[-1].position)
    return await hub.views.ask(lambda tables: access.see_events(by_then, Hidden(tables), viewer))


async def last_by(hub: Hub, moment: datetime) -> int:
    """The last position recorded by a moment: positions and times go up together, so the middle is asked again and again."""
    low, high = 0, await hub.log.head()
    while low < high:
        middle = (low + high + 1) // 2
        [event] = await hub.log.read(middle - 1, 1)
        low, high = (middle, high) if event.recorded_at <= moment else (low, middle - 1)
    return low


class Place(Shown):
    """How far a part of the hub has come, and how many events it is behind."""

    position: int
    behind: int


class Loaded(Shown):
    """How far a demonstration's past is relived: the moment it has come to, and how many of a hundred of its days."""

    came_to: datetime
    percent: int


class Operation(Shown):
    """Whether the hub is at work: the log's last position, how far each part stands, and what stopped, where and why.

    loading   how far a demonstration's past is relived, until then nothing is taken in
    """

    ready: bool
    loading: Loaded | None
    head: int
    engine: Place
    projections: dict[str, Place]
    stopped: dict[str, str]


async def operation_of(hub: Hub) -> Operation:
    """How the hub is doing. Raises what the database raises where it does not answer."""
    engine = await hub.engine.position()
    views = await hub.views.positions()
    head = await hub.log.head()  # last: what stands there then has read all there is
    absent = dict.fromkeys(await hub.vacant(), "nobody is at work")
    stopped = {**absent, **await hub.views.stopped(), **hub.stop_reasons}
    loading = await hub.loading.stands()

    def place(at: int) -> Place:
        return Place(position=at, behind=max(head - at, 0))

    return Operation(
        ready=not stopped and loading is None,
        loading=Loaded(came_to=loading.came_to, percent=loading.percent) if loading else None,
        head=head,
        engine=place(engine),
        projections={name: place(at) for name, at in views.items()},
        stopped=stopped,
    )


def known(found: Seen | None) -> Seen:
    """What was found; raises NotKnown where there is nothing, or nothing the viewer may know of."""
    if found is None:
        raise NotKnown
    return found
