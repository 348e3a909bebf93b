"""One person turned out to be two."""

from typing import ClassVar, Self

from events.base import Event
from events.mention_at import MentionAt, contacts_named


class PersonSplit(Event):
    """Some of what was said of one person is said of another from here on. Unless it undoes a merge, the two are kept apart.

    correction   its own number, `K-` and the place in the log of what led to it
    undoes       the number of the merge that is undone, where it does that
    """

    TYPE: ClassVar[str] = "person.split"
    STREAM: ClassVar[str] = "correction"

    correction: str
    from_person: str
    to_person: str
    mentions: tuple[MentionAt, ...]
    because: str
    undoes: str | None = None

    def stream_id(self) -> str:
        return self.correction

    def tags(self) -> tuple[str, ...]:
        people = (f"person:{self.from_person}", f"person:{self.to_person}")
        return (*people, *contacts_named(self.mentions))

    def sentence(self) -> str:
        return f"Some of what was known of {self.from_person} turned out to be of {self.to_person}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            correction="K-000052", from_person="P-000002", to_person="P-000007",
            mentions=(MentionAt(contact="C-26-000003", ref="p1"),), because="A member of staff said that it is another person.",
        )  # fmt: skip
