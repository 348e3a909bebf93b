"""An item of the action plan was done."""

from typing import ClassVar, Self

from events.base import Event


class ActionDone(Event):
    """It was done; `we_did` says what, in words that anybody may read."""

    TYPE: ClassVar[str] = "action.done"
    STREAM: ClassVar[str] = "action"

    action: str
    team: str | None
    we_did: str

    def stream_id(self) -> str:
        return self.action

    def tags(self) -> tuple[str, ...]:
        return (f"action:{self.action}",)

    def sentence(self) -> str:
        return f"Action {self.action} was done."

    @classmethod
    def example(cls) -> Self:
        return cls(
            action="A-26-000001",
            team="CAR",
            we_did="One form now serves all teams, and comes filled in.",
        )
