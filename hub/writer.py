"""Wraps what the engine makes of one event."""

from uuid import uuid5

from events.base import Event
from events.envelope import NewEvent, RecordedEvent, new_event

ENGINE = "engine"


def number_of(recorded: RecordedEvent) -> str:
    """The number of what follows from an event."""
    return f"K-{recorded.position:06}"


class Writer:
    """Wraps what the engine makes of one event: ids follow from that event's, so that the same decision has the same ids."""

    def __init__(self, received: RecordedEvent, correlation: str | None) -> None:
        self.received = received
        self.correlation = correlation
        self.written: list[NewEvent] = []

    def write(self, event: Event, version: int) -> NewEvent:
        wrapped = new_event(
            event,
            version,
            actor=ENGINE,
            correlation_id=self.correlation,
            causation_id=self.received.event_id,
            purpose=self.received.purpose,
            event_id=uuid5(self.received.event_id, str(len(self.written))),
        )
        self.written.append(wrapped)
        return wrapped
