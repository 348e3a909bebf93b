"""When each ask stood in its team's queue: from when it was sent until it ended. Answers what a queue held at any moment."""

from collections.abc import Iterable
from datetime import UTC, datetime

from events.envelope import RecordedEvent
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections.rows import by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "queue_spans"
VERSION = 1

SPANS = TableDef(
    "queue_spans",
    {
        "referral": "text", "team": "text", "contact": "text", "sent_at": "time", "ended_at": "time", "months": "texts",
    },
    ("referral",),
    (("months",),),
)  # fmt: skip
TABLES = (SPANS,)
EVENTS = (
    ReferralSent, ReferralDone, ReferralWithdrawn, ReferralDeclined, ReferralHandedOn, ReferralOverridden,
)  # fmt: skip
ENDS = frozenset(event.TYPE for event in EVENTS if event is not ReferralSent)


def contacts_in(tables: Tables, team: str, moment: datetime) -> list[str]:
    """The contacts of every ask that stood in a team's queue at a moment, each once.

    An ask is found by the months it stood there, so that years of a team's past are not gone through for one of its days.
    """
    tables.load([by_key("queue_spans", "months", (still_open(team), month_of(team, moment)))])
    found = (
        *tables.find("queue_spans", months=still_open(team)),
        *tables.find("queue_spans", months=month_of(team, moment)),
    )
    return sorted({row["contact"] for row in found if stood_at(row, moment)})


def stood_at(row: Row, moment: datetime) -> bool:
    """Whether an ask had been sent by a moment, and had not ended by then."""
    ended: datetime | None = row["ended_at"]
    return bool(row["sent_at"] <= moment) and (ended is None or ended > moment)


def still_open(team: str) -> str:
    """Where the asks stand that have not ended."""
    return f"{team}|open"


def month_of(team: str, moment: datetime) -> str:
    """Where the asks stand that ended, and stood in the queue in this month."""
    return f"{team}|{moment.astimezone(UTC):%Y-%m}"


def months_between(team: str, begin: datetime, end: datetime) -> list[str]:
    """Every month of a stretch of time."""
    first, last = (
        at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1 for at in (begin, end)
    )
    return [f"{team}|{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1)]


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The asks that these events end."""
    ended = (e.light.referral for e in events if e.type != ReferralSent.TYPE)
    return (by_key("queue_spans", "referral", ended),)


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A span begins when a team is asked, and is closed when the ask ends, however it does."""
    said, at = event.light, event.recorded_at
    if event.type == ReferralSent.TYPE:
        tables.put(
            "queue_spans",
            {
                "referral": said.referral, "team": said.team, "contact": said.contact, "sent_at": at, "ended_at": None,
                "months": [still_open(said.team)],
            },
        )  # fmt: skip
    elif event.type in ENDS:
        row = row_of(tables, "queue_spans", said.referral)
        months = months_between(row["team"], row["sent_at"], at)
        change(tables, "queue_spans", said.referral, ended_at=at, months=months)
