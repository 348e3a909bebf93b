"""When each ask stood in its team's queue: from when it was sent until it ended. Answers what a queue held at any moment, and what stood
beside it: what its team had to look at again, and what was escalated to it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from events.envelope import RecordedEvent
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.obligation_waived import ObligationWaived
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_escalated import ReferralEscalated
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections.referrals_and_clocks import CORRECTION
from projections.rows import by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "queue_spans"
VERSION = 2

SPANS = TableDef(
    "queue_spans",
    {
        "referral": "text", "team": "text", "contact": "text", "sent_at": "time", "ended_at": "time", "months": "texts",
    },
    ("referral",),
    (("months",),),
)  # fmt: skip
BESIDE = TableDef(
    "queue_beside",
    {
        "subject": "text", "kind": "text", "teams": "texts", "contacts": "texts", "referral": "text", "since": "time",
        "until": "time", "months": "texts",
    },
    ("subject",),
    (("months",), ("referral",)),
)  # fmt: skip
TABLES = (SPANS, BESIDE)
MOVES = (ReferralDeclined, ReferralHandedOn, ReferralOverridden)
EVENTS = (
    ReferralSent, ReferralDone, ReferralWithdrawn, *MOVES, ReferralEscalated, ReferralSeen, ReferralAccepted, ObligationOpened,
    ObligationDone, ObligationWaived,
)  # fmt: skip
MOVED = frozenset(event.TYPE for event in MOVES)
ENDS = frozenset({ReferralDone.TYPE, ReferralWithdrawn.TYPE, *MOVED})
TOUCHED = frozenset({ReferralSeen.TYPE, ReferralAccepted.TYPE, *ENDS})
"""After these nobody can say any more that an ask lies untouched."""
MET = frozenset({ObligationDone.TYPE, ObligationWaived.TYPE})

Kind = Literal["again", "escalated"]


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


def contacts_beside(tables: Tables, team: str, kind: Kind, moment: datetime) -> set[str]:
    """The contacts of all that may have stood beside a team's queue at a moment: what was owed then, and who owed it, tells whether it
    did, for a duty to look again goes from team to team with its ask."""
    keys = (still_open(team), month_of(team, moment))
    tables.load([by_key("queue_beside", "months", keys)])
    found = (row for key in keys for row in tables.find("queue_beside", months=key))
    stood = (r for r in found if r["kind"] == kind and stands(r["since"], r["until"], moment))
    return {contact for row in stood for contact in row["contacts"]}


def stood_at(row: Row, moment: datetime) -> bool:
    """Whether an ask had been sent by a moment, and had not ended by then."""
    return stands(row["sent_at"], row["ended_at"], moment)


def stands(begin: datetime, end: datetime | None, moment: datetime) -> bool:
    """Whether what began and ended so stood at a moment."""
    return begin <= moment and (end is None or end > moment)


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
    """The asks that these events end or that something is owed with, and what stands beside a queue for them."""
    events = list(events)
    ended = [e.light.referral for e in events if e.type in ENDS]
    owed = [e.light.referral for e in events if is_to_look_again(e)]
    subjects = [subject_of(e) for e in events if e.type in {*TOUCHED, *MET, ReferralEscalated.TYPE}]
    moved = [e.light.referral for e in events if e.type in MOVED]
    return (
        by_key("queue_spans", "referral", [*ended, *owed]),
        by_key("queue_beside", "subject", subjects),
        by_key("queue_beside", "referral", moved),
    )


def is_to_look_again(event: RecordedEvent) -> bool:
    """Whether a team must look again by this event."""
    return bool(event.type == ObligationOpened.TYPE and event.light.rule == CORRECTION)


def subject_of(event: RecordedEvent) -> str:
    """The ask or the duty that an event touches or meets."""
    said: Any = event.light
    subject: str = said.obligation if event.type in MET else said.referral
    return subject


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A span begins when a team is asked, and is closed when the ask ends, however it does. What stands beside a queue begins when it is
    told to the team, and ends when it is met, or the ask is touched by the team that has it."""
    said, at = event.light, event.recorded_at
    if event.type == ReferralSent.TYPE:
        tables.put(
            "queue_spans",
            {
                "referral": said.referral, "team": said.team, "contact": said.contact, "sent_at": at, "ended_at": None,
                "months": [still_open(said.team)],
            },
        )  # fmt: skip
    elif event.type == ReferralEscalated.TYPE:
        escalate(tables, said, at)
    elif is_to_look_again(event):
        asked = tables.get("queue_spans", said.referral)
        if asked is not None:
            contacts = dict.fromkeys((said.contact, asked["contact"]))
            begin(tables, said.obligation, "again", asked["team"], contacts, said.referral, at)
    elif event.type in TOUCHED or event.type in MET:
        end(tables, subject_of(event), at)
    if event.type in MOVED:
        go_along(tables, said)
    if event.type in ENDS:
        row = row_of(tables, "queue_spans", said.referral)
        months = months_between(row["team"], row["sent_at"], at)
        change(tables, "queue_spans", said.referral, ended_at=at, months=months)


def begin(
    tables: Tables, subject: str, kind: Kind, team: str, contacts: Iterable[str], referral: str, at: datetime
) -> None:  # fmt: skip
    """From here on it stands beside a team's queue."""
    tables.put(
        "queue_beside",
        {
            "subject": subject, "kind": kind, "teams": [team], "contacts": list(contacts), "referral": referral, "since": at,
            "until": None, "months": [still_open(team)],
        },
    )  # fmt: skip


def escalate(tables: Tables, said: Any, at: datetime) -> None:
    """An ask lies untouched, and a team hears of it; should another hear too, it may stand with either. Of one that was touched before
    nobody hears."""
    row = tables.get("queue_beside", said.referral)
    if row is None:
        begin(tables, said.referral, "escalated", said.to, [said.contact], said.referral, at)
    elif row["until"] is None:
        teams = list(dict.fromkeys((*row["teams"], said.to)))
        months = [still_open(team) for team in teams]
        change(tables, "queue_beside", said.referral, teams=teams, months=months)


def end(tables: Tables, subject: str, at: datetime) -> None:
    """It stands beside no queue any more; nothing where it never did, or ended before."""
    row = tables.get("queue_beside", subject)
    if row is not None and row["until"] is None:
        months = [m for team in row["teams"] for m in months_between(team, row["since"], at)]
        change(tables, "queue_beside", subject, until=at, months=months)


def go_along(tables: Tables, moved: Any) -> None:
    """What must be looked at again goes with its ask to the next team."""
    for row in tables.find("queue_beside", referral=moved.referral):
        if row["kind"] == "again" and row["until"] is None:
            teams = list(dict.fromkeys((*row["teams"], moved.next)))
            months = [still_open(team) for team in teams]
            change(
                tables, "queue_beside", row["subject"], teams=teams, referral=moved.opens, months=months
            )  # fmt: skip
