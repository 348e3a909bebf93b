"""Another team is paged too."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.of_page import OfPage, about, said_of


class PageEscalated(OfPage):
    """Nobody saw what cannot wait, or its team cannot be paged at all: another team is paged too. The team that has it keeps it.

    team  who was paged last; `to` who is paged now: whom the team's record names, else the emergency duty team
    """

    TYPE: ClassVar[str] = "page.escalated"

    to: str
    because: str
    at: datetime

    def tags(self) -> tuple[str, ...]:
        return about(self.ask, self.contact, self.to)

    def sentence(self) -> str:
        return f"{self.to} is paged too about {said_of(self.ask)}, which is with {self.team}: {self.because}"

    @classmethod
    def example(cls) -> Self:
        return cls(
            ask="R-26-000001-1", contact="C-26-000001", team="MASH", to="EDT",
            because="Nobody has seen it within 15 minutes.", at=datetime(2026, 3, 4, 10, 30, 1, tzinfo=UTC),
        )  # fmt: skip
