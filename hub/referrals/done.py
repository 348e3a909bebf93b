"""A team finishes a referral."""

from dataclasses import dataclass

from events.base import Event
from events.referral_done import ReferralDone
from hub.errors import NotAllowed
from hub.referrals.closing import with_closing
from hub.referrals.state import Episode
from hub.referrals.steps import refuse_unless_open, refuse_while_owed, said_already

VERB = "done"


@dataclass(frozen=True, slots=True)
class FinishReferral:
    """The team has finished, and says what came of it: the outcome goes back to who told us. Everything owed with the
    referral is done first, or waived with a reason."""

    referral: str
    outcome: str
    note: str | None = None


COMMAND = FinishReferral


def decide(episode: Episode, command: FinishReferral) -> list[Event]:
    """It is done; where it was the last of the contact, the contact is closed."""
    referral = episode.referral(command.referral)
    done = ReferralDone(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, outcome=command.outcome,
        note=command.note,
    )  # fmt: skip
    if said_already(referral, done):
        return []
    refuse_unless_open(referral)
    if not referral.accepted:
        raise NotAllowed(
            f"Referral {referral.id} was not accepted yet: accept it before it is done."
        )
    refuse_while_owed(episode, referral)
    return with_closing(episode, [done])
