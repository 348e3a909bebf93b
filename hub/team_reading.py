"""The teams as pages and the API show them: who they are, whether somebody is there now, how much room is left; and unmet needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.referral_sent import ReferralSent
from hub import access
from hub.access.unmet import may_count
from hub.clocks import OpeningTimes, england
from hub.policies.register import policy_in_force
from hub.reading import caught_up
from hub.routing.queues import Queues
from hub.services import Hub
from hub.teams.book import Team, TeamBook
from hub.viewer import Viewer
from projections import duty_queue, unmet_needs
from projections.table import Tables
from projections.unmet_needs import Unmet


@dataclass(frozen=True, slots=True)
class Room:
    """One queue: how many referrals are open in it, and for how many there is room; None where that is not known or not told."""

    queue: str
    open: int | None
    capacity: int | None

    @property
    def full(self) -> bool:
        """Whether there is no room left."""
        return self.open is not None and self.capacity is not None and self.open >= self.capacity


@dataclass(frozen=True, slots=True)
class TeamShown:
    """One team with its hours, whether somebody is there now, and the room in each of its queues."""

    team: Team
    hours: OpeningTimes
    open_now: bool
    rooms: tuple[Room, ...]


async def teams_for(hub: Hub, viewer: Viewer) -> list[TeamShown]:
    """Every team of the register in force."""
    book, now = await hub.teams(), hub.now()
    policy = await policy_in_force(hub.log)
    queues = Queues(policy, book.register)
    rooms = await hub.views.ask(lambda tables: rooms_in(tables, book, book.codes, viewer))
    shown = []
    for team in book.teams.values():
        hours = queues.hours(team.code)
        own = tuple(rooms[queue] for queue in team.codes)
        shown.append(TeamShown(team, hours, hours.open_at(now, england()), own))
    return shown


def rooms_in(
    tables: Tables, book: TeamBook, queues: Sequence[str], viewer: Viewer
) -> dict[str, Room]:
    """The room in each of these queues. What is in hand is counted only where a capacity says what it means."""
    found = {}
    for queue in queues:
        most = book.register.capacity(queue)
        told = most is not None and may_count(queue, viewer)
        found[queue] = Room(queue, duty_queue.count_open(tables, queue) if told else None, most)
    return found


async def full_for(hub: Hub, viewer: Viewer) -> frozenset[str]:
    """The queues that have no room left, as far as the viewer may know."""
    book = await hub.teams()
    limited = book.register.limited
    if not limited:
        return frozenset()
    rooms = await hub.views.ask(lambda tables: rooms_in(tables, book, limited, viewer))
    return frozenset(queue for queue, room in rooms.items() if room.full)


async def was_full(hub: Hub, viewer: Viewer, sent: ReferralSent | None) -> bool | None:
    """Whether the queue that an ask was sent on to had no room for it: then the engine counts the need (R30). None where nothing was sent
    on, and where it is not known how much room there is, or may not be told."""
    most = (await hub.teams()).register.capacity(sent.team) if sent else None
    if sent is None or most is None or not may_count(sent.team, viewer):
        return None
    others = await hub.views.ask(lambda t: duty_queue.count_open(t, sent.team, sent.referral))
    return others >= most


async def unmet_for(hub: Hub, viewer: Viewer, min_position: int = 0) -> list[Unmet]:
    """What could not be met, as the viewer may see it, the newest month first."""
    await caught_up(hub, min_position, [unmet_needs.NAME])
    counts = await hub.views.ask(unmet_needs.counts)
    return access.see_unmet(counts, viewer)
