"""When a contact comes to its end: nobody is asked any more and nothing is owed."""

from collections.abc import Sequence

from events.base import Event
from events.contact_closed import ContactClosed
from events.referral_done import ReferralDone
from hub.referrals.state import Contact, Episode, Referral, happened

RESTRICTED = frozenset({"R14", "R15", "R16"})
NO_OUTCOME = "Every referral has ended and nothing is owed any more."


def with_closing(episode: Episode, decided: Sequence[Event]) -> list[Event]:
    """What was decided, and the closing of each contact that comes to its end by it."""
    for event in decided:
        episode = happened(episode, event)
    return [*decided, *closings(episode)]


def closings(episode: Episode) -> list[ContactClosed]:
    """The contacts that are at their end and were not closed: the one in hand, and those that lean on it (F7)."""
    return [
        ContactClosed(contact=contact.contact, outcome=outcome(episode, contact))
        for contact in episode.contacts.values()
        if in_hand(episode, contact) and at_its_end(episode, contact)
    ]


def in_hand(episode: Episode, contact: Contact) -> bool:
    """Whether all of this contact is known here: of one that the contact in hand only leans on, a part is."""
    leant_on = {r for r in contact.leans_on if r in episode.referrals}
    own = {r.id for r in episode.referrals.values() if r.sent.contact == episode.contact}
    owed_here = any(
        o.opened.contact == contact.contact and o.opened.referral in own
        for o in episode.obligations.values()
    )
    return contact.contact == episode.contact or bool(leant_on & own) or owed_here


def at_its_end(episode: Episode, contact: Contact) -> bool:
    """Whether the contact was routed, every referral it has or leans on has ended, and nothing of it is owed."""
    if not contact.routed or contact.closed or not asked(episode, contact):
        return False
    working = any(r.open for r in asked(episode, contact))
    owed = any(o.open for o in episode.obligations.values() if o.opened.contact == contact.contact)
    return not working and not owed


def asked(episode: Episode, contact: Contact) -> list[Referral]:
    """The referrals of a contact, highest rank first, and where the work stands that it leans on."""
    own = [r for r in episode.referrals.values() if r.sent.contact == contact.contact]
    leant_on = [episode.holder(r) for r in contact.leans_on]
    return sorted([*own, *leant_on], key=lambda r: (r.sent.rank, r.id))


def outcome(episode: Episode, contact: Contact) -> str:
    """What came of it, in the words of its own highest ranked referral that was done. Never in those of a restricted stream,
    nor of another contact's referral it leant on: they were meant for others than who brought this one."""
    for referral in asked(episode, contact):
        own = referral.sent.contact == contact.contact and referral.sent.rule not in RESTRICTED
        if own and isinstance(referral.ending, ReferralDone):
            return referral.ending.outcome
    return NO_OUTCOME
