"""Values made once at the edge: NHS numbers, postcodes, property numbers, dates of birth that may be partial, and ages."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import mul
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")
_TEN_DIGITS = re.compile(r"[0-9]{10}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?|GIR)([0-9][ABD-HJLNP-UW-Z]{2})")
_PSEUDO_POSTCODE = re.compile(r"(ZZ99)([0-9][A-Z]{2})")
_UPRN = re.compile(r"[0-9]{1,12}")
_WEIGHTS = tuple(range(10, 1, -1))
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class NhsNumber(str):
    """A number that can be an NHS number: ten digits that pass the check, and not one digit ten times over."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The number without spaces and hyphens, or None where it cannot be one."""
        digits = text if _TEN_DIGITS.fullmatch(text) else _SEPARATORS.sub("", text)
        if not _TEN_DIGITS.fullmatch(digits) or digits == digits[0] * 10:
            return None
        return cls(digits) if check_digit(digits[:9]) == int(digits[9]) else None


def check_digit(nine: str) -> int:
    """The tenth digit that an NHS number of these nine must have; 10 is one that was never issued."""
    total: int = sum(map(mul, nine.encode(), _WEIGHTS)) - ord("0") * sum(_WEIGHTS)
    return (11 - total % 11) % 11


class Postcode(str):
    """A postcode in capitals with one space. `ZZ99` ones stand for no fixed abode and the like: they name no place."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The postcode as it is written, or None where it cannot be one."""
        joined = "".join(text.split()).upper()
        match = _POSTCODE.fullmatch(joined) or _PSEUDO_POSTCODE.fullmatch(joined)
        return cls(f"{match[1]} {match[2]}") if match else None

    @property
    def outward(self) -> str:
        """The district, such as `RM17`."""
        return self[:-4]

    @property
    def sector(self) -> str:
        """The district and the first figure after it, such as `RM17 6`."""
        return self[:-2]

    @property
    def pseudo(self) -> bool:
        """Whether it stands for no place at all."""
        return self.startswith("ZZ99 ")


class Uprn(str):
    """The national number of a property: one to twelve digits, without the zeros some systems put in front."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The number as a text, or None where it cannot be one."""
        digits = text.strip()
        significant = digits.lstrip("0")
        return cls(significant) if _UPRN.fullmatch(digits) and significant else None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which perhaps only the year, or the year and month, is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate | None":
        """Reads `2012`, `2012-02` or `2012-02-03`; None where no such day, month or year can be."""
        written = text.strip()
        return _read_date(written) if len(written) <= len("2012-02-03") else None

    @property
    def full(self) -> date | None:
        """The day, where all of it is known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    def earliest(self) -> date:
        """The first day it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """The last day it may be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part))
        return "-".join(parts)


@lru_cache(maxsize=8192)
def _read_date(written: str) -> PartialDate | None:
    """One contact's dates are read at the door, by the linker and by the router: the same few thousand days come again."""
    match = _DATE.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return PartialDate(year or 0, month, day)


class AgeRange(NamedTuple):
    """The ages in whole years that somebody may have; both are the same where the date of birth is known."""

    lowest: int
    highest: int

    def surely_under(self, years: int) -> bool:
        """Whether they are younger than this, whichever of the possible days they were born on."""
        return self.highest < years

    def surely_at_least(self, years: int) -> bool:
        """Whether they have reached this age, whichever of the possible days they were born on."""
        return self.lowest >= years

    def perhaps_under(self, years: int) -> bool:
        """Whether they may be younger than this."""
        return self.lowest < years


def age_on(day: date, birth: PartialDate) -> AgeRange:
    """The ages somebody may have on `day`. Someone not born yet counts as 0."""
    return AgeRange(
        lowest=whole_years(birth.latest(), day), highest=whole_years(birth.earliest(), day)
    )


def whole_years(born: date, day: date) -> int:
    """Completed years. An age is reached as its birthday begins (Family Law Reform Act 1969, s. 9).

    Born on 29 February, a year without that day has the birthday on 1 March: no child stops being one a day early.
    """
    return max(day.year - born.year - ((day.month, day.day) < (born.month, born.day)), 0)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def london_day(moment: datetime) -> date:
    """The day in London at that moment; raises ValueError for a time without its zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone is on no certain day")
    return moment.astimezone(LONDON).date()
