"""The clocks that run, as the engine keeps them: folded from the log, found by when something is due to happen to them.

A row stands here while its ask or its duty is open. `wakes` is when it is next to be looked at, in milliseconds and negative, so that
the soonest is the highest; a row that waits for nothing has `waits` 0.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from events.base import Event
from events.clock_met import ClockMet
from events.clock_missed import ClockMissed
from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
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
from projections.rows import by_key
from projections.table import Lookup, Row, TableDef, Tables

CLOCK = TableDef(
    "running_clock",
    {
        "subject": "text", "contact": "text", "referral": "text", "team": "text", "rule": "text", "about": "text",
        "person": "text", "clock": "text", "due_at": "time", "missed_from": "time", "started_at": "time", "moved_at": "time",
        "untouched": "bool", "met": "text", "missed": "bool", "escalated": "bool", "paused_at": "time",
        "pause_ends_at": "time", "pause_rule": "text", "unit": "text", "version": "int", "waits": "int", "wakes": "int",
    },
    ("subject",),
    (("waits", "wakes"), ("referral",)),
)  # fmt: skip
TABLES = (CLOCK,)
NEW: Row = {
    **dict.fromkeys(CLOCK.columns), "untouched": False, "missed": False, "escalated": False, "version": 0, "waits": 0,
    "wakes": 0,
}  # fmt: skip


def needs(events: Iterable[Event]) -> Iterable[Lookup]:
    """The rows that folding these events reads."""
    events = list(events)
    subjects = {s for e in events if (s := subject_of(e))}
    moved = {e.follows for e in events if isinstance(e, ReferralSent) and e.follows}
    return (
        by_key("running_clock", "subject", sorted(subjects)),
        by_key("running_clock", "referral", sorted(moved)),
    )


def subject_of(event: Event) -> str | None:
    """The ask or the duty that an event is about, where it changes its clock."""
    match event:
        case ReferralSent():
            return event.follows
        case ObligationOpened():
            return event.referral
        case ClockMet() | ClockMissed() | ClockPaused() | ClockResumed():
            return event.subject
        case ObligationDone() | ObligationWaived():
            return event.obligation
        case (
            ReferralSeen()
            | ReferralAccepted()
            | ReferralDone()
            | ReferralWithdrawn()
            | ReferralEscalated()
        ):
            return event.referral
        case ReferralDeclined() | ReferralHandedOn() | ReferralOverridden():
            return event.referral
        case _:
            return None


def fold(tables: Tables, event: Event, at: datetime | None = None) -> None:
    """Take one event in. `at` is when it was recorded; of what begins with a contact nothing turns on it."""
    match event:
        case ReferralSent():
            put(tables, referral_row(tables, event, at))
        case ObligationOpened():
            put(tables, obligation_row(tables, event))
        case (
            ReferralSeen()
            | ReferralAccepted()
            | ReferralDeclined()
            | ReferralHandedOn()
            | ReferralOverridden()
        ):
            change(tables, event.referral, untouched=False)
        case ReferralDone() | ReferralWithdrawn():
            tables.delete("running_clock", event.referral)
        case ObligationDone() | ObligationWaived():
            tables.delete("running_clock", event.obligation)
        case ReferralEscalated():
            told(tables, event.referral, escalated=True)
        case ClockMet() | ClockMissed() | ClockPaused() | ClockResumed():
            fold_clock(tables, event)


def fold_clock(tables: Tables, event: ClockMet | ClockMissed | ClockPaused | ClockResumed) -> None:
    """Take in what happened to a clock."""
    still: dict[str, Any] = dict.fromkeys(("paused_at", "pause_ends_at", "pause_rule"))
    match event:
        case ClockMet():
            told(tables, event.subject, met=event.by, **still)
        case ClockMissed():
            told(tables, event.subject, missed=True)
        case ClockPaused():
            told(
                tables, event.subject, paused_at=event.at, pause_ends_at=event.ends_at, pause_rule=event.rule,
                unit=event.unit,
            )  # fmt: skip
        case ClockResumed():
            told(tables, event.subject, due_at=event.due_at, missed_from=None, **still)


def referral_row(tables: Tables, sent: ReferralSent, at: datetime | None) -> Row:
    """An ask as it begins; one that follows another takes its clock along."""
    before = taken_along(tables, sent.follows, sent) if sent.follows else NEW
    return {
        **before, "subject": sent.referral, "contact": sent.contact, "referral": sent.referral, "team": sent.team,
        "rule": sent.rule, "about": sent.about, "person": sent.person, "clock": sent.clock, "due_at": sent.due_at,
        "missed_from": sent.missed_from, "started_at": sent.clock_started_at, "moved_at": at if sent.follows else None,
        "untouched": True, "escalated": False, "version": 0,
    }  # fmt: skip


def taken_along(tables: Tables, follows: str, sent: ReferralSent) -> Row:
    """The clock of an ask that moved on: it leaves the ask that ended, and what is owed goes along to the next team."""
    row = tables.get("running_clock", follows)
    for owed in tables.find("running_clock", referral=follows):
        if owed["subject"] != follows:
            tables.put("running_clock", {**owed, "referral": sent.referral, "team": sent.team})
    if row is None:
        return NEW
    tables.delete("running_clock", follows)
    return {**row, "met": "accepted" if row["met"] == "accepted" else None}


def obligation_row(tables: Tables, opened: ObligationOpened) -> Row:
    """A duty as it begins, with the ask that it belongs to."""
    asked = tables.get("running_clock", opened.referral)
    return {
        **NEW, "subject": opened.obligation, "contact": opened.contact, "referral": opened.referral,
        "team": asked["team"] if asked else None, "rule": opened.rule, "about": opened.about, "person": opened.person,
        "clock": opened.clock, "due_at": opened.due_at,
    }  # fmt: skip


def told(tables: Tables, subject: str, **columns: Any) -> None:
    """An event of the clock's own stream."""
    row = tables.get("running_clock", subject)
    if row is not None:
        put(tables, {**row, "version": row["version"] + 1, **columns})


def change(tables: Tables, subject: str, **columns: Any) -> None:
    """Something else that its next look turns on."""
    row = tables.get("running_clock", subject)
    if row is not None:
        put(tables, {**row, **columns})


def put(tables: Tables, row: Row) -> None:
    """Keep a row, to be looked at when something is next due to happen to it."""
    wakes = next_look(row)
    tables.put(
        "running_clock",
        {**row, "waits": int(wakes is not None), "wakes": 0 if wakes is None else in_order(wakes)},
    )


def next_look(row: Row) -> datetime | None:
    """When something may next be due to happen; None for never. Never later than it is due, and looked at anew where it is sooner."""
    if row["paused_at"]:
        ends_at: datetime | None = row["pause_ends_at"]
        return ends_at
    may_miss = row["due_at"] if runs(row) and not row["missed"] else None
    may_escalate = escalates_from(row) if row["untouched"] and not row["escalated"] else None
    return min((t for t in (may_miss, may_escalate) if t), default=None)


def runs(row: Row) -> bool:
    """Whether it waits to be met."""
    return row["due_at"] is not None and row["met"] is None


def escalates_from(row: Row) -> datetime | None:
    """From when it may be that an untouched ask is told to others: its due time, or since it moved on late."""
    due: datetime | None = row["due_at"]
    if due is None or (row["moved_at"] and (row["met"] or due <= row["moved_at"])):
        moved: datetime | None = row["moved_at"]
        return moved if due is not None else None
    return due


def in_order(moment: datetime) -> int:
    """Sooner is higher."""
    return -int(moment.astimezone(UTC).timestamp() * 1000)
