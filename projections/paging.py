"""Who was paged about what cannot wait: by what way, whether it went out, what held it up, and when somebody touched it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from events.envelope import RecordedEvent
from events.notice_received import NoticeReceived
from events.of_page import Way, kind_of
from events.page_failed import PageFailed
from events.page_sent import PageSent
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_withdrawn import ReferralWithdrawn
from projections.rows import Shown, by_key
from projections.table import Lookup, TableDef, Tables

NAME = "paging"
VERSION = 2

PAGES = TableDef(
    "pages",
    {
        "page": "text", "ask": "text", "contact": "text", "team": "text", "by": "text", "begun_at": "time",
        "sent_at": "time", "because": "text", "again_at": "time", "touched_at": "time", "waits": "bool",
    },
    ("page",),
    (("ask",), ("waits",)),
)  # fmt: skip
TABLES = (PAGES,)
TOUCHED = (
    ReferralSeen, ReferralAccepted, ReferralDeclined, ReferralHandedOn, ReferralOverridden, ReferralDone,
    ReferralWithdrawn, NoticeReceived,
)  # fmt: skip
TOUCHES = frozenset(event.TYPE for event in TOUCHED)
EVENTS = (PageSent, PageFailed, *TOUCHED)


class Page(Shown):
    """One way to one team, about one ask: a referral, or a notice of what is new about people the team has already.

    by          None where the team's record names no way
    sent_at     None where it did not go out yet; `because` says why, and `again_at` when it is tried again by itself
    touched_at  when somebody first did anything with it, seeing it included
    """

    ask: str
    contact: str
    team: str
    by: Way | None
    begun_at: datetime
    sent_at: datetime | None
    because: str | None
    again_at: datetime | None
    touched_at: datetime | None


def of_asks(tables: Tables, asks: Iterable[str]) -> dict[str, tuple[Page, ...]]:
    """The pages about each of these referrals and notices, in the order they began."""
    named = list(dict.fromkeys(asks))
    tables.load([by_key("pages", "ask", named)])
    return {ask: found for ask in named if (found := pages_of(tables, ask))}


def pages_of(tables: Tables, ask: str) -> tuple[Page, ...]:
    """The pages about one of them."""
    rows = tables.find("pages", ask=ask)
    rows.sort(key=lambda row: (row["begun_at"], row["page"]))
    return tuple(Page(**{name: row[name] for name in Page.model_fields}) for row in rows)


def undelivered(tables: Tables) -> Sequence[str]:
    """Of each page that did not go out, about an ask that nobody has touched, why."""
    rows = tables.find("pages", waits=True)
    named = [row["ask"] for row in rows if kind_of(row["ask"]) == "referral"]
    notices = [row["ask"] for row in rows if kind_of(row["ask"]) == "notice"]
    tables.load([by_key("referrals", "referral", named), by_key("notices", "notice", notices)])
    asks = (tables.get("referrals", referral) for referral in named)
    told = (tables.get("notices", notice) for notice in notices)
    untouched = {ask["referral"] for ask in asks if ask and ask["status"] == "sent"}
    untouched |= {one["notice"] for one in told if one and one["received_at"] is None}
    return [row["because"] for row in rows if row["ask"] in untouched]


def page_of(event: RecordedEvent) -> str:
    """What a page's row goes by."""
    said = event.light
    return f"{said.ask}|{said.team}|{said.by or ''}"


def touched_ask(event: RecordedEvent) -> str:
    """What somebody did something with."""
    said = event.light
    touched: str = said.notice if event.type == NoticeReceived.TYPE else said.referral
    return touched


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The rows that folding these events reads."""
    events = list(events)
    touched = [touched_ask(e) for e in events if e.type in TOUCHES]
    told = [page_of(e) for e in events if e.type in (PageSent.TYPE, PageFailed.TYPE)]
    return (by_key("pages", "ask", touched), by_key("pages", "page", told))


def apply(tables: Tables, event: RecordedEvent) -> None:
    """One page tried, or an ask touched."""
    if event.type in TOUCHES:
        for row in tables.find("pages", ask=touched_ask(event)):
            touched_at = row["touched_at"] or event.recorded_at
            tables.put("pages", {**row, "touched_at": touched_at, "again_at": None, "waits": False})
    elif event.type in (PageSent.TYPE, PageFailed.TYPE):
        tried(tables, event, sent=event.type == PageSent.TYPE)


def tried(tables: Tables, event: RecordedEvent, *, sent: bool) -> None:
    """One way to one team was tried."""
    said = event.light
    before = tables.get("pages", page_of(event))
    touched_at = before["touched_at"] if before else None
    tables.put(
        "pages",
        {
            "page": page_of(event), "ask": said.ask, "contact": said.contact, "team": said.team, "by": said.by,
            "begun_at": before["begun_at"] if before else said.at, "sent_at": said.at if sent else None,
            "because": None if sent else said.because,
            "again_at": None if sent or touched_at else said.again_at, "touched_at": touched_at,
            "waits": not sent and touched_at is None,
        },
    )  # fmt: skip
