"""Decides what becomes of a message: a contact that is accepted, or a refusal that is kept. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from events.contact_received import ContactReceived
from events.content import ContactContent, Doubt
from events.envelope import new_event
from events.light import light
from events.message_refused import Fault, MessageRefused
from hub.contacts.cloud_event import Message, attribute_at
from hub.contacts.message import ReadContact, Unreadable, read
from hub.errors import HubError, MessageIdTaken, NotYourSource
from hub.log import Append, InboxEntry, RawMessage
from projections.hidden_people import GUARDED

LIGHT_DOUBT = light(Doubt)
SHIELDS = frozenset({"shielded", "adoptive_placement"})


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who brought the message and how. `sources` None: any source may be used (the machine's own operator).

    carried_by   http, file or kafka
    place        where it was met, such as topic, partition and offset
    """

    carried_by: str
    partner: str | None = None
    sources: frozenset[str] | None = None
    place: str | None = None

    @property
    def actor(self) -> str:
        return f"partner:{self.partner}" if self.partner else "operator"


@dataclass(frozen=True, slots=True)
class Accept:
    """A message to be stored as a contact. `shields`: it is to be answered once the people it hides are
    known and hidden, in what was said of them before too."""

    append: Append
    read: ReadContact
    contact: str
    shields: bool

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self.read.doubts


@dataclass(frozen=True, slots=True)
class Amend:
    """A message that corrects or withdraws an earlier one: what becomes of it depends on that one (hub/contacts/amend.py)."""

    read: ReadContact


@dataclass(frozen=True, slots=True)
class Refuse:
    """A message that cannot be used: the reason, and what keeps it."""

    append: Append
    error: HubError
    refusal: str


def contact_id(number: int, received_at: datetime) -> str:
    """`C-26-000042`: the year of receipt and the number."""
    return f"C-{received_at.year % 100:02}-{number:06}"


def receive(
    message: Message,
    carrier: Carrier,
    contact: str,
    now: datetime,
    recorded_at: datetime | None = None,
) -> Accept | Amend | Refuse:
    """What becomes of the message. `recorded_at` is a simulated receipt, for demonstrations alone."""
    found = read(message, recorded_at or now)
    if isinstance(found, Unreadable):
        return refuse(message, carrier, found.error, found, recorded_at)
    if carrier.sources is not None and found.source not in carrier.sources:
        error = not_your_source(message, found.source)
        return refuse(message, carrier, error, found, recorded_at)
    if found.amends is not None:
        return Amend(found)
    return Accept(
        append=_accepted(message, carrier, contact, found, recorded_at),
        read=found,
        contact=contact,
        shields=carries_shield(found.light),
    )


def refuse(
    message: Message,
    carrier: Carrier,
    error: HubError,
    found: ReadContact | Unreadable | None,
    recorded_at: datetime | None = None,
) -> Refuse:
    """Keep a message that cannot be used, once for each (source, id, body)."""
    raw = raw_of(message)
    source, message_id = (found.source, found.message_id) if found else (None, None)
    body_hash = (found.body_hash if found else None) or raw.sha256
    refusal = str(
        uuid5(
            NAMESPACE_URL,
            "\n".join(map(repr, (carrier.partner, error.slug, source, message_id, body_hash))),
        )
    )
    event = MessageRefused(
        refusal=refusal,
        partner=carrier.partner,
        source=_storable(source),
        message_id=_storable(message_id),
        carried_by=f"{carrier.carried_by} {carrier.place}" if carrier.place else carrier.carried_by,
        body_sha256=raw.sha256,
        size=len(message.body),
        problem=error.slug,
        faults=error.faults
        or (Fault(pointer="", code=error.slug, says=error.says, mend=error.hint or None),),
    )
    kept = new_event(event, 1, actor=carrier.actor)
    return Refuse(Append((kept,), raw=raw, recorded_at=recorded_at), error, refusal)


def refuse_taken(message: Message, carrier: Carrier, found: ReadContact) -> Refuse:
    """Another body came under a (source, id) that is taken: it is refused, and kept."""
    says = "Another message was accepted under this source and id; this one has another body."
    mend = "Give a new message a new id."
    fault = Fault(pointer=attribute_at(message, "id"), code="taken", says=says, mend=mend)
    return refuse(message, carrier, MessageIdTaken(says, [fault]), found)


def not_your_source(message: Message, source: str) -> NotYourSource:
    """The refusal of a source that is another's, or nobody's."""
    says = f"The source {source[:200]} is not one of yours."
    at, mend = attribute_at(message, "source"), NotYourSource.hint
    fault = Fault(pointer=at, code="not-your-source", says=says, mend=mend)
    return NotYourSource(says, [fault])


def carries_shield(content: ContactContent) -> bool:
    """Whether the contact hides somebody: a shielded or placed person, or a concern of R14 or R6 (F14)."""
    for person in content.people:
        if person.flags and not SHIELDS.isdisjoint(person.flags):
            return True
    return any(concern.code in GUARDED for concern in content.concerns)


def raw_of(message: Message) -> RawMessage:
    """The bytes as they came. The attributes of a binary message go before the body, as header lines."""
    body = message.body
    if message.attributes is not None:
        lines = "".join(f"ce-{name}: {value}\r\n" for name, value in message.attributes.items())
        body = _header_bytes(lines) + b"\r\n" + body
    return RawMessage(hashlib.sha256(body).hexdigest(), body, _storable(message.content_type))


def message_of(raw: RawMessage, size: int) -> Message:
    """The message behind its bytes as kept, of whose body `size` is known: what stands before that are attributes."""
    begins = len(raw.body) - size
    head, body = raw.body[:begins], raw.body[begins:]
    if not head:
        return Message(body, raw.content_type)
    lines = (line.partition(b": ") for line in head.split(b"\r\n") if line)
    attributes = {
        _header_text(name.removeprefix(b"ce-")): _header_text(value) for name, _, value in lines
    }
    return Message(body, raw.content_type, attributes)


def _header_text(said: bytes) -> str:
    """A header as it came, also where it was no UTF-8."""
    return said.decode("utf-8", "surrogateescape")


def _header_bytes(text: str) -> bytes:
    """A header as it came, also where it was no UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _accepted(
    message: Message,
    carrier: Carrier,
    contact: str,
    found: ReadContact,
    recorded_at: datetime | None,
) -> Append:
    raw = raw_of(message)
    event: Any = light(ContactReceived)(
        contact=contact,
        source=found.source,
        message_id=found.message_id,
        partner=carrier.partner,
        carried_by=carrier.carried_by,
        body_sha256=raw.sha256,
        content=found.light,
        doubts=[LIGHT_DOUBT(**dict(doubt)) for doubt in found.doubts],
        extensions=dict(found.extensions),
    )
    recorded = new_event(
        event,
        1,
        actor=carrier.actor,
        organisation=found.light.reporter.org,
        occurred_at=found.light.occurred_at,
        correlation_id=contact,
        purpose=found.light.lawful_basis or "direct-care",
        tags=(f"partner:{carrier.partner}",) if carrier.partner else (),
    )
    entry = InboxEntry(found.source, found.message_id, found.body_hash, contact)
    return Append((recorded,), raw=raw, inbox=entry, recorded_at=recorded_at)


def _storable(text: str | None) -> str | None:
    """Text that any database takes: what could not be stored is written out, and nothing is dropped."""
    if text is None:
        return None
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\u0000")[:2000]
