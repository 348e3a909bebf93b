"""A contact arrived, by any door."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event
from events.content import (
    Address,
    AgreementSaid,
    Concern,
    ContactContent,
    Doubt,
    Identifier,
    Mention,
    Name,
    Relationship,
    Reporter,
)  # fmt: skip


class ContactReceived(Event):
    """Someone told the hub about a person or a family. It is kept as said; `doubts` name what could not be understood.

    source, message_id   the sender's own name for the message: the same pair is never accepted twice
    partner              the slug of the partner whose key carried it; None when an operator sent it
    body_sha256          of the raw bytes, which are kept beside the log
    extensions           CloudEvents extension attributes, kept as sent
    """

    TYPE: ClassVar[str] = "contact.received"
    STREAM: ClassVar[str] = "contact"

    contact: str
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
        people = len(self.content.people)
        about = (
            f"about {people} {'person' if people == 1 else 'people'}"
            if people
            else "about no person"
        )
        return f"Contact {self.contact} arrived by the door {self.content.door}, {about}."

    @classmethod
    def example(cls) -> Self:
        grace = Mention(
            ref="p1",
            ids=(Identifier(system="nhs-number", value="9990000018", status="verified"),),
            name=Name(family="Okoro", given=("Grace",)),
            dob="1981-06-12",
            sex="female",
            address=Address(
                lines=("12 High Street", "Grays"), postcode="RM17 6XX", uprn="100090000001"
            ),
            phones=("07700 900123",),
        )
        daniel = Mention(ref="p2", name=Name(family="Okoro", given=("Daniel",)), dob="2012-02-03")
        return cls(
            contact="C-26-000001",
            source="urn:ods:F81XXX/systmone",
            message_id="01J8Z3-0007",
            partner="grays-surgery",
            carried_by="http",
            body_sha256="0" * 64,
            content=ContactContent(
                occurred_at=datetime(2026, 3, 4, 9, 50, tzinfo=UTC),
                channel="phone",
                door="health",
                reporter=Reporter(org="F81XXX", name="Dr Anita Patel", role="GP", cin_source="3A"),
                people=(grace, daniel),
                relationships=(
                    Relationship(from_ref="p1", type="parent-of", to_ref="p2"),
                    Relationship(from_ref="p2", type="cares-for", to_ref="p1", hours_per_week=15),
                ),
                concerns=(
                    Concern(code="young-carer", about="p2"),
                    Concern(code="care-need", about="p1"),
                ),
                agreement=AgreementSaid(to_service="given", by="p1"),
                narrative="Mother has MS and needs help with meals; Daniel helps every day.",
            ),
            doubts=(
                Doubt(pointer="/data/people/1/dob", code="example", says="An example of a doubt."),
            ),
        )
