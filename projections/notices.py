"""Who else must be told of a contact, and whether they were: notices with their receipts. Who has somebody already is told too (F7)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.contact_closed import ContactClosed
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.notice_given import NoticeGiven
from events.notice_received import NoticeReceived
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "notices"
VERSION = 3
TEAM = re.compile(r"[A-Z]{2,6}(-\d+)?")
"""What is to a team stands on its page; what is to others is told by whoever works on the contact."""

HELD = "F7"

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
EVENTS = (ContactRouted, ContactReconsidered, NoticeGiven, NoticeReceived, ContactClosed)
DECIDED = frozenset({ContactRouted.TYPE, ContactReconsidered.TYPE})
RECEIPTS = frozenset({NoticeGiven.TYPE, NoticeReceived.TYPE})


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


@dataclass(frozen=True, slots=True)
class News:
    """What is new about people whom a team has already: it is asked nothing, by whatever rows of routing.md it came (F7)."""

    notice: str
    to: str
    rows: frozenset[str]


def notice_id(contact: str, rule: str, to: str, amendment: str | None = None) -> str:
    """`N-26-000001-R1-school`: the same whoever of the family it is about. What a correction says anew of somebody whom a team
    has already is another notice, `N-26-000001-K000812-F7-MASH`: who saw the first has not seen that."""
    again = f"-{amendment.replace('-', '')}" if amendment else ""
    return f"N{contact[1:]}{again}-{rule}-{to}"


def held_news(event: RecordedEvent) -> list[News]:
    """What a decision has to say to teams that have somebody already: of the first decision all of it, of what would now be decided
    after a correction that alone which was not decided before."""
    said = event.light
    amendment = said.amendment if event.type == ContactReconsidered.TYPE else None
    new = None if amendment is None else {(r.row, r.about, r.person, r.team) for r in said.newly}
    rows: dict[str, set[str]] = {}
    for r in said.decision.routes:
        if r.held_by and r.team and (new is None or (r.row, r.about, r.person, r.team) in new):
            rows.setdefault(r.team, set()).add(r.row)
    return [
        News(notice_id(said.contact, HELD, team, amendment), team, frozenset(found))
        for team, found in rows.items()
    ]


def of_contact(tables: Tables, contact: str) -> dict[str, Notice]:
    """The notices of a contact that were given, received or put on a team's page, by id."""
    return {row["notice"]: shown(row) for row in tables.find("notices", contact=contact)}


def unseen(tables: Tables, teams: Sequence[str]) -> list[Notice]:
    """What these teams are to know and nobody of them has seen: what is new of those they have first, then oldest first."""
    rows = [row for team in teams for row in tables.find("notices", to=team, seen=False)]
    order = sorted(rows, key=lambda row: (row["rule"] != HELD, row["position"], row["notice"]))
    return [shown(row) for row in order]


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
    events = list(events)
    names = list(dict.fromkeys(name for event in events for name in named(event)))
    closed = list(dict.fromkeys(e.light.contact for e in events if e.type == ContactClosed.TYPE))
    both = (by_key("notices", "notice", names), by_key("notices", "contact", closed))
    return [lookup for lookup in both if lookup.values]


def named(event: RecordedEvent) -> Iterator[str]:
    """The notices that an event touches."""
    if event.type in DECIDED:
        yield from (row["notice"] for row in to_teams(event))
    elif event.type in RECEIPTS:
        yield event.light.notice


def to_teams(event: RecordedEvent) -> Iterator[dict[str, Any]]:
    """What a decision tells teams, each once: those who must know, and those who have somebody already, who are asked nothing new."""
    said = event.light
    held = ((news.notice, HELD, news.to) for news in held_news(event))
    told = (
        (notice_id(said.contact, t.rule, t.to), t.rule, t.to)
        for t in said.decision.tell
        if TEAM.fullmatch(t.to)
    )
    for notice, rule, to in dict.fromkeys((*held, *told)):
        yield {"notice": notice, "contact": said.contact, "rule": rule, "to": to}


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A decision puts a notice on a team's page once; giving and receiving are its receipts, the first of each counts. What nobody
    has seen of a contact that is closed is to be seen no more, but what is new about people: whoever has them must know."""
    if event.type in DECIDED:
        for said in to_teams(event):
            if tables.get("notices", said["notice"]) is None:
                tables.put("notices", {**blank(event), **said, "told_at": event.recorded_at})
    elif event.type in RECEIPTS:
        receipt(tables, event)
    elif event.type == ContactClosed.TYPE:
        for row in tables.find("notices", contact=event.light.contact):
            tables.put("notices", {**row, "seen": row["seen"] or row["rule"] != HELD})


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
