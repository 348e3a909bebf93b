"""Two people became one."""

from typing import ClassVar, Self

from events.mention_at import MentionAt, Moved


class PeopleMerged(Moved):
    """All that was said of one person is said of another from here on; the id that went on leads to the one that stays.

    correction   its own number, `K-` and the place in the log of what led to it
    """

    TYPE: ClassVar[str] = "people.merged"
    STREAM: ClassVar[str] = "correction"

    def sentence(self) -> str:
        return f"{self.from_person} turned out to be {self.to_person}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            correction="K-000041", from_person="P-000005", to_person="P-000002",
            mentions=(MentionAt(contact="C-26-000003", ref="p1"),), because="A member of staff said that they are one person.",
        )  # fmt: skip
