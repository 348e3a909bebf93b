"""Working days: Monday to Friday, minus bank holidays."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files

DIVISION = "england-and-wales"
ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The bank holidays that working days are counted with. The same dates have the same `hash`, in whatever order given."""

    name: str
    holidays: tuple[date, ...]

    @cached_property
    def hash(self) -> str:
        """The SHA-256 (hex) of its dates, one a line, in order."""
        return sha256("\n".join(day.isoformat() for day in sorted(self._days)).encode()).hexdigest()

    @cached_property
    def _days(self) -> frozenset[date]:
        return frozenset(self.holidays)

    @cached_property
    def _years(self) -> tuple[int, int] | None:
        return (min(self._days).year, max(self._days).year) if self._days else None

    def covers(self, day: date) -> bool:
        """Whether the bank holidays of that day's year are known. Holidays are published for whole years."""
        return self._years is not None and self._years[0] <= day.year <= self._years[1]

    def is_holiday(self, day: date) -> bool:
        """Whether that day is a bank holiday."""
        return day in self._days

    def is_working_day(self, day: date) -> bool:
        """Whether a team that works Monday to Friday works that day."""
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself is day 0, whether or not it is a working day."""
        known = self._ends.get((day, count))
        if known is None:
            known = self._ends[day, count] = self._count(day, count)
        return known

    @cached_property
    def _ends(self) -> dict[tuple[date, int], date]:
        """Ends already counted: contacts of one day share their clocks."""
        return {}

    def _count(self, day: date, count: int) -> date:
        while count > 0:
            day += ONE_DAY
            count -= self.is_working_day(day)
        return day


@cache
def england() -> Calendar:
    """England's calendar, from the copy of GOV.UK's list that comes with the installed package: nothing is fetched, and what the
    package fetches with is not loaded."""
    kept = files("govuk_bank_holidays").joinpath("bank-holidays.json")
    known = json.loads(kept.read_text(encoding="utf-8"))[DIVISION]["events"]
    days = sorted(date.fromisoformat(holiday["date"]) for holiday in known)
    return Calendar(name=DIVISION, holidays=tuple(days))
