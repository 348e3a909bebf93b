"""A paused clock goes on."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event
from events.clock_met import tags_of


class ClockResumed(Event):
    """A paused clock goes on, and is due later by just the time it stood still, counted in its own unit.

    by_itself   the longest that the rule allows was over, and nobody had to say so
    """

    TYPE: ClassVar[str] = "clock.resumed"
    STREAM: ClassVar[str] = "clock"

    subject: str
    contact: str
    referral: str
    team: str | None
    clock: str
    rule: str
    paused_at: datetime
    at: datetime
    by_itself: bool
    was_due_at: datetime
    due_at: datetime
    paused_for: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.subject

    def tags(self) -> tuple[str, ...]:
        return tags_of(self.subject, self.referral, self.contact)

    def sentence(self) -> str:
        how = "by itself, at the longest that the rule allows" if self.by_itself else "again"
        return f"The clock of {self.subject} runs {how}; it had stood still for {self.paused_for}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            subject="R-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", team="YC",
            clock="offer within 5 working days (practice)", rule="waiting-for-the-person",
            paused_at=datetime(2026, 3, 5, 9, 0, tzinfo=UTC), at=datetime(2026, 3, 9, 9, 0, tzinfo=UTC), by_itself=False,
            was_due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC), due_at=datetime(2026, 3, 13, 23, 59, 59, tzinfo=UTC),
            paused_for="2 working days",
        )  # fmt: skip
