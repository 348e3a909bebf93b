"""A team was paged."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self

from events.base import Event, Upcast

Way = Literal["email", "webhook"]


def by_ask(said: dict[str, Any]) -> dict[str, Any]:
    """A stored page of version 1, when pages were about referrals alone."""
    return {"ask" if name == "referral" else name: value for name, value in said.items()}


class PageSent(Event):
    """A team was woken about what cannot wait: a short reference and a link went out, and nothing about anybody.

    ask        the referral, or the notice of what is new about somebody whom the team has already (F7)
    by         e-mail or webhook, as the team's record says; where to is kept there alone
    reference  the same each time this team is paged about this ask: whoever gets it twice sees that it is one
    attempt    the how-manyeth try it was
    """

    TYPE: ClassVar[str] = "page.sent"
    STREAM: ClassVar[str] = "page"
    VERSION: ClassVar[int] = 2
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: by_ask}

    ask: str
    contact: str
    team: str
    by: Way
    reference: str
    attempt: int
    at: datetime

    def stream_id(self) -> str:
        return self.ask

    def tags(self) -> tuple[str, ...]:
        return page_tags(self.ask, self.contact, self.team)

    def sentence(self) -> str:
        return f"{self.team} was paged by {SAID[self.by]} about {said_of(self.ask)}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            ask="R-26-000001-1", contact="C-26-000001", team="MASH", by="email", reference="R-26-000001-1.MASH",
            attempt=1, at=datetime(2026, 3, 4, 10, 15, 1, tzinfo=UTC),
        )  # fmt: skip


SAID: dict[Way | None, str] = {"email": "e-mail", "webhook": "webhook", None: "any way"}


def kind_of(ask: str) -> str:
    """What a page is about, by its number."""
    return "notice" if ask.startswith("N-") else "referral"


def said_of(ask: str) -> str:
    """The same in words, with its number."""
    return f"{kind_of(ask)} {ask}"


def page_tags(ask: str, contact: str, team: str) -> tuple[str, ...]:
    """What a page concerns."""
    return (f"{kind_of(ask)}:{ask}", f"contact:{contact}", f"team:{team}")
