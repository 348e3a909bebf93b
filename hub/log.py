"""What the hub asks of its event log: the port that adapters/postgres fills."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from events.envelope import NewEvent, RecordedEvent


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The bytes of a message as they came, with their SHA-256 (hex)."""

    sha256: str
    body: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """The idempotency key of a message. `body_hash` is the SHA-256 (hex) of its canonical JSON (RFC 8785)."""

    source: str
    message_id: str
    body_hash: str
    contact: str


@dataclass(frozen=True, slots=True)
class KafkaOffset:
    """The next offset to read of a partition, moved in the same transaction from `expected` (None: there was none)."""

    group: str
    topic: str
    partition: int
    expected: int | None
    next: int


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key or a single-use link, stored hashed in its event's transaction. `holder` is a partner slug or a staff id."""

    table: str  # partner_keys or staff_keys
    key: str
    holder: str
    sha256: str
    single_use: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevokeKeys:
    """Every key of the holder, or the one named, stops working, in the event's transaction."""

    table: str
    holder: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events with all that must be stored with them or not at all.

    recorded_at is refused (SimulatedTimeRefused) unless the log is a demonstration.
    """

    events: tuple[NewEvent, ...]
    raw: RawMessage | None = None
    inbox: InboxEntry | None = None
    keys: tuple[KeyRow | RevokeKeys, ...] = ()
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the events stand now: their positions are `first` to `last`, in the order given."""

    first: int
    last: int
    recorded_at: datetime


class VersionConflict(Exception):
    """A (stream, version) is taken: somebody else acted first. Nothing was stored."""


class InboxTaken(Exception):
    """(source, message_id) is taken; carries what was stored under it. Nothing was stored now."""

    def __init__(self, entry: InboxEntry, position: int, recorded_at: datetime) -> None:
        super().__init__(f"{entry.source} {entry.message_id}")
        self.entry, self.position, self.recorded_at = entry, position, recorded_at


class OffsetMoved(Exception):
    """Another consumer moved the partition's offset: this one is a zombie and must stop."""


class SimulatedTimeRefused(Exception):
    """A receipt time was given for a log that is no demonstration."""


class LogGap(Exception):
    """The log misses a position. Readers halt."""


Instead = Callable[[int, InboxTaken], Append | None]
"""What is stored in the place of the command of that number, whose (source, id) is taken; None for nothing."""


class Log(Protocol):
    """The event log, asynchronous form. Positions are gapless from 1, in commit order."""

    async def append(self, command: Append) -> Appended:
        """Store durably, by group commit. Raises VersionConflict, InboxTaken, SimulatedTimeRefused.

        After a connection cut at COMMIT it looks its own event ids up and tells the truth.
        """

    async def append_batch(
        self,
        commands: Sequence[Append],
        offsets: Sequence[KafkaOffset],
        instead: Instead | None = None,
    ) -> list[Appended | InboxTaken]:
        """Store the commands and move the offsets in one transaction; a command whose (source, id) is taken, or whose
        first stream exists already, is left out and answered by InboxTaken or its first Appended. What `instead` makes
        of one that is taken is stored in the same transaction. Raises OffsetMoved."""

    async def accepted(self, names: Sequence[tuple[str, str]]) -> list[InboxTaken]:
        """Of these (source, message id), those that were accepted, with what was stored under each."""

    async def read(self, after: int, limit: int) -> list[RecordedEvent]:
        """Events with position > after, in order. Raises LogGap where a position is missing."""

    async def read_type(
        self, type_: str, after: int, until: int, limit: int
    ) -> list[RecordedEvent]:
        """The first events of one type with position > after and <= until, in order."""

    async def read_stream(self, stream: str, after: int = 0) -> list[RecordedEvent]:
        """One stream, oldest first, from the version after `after` on."""

    async def read_tagged(
        self,
        tags: Sequence[str],
        until: datetime | None = None,
        types: Iterable[str] | None = None,
    ) -> list[RecordedEvent]:
        """Events that carry any of the tags, recorded by `until`, of these types where they are named, in order of position."""

    async def reaches(self, position: int) -> bool:
        """Whether the log has come to a position; of those that are known to be there nobody is asked."""

    async def head(self) -> int:
        """The last position, 0 for an empty log."""

    async def raw(self, sha256: str) -> RawMessage | None:
        """The kept bytes of a message."""

    def follow(self, after: int, limit: int = 1000) -> AsyncIterator[list[RecordedEvent]]:
        """Batches as they are committed, for ever; wakes by NOTIFY, polls every 50 to 100 ms beside it."""
