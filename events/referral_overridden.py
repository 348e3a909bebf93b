"""A person decided otherwise than the policy proposed."""

from typing import ClassVar, Self

from events.base import Event


class ReferralOverridden(Event):
    """An officer chose another team than the policy proposed, with a reason; the referral ends and the next opens, with its clock."""

    TYPE: ClassVar[str] = "referral.overridden"
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str
    reason: str
    next: str
    opens: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")

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
