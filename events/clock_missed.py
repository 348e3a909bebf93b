"""A clock was missed."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event
from events.clock_met import tags_of


class ClockMissed(Event):
    """The time of a clock passed, and what it waits for was not done. It is said once for each clock, however often the ask moves on.

    at     when that was noted; `over` says in words how long after the due time
    team   who had it then, where it is known
    """

    TYPE: ClassVar[str] = "clock.missed"
    STREAM: ClassVar[str] = "clock"

    subject: str
    contact: str
    referral: str
    team: str | None
    person: str | None
    clock: str | None
    due_at: datetime
    at: datetime
    over: str

    def stream_id(self) -> str:
        return self.subject

    def tags(self) -> tuple[str, ...]:
        return tags_of(self.subject, self.referral, self.contact)

    def sentence(self) -> str:
        who = f" by {self.team}" if self.team else ""
        return f"The clock of {self.subject} was missed{who}; noted {self.over} after it was due."

    @classmethod
    def example(cls) -> Self:
        return cls(
            subject="R-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", team="YC", person="P-000002",
            clock="offer within 5 working days (practice)", due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC),
            at=datetime(2026, 3, 12, 0, 0, tzinfo=UTC), over="less than a minute",
        )  # fmt: skip
