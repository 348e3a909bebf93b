"""Somebody said that contacts were linked to the wrong person."""

from typing import ClassVar, Self

from events.base import Event
from events.mention_at import MentionAt, contacts_named


class MentionsUnlinked(Event):
    """A member of staff said that some mentions are not of the person they were linked to. The engine moves them.

    to   the person they are of, where that is known; None for somebody who has no record yet
    """

    TYPE: ClassVar[str] = "mentions.unlinked"
    STREAM: ClassVar[str] = "person"

    person: str
    mentions: tuple[MentionAt, ...]
    to: str | None
    reason: str
    team: str | None

    def stream_id(self) -> str:
        return self.person

    def tags(self) -> tuple[str, ...]:
        to = (f"person:{self.to}",) if self.to else ()
        return (f"person:{self.person}", *to, *contacts_named(self.mentions))

    def sentence(self) -> str:
        many = len(self.mentions)
        said = "1 mention was" if many == 1 else f"{many} mentions were"
        return f"{said} said not to be of {self.person}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            person="P-000002", mentions=(MentionAt(contact="C-26-000003", ref="p1"),), to=None, team="TF",
            reason="This is his cousin of the same name.",
        )  # fmt: skip
