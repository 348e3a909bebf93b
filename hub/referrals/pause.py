"""The clock of an ask stands still."""

from dataclasses import dataclass
from datetime import datetime

from events.base import Event
from hub.clocks import Calendar
from hub.policies import Policy
from hub.referrals.pausing import pause
from hub.referrals.state import Episode
from hub.referrals.steps import refuse_unless_open

VERB = "pause"


@dataclass(frozen=True, slots=True)
class PauseReferral:
    """The clock stands still by a named rule of the policy, with a reason, such as waiting for the person. It goes on when
    somebody says so, and by itself at the longest that the rule allows.

    at, policy, calendar   looked up: the moment, the policy in force, the bank holidays
    """

    referral: str
    rule: str
    reason: str
    at: datetime
    policy: Policy
    calendar: Calendar
    note: str | None = None


COMMAND = PauseReferral


def decide(episode: Episode, command: PauseReferral) -> list[Event]:
    """It stands still. The same again changes nothing."""
    referral = episode.referral(command.referral)
    refuse_unless_open(referral)
    return pause(
        episode, referral.id, command.rule, command.reason, command.note, command.at, command.policy, command.calendar
    )  # fmt: skip
