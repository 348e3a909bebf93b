"""A team says no to a referral."""

from dataclasses import dataclass

from events.base import Event
from events.referral_declined import ReferralDeclined
from hub.errors import NotAllowed
from hub.referrals.state import Episode, Referral
from hub.referrals.steps import (
    missing,
    next_referral,
    refuse_nowhere,
    refuse_unless_open,
    refuse_unless_taken,
    said_already,
)
from hub.teams.book import TeamBook

VERB = "decline"


@dataclass(frozen=True, slots=True)
class DeclineReferral:
    """The team says no, and why. The referral goes on to the team it names, else back to the front door: the Multi-Agency
    Safeguarding Hub for a child, Thurrock First for an adult. It never returns to the family, and never goes nowhere.
    A reason that is, or begins with, `no capacity` or `no eligible service` is counted as an unmet need, and whoever has it next looks
    again within five working days (R30).

    about_child, teams   looked up: whether it is about a child, and the teams there are
    """

    referral: str
    reason: str
    about_child: bool
    teams: TeamBook
    next: str | None = None
    note: str | None = None


COMMAND = DeclineReferral


def decide(episode: Episode, command: DeclineReferral) -> list[Event]:
    """It ends here and the next opens, with the clock it had."""
    referral = episode.referral(command.referral)
    following = next_referral(episode, referral, next_door(command, referral))
    declined = ReferralDeclined(
        referral=referral.id, contact=referral.sent.contact, team=referral.team, reason=command.reason,
        next=following.team, opens=following.referral, note=command.note,
    )  # fmt: skip
    if said_already(referral, declined):
        return []
    refuse_unless_open(referral)
    if referral.accepted:
        raise NotAllowed(
            f"{referral.team} accepted referral {referral.id}: it can be handed on, done or withdrawn, no longer declined."
        )
    refuse_nowhere(referral, following.team)
    refuse_unless_taken(command.teams, following.team)
    return [declined, following]


def next_door(command: DeclineReferral, referral: Referral) -> str:
    """The team that is named, else the front door. A front door must name one: it is the last that would be asked."""
    if command.next:
        return command.next
    if command.teams.is_front_door(referral.team):
        raise missing(
            "next", f"{referral.team} is a front door: it must name the next team when it declines."
        )
    return command.teams.front_door(command.about_child)
