"""A duty was waived, with a reason."""

from typing import ClassVar, Self

from events.of_obligation import OfObligation


class ObligationWaived(OfObligation):
    """Somebody decided that what was owed need not be done, and said why."""

    TYPE: ClassVar[str] = "obligation.waived"

    reason: str
    note: str | None = None

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
