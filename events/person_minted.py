"""A person became known to the hub."""

from typing import ClassVar, Self

from events.base import Event


class PersonMinted(Event):
    """A person was met for the first time, in this contact, and has an id of their own from now on."""

    TYPE: ClassVar[str] = "person.minted"
    STREAM: ClassVar[str] = "person"

    person: str
    contact: str
    ref: str

    def stream_id(self) -> str:
        return self.person

    def tags(self) -> tuple[str, ...]:
        return (f"person:{self.person}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"{self.person} was met for the first time, in contact {self.contact}."

    @classmethod
    def example(cls) -> Self:
        return cls(person="P-000002", contact="C-26-000001", ref="p2")
