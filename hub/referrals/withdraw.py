"""A referral is withdrawn."""

from dataclasses import dataclass

from events.base import Event
from events.referral_withdrawn import ReferralWithdrawn
from hub.referrals.closing import with_closing
from hub.referrals.state import Episode
from hub.referrals.steps import refuse_unless_open, refuse_while_owed, said_already

VERB = "withdraw"


@dataclass(frozen=True, slots=True)
class WithdrawReferral:
    """Nobody needs to act any more, for the reason given, such as a person who said no. What is owed with it is done or
    waived first: a withdrawal is no way round a duty."""

    referral: str
    reason: str
    note: str | None = None


COMMAND = WithdrawReferral


def decide(episode: Episode, command: WithdrawReferral) -> list[Event]:
    """It ends; where it was the last of the contact, the contact is closed."""
    referral = episode.referral(command.referral)
    withdrawn = ReferralWithdrawn(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, reason=command.reason,
        note=command.note,
    )  # fmt: skip
    if said_already(referral, withdrawn):
        return []
    refuse_unless_open(referral)
    refuse_while_owed(episode, referral)
    return with_closing(episode, [withdrawn])
