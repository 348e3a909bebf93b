"""Where every ask and every duty stands, and its clock."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.obligation_waived import ObligationWaived
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections import clock_states, editions, moves
from projections.rows import Shown, by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "referrals_and_clocks"
VERSION = 4

REFERRALS = TableDef(
    "referrals",
    {
        "referral": "text", "contact": "text", "team": "text", "status": "text", "rule": "text", "rank": "int",
        "lead": "bool", "pathway": "text", "because": "text", "about": "text", "person": "text", "family": "text",
        "clock": "text", "clock_started_at": "time", "due_at": "time", "sent_at": "time", "seen_at": "time",
        "accepted_at": "time", "ended_at": "time", "reason": "text", "outcome": "text", "note": "text", "next": "text",
        "opens": "text", "follows": "text", "position": "int", **clock_states.OF_ASKS,
    },
    ("referral",),
    (("contact",), ("person",), ("team",)),
)  # fmt: skip
OBLIGATIONS = TableDef(
    "obligations",
    {
        "obligation": "text", "contact": "text", "referral": "text", "status": "text", "rule": "text", "about": "text",
        "person": "text", "does": "text", "because": "text", "clock": "text", "due_at": "time", "opened_at": "time",
        "ended_at": "time", "team": "text", "reason": "text", "outcome": "text", "note": "text", "position": "int",
        "owner": "text", **clock_states.COLUMNS,
    },
    ("obligation",),
    (("contact",), ("person",), ("referral",), ("rule", "status")),
)  # fmt: skip
MOVES = moves.moves_table("referral_moves")
ALIASES = moves.aliases_table("referral_aliases")
TABLES = (REFERRALS, OBLIGATIONS, MOVES, ALIASES)
EVENTS = (
    ReferralSent, ReferralSeen, ReferralAccepted, ReferralDone, ReferralWithdrawn, ReferralDeclined, ReferralHandedOn,
    ReferralOverridden, ObligationOpened, ObligationDone, ObligationWaived, MentionsAmended, *moves.EVENTS,
    *clock_states.EVENTS,
)  # fmt: skip

ReferralStatus = Literal[
    "sent", "seen", "accepted", "declined", "overridden", "handed-on", "done", "withdrawn"
]
OPEN = frozenset({"sent", "seen", "accepted"})
PASSED: dict[str, ReferralStatus] = {
    ReferralDeclined.TYPE: "declined", ReferralHandedOn.TYPE: "handed-on", ReferralOverridden.TYPE: "overridden",
}  # fmt: skip

BEGINS = frozenset({ReferralSent.TYPE, ObligationOpened.TYPE})


class Referral(Shown):
    """One ask made to one team, and where it stands. Times that have not come are None.

    due_at          when it is due by now: later by every pause that its clock had
    missed_at       when it was due that was not met by then; an ask that moved on keeps it
    paused_because  what the rule says by which its clock stands still since `paused_at`
    bounces         how often it has moved from team to team
    """

    referral: str
    contact: str
    team: str
    status: ReferralStatus
    rule: str
    rank: int
    lead: bool
    pathway: str | None
    because: str | None
    about: str | None
    person: str | None
    family: str | None
    clock: str | None
    clock_started_at: datetime
    due_at: datetime | None
    sent_at: datetime
    seen_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    outcome: str | None
    note: str | None
    next: str | None
    opens: str | None
    follows: str | None
    position: int
    met_at: datetime | None = None
    missed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None
    escalated_at: datetime | None = None
    escalated_to: str | None = None
    bounces: int = 0
    withheld: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status in OPEN


class Obligation(Shown):
    """Something owed besides the asks, and where it stands; `owner` is the team that owes it now, `team` the one that met it."""

    obligation: str
    contact: str
    referral: str
    status: Literal["open", "done", "waived"]
    rule: str
    about: str | None
    person: str | None
    does: str | None
    because: str | None
    clock: str | None
    due_at: datetime | None
    opened_at: datetime
    ended_at: datetime | None
    team: str | None
    reason: str | None
    outcome: str | None
    note: str | None
    position: int
    owner: str | None = None
    met_at: datetime | None = None
    missed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None
    withheld: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.status == "open"


def referrals_of(tables: Tables, contact: str) -> tuple[Referral, ...]:
    """The referrals of one contact, in the order they were made."""
    found = [Referral(**row) for row in tables.find("referrals", contact=contact)]
    return tuple(sorted(found, key=lambda r: number_of(r.referral)))


def obligations_of(tables: Tables, contact: str) -> tuple[Obligation, ...]:
    """The obligations of one contact, in the order they were made."""
    found = [Obligation(**row) for row in tables.find("obligations", contact=contact)]
    return tuple(sorted(found, key=lambda o: number_of(o.obligation)))


def of_people(
    tables: Tables, people: Sequence[str]
) -> tuple[tuple[Referral, ...], tuple[Obligation, ...]]:
    """The referrals and the obligations about these people, oldest first."""
    tables.load([by_key("referrals", "person", people), by_key("obligations", "person", people)])
    referrals = [Referral(**row) for p in people for row in tables.find("referrals", person=p)]
    obligations = [
        Obligation(**row) for p in people for row in tables.find("obligations", person=p)
    ]
    return (
        tuple(sorted(referrals, key=lambda r: (r.sent_at, r.contact, number_of(r.referral)))),
        tuple(sorted(obligations, key=lambda o: (o.opened_at, o.contact, number_of(o.obligation)))),
    )


CORRECTION = "correction"
"""The rule of an obligation to look again, after a link was mended (hub/corrections)."""


def corrections_for(tables: Tables, teams: Collection[str]) -> list[Obligation]:
    """What these teams must look at again because it was decided on a wrong record, soonest due first."""
    owed = tables.find("obligations", rule=CORRECTION, status="open")
    tables.load([by_key("referrals", "referral", (row["referral"] for row in owed))])
    asked = {row["referral"]: tables.get("referrals", row["referral"]) for row in owed}
    own = [row for row in owed if (held := asked[row["referral"]]) and held["team"] in teams]
    own.sort(key=lambda row: (row["due_at"] or row["opened_at"], row["obligation"]))
    return [Obligation(**row) for row in own]


def number_of(reference: str) -> int:
    """The last number of a referral's or obligation's reference, so that 10 comes after 9."""
    tail = reference.rpartition("-")[2]
    return int(tail) if tail.isdigit() else 0


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The referrals and obligations that these events change, and who is meant by those they begin, which are not there yet."""
    events = list(events)
    begun = [e.light for e in events if e.type in BEGINS]
    others = {*BEGINS, *moves.TYPES, *clock_states.TYPES, MentionsAmended.TYPE}
    said = [e.light for e in events if e.type not in others]
    clocks = [clock_states.subject_of(e.light) for e in events if e.type in clock_states.TYPES]
    mended = moves.moved_in(events)
    referrals = [
        *(e.referral for e in said if e.STREAM == ReferralSent.STREAM),
        *(subject for subject in clocks if subject.startswith("R")),
        *(e.follows for e in begun if e.TYPE == ReferralSent.TYPE and e.follows),
        *(e.referral for e in begun if e.TYPE == ObligationOpened.TYPE),
    ]
    obligations = [
        *(e.obligation for e in said if e.STREAM == ObligationOpened.STREAM),
        *(subject for subject in clocks if subject.startswith("O")),
    ]
    passed = (e.referral for e in said if e.TYPE in PASSED)
    people = [e.from_person for e in mended]
    amended = [e.contact for e in editions.amended_in(events)]
    contacts = [
        *(e.contact for e in begun), *(m.contact for e in mended for m in e.mentions), *amended,
    ]  # fmt: skip
    return (
        by_key("referrals", "contact", amended),
        by_key("obligations", "contact", amended),
        by_key("referrals", "referral", referrals),
        by_key("referrals", "person", people),
        by_key("obligations", "obligation", obligations),
        by_key("obligations", "referral", passed),
        by_key("obligations", "person", people),
        by_key("referral_moves", "contact", contacts),
        by_key("referral_aliases", "person", (e.person for e in begun if e.person)),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """Each step of an ask or a duty is written on its row with its time."""
    said, at, position = event.light, event.recorded_at, event.position
    match event.type:
        case ReferralSent.TYPE:
            tables.put("referrals", meant(tables, referral_row(tables, said, event)))
        case ReferralSeen.TYPE:
            row = row_of(tables, "referrals", said.referral)
            status = "seen" if row["status"] == "sent" else row["status"]
            seen_at = row["seen_at"] or at
            step(tables, said, status=status, seen_at=seen_at, position=position)
        case ReferralAccepted.TYPE:
            step(tables, said, status="accepted", accepted_at=at, note=said.note, position=position)
        case ReferralDone.TYPE:
            step(
                tables, said, status="done", ended_at=at, outcome=said.outcome, note=said.note, position=position
            )  # fmt: skip
        case ReferralWithdrawn.TYPE:
            step(
                tables, said, status="withdrawn", ended_at=at, reason=said.reason, note=said.note, position=position
            )  # fmt: skip
        case ReferralDeclined.TYPE | ReferralHandedOn.TYPE | ReferralOverridden.TYPE:
            pass_on(tables, said, event)
        case ObligationOpened.TYPE:
            tables.put("obligations", meant(tables, obligation_row(tables, said, event)))
        case type_ if type_ in moves.TYPES:
            mend(tables, event)
        case type_ if type_ in clock_states.TYPES:
            note_clock(tables, event)
        case MentionsAmended.TYPE:
            amend(tables, said)
        case ObligationDone.TYPE:
            change(
                tables, "obligations", said.obligation, status="done", ended_at=at, team=said.team, outcome=said.outcome,
                note=said.note, position=position,
            )  # fmt: skip
        case ObligationWaived.TYPE:
            change(
                tables, "obligations", said.obligation, status="waived", ended_at=at, team=said.team, reason=said.reason,
                note=said.note, position=position,
            )  # fmt: skip


def meant(tables: Tables, row: Row) -> Row:
    """A row for whoever is meant by now: somebody may ask for a person whose link was mended a moment ago."""
    if row["person"] is None:
        return row
    first = moves.whose(tables, "referral_moves", row["contact"], row["about"], row["person"])
    return {**row, "person": moves.now(tables, "referral_aliases", first or "")}


def mend(tables: Tables, event: RecordedEvent) -> None:
    """A link was mended: what was asked and is owed for the mentions that went goes with them."""
    moved = event.light
    moves.note(tables, "referral_moves", moved)
    moves.note_alias(tables, "referral_aliases", event.type, moved)
    for table, key in (("referrals", "referral"), ("obligations", "obligation")):
        for row in tables.find(table, person=moved.from_person):
            if moves.goes_along(event.type, moved, row["contact"], row["about"]):
                change(tables, table, row[key], person=moved.to_person)


def note_clock(tables: Tables, event: RecordedEvent) -> None:
    """What happened to the clock of an ask or a duty."""
    subject = clock_states.subject_of(event.light)
    table = "referrals" if subject.startswith("R") else "obligations"
    change(tables, table, subject, position=event.position, **clock_states.told(event))


def amend(tables: Tables, amended: Any) -> None:
    """A correction says that somebody is another person: what was asked and is owed for them goes along."""
    moves.note_linked(tables, "referral_moves", amended)
    otherwise = editions.linked_otherwise(amended)
    for table, key in (("referrals", "referral"), ("obligations", "obligation")):
        for row in tables.find(table, contact=amended.contact):
            if row["about"] in otherwise:
                change(tables, table, row[key], person=otherwise[row["about"]][1])


def step(tables: Tables, said: Any, **columns: Any) -> None:
    """One step of an ask."""
    change(tables, "referrals", said.referral, **columns)


def pass_on(tables: Tables, passed: Any, event: RecordedEvent) -> None:
    """An ask that ended because another team is asked instead; what it still owed moves on with it."""
    step(
        tables, passed, status=PASSED[event.type], ended_at=event.recorded_at, reason=passed.reason, note=passed.note,
        next=passed.next, opens=passed.opens, position=event.position,
    )  # fmt: skip
    for owed in tables.find("obligations", referral=passed.referral):
        if owed["status"] == "open":
            change(
                tables,
                "obligations",
                owed["obligation"],
                referral=passed.opens,
                owner=passed.next,
                position=event.position,
            )


def referral_row(tables: Tables, sent: Any, event: RecordedEvent) -> Row:
    """A referral as it was sent; one that follows another takes its clock along."""
    before = tables.get("referrals", sent.follows) if sent.follows else None
    accepted = before is not None and before["accepted_at"] is not None
    return {
        "referral": sent.referral, "contact": sent.contact, "team": sent.team, "status": "sent", "rule": sent.rule,
        "rank": sent.rank, "lead": sent.lead, "pathway": sent.pathway, "because": sent.because, "about": sent.about,
        "person": sent.person, "family": sent.family, "clock": sent.clock, "clock_started_at": sent.clock_started_at,
        "due_at": sent.due_at, "sent_at": event.recorded_at, "seen_at": None, "accepted_at": None, "ended_at": None,
        "reason": None, "outcome": None, "note": None, "next": None, "opens": None, "follows": sent.follows,
        "position": event.position, **clock_states.NONE_OF_ASKS, **clock_states.taken_along(before, accepted),
    }  # fmt: skip


def obligation_row(tables: Tables, opened: Any, event: RecordedEvent) -> Row:
    """An obligation as it was opened; the team that has the ask owes it."""
    asked = tables.get("referrals", opened.referral)
    return {
        "obligation": opened.obligation, "contact": opened.contact, "referral": opened.referral, "status": "open",
        "rule": opened.rule, "about": opened.about, "person": opened.person, "does": opened.does,
        "because": opened.because, "clock": opened.clock, "due_at": opened.due_at, "opened_at": event.recorded_at,
        "ended_at": None, "team": None, "reason": None, "outcome": None, "note": None, "position": event.position,
        "owner": asked["team"] if asked else None, **clock_states.NONE,
    }  # fmt: skip
