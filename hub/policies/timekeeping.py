"""What the policy says of clocks that run out: when one may stand still, who hears of what lies untouched, how often an ask may move."""

from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from hub.clocks import Span
from hub.policies.part import Code, Part, Sentence


class Longest(Part):
    """How long at most: so many working days, calendar days or hours."""

    working_days: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)
    hours: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if sum(n is not None for n in (self.working_days, self.days, self.hours)) != 1:
            raise ValueError("give one of working_days, days or hours")
        return self

    @cached_property
    def span(self) -> Span:
        if self.working_days:
            return Span("working-days", self.working_days)
        return Span("days", self.days) if self.days else Span("hours", self.hours or 0)


class PauseRule(Part):
    """When a clock may stand still, and how long at most. The team that has the ask says so, with a reason.

    clocks   those it may stop; where none are named, every one of local practice, and none that the law sets
    """

    say: Sentence
    longest: Longest
    clocks: tuple[str, ...] = ()


class Settle(Part):
    """What the front door owes where an ask goes from hand to hand, and by which clock. `{moves}` is how often it moved."""

    does: Sentence
    because: Sentence
    clock: str


class Timekeeping(Part):
    """Who hears of what lies untouched.

    moved_on      by which clock an ask is to be looked at that moves on with its own run out, or met; and what is new about people whom
                  a team has (F7), where its rows have no clock
    out_of_hours  who is told of what is due at once while the team is closed
    moves         after so many moves somebody must say who has it
    """

    moved_on: str | None = None
    out_of_hours: Code | None = None
    moves: int | None = Field(default=None, ge=2)
    settle: Settle | None = None
