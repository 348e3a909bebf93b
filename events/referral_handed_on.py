"""A team handed a referral on."""

from typing import ClassVar, Self

from events.of_referral import SentOn


class ReferralHandedOn(SentOn):
    """A team that had the referral handed it on to another, with a reason; the next referral inherits its clock."""

    TYPE: ClassVar[str] = "referral.handed_on"

    def sentence(self) -> str:
        return (
            f"Referral {self.referral} was handed on by {self.team} to {self.next} as {self.opens}."
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1",
            contact="C-26-000001",
            team="MASH",
            reason="Screened; assessment is needed.",
            next="CSC",
            opens="R-26-000001-3",
        )
