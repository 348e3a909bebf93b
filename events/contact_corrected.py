"""Whoever told of a contact said that it should have been told otherwise."""

from typing import ClassVar, Self

from events.base import Event
from events.contact_received import ContactReceived
from events.content import ContactContent, Doubt


class ContactCorrected(Event):
    """Whoever told of a contact tells it anew, as it should have been: what was said first stays to be read, and counts no longer.

    corrects             the message that is corrected: the first one of the contact, of the same source
    source, message_id   the sender's own name for this message: the same pair is never accepted twice
    content              the whole contact, as it should have been; everything else is as in `contact.received`
    """

    TYPE: ClassVar[str] = "contact.corrected"
    STREAM: ClassVar[str] = "amendment"

    contact: str
    corrects: str
    source: str
    message_id: str
    partner: str | None = None
    carried_by: str
    body_sha256: str
    content: ContactContent
    doubts: tuple[Doubt, ...] = ()
    extensions: dict[str, str | int | bool] = {}

    def stream_id(self) -> str:
        return self.contact

    def tags(self) -> tuple[str, ...]:
        return (f"contact:{self.contact}",)

    def sentence(self) -> str:
        return f"Contact {self.contact} was corrected by whoever told of it."

    @classmethod
    def example(cls) -> Self:
        first = ContactReceived.example()
        said = first.content
        daniel = said.people[1].model_copy(update={"dob": "2011-02-03"})
        return cls(
            contact=first.contact, corrects=first.message_id, source=first.source, message_id="01J8Z3-0009",
            partner=first.partner, carried_by="http", body_sha256="1" * 64,
            content=said.model_copy(update={"people": (said.people[0], daniel)}),
        )  # fmt: skip
