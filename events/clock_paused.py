"""A clock was paused."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event
from events.clock_met import tags_of


class ClockPaused(Event):
    """A clock stands still, by a named rule of the policy and for the reason given. Nothing else ever stops one.

    rule      the policy's name of the rule, and what it `says`
    due_at    when it was due; `unit` is what the paused time is counted in (hours, days, working days …)
    ends_at   the longest that the rule lets it stand: then it goes on by itself
    """

    TYPE: ClassVar[str] = "clock.paused"
    STREAM: ClassVar[str] = "clock"

    subject: str
    contact: str
    referral: str
    team: str
    clock: str
    rule: str
    says: str
    reason: str
    due_at: datetime
    unit: str
    at: datetime
    ends_at: datetime
    note: str | None = None

    def stream_id(self) -> str:
        return self.subject

    def tags(self) -> tuple[str, ...]:
        return tags_of(self.subject, self.referral, self.contact)

    def sentence(self) -> str:
        return f"The clock of {self.subject} was paused by {self.team} under the rule {self.rule}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            subject="R-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", team="YC",
            clock="offer within 5 working days (practice)", rule="waiting-for-the-person", says="waiting for the person",
            reason="They asked to be rung after their holiday.", due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC),
            unit="working-days", at=datetime(2026, 3, 5, 9, 0, tzinfo=UTC), ends_at=datetime(2026, 3, 19, 23, 59, 59, tzinfo=UTC),
        )  # fmt: skip
