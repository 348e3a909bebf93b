"""A duty was waived, with a reason."""

from typing import ClassVar, Self

from events.base import Event


class ObligationWaived(Event):
    """Somebody decided that what was owed need not be done, and said why."""

    TYPE: ClassVar[str] = "obligation.waived"
    STREAM: ClassVar[str] = "obligation"

    obligation: str
    contact: str
    team: str
    reason: str
    note: str | None = None

    def stream_id(self) -> str:
        return self.obligation

    def tags(self) -> tuple[str, ...]:
        return (f"obligation:{self.obligation}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Obligation {self.obligation} was waived by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            obligation="O-26-000001-1",
            contact="C-26-000001",
            team="YC",
            reason="The assessment is already under way elsewhere.",
        )
