"""What a Kafka message becomes: the same door code as HTTP, for many messages at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.kafka.client import Record
from hub.contacts.amend import follow
from hub.contacts.cloud_event import (
    LARGEST,
    TAKEN_BINARY,
    TAKEN_STRUCTURED,
    Message,
    refuse_content_type,
)
from hub.contacts.message import read
from hub.contacts.receive import (
    Accept,
    Amend,
    Carrier,
    Refuse,
    contact_id,
    receive,
    refuse,
    refuse_taken,
)
from hub.errors import HubError, NotPermitted, Refused, TooLarge
from hub.log import InboxTaken, Log
from hub.partners.state import Partner

AT_A_TIME = 16
ATTRIBUTE = "ce_"
STRUCTURED = "application/cloudevents+json"

Key = tuple[str, str]

log = logging.getLogger(__name__)


class Numbers(Protocol):
    """Gives so many contact numbers that nobody has."""

    def __call__(self, count: int, /) -> Awaitable[Sequence[int]]: ...


class Taken(Protocol):
    """Asks the inbox: of these (source, message id), those that were accepted, with the hash of their body."""

    def __call__(self, keys: Iterable[Key], /) -> Awaitable[Mapping[Key, str]]: ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message with the partner whose topic it came by."""

    record: Record
    partner: Partner

    @property
    def message(self) -> Message:
        """The message as the hub reads it: binary where its attributes stand in headers, else structured."""
        headers = dict(self.record.headers)
        said = headers.get("content-type")
        kind = said.decode("utf-8", "replace") if said is not None else None
        attributes = {
            name.removeprefix(ATTRIBUTE): value.decode("utf-8", "surrogateescape")
            for name, value in headers.items()
            if name.startswith(ATTRIBUTE)
        }
        structured = kind is not None and kind.lower().startswith(STRUCTURED)
        return Message(self.record.value, kind, None if structured else attributes or None)

    @property
    def carrier(self) -> Carrier:
        """Who brought it, and where it was met."""
        sources = frozenset(self.partner.sources)
        return Carrier("kafka", self.partner.slug, sources, self.record.place)

    @property
    def revoked(self) -> bool:
        """Whether the partner had keys and has none that works any more."""
        return self.partner.issued > 0 and not self.partner.keys


@dataclass(frozen=True, slots=True)
class Door:
    """Where contact numbers come from, what is taken already, and the time."""

    numbers: Numbers
    taken: Taken
    now: Callable[[], datetime]

    async def read(self, arrived: Sequence[Arrived]) -> list[Accept | Amend | Refuse]:
        """What each message is by itself, in order. Much is to be read: whoever else has work gets a turn in between."""
        numbers, now = await self.numbers(len(arrived)), self.now()
        read: list[Accept | Amend | Refuse] = []
        for at, (one, number) in enumerate(zip(arrived, numbers, strict=True)):
            if at % AT_A_TIME == 0:
                await asyncio.sleep(0)
            read.append(self._read(one, number, now))
        return read

    async def decide(
        self, arrived: Sequence[Arrived], decided: Sequence[Accept | Refuse]
    ) -> list[Accept | Refuse]:
        """What each message becomes that was read. Another body under a taken id is refused, also within these."""
        keys = {key_of(d) for d in decided if isinstance(d, Accept)}
        known = dict(await self.taken(keys)) if keys else {}
        final: list[Accept | Refuse] = []
        for one, became in zip(arrived, decided, strict=True):
            if isinstance(became, Accept):
                hash_ = known.setdefault(key_of(became), became.read.body_hash)
                final.append(
                    became if hash_ == became.read.body_hash else another_body(one, became)
                )
            else:
                final.append(became)
        return final

    def _read(self, one: Arrived, number: int, now: datetime) -> Accept | Amend | Refuse:
        contact = contact_id(number, now)
        try:
            message = one.message
            error = fault_of(one, message)
            if error is None:
                return receive(message, one.carrier, contact, now)
            found = None if isinstance(error, TooLarge) else read(message, now)
            return refuse(message, one.carrier, error, found)
        except Exception as error:  # noqa: BLE001  # no fault of the hub's own may hold up what comes after
            return unforeseen(one, error)


async def amended(log: Log, one: Arrived, found: Amend) -> Accept | Refuse | None:
    """What becomes of a message that amends one that the log holds by now; None where it came before with the same body."""
    became = await follow(log, found.read, one.carrier)
    if isinstance(became, InboxTaken):
        same = became.entry.body_hash == found.read.body_hash
        return None if same else refuse_taken(one.message, one.carrier, found.read)
    return became


def fault_of(one: Arrived, message: Message) -> HubError | None:
    """What keeps a message out before it is read."""
    if len(message.body) > LARGEST:
        return TooLarge()
    if one.revoked:
        return NotPermitted(
            "Every key of this partner was revoked: it may not send until it has a new one."
        )
    if message.content_type is not None:
        try:
            refuse_content_type(
                message.content_type,
                TAKEN_STRUCTURED if message.attributes is None else TAKEN_BINARY,
            )
        except HubError as error:
            return error
    return None


def key_of(accept: Accept) -> Key:
    """The sender's own name for the message."""
    return accept.read.source, accept.read.message_id


def another_body(one: Arrived, accept: Accept) -> Refuse:
    """The refusal of another body under a taken id."""
    return refuse_taken(one.message, one.carrier, accept.read)


def refused_late(one: Arrived, became: Accept | Refuse, taken: InboxTaken) -> Refuse | None:
    """Where somebody else took the id between looking and storing: the refusal of another body, None for the same."""
    if isinstance(became, Refuse) or taken.entry.body_hash == became.read.body_hash:
        return None
    return another_body(one, became)


def unforeseen(one: Arrived, error: Exception) -> Refuse:
    """A message that the hub failed on: kept, shown to a person, and the fault is the hub's."""
    log.error("the message at %s could not be taken in: %s", one.record.place, type(error).__name__)
    return refuse(
        one.message,
        one.carrier,
        Refused("The hub failed on this message; a person looks at it."),
        None,
    )
