"""The first event of every log."""

from datetime import date
from typing import ClassVar, Self

from events.base import Event


class LogCreated(Event):
    """The log of one council began. A demonstration says so here, once and for ever, with the seed and end date of its borough."""

    TYPE: ClassVar[str] = "log.created"
    STREAM: ClassVar[str] = "log"

    council: str
    demonstration: bool
    seed: int | None = None
    ends_on: date | None = None

    def stream_id(self) -> str:
        return self.council

    def sentence(self) -> str:
        kind = "a demonstration" if self.demonstration else "the live log"
        return f"The log of {self.council} was begun as {kind}."

    @classmethod
    def example(cls) -> Self:
        return cls(council="thurrock", demonstration=True, seed=1, ends_on=date(2026, 3, 4))
