"""Whoever told of a contact took it back."""

from typing import ClassVar, Self

from events.base import Event


class ContactWithdrawn(Event):
    """Whoever told of a contact took it back: it stays to be read, marked so, and what it said of people counts no longer.

    withdraws            the message that is taken back: the first one of the contact, of the same source
    source, message_id   the sender's own name for this message: the same pair is never accepted twice
    reason               why, in the sender's words
    """

    TYPE: ClassVar[str] = "contact.withdrawn"
    STREAM: ClassVar[str] = "amendment"

    contact: str
    withdraws: str
    source: str
    message_id: str
    partner: str | None = None
    carried_by: str
    body_sha256: str
    reason: str
    extensions: dict[str, str | int | bool] = {}

    def stream_id(self) -> str:
        return self.contact

    def tags(self) -> tuple[str, ...]:
        return (f"contact:{self.contact}",)

    def sentence(self) -> str:
        return f"Contact {self.contact} was withdrawn by whoever told of it."

    @classmethod
    def example(cls) -> Self:
        return cls(
            contact="C-26-000001", withdraws="01J8Z3-0007", source="urn:ods:F81XXX/systmone", message_id="01J8Z3-0011",
            partner="grays-surgery", carried_by="http", body_sha256="2" * 64, reason="Sent about another patient by mistake.",
        )  # fmt: skip
