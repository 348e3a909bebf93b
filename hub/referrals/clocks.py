"""The clock of each ask and of each thing that is owed, as its events tell it.

It is started by `referral.sent` or `obligation.opened`, and due then. An ask that moves on takes its clock along: due when it was,
missed if it was missed, standing still if it stood still. It is met anew by each team that is asked, unless one had accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from events.base import Event
from events.clock_met import ClockMet, MetBy
from events.clock_missed import ClockMissed
from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent

ClockEvent = ClockMet | ClockMissed | ClockPaused | ClockResumed


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One clock.

    due_at       when it is due, later by every pause it had; None where nothing sets a time
    missed_from  from when it counts as missed, where that is not its due time
    met_by       what meets it: the team's decision, or the work
    paused       the pause that it is in
    """

    name: str | None
    started_at: datetime | None
    due_at: datetime | None
    missed_from: datetime | None = None
    met_by: Literal["accepted", "done"] = "done"
    met: MetBy | None = None
    missed: bool = False
    paused: ClockPaused | None = None

    @property
    def runs(self) -> bool:
        """Whether it still waits to be met."""
        return self.due_at is not None and self.met is None

    def over(self, at: datetime) -> timedelta | None:
        """By how much it is over; None where it is not, or stands still."""
        if self.due_at is None or self.paused or at <= (self.missed_from or self.due_at):
            return None
        return at - self.due_at


Clocks = Mapping[str, RunningClock]


def after(clocks: Clocks, event: Event) -> Clocks:
    """The clocks after something happened, by referral or obligation."""
    match event:
        case ReferralSent(follows=str(before)) if before in clocks:
            return {**clocks, event.referral: taken_along(clocks[before])}
        case ReferralSent():
            return {**clocks, event.referral: of_referral(event)}
        case ObligationOpened():
            return {
                **clocks,
                event.obligation: RunningClock(event.clock, None, event.due_at),
            }
        case ClockMet() | ClockMissed() | ClockPaused() | ClockResumed():
            known_clock = clocks.get(event.subject)
            return {**clocks, event.subject: told(known_clock, event)} if known_clock else clocks
        case _:
            return clocks


def taken_along(clock: RunningClock) -> RunningClock:
    """The clock of an ask that moved on, for the next team: a team that accepted has met it for all, one that only passed it on
    has met it for itself."""
    return replace(clock, met="accepted" if clock.met == "accepted" else None)


def of_referral(sent: ReferralSent) -> RunningClock:
    """The clock that an ask starts."""
    return RunningClock(
        sent.clock, sent.clock_started_at, sent.due_at, sent.missed_from, sent.met_by or "done"
    )


def told(clock: RunningClock, event: ClockEvent) -> RunningClock:
    """A clock after an event of its own."""
    match event:
        case ClockMet():
            return replace(clock, met=event.by, paused=None)
        case ClockMissed():
            return replace(clock, missed=True)
        case ClockPaused():
            return replace(clock, paused=event)
        case ClockResumed():
            return replace(clock, paused=None, due_at=event.due_at)
