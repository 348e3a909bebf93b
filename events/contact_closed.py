"""A contact came to its end."""

from typing import ClassVar, Self

from events.base import Event


class ContactClosed(Event):
    """Every referral of the contact has ended and every obligation is done or waived: the loop is closed."""

    TYPE: ClassVar[str] = "contact.closed"
    STREAM: ClassVar[str] = "contact"

    contact: str
    outcome: str

    def stream_id(self) -> str:
        return self.contact

    def tags(self) -> tuple[str, ...]:
        return (f"contact:{self.contact}",)

    def sentence(self) -> str:
        return f"Contact {self.contact} was closed."

    @classmethod
    def example(cls) -> Self:
        return cls(contact="C-26-000001", outcome="Support plan agreed.")
