"""A need could not be met."""

from typing import ClassVar, Literal, Self

from events.base import Event

WhyUnmet = Literal["no-capacity", "no-eligible-service"]


class NeedUnmet(Event):
    """Somebody needs what no team can give them now: the queue is full, or a team said that it has no room or no service that may
    take them. The referral keeps an owner all the same; this counts what the council is short of.

    need       the referral's own number, as `N-…`
    rule       the row of the routing table it was asked by
    team       the queue that was asked
    locality   where the need is, as far as that is known
    reason     no-capacity or no-eligible-service
    """

    TYPE: ClassVar[str] = "need.unmet"
    STREAM: ClassVar[str] = "need"

    need: str
    contact: str
    referral: str
    rule: str
    team: str
    locality: int | None
    pathway: str | None
    person: str | None
    reason: WhyUnmet

    def stream_id(self) -> str:
        return self.need

    def tags(self) -> tuple[str, ...]:
        person = (f"person:{self.person}",) if self.person else ()
        return (
            f"contact:{self.contact}",
            f"referral:{self.referral}",
            f"team:{self.team}",
            *person,
        )

    def sentence(self) -> str:
        short = (
            "had no room" if self.reason == "no-capacity" else "had no service that may take them"
        )
        return f"{self.team} {short} for what referral {self.referral} asks ({self.rule}): an unmet need was recorded."

    @classmethod
    def example(cls) -> Self:
        return cls(
            need="N-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", rule="R8", team="YC", locality=2,
            pathway="young carer's assessment", person="P-000002", reason="no-capacity",
        )  # fmt: skip
