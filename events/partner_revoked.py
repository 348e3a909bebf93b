"""A partner's keys were revoked."""

from typing import ClassVar, Self

from events.base import Event


class PartnerRevoked(Event):
    """No key of the partner works any more, at once."""

    TYPE: ClassVar[str] = "partner.revoked"
    STREAM: ClassVar[str] = "partner"

    partner: str

    def stream_id(self) -> str:
        return self.partner

    def tags(self) -> tuple[str, ...]:
        return (f"partner:{self.partner}",)

    def sentence(self) -> str:
        return f"The keys of partner {self.partner} were revoked."

    @classmethod
    def example(cls) -> Self:
        return cls(partner="grays-surgery")
