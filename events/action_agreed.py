"""An item of the action plan was agreed."""

from typing import ClassVar, Self

from events.base import Event


class ActionAgreed(Event):
    """The lead and those who asked agreed that it will be done.

    by_when   the day it is meant to be done by (2026-06-30), where one was agreed
    """

    TYPE: ClassVar[str] = "action.agreed"
    STREAM: ClassVar[str] = "action"

    action: str
    team: str | None
    by_when: str | None = None

    def stream_id(self) -> str:
        return self.action

    def tags(self) -> tuple[str, ...]:
        return (f"action:{self.action}",)

    def sentence(self) -> str:
        return f"Action {self.action} was agreed."

    @classmethod
    def example(cls) -> Self:
        return cls(action="A-26-000001", team="HW", by_when="2026-06-30")
