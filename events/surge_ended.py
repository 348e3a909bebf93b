"""A surge ended."""

from typing import ClassVar, Self

from events.base import Event


class SurgeEnded(Event):
    """The list is no longer followed up as one; each contact goes on until its own end."""

    TYPE: ClassVar[str] = "surge.ended"
    STREAM: ClassVar[str] = "surge"

    surge: str
    reason: str

    def stream_id(self) -> str:
        return self.surge

    def tags(self) -> tuple[str, ...]:
        return (f"surge:{self.surge}",)

    def sentence(self) -> str:
        return f"The surge {self.surge} ended."

    @classmethod
    def example(cls) -> Self:
        return cls(surge="shielding-2026", reason="Shielding advice was lifted.")
