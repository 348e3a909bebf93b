"""What the timekeeper says at a moment: which clocks were missed by then, which asks lay untouched, which pauses are over.

It is as pure as a decision: the same clocks at the same moment lead to the same events, and each is led to once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.base import Event
from events.clock_missed import ClockMissed
from events.clock_resumed import ClockResumed
from events.envelope import NewEvent, new_event
from events.referral_escalated import ReferralEscalated
from hub.access.words import stream_of
from hub.clocks import Calendar
from hub.clocks.pause import due_after, paused_for
from hub.clocks.words import roughly
from hub.log import Append
from hub.people.told import read
from hub.policies import Policy
from hub.referrals.about_child import CHILD_ROWS, born_a_child
from hub.teams.book import TeamBook
from hub.timekeeping import running
from projections.table import Row, Tables

ACTOR = "engine"
MOST = 200
"""So many clocks are looked at together; the rest at once after."""
IDS = UUID("5d1f8a34-5a0e-4c0b-9d0e-6f5a3c1b7e21")


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Looks at the clocks that are due to be looked at, and says what became of them."""

    policy: Policy
    calendar: Calendar
    teams: TeamBook

    def keep(self, tables: Tables, now: datetime) -> list[Append]:
        """What is to be recorded at this moment, a clock an append, folded into the tables already."""
        due = sorted(due_by(tables, now), key=lambda row: (-row["wakes"], row["subject"]))
        return [append for row in due if (append := self.look_at(tables, row, now))]

    def look_at(self, tables: Tables, row: Row, now: datetime) -> Append | None:
        """What became of one clock by now; where nothing did, it is looked at again when something may."""
        written: list[NewEvent] = []
        while event := next(self.happened(tables, row, now), None):
            version = row["version"] + 1
            written.append(wrapped(event, version, row))
            running.fold(tables, event)
            row = tables.get("running_clock", row["subject"]) or row
        wakes = min((t for t in self.moments(row) if t is not None), default=None)
        waits, order = int(wakes is not None), running.in_order(wakes) if wakes else 0
        tables.put("running_clock", {**row, "waits": waits, "wakes": order})
        return Append(tuple(written)) if written else None

    def happened(self, tables: Tables, row: Row, now: datetime) -> Iterator[Event]:
        """What is to be said of a clock now, the first of it first."""
        if row["paused_at"]:
            if row["pause_ends_at"] <= now:
                yield self.goes_on(row)
            return
        missed_at, escalates_at = self.moments(row)
        if missed_at and missed_at <= now:
            yield ClockMissed(
                subject=row["subject"], contact=row["contact"], referral=row["referral"], team=row["team"],
                person=row["person"], clock=row["clock"], due_at=row["due_at"], at=now, over=roughly(now - row["due_at"]),
            )  # fmt: skip
        if escalates_at and escalates_at <= now:
            since = row["due_at"] if escalates_at == self.missed_from(row) else escalates_at
            yield ReferralEscalated(
                referral=row["subject"], contact=row["contact"], team=row["team"], to=self.told_of(tables, row, now),
                person=row["person"], clock=row["clock"], due_at=row["due_at"], at=now, over=roughly(now - since),
            )  # fmt: skip

    def moments(self, row: Row) -> tuple[datetime | None, datetime | None]:
        """When a clock is missed and when its ask is told to others, as things stand; a pause ends before either."""
        if row["paused_at"]:
            return row["pause_ends_at"], None
        missed = self.missed_from(row) if running.runs(row) and not row["missed"] else None
        told = self.escalates_at(row) if row["untouched"] and not row["escalated"] else None
        return missed, told

    def missed_from(self, row: Row) -> datetime | None:
        """From when a clock counts as missed."""
        moment: datetime | None = row["missed_from"] or row["due_at"]
        return moment

    def escalates_at(self, row: Row) -> datetime | None:
        """When an untouched ask is told to others: as it is missed; where it moved on late, or met, by a clock of its own."""
        if row["due_at"] is None:
            return None
        moved = row["moved_at"]
        if moved and (row["met"] or row["due_at"] <= moved):
            clock = self.policy.clock(self.policy.timekeeping.moved_on)
            return clock.due(moved, self.calendar) if clock else moved
        return self.missed_from(row)

    def told_of(self, tables: Tables, row: Row, now: datetime) -> str:
        """Who hears of it: whom the team's record names; of a restricted stream nobody else; out of hours, of what is due at once, the
        emergency duty team; else the front door of the side. A front door hears of its own."""
        team = self.teams.find(row["team"])
        if team and team.escalates_to:
            return team.escalates_to
        if stream_of(row["rule"], row["team"]):
            return str(row["team"])
        at_once = row["due_at"] == row["started_at"]
        closed = not self.policy.hours(row["team"]).open_at(now, self.calendar)
        if at_once and closed and self.policy.timekeeping.out_of_hours:
            return self.policy.timekeeping.out_of_hours
        return self.teams.front_door(is_about_child(tables, row))

    def goes_on(self, row: Row) -> ClockResumed:
        """A pause came to the longest that its rule allows."""
        span = row["paused_at"], row["pause_ends_at"]
        return ClockResumed(
            subject=row["subject"], contact=row["contact"], referral=row["referral"], team=row["team"],
            clock=row["clock"] or "", rule=row["pause_rule"], paused_at=row["paused_at"], at=row["pause_ends_at"],
            by_itself=True, was_due_at=row["due_at"],
            due_at=due_after(row["due_at"], row["unit"], *span, self.calendar),
            paused_for=paused_for(row["unit"], *span, self.calendar),
        )  # fmt: skip


def due_by(tables: Tables, now: datetime) -> list[Row]:
    """The clocks that are to be looked at by now."""
    soonest = tables.latest("running_clock", "wakes", MOST, waits=1)
    return [row for row in soonest if row["wakes"] >= running.in_order(now)]


def is_about_child(tables: Tables, row: Row) -> bool:
    """Whether the person it is about may be under 18, by what their contact told; where no age is known, whether its row is about
    children."""
    told = tables.get("told", row["contact"])
    people = read(told).content.people if told else ()
    known = (born_a_child(p, row["started_at"]) for p in people if p.ref == row["about"])
    by_age = next(known, None)
    return row["rule"] in CHILD_ROWS if by_age is None else by_age


def wrapped(event: Event, version: int, row: Row) -> NewEvent:
    """The event ready for the log. The same of the same clock has the same id."""
    return new_event(
        event, version, actor=ACTOR, correlation_id=row["contact"], purpose="direct-care",
        event_id=uuid5(IDS, f"{event.TYPE}:{row['subject']}:{version}"), tags=tags_of(row),
    )  # fmt: skip


def tags_of(row: Row) -> tuple[str, ...]:
    """Whose pages and whose team it concerns."""
    person = (f"person:{row['person']}",) if row["person"] else ()
    team = (f"team:{row['team']}",) if row["team"] else ()
    return (*person, *team)
