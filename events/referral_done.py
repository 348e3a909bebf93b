"""A team finished a referral."""

from typing import ClassVar, Self

from events.base import Event


class ReferralDone(Event):
    """The team finished, with an outcome that goes back to the referrer."""

    TYPE: ClassVar[str] = "referral.done"
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str
    outcome: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Referral {self.referral} was finished by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1",
            contact="C-26-000001",
            team="YC",
            outcome="Support plan agreed.",
        )
