"""A team was paged."""

from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

from events.base import Event

Way = Literal["email", "webhook"]


class PageSent(Event):
    """A team was woken about an ask that cannot wait: a short reference and a link went out, and nothing about anybody.

    by         e-mail or webhook, as the team's record says; where to is kept there alone
    reference  the same each time this team is paged about this ask: whoever gets it twice sees that it is one
    attempt    the how-manyeth try it was
    """

    TYPE: ClassVar[str] = "page.sent"
    STREAM: ClassVar[str] = "page"

    referral: str
    contact: str
    team: str
    by: Way
    reference: str
    attempt: int
    at: datetime

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return page_tags(self.referral, self.contact, self.team)

    def sentence(self) -> str:
        return f"{self.team} was paged by {SAID[self.by]} about referral {self.referral}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1", contact="C-26-000001", team="MASH", by="email", reference="R-26-000001-1.MASH",
            attempt=1, at=datetime(2026, 3, 4, 10, 15, 1, tzinfo=UTC),
        )  # fmt: skip


SAID: dict[Way | None, str] = {"email": "e-mail", "webhook": "webhook", None: "any way"}


def page_tags(referral: str, contact: str, team: str) -> tuple[str, ...]:
    """What a page concerns."""
    return (f"referral:{referral}", f"contact:{contact}", f"team:{team}")
