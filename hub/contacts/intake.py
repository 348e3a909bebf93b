"""The one door for contacts, whoever carries them: accept or refuse, store, and answer; the same message gets its first answer again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.content import Doubt
from hub.contacts.amend import STREAM, follow
from hub.contacts.cloud_event import LARGEST, Message
from hub.contacts.message import ReadContact
from hub.contacts.receive import (
    Accept,
    Amend,
    Carrier,
    Refuse,
    carries_shield,
    contact_id,
    receive,
    refuse,
    refuse_taken,
)
from hub.errors import Conflict, HubError, NotYourSource, TooLarge
from hub.log import Append, InboxTaken, Log, VersionConflict

TRIES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told. `again`: it came before, and this is the first answer. `shields`: see Accept."""

    contact: str
    position: int
    recorded_at: datetime
    doubts: tuple[Doubt, ...]
    again: bool
    shields: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """The door: a log, where contact numbers come from, whose the sources are, and the time."""

    log: Log
    next_contact: Callable[[], Awaitable[int]]
    sources_of: Callable[[str], Awaitable[frozenset[str]]]
    now: Callable[[], datetime]

    async def accept(
        self, message: Message, carrier: Carrier, recorded_at: datetime | None = None
    ) -> Answer:
        """Store the message and answer. Raises the HubError that says why it cannot be used, after keeping it: all but TooLarge."""
        if len(message.body) > LARGEST:
            raise TooLarge
        now = self.now()
        contact = contact_id(await self.next_contact(), recorded_at or now)
        decided = receive(message, carrier, contact, now, recorded_at)
        if (
            isinstance(decided, Refuse)
            and isinstance(decided.error, NotYourSource)
            and carrier.partner
        ):
            # it may have been added just now
            fresh = replace(carrier, sources=await self.sources_of(carrier.partner))
            decided = receive(message, fresh, contact, now, recorded_at)
            carrier = fresh
        if isinstance(decided, Amend):
            return await self.amend(decided.read, carrier, recorded_at)
        if isinstance(decided, Refuse):
            raise await self.keep(decided)
        try:
            return await self.store(decided)
        except InboxTaken as taken:
            return await self.answer_again(carrier, decided.read, taken)

    async def store(self, decided: Accept) -> Answer:
        """Store an accepted message. Raises InboxTaken, VersionConflict."""
        appended = await self.log.append(decided.append)
        return Answer(
            decided.contact, appended.first, appended.recorded_at, decided.doubts, False, decided.shields
        )  # fmt: skip

    async def amend(
        self, found: ReadContact, carrier: Carrier, recorded_at: datetime | None = None
    ) -> Answer:
        """Store what amends an earlier contact, behind whatever amended it before. Raises the HubError that says why it cannot,
        after keeping it; Conflict where others kept coming first."""
        for _ in range(TRIES):
            decided = await follow(self.log, found, carrier, recorded_at)
            try:
                match decided:
                    case Refuse():
                        raise await self.keep(decided)
                    case InboxTaken():
                        raise decided
                    case Accept():
                        return await self.store(decided)
            except InboxTaken as taken:
                return await self.answer_again(carrier, found, taken)
            except VersionConflict:
                continue
        raise Conflict

    async def answer_again(self, carrier: Carrier, found: ReadContact, taken: InboxTaken) -> Answer:
        """The first answer, where the body is the same; else it is refused and kept."""
        if taken.entry.body_hash != found.body_hash:
            raise await self.keep(refuse_taken(found.sent, carrier, found))
        contact, kind = taken.entry.contact, "contact" if found.amends is None else STREAM
        stored = [e.event for e in await self.log.read_stream(f"{kind}:{contact}")]
        doubts = next(
            (
                event.doubts
                for event in stored
                if isinstance(event, ContactReceived | ContactCorrected)
                and event.message_id == found.message_id
            ),
            (),
        )
        return Answer(
            contact=contact,
            position=taken.position,
            recorded_at=taken.recorded_at,
            doubts=doubts,
            again=True,
            shields=found.light is not None and carries_shield(found.light),
        )

    async def keep_unread(self, message: Message, carrier: Carrier, error: HubError) -> HubError:
        """Keep a message that was not even read, such as one with a wrong content type."""
        return await self.keep(refuse(message, carrier, error, None))

    async def keep(self, refused: Refuse) -> HubError:
        """Keep a refused message; one that was kept before is kept."""
        await keep_once(self.log, refused.append)
        return refused.error


async def keep_once(log: Log, append: Append) -> None:
    """Store a refusal; nothing happens where it stands already."""
    if await log.read_stream(append.events[0].stream):
        return  # a loser would be tried apart from its whole batch: who sends rubbish again and again must slow nobody
    try:
        await log.append(append)
    except VersionConflict:
        return
