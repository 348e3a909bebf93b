"""A clock of the policy: for what, how long, by whose word, and what meets it."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.clocks import Basis, Clock, Span
from hub.policies.part import Part, Sentence


class ClockRules(Part):
    """One clock: for what, how long, and whether law or local practice says so.

    after            what starts it, where that is not the receipt: nothing is due until it has happened
    on_carried_date  it ends with the day that a concern names (a discharge), where that is still to come
    met_by           what meets it: the team's decision (accepted), or the work being done; done where it is not said
    grace_minutes    it counts as missed so long after it was due: what is due at once takes a while to read
    at_ages          it ends with the day on which the person reaches the next of these ages (`17y6`: 17 years and 6 months)
    """

    say: Sentence
    basis: Basis
    immediate: bool | None = None
    same_day: bool | None = None
    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    next_morning: bool | None = None
    after: str | None = None
    on_carried_date: bool = False
    met_by: Literal["accepted", "done"] = "done"
    grace_minutes: int | None = Field(default=None, ge=1, le=1440)
    at_ages: tuple[Annotated[str, Field(pattern=r"^[0-9]{1,2}y([0-9]|1[01])$")], ...] = ()

    @cached_property
    def months(self) -> list[int]:
        """The ages it is about in months, the lowest first."""
        ages = [age.split("y") for age in self.at_ages]
        return sorted(12 * int(years) + int(months) for years, months in ages)

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        said = [
            self.immediate,
            self.same_day,
            self.hours,
            self.days,
            self.working_days,
            self.next_morning,
            self.at_ages or None,
        ]
        if sum(value is not None for value in said) > 1:
            raise ValueError(
                "a clock has one length: immediate, same_day, hours, days, working_days, next_morning or at_ages"
            )
        return self

    @cached_property
    def clock(self) -> Clock:
        return Clock(say=self.say, span=self._span(), basis=self.basis, after=self.after)

    def _span(self) -> Span | None:
        if self.immediate:
            return Span("immediate")
        if self.same_day:
            return Span("same-day")
        if self.next_morning:
            return Span("next-morning")
        if self.hours:
            return Span("hours", self.hours)
        if self.days:
            return Span("days", self.days)
        return Span("working-days", self.working_days) if self.working_days else None
