"""The clock of what is owed goes on."""

from dataclasses import dataclass
from datetime import datetime

from events.base import Event
from hub.clocks import Calendar
from hub.obligations.steps import refuse_unless_open
from hub.referrals.pausing import resume
from hub.referrals.state import Episode

VERB = "resume"


@dataclass(frozen=True, slots=True)
class ResumeObligation:
    """A clock that stood still goes on. It is due later by just the time it stood still, counted in its own unit.

    at, calendar   looked up: the moment, the bank holidays
    """

    obligation: str
    at: datetime
    calendar: Calendar
    note: str | None = None


COMMAND = ResumeObligation


def decide(episode: Episode, command: ResumeObligation) -> list[Event]:
    """It goes on. One that does not stand still does already."""
    obligation = episode.obligation(command.obligation)
    refuse_unless_open(obligation)
    return resume(episode, obligation.id, command.note, command.at, command.calendar)
