"""A partner has a new key."""

from typing import ClassVar, Self

from events.base import Event


class PartnerKeyIssued(Event):
    """A key was made for the partner and shown once. Only its hash is kept."""

    TYPE: ClassVar[str] = "partner.key_issued"
    STREAM: ClassVar[str] = "partner"

    partner: str
    key: str

    def stream_id(self) -> str:
        return self.partner

    def tags(self) -> tuple[str, ...]:
        return (f"partner:{self.partner}",)

    def sentence(self) -> str:
        return f"A key ({self.key}) was issued to partner {self.partner}."

    @classmethod
    def example(cls) -> Self:
        return cls(partner="grays-surgery", key="k1")
