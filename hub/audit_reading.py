"""What an audit asks of the log: events of one kind, of one contact or person, and what followed from one; as one viewer may see it."""

from dataclasses import dataclass
from datetime import datetime

from hub.access import EventShown
from hub.errors import NotKnown
from hub.reading import shown_for
from hub.services import Hub
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Looked:
    """Some events of the log, of those that were looked through: after one position, up to another."""

    events: tuple[EventShown, ...]
    after: int
    to: int


LOOKED_THROUGH = 50_000
AT_ONCE = 200


async def looked_for(
    hub: Hub,
    viewer: Viewer,
    kind: str,
    after: int,
    most: int,
    head: int,
    as_at: datetime | None,
) -> Looked:
    """The events of one kind after a position, as the viewer may see them. So much of the log is looked through at a time;
    whoever may not see the kind of an event does not find it by that."""
    found: list[EventShown] = []
    at, until = after, min(after + LOOKED_THROUGH, head)
    while at < until and len(found) < most:
        recorded = await hub.log.read_type(kind, at, until, AT_ONCE)
        at = recorded[-1].position if len(recorded) == AT_ONCE else until
        found += [e for e in await shown_for(hub, viewer, recorded, as_at) if e.type == kind]
    if len(found) > most:
        found = found[:most]
        at = found[-1].position
    return Looked(tuple(found), after, at)


async def events_around_for(
    hub: Hub,
    viewer: Viewer,
    tag: str,
    after: int,
    most: int,
    kind: str | None,
    as_at: datetime | None,
) -> Looked:
    """The events of one contact or person after a position, of one kind where it is named, as the viewer may see them; an
    event that does not say to them what it is about is not among them."""
    recorded = await hub.log.read_tagged([tag], as_at, [kind] if kind else None)
    recorded = [e for e in recorded if e.position > after]
    seen = [e for e in await shown_for(hub, viewer, recorded, as_at) if tag in e.tags]
    some = tuple(seen[:most])
    return Looked(some, after, some[-1].position if len(seen) > most else await hub.log.head())


async def what_followed(hub: Hub, viewer: Viewer, position: int, as_at: datetime | None) -> Looked:
    """An event and what followed from it: whatever was caused by it, or by what it caused, as far as the viewer is told."""
    found = await hub.log.read(position - 1, 1) if position else []
    first = await shown_for(hub, viewer, found, as_at)
    if not first or not first[0].correlation_id:
        raise NotKnown("There is no event at that position of which may be told what followed.")
    tag = f"contact:{first[0].correlation_id}"
    recorded = await hub.log.read_tagged([tag], as_at)
    later = [e for e in recorded if e.position > position]
    caused, chain = {first[0].event_id}, [first[0]]
    for event in await shown_for(hub, viewer, later, as_at):
        if event.event_id and event.causation_id in caused:
            caused.add(event.event_id)
            chain.append(event)
    return Looked(tuple(chain), position - 1, chain[-1].position)
