"""What the events of paging have in common: what a team is woken about."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from events.base import Event, Upcast

Way = Literal["email", "webhook"]
SAID: dict[Way | None, str] = {"email": "e-mail", "webhook": "webhook", None: "any way"}


def by_ask(said: dict[str, Any]) -> dict[str, Any]:
    """A stored page of version 1, when pages were about referrals alone."""
    return {"ask" if name == "referral" else name: value for name, value in said.items()}


class OfPage(Event):
    """Something came of waking a team about what cannot wait.

    ask   the referral, or the notice of what is new about somebody whom the team has already (F7)
    team  who was woken, or was to be
    """

    VERSION: ClassVar[int] = 2
    STREAM: ClassVar[str] = "page"
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: by_ask}

    ask: str
    contact: str
    team: str

    def stream_id(self) -> str:
        return self.ask

    def tags(self) -> tuple[str, ...]:
        return about(self.ask, self.contact, self.team)


def kind_of(ask: str) -> str:
    """What a page is about, by its number."""
    return "notice" if ask.startswith("N-") else "referral"


def about(ask: str, contact: str, team: str) -> tuple[str, ...]:
    """What a page concerns."""
    return (f"{kind_of(ask)}:{ask}", f"contact:{contact}", f"team:{team}")


def said_of(ask: str) -> str:
    """The same in words, with its number."""
    return f"{kind_of(ask)} {ask}"
