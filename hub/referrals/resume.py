"""The clock of an ask goes on."""

from dataclasses import dataclass
from datetime import datetime

from events.base import Event
from hub.clocks import Calendar
from hub.referrals.pausing import resume
from hub.referrals.state import Episode
from hub.referrals.steps import refuse_unless_open

VERB = "resume"


@dataclass(frozen=True, slots=True)
class ResumeReferral:
    """A clock that stood still goes on. It is due later by just the time it stood still, counted in its own unit.

    at, calendar   looked up: the moment, the bank holidays
    """

    referral: str
    at: datetime
    calendar: Calendar
    note: str | None = None


COMMAND = ResumeReferral


def decide(episode: Episode, command: ResumeReferral) -> list[Event]:
    """It goes on. One that does not stand still does already."""
    referral = episode.referral(command.referral)
    refuse_unless_open(referral)
    return resume(episode, referral.id, command.note, command.at, command.calendar)
