"""Days as the clocks of routing.md count them: England's working days, and the day in London."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in [
        "2024-12-25",
        "2024-12-26",
        "2025-01-01",
        "2025-04-18",
        "2025-04-21",
        "2025-05-05",
        "2025-05-26",
        "2025-08-25",
        "2025-12-25",
        "2025-12-26",
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
        "2027-03-26",
        "2027-03-29",
        "2027-05-03",
        "2027-05-31",
        "2027-08-30",
        "2027-12-27",
        "2027-12-28",
        "2028-01-03",
    ]
)


def is_working(day: date) -> bool:
    """Monday to Friday, minus England's bank holidays (F11)."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_days_after(day: date, count: int) -> date:
    """The day on which a clock of so many working days ends; the day of receipt is day 0."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def end_of(day: date) -> datetime:
    """23:59:59 in London on that day, as UTC."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """The London day on which a moment falls."""
    return moment.astimezone(LONDON).date()


def office_is_open(moment: datetime) -> bool:
    """Whether a team whose hours are not stated is at work: Monday to Friday, nine to five."""
    local = moment.astimezone(LONDON)
    return is_working(local.date()) and time(9) <= local.time() < time(17)


def thurrock_first_is_open(moment: datetime) -> bool:
    """Thurrock First: seven to seven, seven days (3.4)."""
    return time(7) <= moment.astimezone(LONDON).time() < time(19)
