"""A partner may publish contacts."""

from typing import ClassVar, Self

from events.base import Event


class PartnerAdded(Event):
    """An organisation whose system publishes contacts, under one or more sources; `partner` is its slug, which topics use."""

    TYPE: ClassVar[str] = "partner.added"
    STREAM: ClassVar[str] = "partner"

    partner: str
    name: str
    sources: tuple[str, ...]

    def stream_id(self) -> str:
        return self.partner

    def tags(self) -> tuple[str, ...]:
        return (f"partner:{self.partner}",)

    def sentence(self) -> str:
        return f"Partner {self.partner} was added."

    @classmethod
    def example(cls) -> Self:
        return cls(
            partner="grays-surgery", name="Grays Surgery", sources=("urn:ods:F81XXX/systmone",)
        )
