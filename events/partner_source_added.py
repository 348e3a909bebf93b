"""A partner has one more source."""

from typing import ClassVar, Self

from events.base import Event


class PartnerSourceAdded(Event):
    """The partner may also publish under this source."""

    TYPE: ClassVar[str] = "partner.source_added"
    STREAM: ClassVar[str] = "partner"

    partner: str
    source: str

    def stream_id(self) -> str:
        return self.partner

    def tags(self) -> tuple[str, ...]:
        return (f"partner:{self.partner}",)

    def sentence(self) -> str:
        return f"Partner {self.partner} may publish under one more source."

    @classmethod
    def example(cls) -> Self:
        return cls(partner="grays-surgery", source="urn:ods:F81XXX/emis")
