"""One contact: what was said, who it is about, what was decided, and where it stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from events.contact_closed import ContactClosed
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered, RouteNamed
from events.contact_routed import ContactRouted
from events.contact_withdrawn import ContactWithdrawn
from events.content import ContactContent, ContactFacts, Doubt, Reporter
from events.decision import Decision, PolicyPin
from events.envelope import RecordedEvent
from events.light import as_json
from events.mentions_amended import MentionsAmended
from events.mentions_linked import LinkedMention, MentionsLinked
from events.people_judged import PeopleJudged
from projections import answers, moves, referrals_and_clocks
from projections.answers import Answer
from projections.referrals_and_clocks import Obligation, Referral
from projections.rows import Shown, by_key, change, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "contact_view"
VERSION = 5

CONTACTS = TableDef(
    "contacts",
    {
        "contact": "text", "position": "int", "received_at": "time", "door": "text", "source": "text", "message_id": "text",
        "partner": "text", "carried_by": "text", "body_sha256": "text", "linked_at": "time", "model": "text",
        "routed_at": "time", "routed_position": "int", "family": "text", "closed_at": "time", "outcome": "text",
    },
    ("contact",),
    (("partner",),),
)  # fmt: skip
# The long documents stand apart: each is written once, and a step of the contact need not read and write them again.
SAID = TableDef(
    "contact_said",
    {"contact": "text", "content": "json", "doubts": "json", "extensions": "json"},
    ("contact",),
    written_once=True,
)
LINKED = TableDef(
    "contact_linked", {"contact": "text", "mentions": "json"}, ("contact",), written_once=True
)
DECIDED = TableDef(
    "contact_decided",
    {"contact": "text", "policy": "json", "calendar_hash": "text", "decider": "text", "decision": "json"},
    ("contact",),
    written_once=True,
)  # fmt: skip
AMENDED = TableDef(
    "contact_amended",
    {
        "contact": "text", "position": "int", "kind": "text", "at": "time", "message_id": "text", "carried_by": "text",
        "body_sha256": "text", "reason": "text", "content": "json", "doubts": "json", "taken_in_at": "time",
        "mentions": "json", "reconsidered_at": "time", "reconsidered_position": "int", "policy": "json", "decision": "json",
        "newly": "json", "no_longer": "json",
    },
    ("contact", "position"),
    (("contact",),),
)  # fmt: skip
"""What corrected or withdrew a contact: what it says now, whom it is about, and what would now be decided."""
MOVES = moves.moves_table("contact_moves")
JUDGED = moves.judged_table("contact_judged")
TABLES = (CONTACTS, SAID, LINKED, DECIDED, AMENDED, MOVES, JUDGED)
UNLINKED: Row = {"mentions": ()}
UNDECIDED = {"policy": None, "calendar_hash": None, "decider": None, "decision": None}
EVENTS = (
    ContactReceived, MentionsLinked, ContactRouted, ContactClosed, PeopleJudged, *moves.EVENTS, ContactCorrected,
    ContactWithdrawn, MentionsAmended, ContactReconsidered,
)  # fmt: skip

Status = Literal["received", "linked", "routed", "accepted", "closed"]
OWNS = frozenset({"accepted", "done", "handed-on"})


class Amendment(Shown):
    """A message that corrected or withdrew the contact. What it says counts once the hub has taken it in.

    content       what the contact should have said; None for a withdrawal
    decision      what would have been decided on what it says; None until then, and for a withdrawal
    newly         the routes of that decision that were not decided before, `no_longer` those that it no longer has
    """

    kind: Literal["corrected", "withdrawn"]
    position: int
    at: datetime
    message_id: str | None = None
    carried_by: str | None = None
    body_sha256: str | None = None
    reason: str | None = None
    content: ContactContent | None = None
    doubts: tuple[Doubt, ...] = ()
    taken_in_at: datetime | None = None
    reconsidered_at: datetime | None = None
    policy: PolicyPin | None = None
    decision: Decision | None = None
    newly: tuple[RouteNamed, ...] = ()
    no_longer: tuple[RouteNamed, ...] = ()


class ContactView(Shown):
    """Everything the hub holds on one contact.

    position         where its receipt stands in the log; `reached` is the last position that anything shown here came from
    status           received, linked (people known), routed (asked), accepted (somebody owns it), closed
    owner            the team that accepted, else the door that received it and owns it until a team accepts (F1)
    mentions         who the people of the contact are, by the contact's own words for them
    corrected        those of these words that were linked to somebody else at first
    decision         what was decided on what was said first; None until the policy has been applied
    content          what the contact says by now; `said_first`, where that is something else, what it said first
    amendments       what corrected or withdrew it, oldest first, each with what would now be decided
    corrected_at     when it was corrected last; `withdrawn_at` when it was withdrawn, `withdrawn_because` why
    withheld         what this viewer may not see
    """

    contact: str
    position: int
    reached: int
    received_at: datetime
    status: Status
    owner: str | None
    source: str | None
    message_id: str | None
    partner: str | None
    carried_by: str | None
    body_sha256: str | None
    content: ContactContent | None
    doubts: tuple[Doubt, ...]
    extensions: dict[str, Any]
    model: str | None
    mentions: tuple[LinkedMention, ...]
    corrected: tuple[str, ...] = ()
    routed_at: datetime | None
    family: str | None
    policy: PolicyPin | None
    calendar_hash: str | None
    decider: str | None
    decision: Decision | None
    referrals: tuple[Referral, ...]
    obligations: tuple[Obligation, ...]
    answers: tuple[Answer, ...]
    closed_at: datetime | None
    outcome: str | None
    said_first: ContactContent | None = None
    amendments: tuple[Amendment, ...] = ()
    corrected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_because: str | None = None
    withheld: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """The people it is about, each once."""
        return tuple(dict.fromkeys(m.person for m in self.mentions if m.person))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided on it, and what would now be after each correction."""
        made = (self.decision, *(a.decision for a in self.amendments))
        return tuple(decision for decision in made if decision)


OUTWARD = ("contacts", "contact_said", "contact_amended", "referrals", "answers")
INWARD = ("contact_linked", "contact_decided", "contact_moves", "obligations")
"""What is told of a contact inside the council alone."""


def read(tables: Tables, contact: str, *, outward: bool = False) -> ContactView | None:
    """The contact, or None where there is none by that number; `outward` without what is never told outside the council: what
    was said, who was meant, what was decided, what is owed."""
    row = tables.get("contacts", contact)
    return None if row is None else view_of(tables, row, outward=outward)


def lookups(contact: str, *, outward: bool = False) -> Sequence[Lookup]:
    """All that is read of a contact, to be fetched at once."""
    read_of = OUTWARD if outward else (*OUTWARD, *INWARD)
    return [by_key(table, "contact", [contact]) for table in read_of]


class Circumstances(Shown):
    """Of what a contact said, who told it and what was asked about the contact as a whole."""

    contact: str
    reporter: Reporter
    facts: ContactFacts


def circumstances_of(tables: Tables, contacts: Iterable[str]) -> dict[str, Circumstances]:
    """Who told, and what was asked, of each of these contacts."""
    named = list(dict.fromkeys(contacts))
    tables.load(
        [by_key("contact_said", "contact", named), by_key("contact_amended", "contact", named)]
    )
    rows = {c: row for c in named if (row := tables.get("contact_said", c))}
    return {c: circumstances(tables, c, row["content"]) for c, row in rows.items()}


def circumstances(tables: Tables, contact: str, content: Row) -> Circumstances:
    """Who told, and what was asked, by what a contact says now; a warning that a correction does not take back stands."""
    said = [content, *(row["content"] for row in amended_rows(tables, contact) if row["content"])]
    facts = ContactFacts()
    for each in said:
        now = ContactFacts.model_validate(each.get("facts") or {})
        stands = {
            w: "no" for w in WARNINGS if getattr(facts, w) == "no" != getattr(now, w) != "yes"
        }
        facts = now.model_copy(update=stands)
    return Circumstances(
        contact=contact, reporter=Reporter.model_validate(said[-1]["reporter"]), facts=facts
    )


WARNINGS = ("family_may_be_informed", "safe_to_call")


def amended_rows(tables: Tables, contact: str) -> list[Row]:
    """What corrected or withdrew a contact, oldest first."""
    rows = tables.find("contact_amended", contact=contact)
    return sorted(rows, key=lambda row: int(row["position"]))


def of_partner(tables: Tables, partner: str) -> list[str]:
    """The numbers of the contacts a partner brought, oldest first."""
    rows = sorted(tables.find("contacts", partner=partner), key=lambda row: int(row["position"]))
    return [str(row["contact"]) for row in rows]


def partner_of(tables: Tables, contact: str) -> str | None:
    """The slug of the partner who brought a contact; None for an operator's, or where there is no such contact."""
    row = tables.get("contacts", contact)
    return None if row is None else row["partner"]


def view_of(tables: Tables, row: Row, *, outward: bool) -> ContactView:
    """A contact's row with what it said, who it meant and what was decided, and its referrals, obligations and answers."""
    contact = row["contact"]
    said = row_of(tables, "contact_said", contact)
    referrals = referrals_and_clocks.referrals_of(tables, contact)
    told = answers.of_contact(tables, contact)
    amended = amended_rows(tables, contact)
    known = {**row, **said, **UNLINKED, **UNDECIDED, "content": None, "obligations": ()}
    known |= told_of_amending(amended, outward=outward)
    if not outward:
        known["mentions"] = mentions_of(tables, contact, amended)
        known["corrected"] = [move["ref"] for move in tables.find("contact_moves", contact=contact)]
        known |= tables.get("contact_decided", contact) or {}
        first, now = said["content"], newest(amended, "content") or said["content"]
        known["content"] = ContactContent.model_validate(now)
        known["doubts"] = newest(amended, "doubts") if now is not first else said["doubts"]
        known["said_first"] = ContactContent.model_validate(first) if now is not first else None
        known["obligations"] = referrals_and_clocks.obligations_of(tables, contact)
    known |= {
        "reached": max(
            reached(row, (*referrals, *known["obligations"], *told)), *map(last_of, amended), 0
        ),
        "status": status_of(row, referrals),
        "owner": owner_of(referrals) or row["door"],
        "referrals": referrals,
        "answers": told,
    }
    return ContactView(**{name: known[name] for name in ContactView.model_fields if name in known})


def told_of_amending(amended: Sequence[Row], *, outward: bool) -> Row:
    """How a contact was amended; outward no more than when."""
    first = {"contact", "mentions", "reconsidered_position"}
    kept = {"kind", "position", "at", "message_id"} if outward else AMENDED.columns.keys() - first
    withdrawn = next((row for row in amended if row["kind"] == "withdrawn"), None)
    corrected = [row["at"] for row in amended if row["kind"] == "corrected"]
    return {
        "amendments": [
            {k: v for k, v in row.items() if k in kept and v is not None} for row in amended
        ],
        "corrected_at": corrected[-1] if corrected else None,
        "withdrawn_at": withdrawn["at"] if withdrawn else None,
        "withdrawn_because": withdrawn["reason"] if withdrawn else None,
    }


def newest(amended: Sequence[Row], column: str) -> Any:
    """What the last correction that was taken in says; None where none was."""
    taken_in = [row for row in amended if row["taken_in_at"] and row["kind"] == "corrected"]
    return taken_in[-1][column] if taken_in else None


def last_of(amendment: Row) -> int:
    """The last position that anything known of an amendment came from."""
    return max(int(amendment["position"]), int(amendment["reconsidered_position"] or 0))


TOLD_APART = "Somebody looked at both and said that they are two people."


def mentions_of(tables: Tables, contact: str, amended: Sequence[Row]) -> list[Row]:
    """Who the people of a contact are, as is known now: what somebody looked at stands as they said."""
    row = tables.get("contact_linked", contact)
    taken_in = [each["mentions"] for each in amended if each["taken_in_at"]]
    linked = taken_in[-1] if taken_in else row["mentions"] if row else ()
    gone = {move["ref"]: move for move in tables.find("contact_moves", contact=contact)}
    return [as_known(tables, m, gone.get(m["ref"])) for m in linked]


def as_known(tables: Tables, mention: Row, moved: Row | None) -> Row:
    """A mention as it was linked, with what was corrected since."""
    if moved:
        corrected = {"outcome": "link", "candidate": None, "bits": None, "considered": ()}
        return {**mention, **corrected, "person": moved["person"], "because": moved["because"]}
    doubted = mention["candidate"]
    if doubted and moves.told_apart(tables, "contact_judged", mention["person"], doubted):
        return {**mention, "outcome": "new", "candidate": None, "because": TOLD_APART}
    return mention


def reached(row: Row, steps: Iterable[Referral | Obligation | Answer]) -> int:
    """The last position that anything known about the contact came from."""
    return max(int(row["position"]), int(row["routed_position"] or 0), *(s.position for s in steps))


def status_of(row: Row, referrals: Iterable[Referral]) -> Status:
    """How far the contact has come."""
    if row["closed_at"]:
        return "closed"
    if owner_of(referrals):
        return "accepted"
    if row["routed_at"]:
        return "routed"
    return "linked" if row["linked_at"] else "received"


def owner_of(referrals: Iterable[Referral]) -> str | None:
    """The team that owns the matter: who accepted last among the lead's referrals, else the highest that anybody accepted."""
    owned = [r for r in referrals if r.accepted_at and r.status in OWNS]
    if not owned:
        return None
    leads = [r for r in owned if r.lead]
    return (
        max(leads, key=lambda r: r.position).team
        if leads
        else min(owned, key=lambda r: r.rank).team
    )


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts that these events speak of."""
    later = {MentionsLinked.TYPE, ContactRouted.TYPE, ContactClosed.TYPE}
    events = list(events)
    contacts = (e.light.contact for e in events if e.type in later)
    gone = [m.contact for moved in moves.moved_in(events) for m in moved.mentions]
    amended = [
        e.light for e in events if e.type in (MentionsAmended.TYPE, ContactReconsidered.TYPE)
    ]
    keys = tuple((e.contact, e.input_position) for e in amended)
    return (
        by_key("contacts", "contact", [*contacts, *(e.contact for e in amended)]),
        by_key("contact_moves", "contact", [*gone, *(e.contact for e in amended)]),
        Lookup("contact_amended", ("contact", "position"), keys),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """What was said, then who it is, then what was decided, then how it ended."""
    said, at = event.light, event.recorded_at
    match event.type:
        case ContactReceived.TYPE:
            tables.put("contacts", received_row(said, event))
            tables.put("contact_said", said_row(said))
        case MentionsLinked.TYPE:
            found = as_json(said.mentions)
            change(tables, "contacts", said.contact, linked_at=at, model=said.model)
            tables.put("contact_linked", {"contact": said.contact, "mentions": found})
        case ContactRouted.TYPE:
            change(
                tables, "contacts", said.contact, routed_at=at, routed_position=event.position, family=said.family
            )  # fmt: skip
            tables.put("contact_decided", decided_row(said))
        case PeopleJudged.TYPE:
            moves.note_judged(tables, "contact_judged", said)
        case type_ if type_ in moves.TYPES:
            moves.note(tables, "contact_moves", said)
        case ContactClosed.TYPE:
            change(tables, "contacts", said.contact, closed_at=at, outcome=said.outcome)
        case ContactCorrected.TYPE | ContactWithdrawn.TYPE:
            tables.put("contact_amended", amended_row(said, event))
        case MentionsAmended.TYPE:
            moves.begin_anew(tables, "contact_moves", said.contact)
            found = as_json(said.mentions)
            key = (said.contact, said.input_position)
            change(tables, "contact_amended", *key, taken_in_at=at, mentions=found)
            reopen(tables, said)
        case ContactReconsidered.TYPE:
            change(
                tables, "contact_amended", said.contact, said.input_position, reconsidered_at=at,
                reconsidered_position=event.position, policy=as_json(said.policy), decision=as_json(said.decision),
                newly=as_json(said.newly), no_longer=as_json(said.no_longer),
            )  # fmt: skip
            change(tables, "contacts", said.contact, family=said.family)
            reopen(tables, said)


def reopen(tables: Tables, amended: Any) -> None:
    """A contact that had come to its end is in hand again, where a team was asked or must look again."""
    if amended.opened:
        change(tables, "contacts", amended.contact, closed_at=None, outcome=None)


def amended_row(said: Any, event: RecordedEvent) -> Row:
    """What corrected or withdrew a contact, as it arrived."""
    corrects = event.type == ContactCorrected.TYPE
    return {
        "contact": said.contact, "position": event.position, "kind": "corrected" if corrects else "withdrawn",
        "at": event.recorded_at, "message_id": said.message_id, "carried_by": said.carried_by,
        "body_sha256": said.body_sha256, "reason": None if corrects else said.reason,
        "content": as_json(said.content) if corrects else None, "doubts": as_json(said.doubts) if corrects else [],
        "taken_in_at": None, "mentions": None, "reconsidered_at": None, "reconsidered_position": None, "policy": None,
        "decision": None, "newly": None, "no_longer": None,
    }  # fmt: skip


def received_row(received: Any, event: RecordedEvent) -> Row:
    """A contact as it arrived: nobody linked, nothing decided."""
    return {
        "contact": received.contact, "position": event.position, "received_at": event.recorded_at,
        "door": received.content.door, "source": received.source, "message_id": received.message_id,
        "partner": received.partner, "carried_by": received.carried_by, "body_sha256": received.body_sha256,
        "linked_at": None, "model": None, "routed_at": None, "routed_position": None, "family": None,
        "closed_at": None, "outcome": None,
    }  # fmt: skip


def said_row(received: Any) -> Row:
    """What a contact says."""
    return {
        "contact": received.contact, "content": as_json(received.content), "doubts": as_json(received.doubts),
        "extensions": received.extensions,
    }  # fmt: skip


def decided_row(routed: Any) -> Row:
    """What was decided on a contact, and by what."""
    return {
        "contact": routed.contact, "policy": as_json(routed.policy), "calendar_hash": routed.calendar_hash,
        "decider": routed.decider, "decision": as_json(routed.decision),
    }  # fmt: skip
