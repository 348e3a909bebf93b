"""A team took a referral on."""

from typing import ClassVar, Self

from events.of_referral import OfReferral


class ReferralAccepted(OfReferral):
    """A team accepted: it owns the matter from now on, and the door that received it no longer does."""

    TYPE: ClassVar[str] = "referral.accepted"

    note: str | None = None

    def sentence(self) -> str:
        return f"Referral {self.referral} was accepted by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(referral="R-26-000001-1", contact="C-26-000001", team="YC")
