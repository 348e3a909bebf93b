"""A team finished a referral."""

from typing import ClassVar, Self

from events.of_referral import OfReferral


class ReferralDone(OfReferral):
    """The team finished, with an outcome that goes back to the referrer."""

    TYPE: ClassVar[str] = "referral.done"

    outcome: str
    note: str | None = None

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
