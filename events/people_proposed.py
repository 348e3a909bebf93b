"""The hub found that two people whom it knows may be one."""

from typing import ClassVar, Self

from events.base import Event
from events.mentions_linked import FieldWeight


class PeopleProposed(Event):
    """Two known people were compared and are as like as one person is. Unless it is sure, and no team is at work for both, a person looks.

    correction   its own number
    one, other   the two, the lower number first
    bits         how much speaks for one person, in log2, with the weights that it adds up from
    sure         the proof is strong on both sides, and nothing forbids the link
    contact      the contact that brought the proof; None where everybody was compared anew
    """

    TYPE: ClassVar[str] = "people.proposed"
    STREAM: ClassVar[str] = "correction"

    correction: str
    one: str
    other: str
    model: str
    bits: float
    weights: tuple[FieldWeight, ...]
    sure: bool
    because: str
    contact: str | None = None

    def stream_id(self) -> str:
        return self.correction

    def tags(self) -> tuple[str, ...]:
        contact = (f"contact:{self.contact}",) if self.contact else ()
        return (f"person:{self.one}", f"person:{self.other}", *contact)

    def sentence(self) -> str:
        return f"{self.one} and {self.other} were found to be perhaps one person."

    @classmethod
    def example(cls) -> Self:
        return cls(
            correction="K-000060-1", one="P-000002", other="P-000005", model="shipped-1", bits=21.3,
            weights=(FieldWeight(field="birth", level="exact", stranger=14.5, mate=7.9),), sure=True,
            because="The same name, date of birth and NHS number, and nothing against it.", contact="C-26-000009",
        )  # fmt: skip
