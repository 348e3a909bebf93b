"""A duty was done."""

from typing import ClassVar, Self

from events.of_obligation import OfObligation


class ObligationDone(OfObligation):
    """Somebody did what was owed."""

    TYPE: ClassVar[str] = "obligation.done"

    outcome: str | None = None
    note: str | None = None

    def sentence(self) -> str:
        return f"Obligation {self.obligation} was done by {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            obligation="O-26-000001-1",
            contact="C-26-000001",
            team="YC",
            outcome="Asked: two children at home.",
        )
