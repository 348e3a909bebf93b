"""The clock of what is owed stands still."""

from dataclasses import dataclass
from datetime import datetime

from events.base import Event
from hub.clocks import Calendar
from hub.obligations.steps import refuse_unless_open
from hub.policies import Policy
from hub.referrals.pausing import pause
from hub.referrals.state import Episode

VERB = "pause"


@dataclass(frozen=True, slots=True)
class PauseObligation:
    """The clock stands still by a named rule of the policy, with a reason, such as waiting for the person. It goes on when
    somebody says so, and by itself at the longest that the rule allows.

    at, policy, calendar   looked up: the moment, the policy in force, the bank holidays
    """

    obligation: str
    rule: str
    reason: str
    at: datetime
    policy: Policy
    calendar: Calendar
    note: str | None = None


COMMAND = PauseObligation


def decide(episode: Episode, command: PauseObligation) -> list[Event]:
    """It stands still. The same again changes nothing."""
    obligation = episode.obligation(command.obligation)
    refuse_unless_open(obligation)
    return pause(
        episode, obligation.id, command.rule, command.reason, command.note, command.at, command.policy, command.calendar
    )  # fmt: skip
