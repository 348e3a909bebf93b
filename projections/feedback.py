"""Feedback and complaints that came in (R29), for the action plan."""

from collections.abc import Iterable
from datetime import datetime

from events.envelope import RecordedEvent
from events.referral_sent import ReferralSent
from projections.rows import Shown
from projections.table import Lookup, Row, TableDef, Tables

NAME = "feedback"
VERSION = 1
ROW = "R29"

FEEDBACK = TableDef(
    "feedback",
    {"contact": "text", "all": "bool", "team": "text", "sent_at": "time", "position": "int"},
    ("contact",),
    (("all", "position"),),
)
TABLES = (FEEDBACK,)
EVENTS = (ReferralSent,)
MOST = 500


class Feedback(Shown):
    """A contact that says how things went, and the team that was asked to hear it."""

    contact: str
    team: str
    sent_at: datetime


def newest(tables: Tables, limit: int = MOST) -> list[Feedback]:
    """The feedback, newest first."""
    rows = tables.latest("feedback", "position", limit, all=True)
    return [shown(row) for row in rows]


def of_contact(tables: Tables, contact: str) -> Feedback | None:
    """The feedback that a contact is; None where it is none."""
    row = tables.get("feedback", contact)
    return shown(row) if row else None


def shown(row: Row) -> Feedback:
    return Feedback(contact=row["contact"], team=row["team"], sent_at=row["sent_at"])


def needs(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """Nothing is read."""
    return ()


def apply(tables: Tables, event: RecordedEvent) -> None:
    """The first ask by R29 on a contact makes it feedback; it stays so wherever the ask moves on."""
    if event.type != ReferralSent.TYPE or event.light.rule != ROW:
        return
    said = event.light
    row = {
        "contact": said.contact, "all": True, "team": said.team, "sent_at": event.recorded_at, "position": event.position,
    }  # fmt: skip
    tables.put("feedback", row)
