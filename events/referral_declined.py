"""A team declined a referral, with a reason."""

from typing import ClassVar, Self

from events.of_referral import SentOn


class ReferralDeclined(SentOn):
    """A team declined. It goes on to `next` (a team), as the referral `opens`, with its clock: never back to the family."""

    TYPE: ClassVar[str] = "referral.declined"

    def sentence(self) -> str:
        return f"Referral {self.referral} was declined by {self.team} and goes on to {self.next} as {self.opens}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1",
            contact="C-26-000001",
            team="YC",
            reason="Already known to the school nurse, who leads.",
            next="MASH",
            opens="R-26-000001-3",
        )
