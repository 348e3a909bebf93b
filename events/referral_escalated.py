"""A referral that nobody touched was told to others."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event


class ReferralEscalated(Event):
    """A referral was left untouched past its time, and another team is told. The team that has it keeps it: who takes it up is for
    people to settle.

    to      who is told: what the team's record names, else the front door of the side, or the emergency duty team
    over    in words, how long after it was due (or, of an ask that moved on late, after its own time)
    """

    TYPE: ClassVar[str] = "referral.escalated"
    STREAM: ClassVar[str] = "clock"

    referral: str
    contact: str
    team: str
    to: str
    person: str | None
    clock: str | None
    due_at: datetime
    at: datetime
    over: str

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}", f"team:{self.to}")

    def sentence(self) -> str:
        return f"Referral {self.referral} lay untouched with {self.team}, and {self.to} was told."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1", contact="C-26-000001", team="YC", to="MASH", person="P-000002",
            clock="offer within 5 working days (practice)", due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC),
            at=datetime(2026, 3, 12, 0, 0, tzinfo=UTC), over="less than a minute",
        )  # fmt: skip
