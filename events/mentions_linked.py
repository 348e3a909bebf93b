"""Who the people of a contact are."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from events.base import Event, Fact, Upcast

Outcome = Literal["link", "new", "review", "insufficient"]


class FieldWeight(Fact):
    """What one field says, in bits (log2): for one person against a stranger, and against a house-mate.

    level   how far the field agrees, from `exact` to `other` (hub.linking.levels)
    """

    field: str
    level: str
    stranger: float
    mate: float


class Considered(Fact):
    """A known person whom a mention was compared with.

    bits    the whole: the weights of each column add up, then the likelier of stranger and house-mate counts most
    veto    what forbade the link whatever the bits, where something did
    """

    person: str
    bits: float
    weights: tuple[FieldWeight, ...]
    veto: str | None = None


class LinkedMention(Fact):
    """What was decided about one mention.

    outcome    link: a person known before; new: a new person; review: a new person for now, `candidate` may be the same;
               insufficient: too little to go on, nobody was made (`person` is None)
    bits       the strength of the evidence in log2 for the person or the candidate, where the model gives one
    because    the reason in plain words, without personal data
    considered at most three known people it was compared with, the likeliest first
    """

    ref: str
    outcome: Outcome
    person: str | None
    candidate: str | None = None
    bits: float | None = None
    because: str
    considered: tuple[Considered, ...] = ()


def _with_nobody_considered(members: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not keep who was compared."""
    return {**members, "mentions": [{**m, "considered": []} for m in members["mentions"]]}


class MentionsLinked(Event):
    """The hub worked out who the people of a contact are, with its reasons."""

    VERSION: ClassVar[int] = 2
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: _with_nobody_considered}
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
            model="shipped-1",
            input_position=7,
            mentions=(
                LinkedMention(
                    ref="p1",
                    outcome="link",
                    person="P-000001",
                    bits=21.4,
                    because="The same name, date of birth and NHS number, and nothing against it.",
                    considered=(
                        Considered(
                            person="P-000001",
                            bits=21.4,
                            weights=(
                                FieldWeight(
                                    field="forename", level="exact", stranger=6.8, mate=7.2
                                ),
                                FieldWeight(field="surname", level="exact", stranger=5.5, mate=0.3),
                                FieldWeight(field="birth", level="exact", stranger=14.5, mate=7.9),
                                FieldWeight(field="nhs", level="exact", stranger=19.9, mate=7.9),
                            ),
                        ),
                    ),
                ),
                LinkedMention(
                    ref="p2", outcome="new", person="P-000002", because="Nobody like this is known."
                ),
            ),
        )
