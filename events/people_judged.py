"""Somebody looked at two people and said whether they are one."""

from typing import ClassVar, Literal, Self

from events.base import Event

SameOrNot = Literal["same", "different", "not-sure", "taken-back"]


class PeopleJudged(Event):
    """A member of staff compared two people and answered. The last answer counts, and it lasts: no later contact changes it.

    one, other   the two, the lower number first
    answer       same: they are one person, and the engine makes them one; different: they are never linked or merged;
                 not-sure: it was looked at and stays open; taken-back: the answer before is undone
    """

    TYPE: ClassVar[str] = "people.judged"
    STREAM: ClassVar[str] = "pair"

    one: str
    other: str
    answer: SameOrNot
    reason: str | None
    team: str | None

    def stream_id(self) -> str:
        return f"{self.one}~{self.other}"

    def tags(self) -> tuple[str, ...]:
        return (f"person:{self.one}", f"person:{self.other}")

    def sentence(self) -> str:
        both = f"{self.one} and {self.other}"
        match self.answer:
            case "same":
                return f"{both} were said to be one person."
            case "different":
                return f"{both} were said to be two people."
            case "not-sure":
                return f"It could not be told whether {both} are one person."
            case "taken-back":
                return f"What was said of {both} was taken back."

    @classmethod
    def example(cls) -> Self:
        return cls(
            one="P-000002", other="P-000005", answer="same", team="TF",
            reason="The school gave both addresses: he moved in June.",
        )  # fmt: skip
