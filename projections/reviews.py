"""Who may be whom: two people whom the engine could not tell to be one or two, and what was said of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from projections import moves
from projections.moves import in_order
from projections.rows import Shown, by_key, change
from projections.table import Lookup, Row, TableDef, Tables

NAME = "reviews"
VERSION = 2

REVIEWS = TableDef(
    "reviews",
    {
        "one": "text", "other": "text", "status": "text", "contact": "text", "ref": "text", "at": "time", "position": "int",
        "bits": "float", "because": "text", "dues": "json", "reason": "text", "judged_by": "text", "judged_at": "time",
    },
    ("one", "other"),
    (("status",), ("contact",), ("one",), ("other",)),
)  # fmt: skip
ALIASES = moves.aliases_table("review_aliases")
TABLES = (REVIEWS, ALIASES)
ENDS = (ReferralDeclined, ReferralDone, ReferralHandedOn, ReferralOverridden, ReferralWithdrawn)
EVENTS = (
    MentionsLinked, MentionsAmended, PeopleJudged, PeopleProposed, ReferralSent, *ENDS, *moves.EVENTS,
)  # fmt: skip
ENDS_TYPES = frozenset(e.TYPE for e in ENDS)

NEVER = datetime.max.replace(tzinfo=UTC)

Status = Literal["open", "not-sure", "same", "different", "gone"]
STATUS: dict[str, Status] = {
    "same": "same", "different": "different", "not-sure": "not-sure", "taken-back": "open",
}  # fmt: skip
WAITS: tuple[Status, ...] = ("open", "not-sure")


class Review(Shown):
    """Two people who may be one, the lower number first.

    status     open (nobody has looked), not-sure (somebody has), same, different, or gone (the mention that raised it was moved)
    contact    the contact that raised it, and its own word for the person; None where somebody compared the two unasked
    bits       how much spoke for one person, in log2, when it was raised
    due_at     when the first of the asks that the contact led to is due, while one is open
    """

    one: str
    other: str
    status: Status
    contact: str | None
    ref: str | None
    at: datetime
    position: int
    bits: float | None
    because: str | None
    due_at: datetime | None
    reason: str | None
    judged_by: str | None
    judged_at: datetime | None
    withheld: tuple[str, ...] = ()


class Waiting(NamedTuple):
    """A review that waits: the two as they are known by now, what its place among others depends on, and the key of its row."""

    one: str
    other: str
    unsure: bool
    due_at: datetime
    position: int
    key: tuple[str, str]

    @property
    def place(self) -> tuple[bool, datetime, int]:
        """Unseen first, then by what is due, then the oldest."""
        return self.unsure, self.due_at, self.position


def waiting(tables: Tables) -> list[Waiting]:
    """What waits for somebody to look, soonest needed first; what was looked at and not settled comes last.

    A doubt about somebody who was merged since is about whoever they are now, unless those two were asked about already; where
    somebody only answered on those two, it waits as they answered, by what raised it.
    """
    columns = ("one", "other", "dues", "position")
    rows = [
        (status == "not-sure", *cells)
        for status in WAITS
        for cells in tables.cells("reviews", columns, status=status)
    ]
    tables.load([by_key("review_aliases", "person", (p for row in rows for p in row[1:3]))])
    found: dict[tuple[str, str], Waiting] = {}
    for unsure, one, other, dues, position in rows:
        pair = in_order(now(tables, one), now(tables, other))
        own = None if pair == (one, other) else tables.get("reviews", *pair)
        if pair[0] == pair[1] or (own and (was_asked(own) or own["status"] not in WAITS)):
            continue
        last = own["status"] == "not-sure" if own else unsure
        due_at = first_due(dues) or NEVER
        each = Waiting(*pair, last, due_at, position, (one, other))
        if pair not in found or each.place < found[pair].place:
            found[pair] = each
    return sorted(found.values(), key=lambda each: each.place)


def whole(tables: Tables, some: Iterable[Waiting]) -> list[Review]:
    """These reviews, of the two as they are known by now."""
    some = list(some)
    tables.load([Lookup("reviews", ("one", "other"), tuple(each.key for each in some))])
    rows = [(each, tables.get("reviews", *each.key)) for each in some]
    return [shown(of_now(tables, row, each.one, each.other)) for each, row in rows if row]


def place_of(review: Review) -> tuple[bool, datetime, int]:
    """Where a review stands, or stood, among those that wait."""
    return review.status == "not-sure", review.due_at or NEVER, review.position


def of_pair(tables: Tables, one: str, other: str) -> Review | None:
    """The review of two people, by whatever ids they were known when it was raised; None where nobody asked."""
    first, second = in_order(one, other)
    own = tables.get("reviews", first, second)
    if own is not None and was_asked(own):
        return shown(own)
    ids = [(a, b) for a in ids_of(tables, one) for b in ids_of(tables, other) if a != b]
    earlier = (tables.get("reviews", *pair) for a, b in ids if (pair := in_order(a, b)) != (first, second))  # fmt: skip
    rows = [row for row in earlier if row and (own is None or row["status"] in WAITS)]
    raised = rows[0] if rows else own
    return shown(of_now(tables, raised, first, second)) if raised else None


def was_asked(row: Row) -> bool:
    """Whether the hub could not tell these two, rather than somebody having answered unasked."""
    return row["contact"] is not None or row["because"] is not None


def of_now(tables: Tables, row: Row, one: str, other: str) -> Row:
    """A row of two people as they are known by now, with what was answered on them by these ids."""
    own = tables.get("reviews", one, other) or row
    answered = {name: own[name] for name in ("status", "reason", "judged_by", "judged_at")}
    return {**row, **answered, "one": one, "other": other}


def ids_of(tables: Tables, person: str) -> list[str]:
    """Every id that leads to a person, their own first."""
    found = [person]
    for each in found:
        found += [row["person"] for row in tables.find("review_aliases", now=each)]
    return found


def of_person(tables: Tables, person: str) -> list[Review]:
    """What was asked and said of a person beside others who are others still, soonest needed first."""
    ids = ids_of(tables, person)
    tables.load([by_key("reviews", "one", ids), by_key("reviews", "other", ids)])
    rows = [
        r for p in ids for r in (*tables.find("reviews", one=p), *tables.find("reviews", other=p))
    ]
    two = dict.fromkeys(in_order(now(tables, r["one"]), now(tables, r["other"])) for r in rows)
    told = (of_pair(tables, *pair) for pair in two if pair[0] != pair[1])
    return sorted(filter(None, told), key=place_of)


def now(tables: Tables, person: str) -> str:
    """Who an id stands for by now."""
    return moves.now(tables, "review_aliases", person)


def shown(row: Row) -> Review:
    """A row as it is shown."""
    due_at = first_due(row["dues"])
    return Review(due_at=due_at, **{k: row[k] for k in Review.model_fields if k in row})


def first_due(dues: dict[str, str | None]) -> datetime | None:
    """When the first of the asks that are open is due."""
    return min((datetime.fromisoformat(due) for due in dues.values() if due), default=None)


def needs(events: Iterable[RecordedEvent]) -> Sequence[Lookup]:
    """The reviews of the contacts that were asked on, and those of the people judged or moved."""
    events = list(events)
    said = [e.light for e in events]
    pairs = (PeopleJudged.TYPE, PeopleProposed.TYPE)
    judged = tuple((e.one, e.other) for e in said if e.TYPE in pairs)
    of_contacts = {ReferralSent.TYPE, MentionsAmended.TYPE, *ENDS_TYPES}
    contacts = (e.contact for e in said if e.TYPE in of_contacts)
    people = [e.from_person for e in moves.moved_in(events)]
    doubted = tuple(in_order(m.person, m.candidate) for m in reviewed(events))
    return (
        Lookup("reviews", ("one", "other"), tuple(dict.fromkeys((*judged, *doubted)))),
        by_key("reviews", "contact", contacts),
        by_key("reviews", "one", people),
        by_key("reviews", "other", people),
    )


def reviewed(events: Iterable[RecordedEvent]) -> list[Any]:
    """The mentions among these events that may be of somebody known."""
    linked = (e.light for e in events if e.type in (MentionsLinked.TYPE, MentionsAmended.TYPE))
    return [m for e in linked for m in e.mentions if m.person and m.candidate]


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A doubt is raised by the engine and settled by people."""
    said = event.light
    match event.type:
        case MentionsLinked.TYPE | MentionsAmended.TYPE:
            if event.type == MentionsAmended.TYPE:
                drop_amended(tables, said)
            for mention in reviewed([event]):
                raise_doubt(tables, event, mention)
        case PeopleProposed.TYPE:
            propose(tables, event)
        case PeopleJudged.TYPE:
            settle(tables, event)
        case ReferralSent.TYPE:
            due = said.due_at.isoformat() if said.due_at else None
            ask(tables, said.contact, said.referral, due)
        case type_ if type_ in ENDS_TYPES:
            ask(tables, said.contact, said.referral, None)
        case type_ if type_ in moves.TYPES:
            moves.note_alias(tables, "review_aliases", type_, said)
            if event.type == PeopleMerged.TYPE or said.undoes is None:
                drop_moved(tables, said)


def raise_doubt(tables: Tables, event: RecordedEvent, mention: Any) -> None:
    """The engine could not tell who a mention is of."""
    one, other = in_order(mention.person, mention.candidate)
    raised = {
        "contact": event.light.contact, "ref": mention.ref, "bits": mention.bits, "because": mention.because,
    }  # fmt: skip
    ask_whether(tables, event, one, other, raised)


def drop_amended(tables: Tables, amended: Any) -> None:
    """A doubt about somebody who is another person by now, or is named no longer, is gone, unless somebody has settled it."""
    now = {m.ref: m.person for m in amended.mentions}
    for row in tables.find("reviews", contact=amended.contact):
        moved = row["ref"] in amended.before and now.get(row["ref"]) != amended.before[row["ref"]]
        if row["status"] in WAITS and moved:
            change(tables, "reviews", row["one"], row["other"], status="gone")


def propose(tables: Tables, event: RecordedEvent) -> None:
    """The engine found more that speaks for two being one: a doubt that nobody has settled is told by that."""
    said = event.light
    found = {"bits": said.bits, "because": said.because}
    row = tables.get("reviews", said.one, said.other)
    if row is None:
        ask_whether(tables, event, said.one, said.other, {**found, "contact": said.contact})
    elif row["status"] in WAITS:
        change(tables, "reviews", said.one, said.other, **found)


def ask_whether(tables: Tables, event: RecordedEvent, one: str, other: str, raised: Row) -> None:
    """Whether these two are one is asked once: what was answered stays."""
    if tables.get("reviews", one, other) is None:
        tables.put("reviews", {**unasked(event, one, other), **raised})


def unasked(event: RecordedEvent, one: str, other: str) -> Row:
    """Two people whom nobody asked about."""
    return {
        "one": one, "other": other, "status": "open", "contact": None, "ref": None, "at": event.recorded_at,
        "position": event.position, "bits": None, "because": None, "dues": {}, "reason": None, "judged_by": None,
        "judged_at": None,
    }  # fmt: skip


def settle(tables: Tables, event: RecordedEvent) -> None:
    """Somebody looked and answered."""
    said = event.light
    row = tables.get("reviews", said.one, said.other) or unasked(event, said.one, said.other)
    answered = {
        "status": STATUS[said.answer], "reason": said.reason, "judged_by": event.actor, "judged_at": event.recorded_at,
    }  # fmt: skip
    tables.put("reviews", {**row, **answered})


def ask(tables: Tables, contact: str, referral: str, due: str | None) -> None:
    """A team is asked on the contact that raised a doubt, or is no longer."""
    for row in tables.find("reviews", contact=contact):
        change(tables, "reviews", row["one"], row["other"], dues={**row["dues"], referral: due})


def drop_moved(tables: Tables, moved: Any) -> None:
    """A mention that raised a doubt was moved by somebody who knew: the doubt is gone, unless it was settled."""
    gone = {(m.contact, m.ref) for m in moved.mentions}
    person = moved.from_person
    rows = [*tables.find("reviews", one=person), *tables.find("reviews", other=person)]
    for row in rows:
        two = {now(tables, row["one"]), now(tables, row["other"])}
        if row["status"] in WAITS and ((row["contact"], row["ref"]) in gone or len(two) == 1):
            status = "same" if len(two) == 1 else "gone"
            change(tables, "reviews", row["one"], row["other"], status=status)
