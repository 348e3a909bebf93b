"""What waits for a team, soonest due first."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from events.clock_missed import ClockMissed
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
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

NAME = "duty_queue"
VERSION = 4

CONTACTS = TableDef(
    "queue_contacts",
    {
        "contact": "text", "door": "text", "organisation": "text", "partner": "text", "concerns": "json", "names": "json",
        "amended": "text", "amending": "json",
    },
    ("contact",),
)  # fmt: skip
REFERRALS = TableDef(
    "queue_referrals",
    {
        "referral": "text", "team": "text", "contact": "text", "status": "text", "rule": "text", "rank": "int",
        "lead": "bool", "pathway": "text", "because": "text", "about": "text", "person": "text", "family": "text",
        "door": "text", "organisation": "text", "partner": "text", "name": "text", "concerns": "texts",
        "clock": "text", "clock_started_at": "time", "sent_at": "time", "due_at": "time", "follows": "text",
        "from_team": "text", "reason": "text", "amended": "text", "position": "int", **clock_states.OF_ASKS,
    },
    ("referral",),
    (("team",), ("person",), ("escalated_to",), ("contact",)),
)  # fmt: skip
HANDED = TableDef(
    "queue_handed",
    {
        "referral": "text", "from_team": "text", "reason": "text", "before": "text", "met_at": "time", "missed_at": "time",
        "paused_at": "time", "paused_because": "text", "bounces": "int",
    },
    ("referral",),
    (("before",),),
)  # fmt: skip
MOVES = moves.moves_table("queue_moves")
ALIASES = moves.aliases_table("queue_aliases")
TABLES = (CONTACTS, REFERRALS, HANDED, MOVES, ALIASES)
EVENTS = (
    ContactReceived, ReferralSent, ReferralSeen, ReferralAccepted, ReferralDone, ReferralWithdrawn, ReferralDeclined,
    ReferralHandedOn, ReferralOverridden, *editions.EVENTS, *moves.EVENTS, *clock_states.EVENTS,
)  # fmt: skip

TAKEN_ALONG = ("met_at", "missed_at", "paused_at", "paused_because", "bounces")
NOT_HANDED: Row = {**dict.fromkeys(HANDED.columns), "bounces": 0}
AMENDS = frozenset(e.TYPE for e in editions.EVENTS)
OF_A_CONTACT = frozenset({ContactReceived.TYPE, *AMENDS, *moves.TYPES})
NEVER = datetime.max.replace(tzinfo=UTC)


class QueueRow(Shown):
    """One ask that a team holds, with what the duty worker must know to take it up.

    name         the person it is about, as the contact named them
    concerns     what is worried about, in the words of the vocabulary
    from_team    the team it came from, where it was declined, overridden or handed on, with that team's `reason`
    status       sent (nobody has looked), seen, or accepted
    missed_at    when it was due, where that was not met; `due_at` is later by every pause
    escalated_to who was told that it lay untouched, `paused_because` why its clock stands still
    bounces      how often it has moved from team to team
    amended      whether the contact was corrected or withdrawn since: what is said here is what it says by now
    withheld     what this viewer may not see
    """

    referral: str
    team: str
    contact: str
    status: Literal["sent", "seen", "accepted"]
    rule: str
    rank: int
    lead: bool
    pathway: str | None
    because: str | None
    about: str | None
    person: str | None
    family: str | None
    door: str | None
    organisation: str | None
    partner: str | None
    name: str | None
    concerns: tuple[str, ...]
    clock: str | None
    clock_started_at: datetime
    sent_at: datetime
    due_at: datetime | None
    follows: str | None
    from_team: str | None
    reason: str | None
    amended: Literal["corrected", "withdrawn"] | None = None
    position: int
    met_at: datetime | None = None
    missed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_because: str | None = None
    escalated_at: datetime | None = None
    escalated_to: str | None = None
    bounces: int = 0
    withheld: tuple[str, ...] = ()


def waiting(tables: Tables, team: str) -> list[QueueRow]:
    """What a team has been asked and has not yet taken on, soonest due first."""
    return [row for row in open_for(tables, team) if row.status != "accepted"]


def held(tables: Tables, team: str) -> list[QueueRow]:
    """What a team has accepted and not yet finished, soonest due first."""
    return [row for row in open_for(tables, team) if row.status == "accepted"]


def open_for(tables: Tables, team: str) -> list[QueueRow]:
    """Every open ask of a team, accepted or not, soonest due first; what has no clock comes last."""
    return of_teams(tables, [team])


def of_teams(tables: Tables, teams: Iterable[str]) -> list[QueueRow]:
    """The same of several teams."""
    rows = [row for team in teams for row in tables.find("queue_referrals", team=team)]
    return [QueueRow(**row) for row in sorted(rows, key=soonest_first)]


def escalated(tables: Tables, teams: Iterable[str]) -> list[QueueRow]:
    """The asks of others that lie untouched, which these teams were told of, soonest due first."""
    rows = [row for team in teams for row in tables.find("queue_referrals", escalated_to=team)]
    return [QueueRow(**r) for r in sorted(rows, key=soonest_first) if r["status"] == "sent"]


def count_open(tables: Tables, team: str, but: str | None = None) -> int:
    """How many open asks a queue holds, waiting or in hand; not counting that one."""
    asks = tables.cells("queue_referrals", ("referral",), team=team)
    return sum(referral != but for (referral,) in asks)


GLANCE = (
    "referral", "team", "contact", "status", "rule", "rank", "person", "door", "clock_started_at", "due_at", "position",
    "paused_at", "met_at",
)  # fmt: skip


def glances(tables: Tables, teams: Iterable[str]) -> list[Row]:
    """The same, of each no more than its place and what tells who may know of it: of a long queue a part is looked at."""
    found = (
        cells for team in teams for cells in tables.cells("queue_referrals", GLANCE, team=team)
    )
    return sorted((dict(zip(GLANCE, cells, strict=True)) for cells in found), key=soonest_first)


def whole(tables: Tables, glanced: Sequence[Row]) -> list[QueueRow]:
    """These rows of `glances` as a whole."""
    tables.load([by_key("queue_referrals", "referral", (row["referral"] for row in glanced))])
    return [QueueRow(**row_of(tables, "queue_referrals", row["referral"])) for row in glanced]


def soonest_first(row: Row) -> tuple[datetime, int, datetime, str]:
    """Due time, then rank, then how long it has waited."""
    return (row["due_at"] or NEVER, row["rank"], row["clock_started_at"], row["referral"])


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts of the asks that begin, whom they are for, and whether another team had them; the asks that these events change."""
    events = list(events)
    said = [e.light for e in events if e.type not in {*OF_A_CONTACT, *clock_states.TYPES}]
    clocks = [clock_states.subject_of(e.light) for e in events if e.type in clock_states.TYPES]
    mended = moves.moved_in(events)
    sent = [e for e in said if e.TYPE == ReferralSent.TYPE]
    changed = [*(e.referral for e in said if e.TYPE != ReferralSent.TYPE), *clocks]
    contacts = [*(e.contact for e in sent), *(m.contact for e in mended for m in e.mentions)]
    told = [e.light.contact for e in events if e.type in AMENDS]
    return (
        by_key("queue_contacts", "contact", [*(e.contact for e in sent), *told]),
        by_key("queue_referrals", "contact", told),
        by_key("queue_handed", "referral", (e.referral for e in sent)),
        by_key("queue_handed", "before", clocks),
        by_key("queue_referrals", "referral", changed),
        by_key("queue_referrals", "person", (e.from_person for e in mended)),
        by_key("queue_moves", "contact", [*contacts, *told]),
        by_key("queue_aliases", "person", (e.person for e in sent if e.person)),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A referral enters the queue of its team when it is sent, and leaves it when it ends."""
    said, position = event.light, event.position
    match event.type:
        case ContactReceived.TYPE:
            tables.put("queue_contacts", contact_row(said))
        case ReferralSent.TYPE:
            tables.put("queue_referrals", referral_row(tables, said, event))
            tables.delete("queue_handed", said.referral)
        case ReferralSeen.TYPE:
            if row_of(tables, "queue_referrals", said.referral)["status"] == "sent":
                change(tables, "queue_referrals", said.referral, status="seen", position=position)
        case ReferralAccepted.TYPE:
            change(tables, "queue_referrals", said.referral, status="accepted", position=position)
        case type_ if type_ in moves.TYPES:
            mend(tables, event)
        case type_ if type_ in clock_states.TYPES:
            note_clock(tables, event)
        case ContactCorrected.TYPE:
            row = row_of(tables, "queue_contacts", said.contact)
            waiting = {**row["amending"], str(position): worries_and_names(said.content)}
            change(tables, "queue_contacts", said.contact, amending=waiting)
        case MentionsAmended.TYPE:
            amend(tables, said)
        case ReferralDone.TYPE | ReferralWithdrawn.TYPE:
            leave(tables, said.referral)
        case ReferralDeclined.TYPE | ReferralHandedOn.TYPE | ReferralOverridden.TYPE:
            hand_on(tables, said, row_of(tables, "queue_referrals", said.referral))
            leave(tables, said.referral)


def hand_on(tables: Tables, moved: Any, row: Row) -> None:
    """Keep what the next team is told of where an ask comes from, and of its clock."""
    along = clock_states.taken_along(row, row["status"] == "accepted")
    tables.put(
        "queue_handed",
        {"referral": moved.opens, "from_team": moved.team, "reason": moved.reason, "before": moved.referral, **along},
    )  # fmt: skip


def note_clock(tables: Tables, event: RecordedEvent) -> None:
    """What happened to the clock of an ask; that it was missed as it moved on goes along. Of what is owed the queue tells nothing."""
    subject = clock_states.subject_of(event.light)
    if tables.get("queue_referrals", subject):
        change(
            tables, "queue_referrals", subject, position=event.position, **clock_states.told(event)
        )
    elif event.type == ClockMissed.TYPE:
        for row in tables.find("queue_handed", before=subject):
            tables.put("queue_handed", {**row, **clock_states.told(event)})


def mend(tables: Tables, event: RecordedEvent) -> None:
    """A link was mended: what was asked for the mentions that went goes with them."""
    moved = event.light
    moves.note(tables, "queue_moves", moved)
    moves.note_alias(tables, "queue_aliases", event.type, moved)
    for row in tables.find("queue_referrals", person=moved.from_person):
        if moves.goes_along(event.type, moved, row["contact"], row["about"]):
            change(tables, "queue_referrals", row["referral"], person=moved.to_person)


def amend(tables: Tables, amended: Any) -> None:
    """What waits for teams is told by what the contact says now; whom it says to be another person, as that one."""
    moves.note_linked(tables, "queue_moves", amended)
    otherwise = editions.linked_otherwise(amended)
    row = row_of(tables, "queue_contacts", amended.contact)
    place = str(amended.input_position)
    rest = {at: said for at, said in row["amending"].items() if at != place}
    kind = "withdrawn" if amended.withdrawn else "corrected"
    said = {} if amended.withdrawn else row["amending"][place]
    row = change(tables, "queue_contacts", amended.contact, amended=kind, amending=rest, **said)
    for asked in tables.find("queue_referrals", contact=amended.contact):
        about = asked["about"]
        person = otherwise[about][1] if about in otherwise else asked["person"]
        named = row["names"].get(about) or asked["name"]
        worries = worries_about(row, about) or asked["concerns"]
        change(
            tables, "queue_referrals", asked["referral"], amended=kind, person=person, name=named, concerns=worries,
        )  # fmt: skip


def whom(tables: Tables, sent: Any) -> str | None:
    """Whom an ask is for by now: somebody may ask for a person whose link was mended a moment ago."""
    if sent.person is None:
        return None
    first = moves.whose(tables, "queue_moves", sent.contact, sent.about, sent.person)
    return moves.now(tables, "queue_aliases", first or "")


def leave(tables: Tables, referral: str) -> None:
    """Take a referral out of its team's queue."""
    row_of(tables, "queue_referrals", referral)
    tables.delete("queue_referrals", referral)


def contact_row(received: Any) -> Row:
    """What the queue shows of a contact."""
    content = received.content
    return {
        "contact": received.contact,
        "door": content.door,
        "organisation": content.reporter.org,
        "partner": received.partner,
        "amended": None,
        "amending": {},
        **worries_and_names(content),
    }


def worries_and_names(content: Any) -> Row:
    """What a contact worries about, and how it names its people."""
    return {
        "concerns": [[c.code, c.about] for c in content.concerns],
        "names": names_said(content),
    }


def worries_about(contact: Row, about: str | None) -> list[str]:
    """What a contact worries about for one of its people."""
    codes = (code for code, of in contact["concerns"] if of in (None, about) or about is None)
    return list(dict.fromkeys(codes))


def names_said(content: Any) -> dict[str, str]:
    """The people of a contact by its own words for them, as it named them."""
    said = {p.ref: p.name for p in content.people if p.name}
    return {
        ref: " ".join((*n.given, *((n.family,) if n.family else ()))) for ref, n in said.items()
    }


def referral_row(tables: Tables, sent: Any, event: RecordedEvent) -> Row:
    """A referral as it stands in the queue."""
    contact = row_of(tables, "queue_contacts", sent.contact)
    handed = tables.get("queue_handed", sent.referral) or NOT_HANDED
    return {
        "referral": sent.referral, "team": sent.team, "contact": sent.contact, "status": "sent", "rule": sent.rule,
        "rank": sent.rank, "lead": sent.lead, "pathway": sent.pathway, "because": sent.because, "about": sent.about,
        "person": whom(tables, sent), "family": sent.family, "door": contact["door"], "organisation": contact["organisation"],
        "partner": contact["partner"], "name": contact["names"].get(sent.about), "concerns": worries_about(contact, sent.about),
        "clock": sent.clock, "clock_started_at": sent.clock_started_at, "sent_at": event.recorded_at,
        "due_at": sent.due_at, "follows": sent.follows, "from_team": handed["from_team"], "reason": handed["reason"],
        "amended": contact["amended"], "position": event.position, **clock_states.NONE_OF_ASKS,
        **{name: handed[name] for name in TAKEN_ALONG},
    }  # fmt: skip
