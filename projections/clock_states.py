"""What a row of an ask or a duty tells of its clock: met, missed, standing still, told to others; and how often the ask moved on."""

from collections.abc import Mapping
from typing import Any

from events.clock_met import ClockMet
from events.clock_missed import ClockMissed
from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
from events.envelope import RecordedEvent
from events.referral_escalated import ReferralEscalated
from projections.table import ColumnType, Row

COLUMNS: Mapping[str, ColumnType] = {
    "met_at": "time", "missed_at": "time", "paused_at": "time", "paused_because": "text",
}  # fmt: skip
OF_ASKS: Mapping[str, ColumnType] = {
    **COLUMNS, "escalated_at": "time", "escalated_to": "text", "bounces": "int",
}  # fmt: skip
NONE: Row = dict.fromkeys(COLUMNS)
NONE_OF_ASKS: Row = {**dict.fromkeys(OF_ASKS), "bounces": 0}
EVENTS = (ClockMet, ClockMissed, ClockPaused, ClockResumed, ReferralEscalated)
TYPES = frozenset(event.TYPE for event in EVENTS)
RUNS_AGAIN = {"paused_at": None, "paused_because": None}


def subject_of(said: Any) -> str:
    """The ask or the duty whose clock an event is about."""
    subject: str = said.stream_id()
    return subject


def told(event: RecordedEvent) -> dict[str, Any]:
    """What an event of a clock changes of its row."""
    said = event.light
    match event.type:
        case ClockMet.TYPE:
            return {"met_at": said.at, **RUNS_AGAIN}
        case ClockMissed.TYPE:
            return {"missed_at": said.due_at}
        case ClockPaused.TYPE:
            return {"paused_at": said.at, "paused_because": said.says}
        case ClockResumed.TYPE:
            return {"due_at": said.due_at, **RUNS_AGAIN}
        case _:
            return {"escalated_at": said.at, "escalated_to": said.to}


def taken_along(row: Row | None, accepted: bool) -> dict[str, Any]:
    """What the next team takes over of the clock of an ask that moved on: all but that a decision that passed it on met it."""
    if row is None:
        return {}
    met = {"met_at": row["met_at"] if accepted else None}
    kept = {name: row[name] for name in ("missed_at", "paused_at", "paused_because")}
    return {**met, **kept, "bounces": row["bounces"] + 1}
