"""Who else must be told of a contact, and whether they were: notices with their receipts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.notice_given import NoticeGiven
from events.notice_received import NoticeReceived
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "notices"
VERSION = 1
TEAM = re.compile(r"[A-Z]{2,6}(-\d+)?")
"""What is to a team stands on its page; what is to others is told by whoever works on the contact."""

NOTICES = TableDef(
    "notices",
    {
        "notice": "text", "contact": "text", "rule": "text", "to": "text", "told_at": "time", "given_at": "time",
        "given_by": "text", "how": "text", "received_at": "time", "seen": "bool", "position": "int",
    },
    ("notice",),
    (("contact",), ("to", "seen")),
)  # fmt: skip
TABLES = (NOTICES,)
EVENTS = (ContactRouted, ContactReconsidered, NoticeGiven, NoticeReceived)
DECIDED = frozenset({ContactRouted.TYPE, ContactReconsidered.TYPE})
MINE = frozenset(e.TYPE for e in EVENTS)


class Notice(Shown):
    """One notice: to whom, by which rule, and its receipts. `told_at` is when the hub put it on a team's page."""

    notice: str
    contact: str
    rule: str
    to: str
    told_at: datetime | None
    given_at: datetime | None
    given_by: str | None
    how: str | None
    received_at: datetime | None


def notice_id(contact: str, rule: str, to: str) -> str:
    """`N-26-000001-R1-school`: the same whoever of the family it is about."""
    return f"N{contact[1:]}-{rule}-{to}"


def of_contact(tables: Tables, contact: str) -> dict[str, Notice]:
    """The notices of a contact that were given, received or put on a team's page, by id."""
    return {row["notice"]: shown(row) for row in tables.find("notices", contact=contact)}


def unseen(tables: Tables, teams: Sequence[str]) -> list[Notice]:
    """What these teams are to know and nobody of them has seen, oldest first."""
    rows = [row for team in teams for row in tables.find("notices", to=team, seen=False)]
    return [shown(row) for row in sorted(rows, key=lambda row: (row["position"], row["notice"]))]


def read(tables: Tables, notice: str) -> Notice | None:
    """One notice, or None."""
    row = tables.get("notices", notice)
    return shown(row) if row else None


def shown(row: Row) -> Notice:
    return Notice(
        **{name: value for name, value in row.items() if name not in ("position", "seen")}
    )


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The rows that the events change."""
    names = list(dict.fromkeys(name for event in events for name in named(event)))
    return [by_key("notices", "notice", names)] if names else []


def named(event: RecordedEvent) -> Iterator[str]:
    """The notices that an event touches."""
    if event.type in DECIDED:
        yield from (row["notice"] for row in to_teams(event))
    elif event.type in MINE:
        yield event.light.notice


def to_teams(event: RecordedEvent) -> Iterator[dict[str, Any]]:
    """What a decision tells teams, each once."""
    said = event.light
    for rule, to in dict.fromkeys((t.rule, t.to) for t in said.decision.tell):
        if TEAM.fullmatch(to):
            name = notice_id(said.contact, rule, to)
            yield {"notice": name, "contact": said.contact, "rule": rule, "to": to}


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A decision puts a notice on a team's page once; giving and receiving are its receipts, the first of each counts."""
    if event.type in DECIDED:
        for said in to_teams(event):
            if tables.get("notices", said["notice"]) is None:
                tables.put("notices", {**blank(event), **said, "told_at": event.recorded_at})
    elif event.type in MINE:
        receipt(tables, event)


def receipt(tables: Tables, event: RecordedEvent) -> None:
    said = event.light
    key = {"notice": said.notice, "contact": said.contact, "rule": said.rule, "to": said.to}
    row = tables.get("notices", said.notice) or {**blank(event), **key}
    if event.type == NoticeReceived.TYPE and row["received_at"] is None:
        tables.put("notices", {**row, "received_at": event.recorded_at, "seen": True})
    elif event.type == NoticeGiven.TYPE and row["given_at"] is None:
        given = {"given_at": event.recorded_at, "given_by": said.team, "how": said.how}
        tables.put("notices", {**row, **given})


def blank(event: RecordedEvent) -> Row:
    return {**dict.fromkeys(NOTICES.columns), "seen": False, "position": event.position}
