"""A person decides otherwise than the policy proposed."""

from dataclasses import dataclass

from events.base import Event
from events.referral_overridden import ReferralOverridden
from hub.errors import NotAllowed
from hub.referrals.state import Episode
from hub.referrals.steps import next_referral, refuse_nowhere, refuse_unless_open, said_already

VERB = "override"


@dataclass(frozen=True, slots=True)
class OverrideReferral:
    """The policy proposes, an officer decides: another team than the one proposed, with a reason. It is sent there, with its clock."""

    referral: str
    reason: str
    next: str
    note: str | None = None


COMMAND = OverrideReferral


def decide(episode: Episode, command: OverrideReferral) -> list[Event]:
    """The proposed ask ends and the officer's opens."""
    referral = episode.referral(command.referral)
    following = next_referral(episode, referral, command.next)
    overridden = ReferralOverridden(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, reason=command.reason,
        next=following.team, opens=following.referral, note=command.note,
    )  # fmt: skip
    if said_already(referral, overridden):
        return []
    refuse_unless_open(referral)
    if referral.accepted:
        raise NotAllowed(
            f"{referral.team} accepted referral {referral.id}, which confirmed the route: hand it on instead."
        )
    refuse_nowhere(referral, following.team)
    return [overridden, following]
