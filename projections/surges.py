"""How far the lists of people who need something now have been worked off, by locality: from received to no longer needed."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from events.contact_closed import ContactClosed
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.referral_accepted import ReferralAccepted
from events.referral_sent import ReferralSent
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "surges"
VERSION = 1
SOURCE = "urn:nwd:surge:"
ELSEWHERE = "-"
"""The place of what no locality's team was asked for."""

CONTACTS = TableDef(
    "surge_contacts",
    {"contact": "text", "surge": "text", "place": "text", "stage": "text", "rank": "int"},
    ("contact",),
    (("surge",),),
)
COUNTS = TableDef(
    "surge_counts",
    {"surge": "text", "place": "text", "stage": "text", "many": "int"},
    ("surge", "place", "stage"),
    (("surge",),),
)
TABLES = (CONTACTS, COUNTS)
EVENTS = (ContactReceived, ReferralSent, ReferralAccepted, ContactClosed)

OF_A_CONTACT = frozenset(e.TYPE for e in EVENTS)

Stage = Literal["received", "asked", "in hand", "no longer needed"]
STAGES: tuple[Stage, ...] = ("received", "asked", "in hand", "no longer needed")
LEAST = 1 << 30


class SurgeCount(Shown):
    """So many contacts of a list stand so in a locality."""

    place: str
    stage: Stage
    many: int


def counts(tables: Tables, surge: str) -> list[SurgeCount]:
    """Where the contacts of a list stand, by locality and stage."""
    rows = [row for row in tables.find("surge_counts", surge=surge) if row["many"]]
    return sorted(
        (SurgeCount(place=r["place"], stage=r["stage"], many=r["many"]) for r in rows),
        key=lambda c: (c.place == ELSEWHERE, c.place, STAGES.index(c.stage)),
    )


def totals(found: Iterable[SurgeCount]) -> Counter[str]:
    """The same of all localities together."""
    total: Counter[str] = Counter()
    for one in found:
        total[one.stage] += one.many
    return total


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The contacts' own rows; the counts of a list are few, and read when one of its contacts moves."""
    contacts = list(dict.fromkeys(e.light.contact for e in events if e.type in OF_A_CONTACT))
    return [by_key("surge_contacts", "contact", contacts)] if contacts else []


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A contact from a list is counted where it stands: the place is that of its highest ask with a locality."""
    if event.type not in OF_A_CONTACT:
        return
    said = event.light
    if event.type == ContactReceived.TYPE:
        if said.source.startswith(SOURCE):
            row = {
                "contact": said.contact, "surge": said.source[len(SOURCE) :], "place": ELSEWHERE, "stage": STAGES[0],
                "rank": LEAST,
            }  # fmt: skip
            tables.put("surge_contacts", row)
            count(tables, row, 1)
        return
    row_now = tables.get("surge_contacts", said.contact)
    if row_now is not None:
        moved = after(row_now, event)
        if moved != row_now:
            count(tables, row_now, -1)
            count(tables, moved, 1)
            tables.put("surge_contacts", moved)


def after(row: Row, event: RecordedEvent) -> Row:
    """Where the contact stands after an event."""
    if event.type == ContactClosed.TYPE:
        return {**row, "stage": "no longer needed"}
    if event.type == ReferralAccepted.TYPE:
        return {**row, "stage": "in hand"}
    place = event.light.team.partition("-")[2]
    highest = bool(place) and event.light.rank < row["rank"]
    at = {"place": place, "rank": event.light.rank} if highest else {}
    return {**row, **at, "stage": "asked" if row["stage"] == "received" else row["stage"]}


def count(tables: Tables, row: Row, by: int) -> None:
    key = {"surge": row["surge"], "place": row["place"], "stage": row["stage"]}
    tables.load([by_key("surge_counts", "surge", [row["surge"]])])
    known = tables.get("surge_counts", *key.values())
    tables.put("surge_counts", {**key, "many": (known["many"] if known else 0) + by})
