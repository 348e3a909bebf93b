"""What every event carries around its payload: who, when, why, and where it stands in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from events.base import Event
from events.light import is_light, read_light, write_light
from events.registry import UnknownEventType, decode, encode, event_type


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

    @property
    def kind(self) -> type[Event]:
        """The class of the event."""
        return type(self.event)

    @property
    def payload(self) -> bytes:
        """What is stored of the event."""
        return encode(self.event)

    def at(self, position: int, recorded_at: datetime) -> "RecordedEvent":
        """The event as a log holds it at that place and time."""
        members = {name: getattr(self, name) for name in NewEvent.__slots__}
        return RecordedEvent(**members, position=position, recorded_at=recorded_at)


class LightNewEvent(NewEvent):
    """A new event that was made in its light form (events/light.py) and written: its model is read from that when somebody
    asks for it, which who appends it does not."""

    __slots__ = ("kind", "payload")

    def __init__(self, event: Any, stream: str, version: int, actor: str, **members: Any) -> None:
        """`event` is the light event; the members are those of NewEvent."""
        NewEvent.__init__(self, event, stream, version, actor, **members)
        keep = object.__setattr__
        keep(self, "kind", event_type(event.TYPE))
        keep(self, "payload", write_light(event))
        object.__delattr__(self, "event")

    def __getattr__(self, name: str) -> Any:
        """The event's model, which is asked for the first time."""
        if name != "event":
            raise AttributeError(name)
        event = decode(self.kind.TYPE, self.kind.VERSION, self.payload)
        object.__setattr__(self, name, event)
        return event


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
    _light: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def type(self) -> str:
        """The stored type of the event."""
        return self.event.TYPE

    @property
    def light(self) -> Any:
        """The event's members, read light, once: see events/light.py."""
        if self._light is None:
            object.__setattr__(self, "_light", self._read_light())
        return self._light

    def _read_light(self) -> Any:
        return read_light(self.event.TYPE, self.event.VERSION, encode(self.event))


class StoredEvent(RecordedEvent):
    """An event as a row of the log, of which no more is read than somebody asks for, and that once.

    The type and version are looked at when it is made; raises UnknownEventType.
    """

    __slots__ = ("_row",)

    def __init__(self, row: Sequence[Any]) -> None:
        """`row` holds, in order: position, event id, stream, version, type, schema version, stored bytes, recorded_at,
        occurred_at, actor, organisation, correlation id, causation id, purpose, tags."""
        if row[5] > event_type(row[4]).VERSION:
            raise UnknownEventType(f"{row[4]} version {row[5]} is newer than this hub's")
        keep = object.__setattr__
        keep(self, "_row", row)
        keep(self, "_light", None)
        keep(self, "position", row[0])
        keep(self, "recorded_at", row[7])

    def _read_light(self) -> Any:
        return read_light(*self._row[4:7])

    def __getattr__(self, name: str) -> Any:
        """The event, which is the one member that is not there before it is asked for."""
        if name != "event":
            raise AttributeError(name)
        event = decode(*self._row[4:7])
        object.__setattr__(self, "event", event)
        return event

    event_id = property(lambda self: self._row[1])
    stream = property(lambda self: self._row[2])
    version = property(lambda self: self._row[3])
    type = property(lambda self: self._row[4])
    occurred_at = property(lambda self: self._row[8])
    actor = property(lambda self: self._row[9])
    organisation = property(lambda self: self._row[10])
    correlation_id = property(lambda self: self._row[11])
    causation_id = property(lambda self: self._row[12])
    purpose = property(lambda self: self._row[13])
    tags = property(lambda self: self._row[14])


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
    """Wrap `event`, which may be a light one, for the log: its stream comes from it, its tags from it and `tags`."""
    kind = LightNewEvent if is_light(event) else NewEvent
    return kind(
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
