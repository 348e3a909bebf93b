"""What every event carries around its payload: who, when, why, and where it stands in the log."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from events.base import Event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a caller asks the log to append.

    stream          `kind:id`, such as `contact:C-26-000001`
    version         its place in the stream, from 1; taken already is a conflict
    actor           who acts: `partner:SLUG`, `staff:ID`, `engine`, `operator`
    organisation    the organisation's code the actor acts for, where known
    correlation_id  what hangs together: the id of the contact that began it
    causation_id    the event that this one answers
    purpose         why it is processed, such as `safeguarding`
    """

    event: Event
    stream: str
    version: int
    actor: str
    organisation: str | None = None
    occurred_at: datetime | None = None
    correlation_id: str | None = None
    causation_id: UUID | None = None
    purpose: str | None = None
    tags: tuple[str, ...] = ()
    event_id: UUID = field(default_factory=uuid4)

    def at(self, position: int, recorded_at: datetime) -> "RecordedEvent":
        """The event as a log holds it at that place and time."""
        members = {name: getattr(self, name) for name in self.__slots__}
        return RecordedEvent(**members, position=position, recorded_at=recorded_at)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the log holds it. `position` is gapless from 1 in commit order; `recorded_at` is UTC from the database."""

    event: Event
    stream: str
    version: int
    actor: str
    organisation: str | None
    occurred_at: datetime | None
    correlation_id: str | None
    causation_id: UUID | None
    purpose: str | None
    tags: tuple[str, ...]
    event_id: UUID
    position: int
    recorded_at: datetime


def new_event(
    event: Event,
    version: int,
    *,
    actor: str,
    organisation: str | None = None,
    occurred_at: datetime | None = None,
    correlation_id: str | None = None,
    causation_id: UUID | None = None,
    purpose: str | None = None,
    tags: tuple[str, ...] = (),
    event_id: UUID | None = None,
) -> NewEvent:
    """Wrap `event` for the log: its stream comes from the event, its tags from the event and `tags`."""
    return NewEvent(
        event=event,
        stream=f"{event.STREAM}:{event.stream_id()}",
        version=version,
        actor=actor,
        organisation=organisation,
        occurred_at=occurred_at,
        correlation_id=correlation_id,
        causation_id=causation_id,
        purpose=purpose,
        tags=tuple(dict.fromkeys((*event.tags(), *tags))),
        event_id=event_id or uuid4(),
    )
