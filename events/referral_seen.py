"""A team looked at a referral."""

from typing import ClassVar, Self

from events.of_referral import OfReferral


class ReferralSeen(OfReferral):
    """Somebody of the team opened the referral: it is no longer unseen."""

    TYPE: ClassVar[str] = "referral.seen"

    def sentence(self) -> str:
        return f"Referral {self.referral} was seen by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(referral="R-26-000001-1", contact="C-26-000001", team="YC")
