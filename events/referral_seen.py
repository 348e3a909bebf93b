"""A team looked at a referral."""

from typing import ClassVar, Self

from events.base import Event


class ReferralSeen(Event):
    """Somebody of the team opened the referral: it is no longer unseen."""

    TYPE: ClassVar[str] = "referral.seen"
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Referral {self.referral} was seen by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(referral="R-26-000001-1", contact="C-26-000001", team="YC")
