"""A message that could not be used, kept."""

from typing import ClassVar, Self

from pydantic import Field

from events.base import Event, Fact


class Fault(Fact):
    """What is wrong and where: a JSON pointer (or a byte or row), a code, a sentence, and how to mend it."""

    pointer: str
    code: str
    says: str
    mend: str | None = None


class MessageRefused(Event):
    """A message could not be used. Its raw bytes and the reason are kept, and a person sees it. It blocks nothing that comes after it."""

    TYPE: ClassVar[str] = "message.refused"
    STREAM: ClassVar[str] = "refusal"

    refusal: str
    partner: str | None = None
    source: str | None = None
    message_id: str | None = None
    carried_by: str
    body_sha256: str
    size: int = Field(ge=0)
    problem: str
    faults: tuple[Fault, ...]

    def stream_id(self) -> str:
        return self.refusal

    def tags(self) -> tuple[str, ...]:
        return (f"partner:{self.partner}",) if self.partner else ()

    def sentence(self) -> str:
        sender = f" from {self.partner}" if self.partner else ""
        return f"A message{sender} could not be used ({self.problem}) and was kept."

    @classmethod
    def example(cls) -> Self:
        return cls(
            refusal="4f0c2a6e-8f0b-5d0e-9a53-0d8a9c9b7f11",
            partner="grays-surgery",
            source="urn:ods:F81XXX/systmone",
            message_id="01J8Z3-0008",
            carried_by="kafka",
            body_sha256="0" * 64,
            size=412,
            problem="invalid-contact",
            faults=(
                Fault(
                    pointer="/data/door",
                    code="missing",
                    says="`door` is missing.",
                    mend="Say which door, such as health.",
                ),
            ),
        )
