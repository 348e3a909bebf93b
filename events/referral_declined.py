"""A team declined a referral, with a reason."""

from typing import ClassVar, Self

from events.base import Event


class ReferralDeclined(Event):
    """A team declined. It goes on to `next` (a team), as the referral `opens`, with its clock: never back to the family."""

    TYPE: ClassVar[str] = "referral.declined"
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
