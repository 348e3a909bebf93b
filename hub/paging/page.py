"""What is sent to wake a team: a short reference and a link, and nothing about anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from events.of_page import Way, kind_of


@dataclass(frozen=True, slots=True)
class Page:
    """One page to one team about one ask.

    reference  the same each time this team is paged about this ask
    ask        the number of the referral, or of the notice of what is new about somebody whom the team has already (F7)
    team       who is paged; `asked` is who was asked to act, and has it
    url        where the contact is opened by those who may
    sent_at    when the team was asked; the same each time, so that the message is
    """

    reference: str
    ask: str
    team: str
    asked: str
    url: str
    sent_at: datetime

    @property
    def subject(self) -> str:
        return f"Urgent: {self.ask}, {self.team}"

    @property
    def text(self) -> str:
        """Two plain sentences."""
        notice = kind_of(self.ask) == "notice"
        what = (
            "has new word, which cannot wait, about somebody it has already"
            if notice
            else "has been asked to act at once"
        )
        too = (
            ""
            if self.team == self.asked
            else f", and {self.team} is told because nobody there has seen it"
        )
        first = f"{self.asked} {what}{too}."
        return f"{first} Open it and mark it as seen: {self.url}\n"


class NotDelivered(Exception):
    """A page was not delivered; `because` is a whole sentence that names neither a person nor an address.

    for_good  whoever carries it said that trying again is of no use
    """

    def __init__(self, because: str, *, for_good: bool = False) -> None:
        super().__init__(because)
        self.because, self.for_good = because, for_good


class Carrier(Protocol):
    """One way to reach a team."""

    @property
    def by(self) -> Way:
        """Which way it is."""

    @property
    def not_set_up(self) -> str | None:
        """Why nothing can be carried this way, whoever it is for; None where it can."""

    async def carry(self, page: Page, to: str) -> None:
        """Deliver a page to an address. Raises NotDelivered."""
