"""A team takes a referral on."""

from dataclasses import dataclass

from events.base import Event
from events.referral_accepted import ReferralAccepted
from hub.errors import NotAllowed
from hub.referrals.state import Episode
from hub.referrals.steps import refuse_unless_open

VERB = "accept"


@dataclass(frozen=True, slots=True)
class AcceptReferral:
    """The team takes the referral on: it answers for the contact from now on, and the door that received it no longer does."""

    referral: str
    note: str | None = None


COMMAND = AcceptReferral


def decide(episode: Episode, command: AcceptReferral) -> list[Event]:
    """The team owns it. To accept again in the same words changes nothing."""
    referral = episode.referral(command.referral)
    accepted = ReferralAccepted(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, note=command.note
    )
    if referral.accepted == accepted:
        return []
    refuse_unless_open(referral)
    if referral.accepted:
        raise NotAllowed(f"Referral {referral.id} was accepted by {referral.team} already.")
    return [accepted]
