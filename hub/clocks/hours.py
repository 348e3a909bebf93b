"""When a team is at work."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from hub.clocks.calendar import ONE_DAY, Calendar
from hub.values import LONDON

NINE = time(9, 0)
EVERY_DAY = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """Open from `opens` until just before `closes` on some days of the week (Monday is 0), by London's clock.

    A team whose hours are not stated works Monday to Friday, nine to five, and not on bank holidays.
    """

    days: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = NINE
    closes: time = time(17, 0)
    on_bank_holidays: bool = False
    always: bool = False

    def open_at(self, moment: datetime, calendar: Calendar) -> bool:
        """Whether somebody is there at that moment."""
        if self.always:
            return True
        local = moment.astimezone(LONDON)
        day = local.date()
        if day.weekday() not in self.days or not self.opens <= local.time() < self.closes:
            return False
        return self.on_bank_holidays or not calendar.is_holiday(day)


def next_nine_o_clock(moment: datetime, calendar: Calendar) -> datetime:
    """The first nine in the morning of a working day after that moment: when the day teams come in."""
    local = moment.astimezone(LONDON)
    day = local.date() if local.time() < NINE else local.date() + ONE_DAY
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return datetime.combine(day, NINE, LONDON).astimezone(UTC)
