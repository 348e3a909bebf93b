"""What has been answered to whoever brought a contact, step by step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from events.clock_missed import ClockMissed
from events.contact_closed import ContactClosed
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.contact_withdrawn import ContactWithdrawn
from events.envelope import RecordedEvent
from events.need_unmet import NeedUnmet
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections.rows import Shown
from projections.table import Lookup, Row, TableDef, Tables

NAME = "answers"
VERSION = 4

Kind = Literal[
    "received", "routed", "sent", "seen", "accepted", "declined", "handed-on", "overridden", "done", "withdrawn", "closed",
    "corrected", "reconsidered", "taken-back", "clock-missed", "unmet",
]  # fmt: skip
ANSWERS = TableDef(
    "answers",
    {
        "contact": "text", "position": "int", "event_id": "text", "kind": "text", "at": "time", "referral": "text",
        "team": "text", "next": "text", "opens": "text", "pathway": "text", "due_at": "time", "person": "text",
        "about": "text", "reason": "text", "outcome": "text",
    },
    ("contact", "position"),
    (("contact",),),
    written_once=True,
)  # fmt: skip
TABLES = (ANSWERS,)
EVENTS = (
    ContactReceived, ContactRouted, ReferralSent, ReferralSeen, ReferralAccepted, ReferralDeclined, ReferralHandedOn,
    ReferralOverridden, ReferralDone, ReferralWithdrawn, ContactClosed, ClockMissed, NeedUnmet, ContactCorrected,
    ContactReconsidered, ContactWithdrawn,
)  # fmt: skip
PASSED = ("referral", "team", "next", "opens", "reason")
TOLD: dict[str, tuple[Kind, tuple[str, ...]]] = {
    ContactReceived.TYPE: ("received", ()),
    ContactRouted.TYPE: ("routed", ()),
    ReferralSent.TYPE: ("sent", ("referral", "team", "pathway", "due_at", "person", "about")),
    ReferralSeen.TYPE: ("seen", ("referral", "team")),
    ReferralAccepted.TYPE: ("accepted", ("referral", "team")),
    ReferralDeclined.TYPE: ("declined", PASSED),
    ReferralHandedOn.TYPE: ("handed-on", PASSED),
    ReferralOverridden.TYPE: ("overridden", PASSED),
    ReferralDone.TYPE: ("done", ("referral", "team", "outcome")),
    ReferralWithdrawn.TYPE: ("withdrawn", ("referral", "team", "reason")),
    ContactClosed.TYPE: ("closed", ("outcome",)),
    ClockMissed.TYPE: ("clock-missed", ("referral", "team", "due_at", "person")),
    NeedUnmet.TYPE: ("unmet", ("referral", "team", "reason")),
    ContactCorrected.TYPE: ("corrected", ()),
    ContactReconsidered.TYPE: ("reconsidered", ()),
    ContactWithdrawn.TYPE: ("taken-back", ()),
}
NOTHING_TOLD: Row = dict.fromkeys(ANSWERS.columns)


class Answer(Shown):
    """One step that the partner hears of. `event_id` is stable: the same step is the same answer, however often it is sent."""

    contact: str
    position: int
    event_id: str
    kind: Kind
    at: datetime
    referral: str | None = None
    team: str | None = None
    next: str | None = None
    opens: str | None = None
    pathway: str | None = None
    due_at: datetime | None = None
    person: str | None = None
    about: str | None = None
    reason: str | None = None
    outcome: str | None = None
    withheld: tuple[str, ...] = ()


def of_contact(tables: Tables, contact: str) -> tuple[Answer, ...]:
    """Every answer on one contact, oldest first."""
    return tuple(Answer(**row) for row in tables.find("answers", contact=contact))


def needs(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """Nothing is read: each answer is a row of its own."""
    return ()


def apply(tables: Tables, event: RecordedEvent) -> None:
    """Every step of a contact that its partner hears of is an answer."""
    row = row_of_answer(event)
    if row is not None:
        tables.put("answers", row)


def answer_of(event: RecordedEvent) -> Answer | None:
    """What an event says to the partner whose contact it is about; None where it says nothing to them."""
    row = row_of_answer(event)
    return None if row is None else Answer(**row)


def row_of_answer(event: RecordedEvent) -> Row | None:
    """The same as a row: the time and place in the log of its event, its kind, and what else is told of that kind."""
    told = TOLD.get(event.type)
    said = event.light
    if told is None or (event.type == ClockMissed.TYPE and said.subject != said.referral):
        return None  # of what is owed besides the asks a partner hears nothing
    kind, members = told
    return {
        **NOTHING_TOLD, "contact": said.contact, "position": event.position, "event_id": str(event.event_id),
        "kind": kind, "at": event.recorded_at, **{member: getattr(said, member) for member in members},
    }  # fmt: skip
