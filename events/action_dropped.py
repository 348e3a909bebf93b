"""An item of the action plan was dropped."""

from typing import ClassVar, Self

from events.base import Event


class ActionDropped(Event):
    """It will not be done, and why; those who said it are owed the reason."""

    TYPE: ClassVar[str] = "action.dropped"
    STREAM: ClassVar[str] = "action"

    action: str
    team: str | None
    reason: str

    def stream_id(self) -> str:
        return self.action

    def tags(self) -> tuple[str, ...]:
        return (f"action:{self.action}",)

    def sentence(self) -> str:
        return f"Action {self.action} was dropped, with a reason."

    @classmethod
    def example(cls) -> Self:
        return cls(action="A-26-000001", team="HW", reason="Another item covers it.")
