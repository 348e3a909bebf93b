"""A referral was withdrawn."""

from typing import ClassVar, Self

from events.of_referral import OfReferral


class ReferralWithdrawn(OfReferral):
    """The referral was withdrawn with a reason: nobody works on it any more."""

    TYPE: ClassVar[str] = "referral.withdrawn"

    reason: str
    note: str | None = None

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
