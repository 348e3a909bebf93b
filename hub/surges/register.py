"""The door to surges: begins one, sends its list, says where it stands, ends it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.base import Event
from events.envelope import RecordedEvent, new_event
from events.message_refused import Fault
from events.surge_begun import SurgeBegun
from events.surge_ended import SurgeEnded
from hub.contacts.check import check
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Carrier
from hub.errors import Conflict, HubError, InvalidCommand, NotAllowed, NotKnown, UnreadableFile
from hub.linking.records import Record, read_records
from hub.log import Append, Log, VersionConflict
from hub.plain_text import plain_text
from hub.services import Hub
from hub.surges.rows import MORE_COLUMNS, Terms, message_of
from projections.surges import SOURCE

REGISTER = "register:surges"
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TRIES = 3


@dataclass(frozen=True, slots=True)
class Surge:
    """A list that is, or was, followed up. `ended_at` None: it still is."""

    surge: str
    about: str
    begun_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    version: int = 1

    @property
    def source(self) -> str:
        """The source of its contacts."""
        return f"{SOURCE}{self.surge}"


@dataclass(frozen=True, slots=True)
class SentList:
    """What became of the rows: new contacts, those that had come before, and those refused and kept, by their place."""

    new: int
    before: int
    refused: tuple[str, ...]


async def surges(log: Log) -> dict[str, Surge]:
    """Every surge, oldest first."""
    return fold(await log.read_tagged([REGISTER]))


def fold(events: Iterable[RecordedEvent]) -> dict[str, Surge]:
    """What these events come to."""
    known: dict[str, Surge] = {}
    for recorded in events:
        match recorded.event:
            case SurgeBegun() as begun:
                known[begun.surge] = Surge(
                    begun.surge, begun.about, recorded.recorded_at, version=recorded.version
                )
            case SurgeEnded() as ended:
                was = known[ended.surge]
                known[ended.surge] = Surge(
                    was.surge, was.about, was.begun_at, recorded.recorded_at, ended.reason, recorded.version
                )  # fmt: skip
    return known


def decide_begin(known: dict[str, Surge], surge: str, about: str) -> list[Event]:
    """It begins; the same again changes nothing. Raises InvalidCommand, and NotAllowed for one that has ended."""
    if not SLUG.fullmatch(surge):
        says = "A surge's short name is small letters, digits and hyphens, 40 at most."
        raise InvalidCommand(says, [Fault(pointer="/surge", code="not-a-slug", says=says)])
    text = plain_text("about", about, 100)
    if surge in known:
        if known[surge].ended_at:
            raise NotAllowed(f"The surge {surge} has ended: begin another under another name.")
        return []
    return [SurgeBegun(surge=surge, about=text, source=f"{SOURCE}{surge}")]


def decide_end(known: dict[str, Surge], surge: str, reason: str) -> list[Event]:
    """It ends; to end it again changes nothing. Raises NotKnown."""
    if surge not in known:
        raise NotKnown(f"There is no surge {surge[:40]!r}.")
    if known[surge].ended_at:
        return []
    return [SurgeEnded(surge=surge, reason=plain_text("reason", reason))]


async def begin(
    log: Log,
    surge: str,
    about: str,
    *,
    actor: str = "operator",
    recorded_at: datetime | None = None,
) -> Surge:
    """Begin a surge, unless it goes on already."""
    for _ in range(TRIES):
        known = await surges(log)
        if await _recorded(log, decide_begin(known, surge, about), known, actor, recorded_at):
            return (await surges(log))[surge]
    raise Conflict


async def end(log: Log, surge: str, reason: str, *, actor: str = "operator") -> Surge:
    """End a surge, unless it has ended."""
    for _ in range(TRIES):
        known = await surges(log)
        if await _recorded(log, decide_end(known, surge, reason), known, actor, None):
            return (await surges(log))[surge]
    raise Conflict


async def _recorded(
    log: Log, decided: Sequence[Event], known: dict[str, Surge], actor: str, at: datetime | None
) -> bool:
    """Whether what was decided stands in the log; False where somebody else acted first."""
    for event in decided:
        before = known.get(event.stream_id())
        version = before.version + 1 if before else 1
        wrapped = new_event(event, version, actor=actor, tags=(REGISTER,))
        try:
            await log.append(Append((wrapped,), recorded_at=at))
        except VersionConflict:
            return False
    return True


def messages_of(path: Path, terms: Terms) -> list[tuple[str, Message]]:
    """Every row as a message, with its place. Raises UnreadableFile or InvalidCommand at the first that cannot be used: nothing
    of a list is sent that could not be read to its end."""
    seen: dict[str, int] = {}
    found: list[tuple[str, Message]] = []
    for record in read_records(path, MORE_COLUMNS):
        _once(path, seen, record)
        found.append((f"row {record.row}", message_of(record, terms)))
    return found


def refuse_unusable(listed: Sequence[tuple[str, Message]], now: datetime) -> None:
    """Raise InvalidCommand where the list is empty, or where the door would not take a row: it names each, and nothing is sent."""
    if not listed:
        says = "The list has no row besides the one that names the columns."
        raise InvalidCommand(says, [Fault(pointer="", code="empty", says=says)])
    verdicts = [check(message, place, now) for place, message in listed]
    faults = [
        fault.model_copy(update={"says": f"{one.place.capitalize()}: {fault.says}"})
        for one in verdicts
        for fault in one.errors
    ]
    if faults:
        rows = sum(not one.ok for one in verdicts)
        says = f"{rows} of {len(listed)} rows cannot be used. Mend them and send the whole list again: nothing was sent."
        raise InvalidCommand(says, faults)


def _once(path: Path, seen: dict[str, int], record: Record) -> None:
    before = seen.setdefault(record.record_id, record.row)
    if before != record.row:
        raise UnreadableFile(path, record.row, "record_id", f"stands in row {before} too.")


async def send(hub: Hub, listed: Iterable[tuple[str, Message]]) -> SentList:
    """Send the rows through the door, each once however often the list is sent."""
    new = before = 0
    refused: list[str] = []
    for place, message in listed:
        try:
            answer = await hub.intake.accept(message, Carrier("file"))
        except HubError as error:
            faults = "; ".join(f"{f.pointer}: {f.says}" for f in error.faults)
            refused.append(f"{place}: {faults or error.says}")
            continue
        before, new = (before + 1, new) if answer.again else (before, new + 1)
    return SentList(new, before, tuple(refused))
