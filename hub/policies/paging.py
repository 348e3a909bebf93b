"""What the policy says of waking people: how soon others are paged too, and how often one tries again."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from hub.policies.part import Part

Minutes = Annotated[int, Field(ge=1, le=1440)]


class Paging(Part):
    """How a team is woken, for the rows that page.

    escalates_after    minutes after a team was first paged, where nobody has touched the ask, until another is paged too
    tries_again_after  minutes between a try that failed and the next, the last again and again
    tries_for_hours    after so long it is given up
    """

    escalates_after: Minutes
    tries_again_after: tuple[Minutes, ...] = Field(min_length=1)
    tries_for_hours: int = Field(ge=1, le=168)

    def escalates_at(self, begun: datetime) -> datetime:
        """When another team is paged, where the first was paged then."""
        return begun + timedelta(minutes=self.escalates_after)

    def again_at(self, attempt: int, at: datetime, begun: datetime) -> datetime | None:
        """When to try again after a try that failed then; None where that would be too late."""
        waits = self.tries_again_after
        again = at + timedelta(minutes=waits[min(attempt, len(waits)) - 1])
        return again if again <= self.ends_at(begun) else None

    def ends_at(self, begun: datetime) -> datetime:
        """When it is given up, where it began then."""
        return begun + timedelta(hours=self.tries_for_hours)
