"""A duty was done."""

from typing import ClassVar, Self

from events.base import Event


class ObligationDone(Event):
    """Somebody did what was owed."""

    TYPE: ClassVar[str] = "obligation.done"
    STREAM: ClassVar[str] = "obligation"

    obligation: str
    contact: str
    team: str
    outcome: str | None = None
    note: str | None = None

    def stream_id(self) -> str:
        return self.obligation

    def tags(self) -> tuple[str, ...]:
        return (f"obligation:{self.obligation}", f"contact:{self.contact}")

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
