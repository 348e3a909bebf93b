"""Another team is paged too."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event
from events.page_sent import page_tags


class PageEscalated(Event):
    """Nobody saw an ask that cannot wait, or its team cannot be paged at all: another team is paged too. The team that has it keeps it.

    team  who was paged last; `to` who is paged now: whom the team's record names, else the emergency duty team
    """

    TYPE: ClassVar[str] = "page.escalated"
    STREAM: ClassVar[str] = "page"

    referral: str
    contact: str
    team: str
    to: str
    because: str
    at: datetime

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return page_tags(self.referral, self.contact, self.to)

    def sentence(self) -> str:
        return f"{self.to} is paged too about referral {self.referral}, which is with {self.team}: {self.because}"

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1", contact="C-26-000001", team="MASH", to="EDT",
            because="Nobody has seen it within 15 minutes.", at=datetime(2026, 3, 4, 10, 30, 1, tzinfo=UTC),
        )  # fmt: skip
