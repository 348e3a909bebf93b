"""A person decided otherwise than the policy proposed."""

from typing import ClassVar, Self

from events.of_referral import SentOn


class ReferralOverridden(SentOn):
    """An officer chose another team than the policy proposed, with a reason; the referral ends and the next opens, with its clock."""

    TYPE: ClassVar[str] = "referral.overridden"

    def sentence(self) -> str:
        return f"Referral {self.referral} was overridden by {self.team}: it goes to {self.next} as {self.opens}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1",
            contact="C-26-000001",
            team="MASH",
            reason="The level of need is lower than first thought.",
            next="EH",
            opens="R-26-000001-3",
        )
