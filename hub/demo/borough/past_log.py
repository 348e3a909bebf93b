"""The log while a past is relived: what contacts in hand hold stands in memory, and what teams do in one slice is stored together."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from events.contact_closed import ContactClosed
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.log import Append, Appended, InboxTaken, Instead, KafkaOffset, Log, RawMessage
from hub.referrals.episodes import read_around
from hub.referrals.state import Episode, fold

PAGE = 2_000
MOST_KEPT = 1_000  # episodes: those that were asked for last, of a month or so
TYING = frozenset(
    e.TYPE for e in (ContactRouted, ContactReconsidered, ReferralSent, ObligationOpened)
)


class RelivedLog(Log, Protocol):
    """A log that may be given a past: until it is ended, what brings no time of its own is recorded at the last moment relived."""

    async def relives(self) -> datetime | None:
        """The moment that the past has come to; None for a log that lives in the present."""

    async def append_past(self, commands: Sequence[Append]) -> list[Appended]:
        """Store commands that are new to it, at least one, all at the time that the first of them brings."""

    async def end_past(self) -> None:
        """From now on it lives in the present, for ever, and everything before is safe on disk. Nobody is paged about it."""


@dataclass(slots=True)
class Kept:
    """An episode as last folded, and the tags of all that belongs around it."""

    episode: Episode
    tags: tuple[str, ...]


class PastLog:
    """The one writer of a past, as a Log. A contact in hand is kept folded, and costs no round trip: of its events none is kept
    longer than until it is folded in."""

    def __init__(self, log: RelivedLog) -> None:
        self._log = log
        self._by_tag: dict[str, list[RecordedEvent]] = {}
        self._whole: set[str] = set()  # contacts of which every event is in memory
        self._episodes = OrderedDict[str, Kept]()
        self._kept_by: dict[
            str, set[str]
        ] = {}  # tag -> the contacts whose episodes are folded from it
        self._closed: list[str] = []
        self._waiting: list[Append] = []
        self.position = 0

    async def news(self) -> AsyncIterator[list[RecordedEvent]]:
        """What was recorded since, by whomever, in pages."""
        while True:
            found = await self._log.read(self.position, PAGE)
            if not found:
                return
            self.position = found[-1].position
            for event in found:
                self._keep(event)
            yield found
            self._forget()
            if len(found) < PAGE:
                return

    async def append(self, command: Append) -> Appended:
        """Keep it for `store`; from now on it is read as if it were stored."""
        assert command.recorded_at is not None
        self._waiting.append(command)
        first = self.position + 1
        for event in command.events:
            self.position += 1
            self._keep(event.at(self.position, command.recorded_at))
        return Appended(first, self.position, command.recorded_at)

    async def store(self) -> None:
        """Store what waits, in one transaction, at the moment of the last of it."""
        if not self._waiting:
            return
        events = tuple(event for command in self._waiting for event in command.events)
        at = self._waiting[-1].recorded_at
        self._waiting.clear()
        [appended] = await self._log.append_past([Append(events, recorded_at=at)])
        self.position = appended.last
        self._forget()

    async def read_tagged(
        self,
        tags: Sequence[str],
        until: datetime | None = None,
        types: Iterable[str] | None = None,
    ) -> list[RecordedEvent]:
        """See hub.log.Log.read_tagged. Contacts that are in hand are in memory; others are read, after storing what waits."""
        assert until is None
        wanted = None if types is None else frozenset(types)
        found = {e.position: e for tag in tags for e in self._by_tag.get(tag, ())}
        gone = [tag for tag in tags if contact_of_tag(tag) not in self._whole]
        if gone:
            await self.store()
            found |= {e.position: e for e in await self._log.read_tagged(gone, types=wanted)}
        return [e for _, e in sorted(found.items()) if wanted is None or e.type in wanted]

    async def episode(self, contact: str) -> Episode:
        """The episode, kept folded: only what came since is folded in. What may tie it to others folds it anew."""
        kept = self._episodes.get(contact)
        since = self._since(kept) if kept else []
        if kept is None or any(e.type in TYING for e in since):
            recorded, tags = await read_around(self, contact)
            kept = self._episodes[contact] = Kept(fold(contact, recorded), tuple(tags))
            for tag in tags:
                self._kept_by.setdefault(tag, set()).add(contact)
        elif since:
            kept.episode = fold(contact, since, kept.episode)
        self._let_go(kept.tags)
        self._episodes.move_to_end(contact)
        if len(self._episodes) > MOST_KEPT:
            self._drop(next(iter(self._episodes)))
        return kept.episode

    def _let_go(self, tags: Iterable[str]) -> None:
        """Events that every episode that is folded from them has taken in."""
        for tag in tags:
            taken_in = min(self._episodes[c].episode.position for c in self._kept_by[tag])
            found = self._by_tag.get(tag)
            if found and found[0].position <= taken_in:
                self._by_tag[tag] = [e for e in found if e.position > taken_in]
                self._whole.discard(contact_of_tag(tag))

    def _since(self, kept: Kept) -> list[RecordedEvent]:
        """What was recorded around an episode since it was folded, in order."""
        found: dict[int, RecordedEvent] = {}
        for tag in kept.tags:
            for event in reversed(self._by_tag.get(tag, ())):
                if event.position <= kept.episode.position:
                    break
                found[event.position] = event
        return [found[position] for position in sorted(found)]

    def _keep(self, recorded: RecordedEvent) -> None:
        event = recorded.event if recorded.type in ("contact.received", "contact.closed") else None
        if isinstance(event, ContactReceived):
            self._whole.add(event.contact)
        elif isinstance(event, ContactClosed):
            self._closed.append(event.contact)
        for tag in recorded.tags:
            if tag.startswith(("contact:", "referral:")):
                self._by_tag.setdefault(tag, []).append(recorded)

    def _forget(self) -> None:
        """Contacts that came to their end are read from the log again where somebody asks."""
        for contact in self._closed:
            self._drop(contact)
        self._closed.clear()

    def _drop(self, contact: str) -> None:
        """Keep nothing of a contact but what others' episodes are folded from."""
        self._whole.discard(contact)
        own = {f"contact:{contact}"}
        own |= {tag for e in self._by_tag.get(f"contact:{contact}", ()) for tag in e.tags}
        if kept := self._episodes.pop(contact, None):
            own |= set(kept.tags)
            for tag in kept.tags:
                self._kept_by[tag].discard(contact)
        for tag in own:
            if contact_of_tag(tag) == contact and not self._kept_by.get(tag):
                self._by_tag.pop(tag, None)
                self._kept_by.pop(tag, None)

    async def receive(self, contacts: Sequence[Append]) -> int:
        """Store what came in at one time, after what waits; the last position that it has."""
        await self.store()
        return (await self._log.append_past(contacts))[-1].last

    async def append_batch(
        self,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        """See hub.log.Log.append_batch."""
        await self.store()
        return await self._log.append_batch(commands, offsets, instead)

    async def accepted(self, names: Sequence[tuple[str, str]]) -> list[InboxTaken]:
        """See hub.log.Log.accepted."""
        return await self._log.accepted(names)

    async def read(self, after: int, limit: int) -> list[RecordedEvent]:
        """See hub.log.Log.read."""
        await self.store()
        return await self._log.read(after, limit)

    async def read_type(
        self, type_: str, after: int, until: int, limit: int
    ) -> list[RecordedEvent]:
        """See hub.log.Log.read_type."""
        await self.store()
        return await self._log.read_type(type_, after, until, limit)

    async def read_stream(self, stream: str, after: int = 0) -> list[RecordedEvent]:
        """See hub.log.Log.read_stream."""
        await self.store()
        return await self._log.read_stream(stream, after)

    async def head(self) -> int:
        """See hub.log.Log.head."""
        await self.store()
        return await self._log.head()

    async def reaches(self, position: int) -> bool:
        """See hub.log.Log.reaches."""
        return position <= await self.head()

    async def raw(self, sha256: str) -> RawMessage | None:
        """See hub.log.Log.raw."""
        return await self._log.raw(sha256)

    def follow(self, after: int, limit: int = 1000) -> AsyncIterator[list[RecordedEvent]]:
        """See hub.log.Log.follow."""
        return self._log.follow(after, limit)


def contact_of_tag(tag: str) -> str:
    """`C-26-000001` of `contact:C-26-000001` and of `referral:R-26-000001-2`."""
    kind, _, subject = tag.partition(":")
    return subject if kind == "contact" else f"C{subject.rpartition('-')[0][1:]}"
