"""A team was paged."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.of_page import SAID, OfPage, Way, said_of


class PageSent(OfPage):
    """A team was woken about what cannot wait: a short reference and a link went out, and nothing about anybody.

    by         e-mail or webhook, as the team's record says; where to is kept there alone
    reference  the same each time this team is paged about this ask: whoever gets it twice sees that it is one
    attempt    the how-manyeth try it was
    """

    TYPE: ClassVar[str] = "page.sent"

    by: Way
    reference: str
    attempt: int
    at: datetime

    def sentence(self) -> str:
        return f"{self.team} was paged by {SAID[self.by]} about {said_of(self.ask)}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            ask="R-26-000001-1", contact="C-26-000001", team="MASH", by="email", reference="R-26-000001-1.MASH",
            attempt=1, at=datetime(2026, 3, 4, 10, 15, 1, tzinfo=UTC),
        )  # fmt: skip
