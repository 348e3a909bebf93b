"""When teams are at work, where their places are, and the front doors: what a policy says of the council."""

from collections.abc import Mapping
from datetime import time
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from hub.clocks import OpeningTimes
from hub.policies.part import Code, Part

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class Hours(Part):
    """When a team is at work, where that is not Monday to Friday, nine to five."""

    days: tuple[Weekday, ...] = WEEK[:5]
    opens: str = Field(default="09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    closes: str = Field(default="17:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    bank_holidays: bool = False
    always: bool = False

    @property
    def ever(self) -> bool:
        """Whether there is any moment at which somebody is at work."""
        return self.always or (bool(self.days) and self.opens < self.closes)

    @cached_property
    def times(self) -> OpeningTimes:
        return OpeningTimes(
            days=frozenset(WEEK.index(day) for day in self.days),
            opens=time.fromisoformat(self.opens),
            closes=time.fromisoformat(self.closes),
            on_bank_holidays=self.bank_holidays,
            always=self.always,
        )


class TeamRules(Part):
    """What routing needs to know of a team: its localities, its hours, and who stands in where no locality is known."""

    localities: tuple[int, ...] = ()
    without_locality: Code | None = None
    hours: Hours = Hours()

    @model_validator(mode="after")
    def _stands_in(self) -> Self:
        if self.localities and self.without_locality is None:
            raise ValueError(
                "a team with localities needs `without_locality`: who takes it where none is known"
            )
        return self


class FrontDoors(Part):
    """Where a contact goes that is left without any team (F1)."""

    children: Code
    adults: Code
    pathway: str
    clock: str


class Localities(Part):
    """Which locality a home belongs to, by postcode sector (`RM16 4`) or, failing that, district (`RM16`)."""

    names: Mapping[int, str]
    postcodes: Mapping[str, int]
