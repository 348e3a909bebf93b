"""A page did not reach a team."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.of_page import SAID, OfPage, Way, said_of


class PageFailed(OfPage):
    """A team was to be woken and was not: why, and when it is tried again.

    by        None where the team's record names no way at all
    attempt   the how-manyeth try it was; 0 where nothing could be tried, since nothing is set up for it
    because   a whole sentence, which names neither a person nor an address
    again_at  None where it is not tried again by itself
    """

    TYPE: ClassVar[str] = "page.failed"

    by: Way | None
    reference: str
    attempt: int
    because: str
    at: datetime
    again_at: datetime | None

    def sentence(self) -> str:
        return f"{self.team} could not be paged by {SAID[self.by]} about {said_of(self.ask)}: {self.because}"

    @classmethod
    def example(cls) -> Self:
        return cls(
            ask="R-26-000001-1", contact="C-26-000001", team="MASH", by="email", reference="R-26-000001-1.MASH",
            attempt=1, because="The mail server does not answer.", at=datetime(2026, 3, 4, 10, 15, 1, tzinfo=UTC),
            again_at=datetime(2026, 3, 4, 10, 16, 1, tzinfo=UTC),
        )  # fmt: skip
