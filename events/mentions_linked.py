"""Who the people of a contact are."""

from typing import ClassVar, Literal, Self

from events.base import Event, Fact

Outcome = Literal["link", "new", "review", "insufficient"]


class LinkedMention(Fact):
    """What was decided about one mention.

    outcome    link: a person known before; new: a new person; review: a new person for now, `candidate` may be the same;
               insufficient: too little to go on, nobody was made (`person` is None)
    bits       the strength of the evidence in log2, where the model gives one
    because    the reason in plain words, without personal data
    """

    ref: str
    outcome: Outcome
    person: str | None
    candidate: str | None = None
    bits: float | None = None
    because: str


class MentionsLinked(Event):
    """The hub worked out who the people of a contact are, with its reasons."""

    TYPE: ClassVar[str] = "mentions.linked"
    STREAM: ClassVar[str] = "contact"

    contact: str
    model: str
    input_position: int
    mentions: tuple[LinkedMention, ...]

    def stream_id(self) -> str:
        return self.contact

    def tags(self) -> tuple[str, ...]:
        people = (f"person:{m.person}" for m in self.mentions if m.person)
        return (f"contact:{self.contact}", *people)

    def sentence(self) -> str:
        known = sum(m.outcome == "link" for m in self.mentions)
        new = sum(m.outcome in ("new", "review") for m in self.mentions)
        parts = [
            f"{many} {one if many == 1 else several}"
            for many, one, several in (
                (known, "was known", "were known"),
                (new, "is new", "are new"),
            )
            if many
        ]
        said = " and ".join(parts) or "nobody could be told apart"
        return f"Of the people of contact {self.contact}, {said}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            contact="C-26-000001",
            model="exact-1",
            input_position=7,
            mentions=(
                LinkedMention(
                    ref="p1",
                    outcome="link",
                    person="P-000001",
                    because="The same NHS number and nothing that contradicts it.",
                ),
                LinkedMention(
                    ref="p2", outcome="new", person="P-000002", because="Nobody like this is known."
                ),
            ),
        )
