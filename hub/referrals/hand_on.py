"""A team hands a referral on to another."""

from dataclasses import dataclass

from events.base import Event
from events.referral_handed_on import ReferralHandedOn
from hub.referrals.state import Episode
from hub.referrals.steps import (
    next_referral,
    refuse_nowhere,
    refuse_unless_open,
    refuse_unless_taken,
    said_already,
)
from hub.teams.book import TeamBook

VERB = "hand-on"


@dataclass(frozen=True, slots=True)
class HandOnReferral:
    """The team has done its part and another goes on, for the reason given. The clock runs on, and so does what is owed;
    a team that had accepted answers for it until the next accepts. Before it was accepted this is a decline by another
    word, and goes nowhere that nothing may be declined to.

    teams   looked up: the teams there are
    """

    referral: str
    reason: str
    next: str
    teams: TeamBook
    note: str | None = None


COMMAND = HandOnReferral


def decide(episode: Episode, command: HandOnReferral) -> list[Event]:
    """It ends here and the next opens, with the clock it had."""
    referral = episode.referral(command.referral)
    following = next_referral(episode, referral, command.next)
    handed_on = ReferralHandedOn(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, reason=command.reason,
        next=following.team, opens=following.referral, note=command.note,
    )  # fmt: skip
    if said_already(referral, handed_on):
        return []
    refuse_unless_open(referral)
    refuse_nowhere(referral, following.team)
    if not referral.accepted:
        refuse_unless_taken(command.teams, following.team)
    return [handed_on, following]
