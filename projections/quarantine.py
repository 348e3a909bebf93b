"""Messages that could not be used, with what was wrong."""

from collections.abc import Iterable
from datetime import datetime

from events.envelope import RecordedEvent
from events.light import as_json
from events.message_refused import Fault, MessageRefused
from projections.rows import Shown
from projections.table import Lookup, TableDef, Tables

NAME = "quarantine"
VERSION = 2

REFUSALS = TableDef(
    "refusals",
    {
        "refusal": "text", "all": "bool", "partner": "text", "source": "text", "message_id": "text", "carried_by": "text",
        "body_sha256": "text", "size": "int", "problem": "text", "faults": "json", "refused_at": "time", "position": "int",
    },
    ("refusal",),
    (("partner", "position"), ("all", "position")),
)  # fmt: skip
TABLES = (REFUSALS,)
EVENTS = (MessageRefused,)


class RefusedMessage(Shown):
    """A message that could not be used: who sent it, when, and each fault with its place and its remedy."""

    refusal: str
    partner: str | None
    source: str | None
    message_id: str | None
    carried_by: str
    body_sha256: str | None
    size: int
    problem: str
    faults: tuple[Fault, ...]
    refused_at: datetime
    position: int
    withheld: tuple[str, ...] = ()


def read(tables: Tables, refusal: str) -> RefusedMessage | None:
    """One refused message, or None."""
    row = tables.get("refusals", refusal)
    return None if row is None else shown(row)


def newest(tables: Tables, partner: str | None = None, limit: int = 200) -> list[RefusedMessage]:
    """The refused messages, of one partner or of all, newest first."""
    whose: dict[str, object] = {"partner": partner} if partner else {"all": True}
    return [shown(row) for row in tables.latest("refusals", "position", limit, **whose)]


def shown(row: dict[str, object]) -> RefusedMessage:
    """A row as people see it."""
    return RefusedMessage.model_validate({k: v for k, v in row.items() if k != "all"})


def needs(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """Nothing is read."""
    return ()


def apply(tables: Tables, event: RecordedEvent) -> None:
    """Each refused message is a row; it is never taken away."""
    if event.type == MessageRefused.TYPE:
        said = as_json(event.light)
        at = {"refused_at": event.recorded_at, "position": event.position}
        tables.put("refusals", {**said, "all": True, **at})
