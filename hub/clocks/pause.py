"""What a pause is worth: the time a clock stood still, counted in the clock's own unit.

Clocks in days are paused by whole days: those that begin (by London's clock) after the pause did, up to the day it ends; of a clock
in working days the working days among them. So a clock that is paused and goes on again within one day loses and gains nothing,
two pauses one after the other are worth what one over both would be, and no pause brings a due time forward. Hours are real,
elapsed ones, the night the clocks change included. What is due at once cannot stand still.
"""

from datetime import UTC, datetime, timedelta

from hub.clocks.calendar import Calendar
from hub.clocks.hours import NINE
from hub.clocks.span import Unit, end_of_day
from hub.clocks.words import counted, roughly
from hub.values import LONDON, london_day


def due_after(
    due: datetime, unit: Unit, paused_at: datetime, resumed_at: datetime, calendar: Calendar
) -> datetime:
    """When a clock is due that stood still between these two moments."""
    if unit == "hours":
        return due + elapsed(paused_at, resumed_at)
    if unit == "immediate":
        return due
    days = stood_still(unit, paused_at, resumed_at, calendar)
    last = london_day(due)
    if unit in ("same-day", "days"):
        return end_of_day(last + timedelta(days=days))
    later = calendar.add_working_days(last, days)
    if unit == "next-morning":
        return datetime.combine(later, NINE, LONDON).astimezone(UTC)
    return end_of_day(later)


def stood_still(unit: Unit, paused_at: datetime, resumed_at: datetime, calendar: Calendar) -> int:
    """How many days, or working days, a pause is worth."""
    first, last = london_day(paused_at), london_day(resumed_at)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if unit in ("same-day", "days"):
        return len(days)
    return sum(map(calendar.is_working_day, days))


def paused_for(unit: Unit, paused_at: datetime, resumed_at: datetime, calendar: Calendar) -> str:
    """The same in words: `3 working days`, `1 day`, `5 hours`."""
    if unit in ("hours", "immediate"):
        return roughly(elapsed(paused_at, resumed_at))
    word = "day" if unit in ("same-day", "days") else "working day"
    return counted(stood_still(unit, paused_at, resumed_at, calendar), word)


def elapsed(begin: datetime, end: datetime) -> timedelta:
    """The time that really went by: two moments told by London's clock differ by what the wall shows, the same two in UTC do not."""
    return max(end.astimezone(UTC) - begin.astimezone(UTC), timedelta())
