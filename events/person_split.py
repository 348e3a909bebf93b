"""One person turned out to be two."""

from typing import ClassVar, Self

from events.mention_at import MentionAt, Moved


class PersonSplit(Moved):
    """Some of what was said of one person is said of another from here on. Unless it undoes a merge, the two are kept apart.

    correction   its own number, `K-` and the place in the log of what led to it
    undoes       the number of the merge that is undone, where it does that
    """

    TYPE: ClassVar[str] = "person.split"
    STREAM: ClassVar[str] = "correction"

    undoes: str | None = None

    def sentence(self) -> str:
        return f"Some of what was known of {self.from_person} turned out to be of {self.to_person}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            correction="K-000052", from_person="P-000002", to_person="P-000007",
            mentions=(MentionAt(contact="C-26-000003", ref="p1"),), because="A member of staff said that it is another person.",
        )  # fmt: skip
