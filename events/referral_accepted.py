"""A team took a referral on."""

from typing import ClassVar, Self

from events.base import Event


class ReferralAccepted(Event):
    """A team accepted: it owns the matter from now on, and the door that received it no longer does."""

    TYPE: ClassVar[str] = "referral.accepted"
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Referral {self.referral} was accepted by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(referral="R-26-000001-1", contact="C-26-000001", team="YC")
