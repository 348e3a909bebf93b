"""Work on an item of the action plan began."""

from typing import ClassVar, Self

from events.base import Event


class ActionBegun(Event):
    """What was agreed is in progress."""

    TYPE: ClassVar[str] = "action.begun"
    STREAM: ClassVar[str] = "action"

    action: str
    team: str | None

    def stream_id(self) -> str:
        return self.action

    def tags(self) -> tuple[str, ...]:
        return (f"action:{self.action}",)

    def sentence(self) -> str:
        return f"Work on action {self.action} began."

    @classmethod
    def example(cls) -> Self:
        return cls(action="A-26-000001", team="CAR")
