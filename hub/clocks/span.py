"""How long something may take, and when that ends. Clocks start at receipt (F11); the day of receipt is day 0."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hub.clocks.calendar import Calendar
from hub.clocks.hours import next_nine_o_clock
from hub.values import LONDON, london_day

Unit = Literal["immediate", "same-day", "hours", "days", "working-days", "next-morning"]
Basis = Literal["law", "practice"]
LAST_SECOND = time(23, 59, 59)


def end_of_day(day: date) -> datetime:
    """23:59:59 in London on that day, in UTC."""
    return datetime.combine(day, LAST_SECOND, LONDON).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many working days, calendar days or hours; the same day; at once; or when the day teams next come in."""

    unit: Unit
    count: int = 0

    def due(self, received_at: datetime, calendar: Calendar) -> datetime:
        """When it ends, in UTC.

        Day clocks end at 23:59:59 in London on their last day. Hours are real, elapsed ones: the night the clocks
        change is an hour longer or shorter on the wall. What is immediate is due when it was received.
        """
        match self.unit:
            case "immediate":
                return received_at.astimezone(UTC)
            case "hours":
                return received_at.astimezone(UTC) + timedelta(hours=self.count)
            case "working-days":
                return end_of_day(calendar.add_working_days(london_day(received_at), self.count))
            case "same-day" | "days":
                return end_of_day(london_day(received_at) + timedelta(days=self.count))
            case "next-morning":
                return next_nine_o_clock(received_at, calendar)

    def certain(self, received_at: datetime, calendar: Calendar) -> bool:
        """False where bank holidays that may move the end are not published yet."""
        if self.unit not in ("working-days", "next-morning"):
            return True
        first = london_day(received_at)
        return calendar.covers(first) and calendar.covers(
            london_day(self.due(received_at, calendar))
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """A span with what it is for and where it comes from: law, or local practice.

    span    None where the law sets a duty without a number of days
    after   what starts it, where that is not the receipt of the contact: then nothing is due until that happens
    """

    say: str
    span: Span | None
    basis: Basis
    after: str | None = None

    @property
    def name(self) -> str:
        """As it is shown: `decision within 1 working day (law)`."""
        return f"{self.say} ({self.basis})"

    def due(self, received_at: datetime, calendar: Calendar) -> datetime | None:
        """When it ends; None where no time is set, or its start has not happened."""
        if self.span is None or self.after is not None:
            return None
        return self.span.due(received_at, calendar)

    def certain(self, received_at: datetime, calendar: Calendar) -> bool:
        """False where the end may move with bank holidays not published yet."""
        return (
            self.span is None or self.after is not None or self.span.certain(received_at, calendar)
        )
