"""Another team is paged too."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event, Upcast
from events.page_sent import by_ask, page_tags, said_of


class PageEscalated(Event):
    """Nobody saw what cannot wait, or its team cannot be paged at all: another team is paged too. The team that has it keeps it.

    ask   the referral or the notice, as in `page.sent`
    team  who was paged last; `to` who is paged now: whom the team's record names, else the emergency duty team
    """

    TYPE: ClassVar[str] = "page.escalated"
    STREAM: ClassVar[str] = "page"
    VERSION: ClassVar[int] = 2
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: by_ask}

    ask: str
    contact: str
    team: str
    to: str
    because: str
    at: datetime

    def stream_id(self) -> str:
        return self.ask

    def tags(self) -> tuple[str, ...]:
        return page_tags(self.ask, self.contact, self.to)

    def sentence(self) -> str:
        return f"{self.to} is paged too about {said_of(self.ask)}, which is with {self.team}: {self.because}"

    @classmethod
    def example(cls) -> Self:
        return cls(
            ask="R-26-000001-1", contact="C-26-000001", team="MASH", to="EDT",
            because="Nobody has seen it within 15 minutes.", at=datetime(2026, 3, 4, 10, 30, 1, tzinfo=UTC),
        )  # fmt: skip
