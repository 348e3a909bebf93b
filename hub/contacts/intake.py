"""The one door for contacts, whoever carries them: accept or refuse, store, and answer; the same message gets its first answer again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from events.contact_received import ContactReceived
from events.content import Doubt
from hub.contacts.cloud_event import LARGEST, Message
from hub.contacts.receive import Accept, Carrier, Refuse, contact_id, receive, refuse, refuse_taken
from hub.errors import HubError, NotYourSource, TooLarge
from hub.log import Append, InboxTaken, Log, VersionConflict


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
        if isinstance(decided, Refuse):
            raise await self.keep(decided)
        try:
            appended = await self.log.append(decided.append)
        except InboxTaken as taken:
            return await self.answer_again(message, carrier, decided, taken)
        return Answer(
            contact, appended.first, appended.recorded_at, decided.doubts, False, decided.shields
        )

    async def answer_again(
        self, message: Message, carrier: Carrier, decided: Accept, taken: InboxTaken
    ) -> Answer:
        """The first answer, where the body is the same; else it is refused and kept."""
        if taken.entry.body_hash != decided.read.body_hash:
            raise await self.keep(refuse_taken(message, carrier, decided.read))
        first = await self.log.read_stream(f"contact:{taken.entry.contact}")
        doubts = next((e.event.doubts for e in first if isinstance(e.event, ContactReceived)), ())
        return Answer(
            contact=taken.entry.contact,
            position=taken.position,
            recorded_at=taken.recorded_at,
            doubts=doubts,
            again=True,
            shields=decided.shields,
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
