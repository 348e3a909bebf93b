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
from projections.queue_spans import month_of, months_between, stands, still_open
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "notices"
VERSION = 4
TEAM = re.compile(r"[A-Z]{2,6}(-\d+)?")
"""What is to a team stands on its page; what is to others is told by whoever works on the contact."""

HELD = "F7"
NEWS = "news"
"""Where all that is new about people stands by its months, whichever team has them; what a team is to know stands by its own."""

NOTICES = TableDef(
    "notices",
    {
        "notice": "text", "contact": "text", "rule": "text", "to": "text", "told_at": "time", "given_at": "time",
        "given_by": "text", "how": "text", "received_at": "time", "position": "int", "rows": "texts", "policy": "text",
        "until": "time", "months": "texts",
    },
    ("notice",),
    (("contact",), ("months",)),
)  # fmt: skip
TABLES = (NOTICES,)
EVENTS = (ContactRouted, ContactReconsidered, NoticeGiven, NoticeReceived, ContactClosed)
DECIDED = frozenset({ContactRouted.TYPE, ContactReconsidered.TYPE})
RECEIPTS = frozenset({NoticeGiven.TYPE, NoticeReceived.TYPE})


OWN = ("position", "rows", "policy", "until", "months")
"""What a notice is found and judged by, and is not shown of it."""


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
class Unseen:
    """A notice that stands on a team's page.

    rows, policy   of what is new about people: the rows of routing.md by which it came, and the hash of the policy that set them off
    """

    notice: Notice
    rows: tuple[str, ...]
    policy: str | None
    position: int


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


def unseen(tables: Tables, teams: Sequence[str], at: datetime | None = None) -> list[Unseen]:
    """What these teams are to know and nobody of them has seen, or had by a moment: what is new of those they have first, then oldest
    first."""
    rows = standing(tables, [team for team in teams if team != NEWS], at)
    rows.sort(key=lambda row: (row["rule"] != HELD, row["position"], row["notice"]))
    return [Unseen(shown(r), tuple(r["rows"] or ()), r["policy"], r["position"]) for r in rows]


def unseen_news(tables: Tables, at: datetime | None = None) -> list[Unseen]:
    """What is new of people and was not seen by the team that has them, whichever that is; oldest first."""
    rows = sorted(standing(tables, [NEWS], at), key=lambda row: (row["position"], row["notice"]))
    return [Unseen(shown(r), tuple(r["rows"] or ()), r["policy"], r["position"]) for r in rows]


def standing(tables: Tables, places: Sequence[str], at: datetime | None) -> list[Row]:
    """The notices that stand there unseen, or stood there at a moment."""
    keys = [still_open(place) for place in places]
    keys += [month_of(place, at) for place in places] if at else []
    tables.load([by_key("notices", "months", keys)])
    found = (row for key in keys for row in tables.find("notices", months=key))
    return [r for r in found if at is None or stands(r["told_at"], r["until"], at)]


def read(tables: Tables, notice: str) -> Notice | None:
    """One notice, or None."""
    row = tables.get("notices", notice)
    return shown(row) if row else None


def shown(row: Row) -> Notice:
    return Notice(**{name: value for name, value in row.items() if name not in OWN})


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
    held = {news.notice: (HELD, news.to, sorted(news.rows)) for news in held_news(event)}
    told = {
        notice_id(said.contact, t.rule, t.to): (t.rule, t.to, None)
        for t in said.decision.tell
        if TEAM.fullmatch(t.to)
    }
    for notice, (rule, to, rows) in {**told, **held}.items():
        pinned = {"rows": rows, "policy": said.policy.hash if rows else None}
        yield {"notice": notice, "contact": said.contact, "rule": rule, "to": to, **pinned}


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A decision puts a notice on a team's page once; giving and receiving are its receipts, the first of each counts. What nobody
    has seen of a contact that is closed is to be seen no more, but what is new about people: whoever has them must know."""
    if event.type in DECIDED:
        for said in to_teams(event):
            if tables.get("notices", said["notice"]) is None:
                months = [still_open(place) for place in places_of(said)]
                begun = {"told_at": event.recorded_at, "months": months}
                tables.put("notices", {**blank(event), **said, **begun})
    elif event.type in RECEIPTS:
        receipt(tables, event)
    elif event.type == ContactClosed.TYPE:
        for row in tables.find("notices", contact=event.light.contact):
            if row["rule"] != HELD:
                tables.put("notices", ended(row, event.recorded_at))


def places_of(row: Row) -> list[str]:
    """Where it stands: with its team, and what is new about people among all that is."""
    return [row["to"], NEWS] if row["rule"] == HELD else [row["to"]]


def ended(row: Row, at: datetime) -> Row:
    """A notice that stands on no page any more: from then on, or since it first was so."""
    if row["told_at"] is None or row["until"] is not None:
        return row
    months = (m for place in places_of(row) for m in months_between(place, row["told_at"], at))
    return {**row, "until": at, "months": list(months)}


def receipt(tables: Tables, event: RecordedEvent) -> None:
    said = event.light
    key = {"notice": said.notice, "contact": said.contact, "rule": said.rule, "to": said.to}
    row = tables.get("notices", said.notice) or {**blank(event), **key}
    if event.type == NoticeReceived.TYPE and row["received_at"] is None:
        tables.put("notices", {**ended(row, event.recorded_at), "received_at": event.recorded_at})
    elif event.type == NoticeGiven.TYPE and row["given_at"] is None:
        given = {"given_at": event.recorded_at, "given_by": said.team, "how": said.how}
        tables.put("notices", {**row, **given})


def blank(event: RecordedEvent) -> Row:
    return {**dict.fromkeys(NOTICES.columns), "months": [], "position": event.position}
