"""Everything about one contact that its loop turns on: its referrals, its obligations, who owns it, what is still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from events.base import Event
from events.contact_closed import ContactClosed
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.facts import PinnedPerson
from events.mentions_amended import MentionsAmended
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.obligation_waived import ObligationWaived
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.errors import NotKnown
from hub.referrals.clocks import RunningClock, after

Status = Literal[
    "sent", "seen", "accepted", "declined", "overridden", "handed_on", "done", "withdrawn"
]
OPEN: frozenset[Status] = frozenset({"sent", "seen", "accepted"})

Moved = ReferralDeclined | ReferralOverridden | ReferralHandedOn
ReferralEnding = Moved | ReferralDone | ReferralWithdrawn
ObligationEnding = ObligationDone | ObligationWaived


@dataclass(frozen=True, slots=True)
class Referral:
    """One ask to one team: how it was sent, how far it has come, and how it ended."""

    sent: ReferralSent
    status: Status = "sent"
    accepted: ReferralAccepted | None = None
    ending: ReferralEnding | None = None

    @property
    def id(self) -> str:
        return self.sent.referral

    @property
    def team(self) -> str:
        return self.sent.team

    @property
    def open(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed, and how it was met."""

    opened: ObligationOpened
    ending: ObligationEnding | None = None

    @property
    def id(self) -> str:
        return self.opened.obligation

    @property
    def open(self) -> bool:
        return self.ending is None


@dataclass(frozen=True, slots=True)
class Contact:
    """What the loop needs of a contact.

    door, organisation   who received it: the owner until a team accepts
    people               those the decision was about, as its pinned facts have them
    leans_on             referrals of other contacts that already hold what this one asks for (F7)
    """

    contact: str
    door: str | None = None
    organisation: str | None = None
    people: tuple[PinnedPerson, ...] = ()
    routed: bool = False
    family: str | None = None
    leans_on: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a contact: the door that received it, or the team that accepted."""

    kind: Literal["door", "team"]
    code: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One contact with all that hangs together with it; other contacts stand here only where F7 ties them to it.

    An obligation stays with the referral it was opened with; where that goes on to the next, `holder` follows it.
    clocks                those of its asks and of what is owed, by their ids
    versions, first_ids   of each stream met: its last version, and the id of the event that began it
    """

    contact: str
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    referrals: Mapping[str, Referral] = field(default_factory=dict)
    obligations: Mapping[str, Obligation] = field(default_factory=dict)
    clocks: Mapping[str, RunningClock] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    first_ids: Mapping[str, UUID] = field(default_factory=dict)
    position: int = 0

    @property
    def closed(self) -> bool:
        """Whether the contact has come to its end."""
        return self.contacts[self.contact].closed

    @property
    def owner(self) -> Owner:
        """Who answers for the contact."""
        return owner_of(self, self.contact)

    def referral(self, referral: str) -> Referral:
        """The referral by this id; raises NotKnown."""
        try:
            return self.referrals[referral]
        except KeyError:
            raise NotKnown(f"No referral {referral} is known.") from None

    def obligation(self, obligation: str) -> Obligation:
        """The obligation by this id; raises NotKnown."""
        try:
            return self.obligations[obligation]
        except KeyError:
            raise NotKnown(f"No obligation {obligation} is known.") from None

    def holder(self, referral: str) -> Referral:
        """Where the work stands that began with this referral: the last of those that followed it."""
        holder = self.referral(referral)
        while isinstance(holder.ending, Moved):
            holder = self.referral(holder.ending.opens)
        return holder

    def belonging_to(self, referral: str) -> tuple[Obligation, ...]:
        """The obligations that came to this referral, by itself or with those it follows."""
        known = (o for o in self.obligations.values() if o.opened.referral in self.referrals)
        return tuple(o for o in known if self.holder(o.opened.referral).id == referral)

    def next_referral(self, contact: str) -> str:
        """The next free referral id of a contact."""
        taken = [number(r.id) for r in self.referrals.values() if r.sent.contact == contact]
        return f"R{contact[1:]}-{max(taken, default=0) + 1}"


def number(subject: str) -> int:
    """The last number of `R-26-000001-3`."""
    return int(subject.rpartition("-")[2])


def contact_of(subject: str) -> str:
    """The contact that a referral or obligation belongs to: `R-26-000001-3` is of `C-26-000001`."""
    return "C" + subject.rpartition("-")[0][1:]


def happened(episode: Episode, event: Event) -> Episode:
    """The episode after something happened, recorded or about to be."""
    clocks = after(episode.clocks, event)
    if clocks is not episode.clocks:
        episode = replace(episode, clocks=clocks)
    return _moved(episode, event)


def _moved(episode: Episode, event: Event) -> Episode:
    match event:
        case (
            ContactReceived()
            | ContactRouted()
            | ContactReconsidered()
            | MentionsAmended()
            | ContactClosed()
        ):
            contact = _contact(episode.contacts.get(event.contact) or Contact(event.contact), event)
            return replace(episode, contacts={**episode.contacts, event.contact: contact})
        case ReferralSent():
            return _with_referral(episode, Referral(event))
        case (
            ReferralSeen()
            | ReferralAccepted()
            | ReferralDeclined()
            | ReferralOverridden()
            | ReferralHandedOn()
            | ReferralDone()
            | ReferralWithdrawn()
        ):
            known = episode.referrals.get(event.referral)
            after = _referral(known, event) if known else None
            return episode if after is known or after is None else _with_referral(episode, after)
        case ObligationOpened():
            return _with_obligation(episode, Obligation(event))
        case ObligationDone() | ObligationWaived():
            owed = episode.obligations.get(event.obligation)
            return _with_obligation(episode, replace(owed, ending=event)) if owed else episode
        case _:
            return episode


OfAContact = ContactReceived | ContactRouted | ContactReconsidered | MentionsAmended | ContactClosed


def _contact(contact: Contact, event: OfAContact) -> Contact:
    match event:
        case ContactReceived(content=content):
            return replace(contact, door=content.door, organisation=content.reporter.org)
        case ContactRouted():
            held = (r.held_by for r in event.decision.routes)
            return replace(
                contact,
                routed=True,
                family=event.family,
                people=event.facts.people,
                leans_on=tuple(dict.fromkeys(h for h in held if h)),
            )
        case ContactReconsidered():
            named = {p.person for p in event.facts.people if p.person}
            before = tuple(p for p in contact.people if p.person not in named)
            leant_on = (r.held_by for r in event.decision.routes if r.held_by)
            return replace(
                contact,
                family=event.family,
                people=(*event.facts.people, *before),
                leans_on=tuple(dict.fromkeys((*contact.leans_on, *leant_on))),
                closed=contact.closed and not event.opened,
            )
        case MentionsAmended():
            return replace(contact, closed=contact.closed and not event.opened)
        case ContactClosed():
            return replace(contact, closed=True)


def _referral(referral: Referral, event: Event) -> Referral:
    match event:
        case ReferralSeen():
            return replace(referral, status="seen") if referral.status == "sent" else referral
        case ReferralAccepted():
            return replace(referral, status="accepted", accepted=event)
        case ReferralDeclined():
            return replace(referral, status="declined", ending=event)
        case ReferralOverridden():
            return replace(referral, status="overridden", ending=event)
        case ReferralHandedOn():
            return replace(referral, status="handed_on", ending=event)
        case ReferralDone():
            return replace(referral, status="done", ending=event)
        case ReferralWithdrawn():
            return replace(referral, status="withdrawn", ending=event)
        case _:
            return referral


def _with_referral(episode: Episode, referral: Referral) -> Episode:
    return replace(episode, referrals={**episode.referrals, referral.id: referral})


def _with_obligation(episode: Episode, obligation: Obligation) -> Episode:
    return replace(episode, obligations={**episode.obligations, obligation.id: obligation})


def fold(contact: str, recorded: Iterable[RecordedEvent], known: Episode | None = None) -> Episode:
    """The episode that events of the log, in order, make of a contact, with where each stream stands. `known`: what earlier ones made."""
    episode = known or Episode(contact)
    versions: dict[str, int] = dict(known.versions) if known else {}
    first_ids: dict[str, UUID] = dict(known.first_ids) if known else {}
    position = known.position if known else 0
    for event in recorded:
        episode = happened(episode, event.event)
        versions[event.stream] = event.version
        first_ids.setdefault(event.stream, event.event_id)
        position = max(position, event.position)
    return replace(episode, versions=versions, first_ids=first_ids, position=position)


def owner_of(episode: Episode, contact: str) -> Owner:
    """Who answers for a contact: of the teams that accepted, the highest ranked that is still at work, else the highest
    ranked that was; until one accepts, the door that received it.

    A team that hands an accepted referral on answers until the next accepts: a matter is let go of only into other hands.
    """
    own = episode.contacts[contact]
    first = [
        r for r in episode.referrals.values() if r.sent.contact == contact and not r.sent.follows
    ]
    held = [episode.referrals[r] for r in own.leans_on if r in episode.referrals]
    accepted = [
        (not episode.holder(begun.id).open, begun.sent.rank, begun.id, last.team)
        for begun in (*first, *held)
        if (last := _last_accepted(episode, begun))
    ]
    if accepted:
        return Owner("team", min(accepted)[-1])
    return Owner("door", own.organisation or own.door or "unknown")


def _last_accepted(episode: Episode, begun: Referral) -> Referral | None:
    """The last of a referral and those that followed it that was accepted."""
    link, found = begun, begun if begun.accepted else None
    while isinstance(link.ending, Moved):
        link = episode.referral(link.ending.opens)
        found = link if link.accepted else found
    return found
