"""A referral was withdrawn."""

from typing import ClassVar, Self

from events.base import Event


class ReferralWithdrawn(Event):
    """The referral was withdrawn with a reason: nobody works on it any more."""

    TYPE: ClassVar[str] = "referral.withdrawn"
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str
    reason: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Referral {self.referral} was withdrawn."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1",
            contact="C-26-000001",
            team="YC",
            reason="The family moved away and has been handed over.",
        )
