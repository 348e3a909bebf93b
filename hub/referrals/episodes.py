"""Reads an episode from the log: the contact in hand, and as much of others as F7 ties to it."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from events.base import Event
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.errors import NotKnown
from hub.log import Log
from hub.referrals.state import Episode, contact_of, fold


@runtime_checkable
class KeepsEpisodes(Protocol):
    """A log that keeps the episodes of contacts in hand folded."""

    async def episode(self, contact: str) -> Episode:
        """The episode of a contact as the log has it now; raises NotKnown."""


async def read_episode(log: Log, contact: str) -> Episode:
    """The episode of a contact as the log has it now; raises NotKnown."""
    if isinstance(log, KeepsEpisodes):
        return await log.episode(contact)
    recorded, _ = await read_around(log, contact)
    return fold(contact, recorded)


async def read_around(log: Log, contact: str) -> tuple[list[RecordedEvent], set[str]]:
    """The events that an episode is folded from, in order, and the tags they were found by; raises NotKnown."""
    read: dict[int, RecordedEvent] = {}
    asked: set[str] = set()
    while tags := tags_wanted(contact, (r.event for r in read.values())) - asked:
        read |= {recorded.position: recorded for recorded in await log.read_tagged(sorted(tags))}
        asked |= tags
    if not read:
        raise NotKnown(f"No contact {contact} is known.")
    return [read[position] for position in sorted(read)], asked


def tags_wanted(contact: str, known: Iterable[Event]) -> set[str]:
    """The tags to read by: the contact's own, what leans on its referrals, and what it and those lean on."""
    events = list(known)
    own = {e.referral for e in events if isinstance(e, ReferralSent) and e.contact == contact}
    leaning = {getattr(e, "contact", contact) for e in events if leans_on(e) & own}
    near = {contact, *leaning}
    leant_on = {
        contact_of(r) for e in events if getattr(e, "contact", "") in near for r in leans_on(e)
    }
    return {f"contact:{c}" for c in near | leant_on} | {f"referral:{r}" for r in own}


def leans_on(event: Event) -> set[str]:
    """The referrals that an event ties its contact to."""
    match event:
        case ContactRouted() | ContactReconsidered():
            return {route.held_by for route in event.decision.routes if route.held_by}
        case ObligationOpened():
            return {event.referral}
        case _:
            return set()
