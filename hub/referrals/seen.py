"""A team looks at a referral."""

from dataclasses import dataclass

from events.base import Event
from events.referral_seen import ReferralSeen
from hub.referrals.state import Episode

VERB = "seen"


@dataclass(frozen=True, slots=True)
class SeeReferral:
    """Somebody of the team opened the referral. The first time counts; looking again changes nothing."""

    referral: str


COMMAND = SeeReferral


def decide(episode: Episode, command: SeeReferral) -> list[Event]:
    """It is no longer unseen."""
    referral = episode.referral(command.referral)
    if referral.status != "sent":
        return []
    return [ReferralSeen(referral=referral.id, contact=referral.sent.contact, team=referral.team)]
