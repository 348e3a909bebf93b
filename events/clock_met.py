"""A clock was met."""

from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

from events.base import Event

MetBy = Literal["accepted", "declined", "handed_on", "overridden", "done"]


class ClockMet(Event):
    """What a clock waited for was done. The clock is that of an ask or of something owed; it began, with its due time, when that
    was sent or opened.

    subject   the referral or the obligation whose clock it is; `referral` is the one that holds it
    by        what met it: the team decided, or the work is done
    at        when; `late` says in words by how much it was over, None where it was in time
    """

    TYPE: ClassVar[str] = "clock.met"
    STREAM: ClassVar[str] = "clock"

    subject: str
    contact: str
    referral: str
    team: str
    clock: str | None
    due_at: datetime
    by: MetBy
    at: datetime
    late: str | None = None

    def stream_id(self) -> str:
        return self.subject

    def tags(self) -> tuple[str, ...]:
        return tags_of(self.subject, self.referral, self.contact)

    def sentence(self) -> str:
        when = f"{self.late} late" if self.late else "in time"
        return f"The clock of {self.subject} was met by {self.team}, {when}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            subject="R-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", team="YC",
            clock="offer within 5 working days (practice)", due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC), by="done",
            at=datetime(2026, 3, 12, 9, 30, tzinfo=UTC), late="9 hours",
        )  # fmt: skip


def tags_of(subject: str, referral: str, contact: str) -> tuple[str, ...]:
    """What an event of a clock concerns: the ask it is with, the contact, and the obligation where it is one's."""
    owed = (f"obligation:{subject}",) if subject.startswith("O") else ()
    return (f"referral:{referral}", f"contact:{contact}", *owed)
