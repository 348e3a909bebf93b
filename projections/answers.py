"""What has been answered to whoever brought a contact, step by step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from events.contact_closed import ContactClosed
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections.rows import Shown
from projections.table import Lookup, TableDef, Tables

NAME = "answers"
VERSION = 1

Kind = Literal[
    "received", "routed", "sent", "seen", "accepted", "declined", "handed-on", "overridden", "done", "withdrawn", "closed",
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
    ReferralOverridden, ReferralDone, ReferralWithdrawn, ContactClosed,
)  # fmt: skip


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
    answer = answer_of(event)
    if answer is not None:
        tables.put("answers", {column: getattr(answer, column) for column in ANSWERS.columns})


def answer_of(event: RecordedEvent) -> Answer | None:
    """What an event says to the partner whose contact it is about; None where it says nothing to them."""
    e = event.light
    match event.type:
        case ContactReceived.TYPE:
            return answer(event, e.contact, "received")
        case ContactRouted.TYPE:
            return answer(event, e.contact, "routed")
        case ReferralSent.TYPE:
            return answer(
                event, e.contact, "sent", referral=e.referral, team=e.team, pathway=e.pathway, due_at=e.due_at,
                person=e.person, about=e.about,
            )  # fmt: skip
        case ReferralSeen.TYPE:
            return answer(event, e.contact, "seen", referral=e.referral, team=e.team)
        case ReferralAccepted.TYPE:
            return answer(event, e.contact, "accepted", referral=e.referral, team=e.team)
        case ReferralDeclined.TYPE:
            return passed(event, e, "declined")
        case ReferralHandedOn.TYPE:
            return passed(event, e, "handed-on")
        case ReferralOverridden.TYPE:
            return passed(event, e, "overridden")
        case ReferralDone.TYPE:
            return answer(
                event, e.contact, "done", referral=e.referral, team=e.team, outcome=e.outcome
            )
        case ReferralWithdrawn.TYPE:
            return answer(
                event, e.contact, "withdrawn", referral=e.referral, team=e.team, reason=e.reason
            )
        case ContactClosed.TYPE:
            return answer(event, e.contact, "closed", outcome=e.outcome)
        case _:
            return None


def passed(
    event: RecordedEvent, e: ReferralDeclined | ReferralHandedOn | ReferralOverridden, kind: Kind
) -> Answer:
    """The answer where one team gives an ask on to another."""
    return answer(
        event,
        e.contact,
        kind,
        referral=e.referral,
        team=e.team,
        next=e.next,
        opens=e.opens,
        reason=e.reason,
    )


def answer(
    event: RecordedEvent,
    contact: str,
    kind: Kind,
    *,
    referral: str | None = None,
    team: str | None = None,
    next: str | None = None,
    opens: str | None = None,
    pathway: str | None = None,
    due_at: datetime | None = None,
    person: str | None = None,
    about: str | None = None,
    reason: str | None = None,
    outcome: str | None = None,
) -> Answer:
    """An answer made at the time and place in the log of its event."""
    return Answer(
        contact=contact, position=event.position, event_id=str(event.event_id), kind=kind, at=event.recorded_at,
        referral=referral, team=team, next=next, opens=opens, pathway=pathway, due_at=due_at, person=person,
        about=about, reason=reason, outcome=outcome,
    )  # fmt: skip
