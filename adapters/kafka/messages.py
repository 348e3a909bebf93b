"""What the hub says by Kafka: answers to partners, events for whoever follows, refused messages with their reason.

Everything passes hub/access.py on its way: what a viewer may not see is in no message.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.kafka.client import Headers, Message
from adapters.kafka.topics import Topics
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_withdrawn import ContactWithdrawn
from events.envelope import RecordedEvent
from events.light import as_json
from events.message_refused import MessageRefused
from hub.access import EventShown, see_event, see_outcome, see_refused
from hub.contacts.receive import message_of
from hub.errors import Unavailable
from hub.log import RawMessage
from hub.viewer import Viewer
from projections import quarantine
from projections.answers import Answer, answer_of
from projections.quarantine import RefusedMessage
from projections.rows import by_key
from projections.secrets import Hidden
from projections.table import Row, Tables

FOLLOWER = Viewer("auditor", "nwd.events")  # cleared for nothing: anybody may stand behind a topic
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
TOLD = (
    "referral", "team", "next", "opens", "pathway", "due_at", "about", "reason", "outcome", "withheld",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts events into messages. The same event gives the same ids, however often it is sent."""

    council: str
    topics: Topics = Topics()

    def messages(
        self, tables: Tables, events: Sequence[RecordedEvent], raws: Mapping[str, RawMessage]
    ) -> list[Message]:
        """All that these events lead to, in their order. Raises Unavailable where the tables are behind them."""
        contacts = list(dict.fromkeys(c for e in events if (c := contact_of(e))))
        refusals = [e.event.refusal for e in events if isinstance(e.event, MessageRefused)]
        tables.load(
            [by_key("contacts", "contact", contacts), by_key("refusals", "refusal", refusals)]
        )
        hidden = Hidden(tables)
        hidden.prepare(contacts=contacts)
        return [m for e in events for m in self._of_event(tables, hidden, e, raws)]

    def _of_event(
        self,
        tables: Tables,
        hidden: Hidden,
        event: RecordedEvent,
        raws: Mapping[str, RawMessage],
    ) -> Iterator[Message]:
        row = contact_row(tables, event)
        if isinstance(event.event, MessageRefused):
            yield from self._refused(tables, event.event, raws)
        if row is not None and row["partner"]:
            yield from self._outcome(hidden, event, row)
        shown = see_event(event, hidden, FOLLOWER)
        if shown is not None and shown.type is not None:
            yield self._event(hidden, shown, row)

    def _outcome(self, hidden: Hidden, event: RecordedEvent, row: Row) -> Iterator[Message]:
        said = answer_of(event)
        answer = said and see_outcome(said, hidden, Viewer("partner", row["partner"]))
        if answer:
            data = {"contact": answer.contact, **answers_to(row), **told(answer)}
            if isinstance(event.event, ContactReceived):
                data |= {"body_sha256": row["body_sha256"], "doubts": as_json(event.light.doubts)}
            if isinstance(event.event, ContactCorrected | ContactWithdrawn):
                data |= amendment_told(event.event)
            yield self._structured(
                self.topics.outcomes(row["partner"]),
                key=answer.contact,
                event_id=answer.event_id,
                kind=f"outcome.{answer.kind}.v1",
                subject=f"contact/{answer.contact}",
                at=answer.at,
                data=data,
            )

    def _event(self, hidden: Hidden, shown: EventShown, row: Row | None) -> Message:
        """An event by its envelope and sentence: ids and codes, never what was said of anybody."""
        data = shown.model_dump(
            mode="json",
            include={"position", "stream", "version", "correlation_id", "causation_id", "tags", "sentence", "withheld"},
        )  # fmt: skip
        return self._structured(
            self.topics.events,
            key=family_key(hidden, shown, row),
            event_id=str(shown.event_id),
            kind=f"event.{shown.type}.v{shown.schema_version or 1}",
            subject=(shown.stream or "log").replace(":", "/", 1),
            at=shown.recorded_at,
            data={k: v for k, v in data.items() if v not in (None, [])},
        )

    def _refused(
        self, tables: Tables, event: MessageRefused, raws: Mapping[str, RawMessage]
    ) -> Iterator[Message]:
        message = quarantine.read(tables, event.refusal)
        if message is None:
            raise Unavailable("The quarantine is behind the log.")
        seen = see_refused(message, Viewer("partner", event.partner)) if event.partner else None
        if seen is None or seen.partner is None:
            return
        raw = raws.get(event.body_sha256)
        attributes, body = as_sent(raw, event.size)
        yield Message(
            topic=self.topics.refused(seen.partner),
            key=(seen.message_id or seen.refusal).encode(),
            value=body,
            headers=(*reason_headers(seen), ("content-type", kept_type(raw)), *attributes),
        )
        yield self._structured(
            self.topics.outcomes(seen.partner),
            key=seen.message_id or seen.refusal,
            event_id=seen.refusal,
            kind="outcome.refused.v1",
            subject=f"refusal/{seen.refusal}",
            at=seen.refused_at,
            data=refused_data(seen),
        )

    def _structured(
        self,
        topic: str,
        *,
        key: str,
        event_id: str,
        kind: str,
        subject: str,
        at: datetime,
        data: Mapping[str, Any],
    ) -> Message:
        """A CloudEvent in structured form."""
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"urn:nwd:{self.council}",
            "type": f"uk.gov.{self.council}.nwd.{kind}",
            "subject": subject,
            "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": data,
        }
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return Message(topic, key.encode(), body, STRUCTURED)


def contact_of(event: RecordedEvent) -> str | None:
    """The contact that an event belongs to."""
    return getattr(event.event, "contact", None)


def contact_row(tables: Tables, event: RecordedEvent) -> Row | None:
    """The contact's row; None where the event belongs to none. Raises Unavailable where the row is not there yet."""
    contact = contact_of(event)
    if contact is None:
        return None
    row = tables.get("contacts", contact)
    if row is None:
        raise Unavailable("The contacts are behind the log.")
    return row


def family_key(hidden: Hidden, shown: EventShown, row: Row | None) -> str:
    """What keeps a family's events in order: its root person, else the contact; never where the root must be kept.

    What was recorded before the contact was routed goes by the contact, however late it is sent, or sent again.
    """
    if row is None:
        return shown.stream or "log"
    secrets = hidden.contact(row["contact"])
    may_tell = not secrets.streams and not secrets.tied and not secrets.shield
    routed = row["routed_position"] is not None and shown.position >= row["routed_position"]
    if routed and row["family"] and may_tell:
        return str(row["family"])
    return str(row["contact"])


def answers_to(row: Row) -> dict[str, Any]:
    """The sender's own name for the message that is answered."""
    return {"source": row["source"], "message_id": row["message_id"]}


def amendment_told(amendment: ContactCorrected | ContactWithdrawn) -> dict[str, Any]:
    """The sender's own name for the message that amends, and for the one it amends, with what was taken in."""
    if isinstance(amendment, ContactCorrected):
        amends, doubts = amendment.corrects, as_json(amendment.doubts)
    else:
        amends, doubts = amendment.withdraws, []
    return {
        "message_id": amendment.message_id, "amends": amends, "body_sha256": amendment.body_sha256, "doubts": doubts,
    }  # fmt: skip


def told(answer: Answer) -> dict[str, Any]:
    """What an answer says, without what it does not say."""
    said = answer.model_dump(mode="json", include=set(TOLD))
    return {name: said[name] for name in TOLD if said[name] not in (None, [])}


def refused_data(seen: RefusedMessage) -> dict[str, Any]:
    """Why a message could not be used, for a program."""
    names = {"refusal", "source", "message_id", "problem", "faults", "body_sha256", "size"}
    return seen.model_dump(mode="json", include=names, exclude_none=True)


def reason_headers(seen: RefusedMessage) -> Iterable[tuple[str, bytes]]:
    """The reason, in headers beside the bytes as they came."""
    data = refused_data(seen) | {"carried_by": seen.carried_by}
    for name, value in data.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"nwd-{name.replace('_', '-')}", text.encode()


def as_sent(raw: RawMessage | None, size: int) -> tuple[Headers, bytes]:
    """The attributes and the bytes as they came."""
    if raw is None:
        return (), b""
    sent = message_of(raw, size)
    attributes = (sent.attributes or {}).items()
    return tuple(
        (f"ce_{name}", value.encode("utf-8", "surrogateescape")) for name, value in attributes
    ), sent.body


def kept_type(raw: RawMessage | None) -> bytes:
    """The content type that the bytes came with."""
    return (raw.content_type if raw and raw.content_type else "application/octet-stream").encode()
