"""Feedback became an item of the action plan."""

from typing import ClassVar, Self

from events.base import Event


class ActionProposed(Event):
    """What people said about services was put into words that name nobody, as something to be done about it.

    you_said   what was said, in words that anybody may read
    lead       who is to do it: a team's code, or a partner's name
    contacts   the contacts it was said in
    team       the team that proposed it
    """

    TYPE: ClassVar[str] = "action.proposed"
    STREAM: ClassVar[str] = "action"

    action: str
    you_said: str
    lead: str
    contacts: tuple[str, ...]
    team: str | None

    def stream_id(self) -> str:
        return self.action

    def tags(self) -> tuple[str, ...]:
        return (f"action:{self.action}", *(f"contact:{contact}" for contact in self.contacts))

    def sentence(self) -> str:
        many = len(self.contacts)
        return f"Action {self.action} was proposed on {many} {'contact' if many == 1 else 'contacts'}, to be led by {self.lead}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            action="A-26-000001", you_said="We told our story five times.", lead="CAR", contacts=("C-26-000001",), team="HW",
        )  # fmt: skip
