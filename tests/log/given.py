"""Small events and commands to append, and the reading of a log from beside it."""

import hashlib
from typing import Any

import psycopg
from psycopg import sql

from events.contact_received import ContactReceived
from events.envelope import NewEvent, new_event
from events.referral_seen import ReferralSeen
from hub.log import Append, InboxEntry, RawMessage

SOURCE = "urn:test:log"


def seen(referral: str, version: int = 1, tags: tuple[str, ...] = ()) -> NewEvent:
    """A small event on the stream of a referral."""
    event = ReferralSeen.example().model_copy(update={"referral": referral})
    return new_event(event, version, actor="staff:S-1", tags=tags)


def command(referral: str, version: int = 1) -> Append:
    """One small event."""
    return Append((seen(referral, version),))


def received(
    number: int, message_id: str | None = None, body: bytes | None = None, **changes: Any
) -> Append:
    """A contact with its raw bytes and its place in the inbox."""
    kept = body if body is not None else f'{{"number": {number}}}'.encode()
    digest = hashlib.sha256(kept).hexdigest()
    contact, message = f"C-26-{number:06}", message_id or f"m-{number}"
    event = ContactReceived.example().model_copy(
        update={"contact": contact, "source": SOURCE, "message_id": message, "body_sha256": digest}
    )
    return Append(
        (new_event(event, 1, actor="partner:test", correlation_id=contact),),
        raw=RawMessage(digest, kept, "application/json"),
        inbox=InboxEntry(SOURCE, message, digest, contact),
        **changes,
    )


def ask(dsn: str, query: str, *values: Any, schema: str = "thurrock") -> list[tuple[Any, ...]]:
    """What the database answers; `{}` is the log's schema."""
    with psycopg.connect(dsn) as conn:
        return conn.execute(sql.SQL(query).format(sql.Identifier(schema)), values).fetchall()


def positions(dsn: str) -> list[int]:
    """Every position there is, in order."""
    return [row[0] for row in ask(dsn, "SELECT position FROM {}.events ORDER BY position")]
