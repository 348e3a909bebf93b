"""What the events of an obligation have in common, once it was opened: what became of what was owed."""

from typing import ClassVar

from events.base import Event


class OfObligation(Event):
    """A team did something about what was owed; `team` is the one that did it."""

    STREAM: ClassVar[str] = "obligation"

    obligation: str
    contact: str
    team: str

    def stream_id(self) -> str:
        return self.obligation

    def tags(self) -> tuple[str, ...]:
        return (f"obligation:{self.obligation}", f"contact:{self.contact}")
