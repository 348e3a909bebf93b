"""The first event of every log."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Self

from events.base import Event, Upcast


class LogCreated(Event):
    """The log of one council began. A demonstration says so here, once and for ever, with the seed, end date and size of its borough."""

    TYPE: ClassVar[str] = "log.created"
    VERSION: ClassVar[int] = 2
    STREAM: ClassVar[str] = "log"
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: lambda members: {**members, "households": None}}

    council: str
    demonstration: bool
    seed: int | None = None
    ends_on: date | None = None
    households: int | None = None

    def stream_id(self) -> str:
        return self.council

    def sentence(self) -> str:
        kind = "a demonstration" if self.demonstration else "the live log"
        borough = (
            f", with the made-up borough of seed {self.seed} that ends on {self.ends_on}"
            if self.ends_on
            else ""
        )
        return f"The log of {self.council} was begun as {kind}{borough}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            council="thurrock",
            demonstration=True,
            seed=1,
            ends_on=date(2026, 3, 4),
            households=2000,
        )
