"""The engine's memory of people: what is known of each, how they are related, who lives where, what is open for whom.

Folded from events alone, so that a rebuild and the engine's own running give the same tables. A contact waits in
`waiting_contact` until `mentions.linked` says who was meant; all that is learnt stands under the contact's own position.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from events.base import Event
from events.contact_received import ContactReceived
from events.content import ContactContent, Relationship
from events.envelope import RecordedEvent
from events.mentions_linked import MentionsLinked
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.people.evidence import in_order_of_refs
from hub.people.homes import HomeSaid, is_a_dwelling
from hub.people.names import bounded
from hub.people.person import (
    FOUND_BY,
    KEY,
    PERSON,
    current_home,
    keys_of,
    learn,
    nearest,
    tells,
    unknown_person,
)
from hub.people.said import Said, read_people
from projections.kin import HOUSEHOLD
from projections.table import Lookup, Row, TableDef, Tables

WAITING = TableDef(
    "waiting_contact", {"contact": "text", "position": "int", "content": "text"}, ("contact",)
)
COUNTER = TableDef("person_counter", {"one": "int", "last": "int"}, ("one",))
RELATION = TableDef(
    "person_relation",
    {
        "from_person": "text", "type": "text", "to_person": "text", "since": "text", "until": "text",
        "hours_per_week": "float", "position": "int", "from_sealed": "bool", "to_sealed": "bool",
    },
    ("from_person", "type", "to_person"),
    (("from_person",), ("to_person",)),
)  # fmt: skip
HOME_NAME = TableDef("home_name", {"name": "text", "home": "text", "uprn": "text"}, ("name",))
HOME = TableDef("home", {"home": "text", "heads": "int"}, ("home",))
LIVES_AT = TableDef(
    "lives_at", {"home": "text", "person": "text"}, ("home", "person"), (("home",),)
)
OPEN_REFERRAL = TableDef(
    "open_referral",
    {"referral": "text", "person": "text", "row": "text", "team": "text", "sent_at": "time"},
    ("referral",),
    (("person",),),
)
TABLES = (WAITING, COUNTER, PERSON, KEY, RELATION, HOME_NAME, HOME, LIVES_AT, OPEN_REFERRAL)

RINGS = 4
LIKELY = 2
"""Whoever shares so many keys with a mention is likely to be linked."""

ENDS_A_REFERRAL = (
    ReferralDeclined,
    ReferralOverridden,
    ReferralHandedOn,
    ReferralDone,
    ReferralWithdrawn,
)
TYPES = frozenset(e.TYPE for e in (ContactReceived, MentionsLinked, ReferralSent, *ENDS_A_REFERRAL))
"""The stored types of the events that `fold` takes in."""


class NeverReceived(Exception):
    """People were linked of a contact that was never received: the log is not in order, and the fold halts."""


def fold(tables: Tables, recorded: RecordedEvent) -> None:
    """Take one event in. Others than those about people, relations and open referrals change nothing."""
    if isinstance(recorded.event, ContactReceived):
        tables.put("waiting_contact", waiting_row(recorded.event, recorded.position))
    elif isinstance(recorded.event, MentionsLinked):
        fold_people(tables, recorded.event)
    else:
        fold_referral(tables, recorded.event)


def fold_referral(tables: Tables, event: Event) -> None:
    """Keep what is open for whom. Other events change nothing."""
    if isinstance(event, ReferralSent):
        if event.person:
            tables.put("open_referral", referral_row(event, event.person))
    elif isinstance(event, ENDS_A_REFERRAL):
        tables.delete("open_referral", event.referral)


def waiting_row(received: ContactReceived, position: int) -> Row:
    """The part of a contact that speaks of people, kept until they are linked."""
    spoken_of = received.content.model_dump_json(
        include={"occurred_at", "door", "reporter", "people", "relationships", "concerns"}
    )
    return {"contact": received.contact, "position": position, "content": spoken_of}


def referral_row(sent: ReferralSent, person: str) -> Row:
    """A referral that a team has for a person."""
    # The clock's start, not the event's own time: that differs between the engine's running and a rebuild.
    return {
        "referral": sent.referral, "person": person, "row": sent.rule, "team": sent.team,
        "sent_at": sent.clock_started_at,
    }  # fmt: skip


def fold_people(tables: Tables, linked: MentionsLinked) -> None:
    """What a contact said that waited until its people were linked."""
    waiting = tables.get("waiting_contact", linked.contact)
    if waiting is None:
        raise NeverReceived(linked.contact)
    tables.delete("waiting_contact", linked.contact)
    content = ContactContent.model_validate_json(waiting["content"])
    fold_contact(tables, content, waiting["position"], linked)


def fold_contact(
    tables: Tables, content: ContactContent, position: int, linked: MentionsLinked
) -> None:
    """Each word of the contact goes to the person it was about."""
    person_of = {m.ref: m.person for m in linked.mentions if m.person}
    met_now(tables, person_of.values())
    said = read_people(content)
    for s in sorted(said, key=lambda s: in_order_of_refs(s.evidence.ref)):
        if s.evidence.ref in person_of:
            learn_mention(tables, person_of[s.evidence.ref], s, position)
    sealed = {s.evidence.ref for s in said if s.evidence.sealed}
    for relation in content.relationships:
        if relation.from_ref in person_of and relation.to_ref in person_of:
            relate(tables, relation, person_of, sealed, position)
    count_people(tables, person_of.values())


def met_now(tables: Tables, people: Iterable[str]) -> None:
    """Of somebody with a number higher than any before, nothing can be stored: nobody need look."""
    last = last_number(tables)
    new = tuple((person,) for person in people if number_of(person) > last)
    tables.nothing_under(
        [
            Lookup("known_person", ("person",), new),
            Lookup("person_relation", ("from_person",), new),
            Lookup("person_relation", ("to_person",), new),
            Lookup("open_referral", ("person",), new),
        ]
    )


def learn_mention(tables: Tables, person: str, said: Said, position: int) -> None:
    """Add what a mention says of a person, to the person, the keys and the home."""
    before = tables.get("known_person", person)
    row = before or unknown_person(person, position)
    home = said.evidence.home
    after = learn(row, said.evidence, settle_home(tables, home) if home else None, position)
    if before is not None and after is row:
        return
    tables.put("known_person", after)
    for found_by in sorted(new_keys(before, after, said)):
        tables.put("person_key", {"key": found_by, "person": person})
    move(tables, person, current_home(row), current_home(after))


def new_keys(before: Row | None, after: Row, said: Said) -> Iterable[int]:
    """The keys that a mention adds: all of its own to somebody met for the first time."""
    if before is None:
        return said.known
    if all(after[column] is before[column] for column in FOUND_BY):
        return ()
    return keys_of(after) - keys_of(before)


def settle_home(tables: Tables, home: HomeSaid) -> str:
    """The key of a home: the one it was first met under, by whichever of its names.

    A flat whose sender leaves the number of the flat out shares its written address with its neighbours: such a name,
    under which a second UPRN turns up, no longer says which home is meant, and stands for itself alone.
    """
    named = {name: tables.get("home_name", name) for name in home.names if is_a_dwelling(name)}
    key = (
        next((row["home"] for row in named.values() if row and _agrees(row, home)), None)
        or home.key
    )
    if named and key in named and not any(named.values()):  # met for the first time
        alone = ((key,),)
        tables.nothing_under(
            [Lookup("home", ("home",), alone), Lookup("lives_at", ("home",), alone)]
        )
    for name, row in named.items():
        if row is None:
            tables.put("home_name", {"name": name, "home": key, "uprn": home.uprn})
        elif not _agrees(row, home) and row["home"] != name:
            tables.put("home_name", {"name": name, "home": name, "uprn": None})
        elif row["uprn"] is None and home.uprn and row["home"] == key:
            tables.put("home_name", {**row, "uprn": home.uprn})
    return key


def _agrees(row: Row, home: HomeSaid) -> bool:
    return row["uprn"] is None or home.uprn is None or row["uprn"] == home.uprn


def move(tables: Tables, person: str, old: Row | None, new: Row | None) -> None:
    """A person lives where the latest contact says; the home before has one head fewer."""
    gone = old["key"] if old and is_a_dwelling(old["key"]) else None
    come = new["key"] if new and is_a_dwelling(new["key"]) else None
    if gone == come:
        return
    if gone:
        tables.delete("lives_at", gone, person)
        count_heads(tables, gone, -1)
    if come:
        tables.put("lives_at", {"home": come, "person": person})
        count_heads(tables, come, 1)


def count_heads(tables: Tables, home: str, more: int) -> None:
    """Keep count of the people of a home: a home of very many is none."""
    row = tables.get("home", home)
    tables.put("home", {"home": home, "heads": (row["heads"] if row else 0) + more})


def relate(
    tables: Tables, said: Relationship, person_of: dict[str, str], sealed: set[str], position: int
) -> None:
    """Keep a relation as last stated; since when it holds is not forgotten by a contact that does not say it again."""
    key = (person_of[said.from_ref], bounded(said.type), person_of[said.to_ref])
    if key[0] == key[2]:
        return
    before = tables.get("person_relation", *key) or {}
    tables.put(
        "person_relation",
        {
            "from_person": key[0], "type": key[1], "to_person": key[2],
            "since": said.since or before.get("since"), "until": said.until,
            "hours_per_week": said.hours_per_week if said.hours_per_week is not None else before.get("hours_per_week"),
            "position": position,
            "from_sealed": said.from_ref in sealed or before.get("from_sealed", False),
            "to_sealed": said.to_ref in sealed or before.get("to_sealed", False),
        },
    )  # fmt: skip


def count_people(tables: Tables, people: Iterable[str]) -> None:
    """The counter stands at the highest number given so far."""
    last = last_number(tables)
    highest = max((number_of(person) for person in people), default=0)
    if highest > last:
        tables.put("person_counter", {"one": 1, "last": highest})


def last_number(tables: Tables) -> int:
    """The number of the last person made."""
    row = tables.get("person_counter", 1)
    return row["last"] if row else 0


def number_of(person: str) -> int:
    """The number in `P-000001`."""
    return int(person.removeprefix("P-"))


def person_id(number: int) -> str:
    """The id of the person of that number."""
    return f"P-{number:06}"


def needs(contacts: Iterable[ContactContent]) -> Iterator[Lookup]:
    """The rows that linking these contacts begins with: the counter, the keys of their people, the names of their homes."""
    said = [s for content in contacts for s in read_people(content)]
    keys = {key for s in said for key in s.keys}
    names = {name for s in said if s.evidence.home for name in s.evidence.home.names}
    yield Lookup("person_counter", ("one",), ((1,),))
    yield Lookup("person_key", ("key",), tuple((key,) for key in sorted(keys)))
    yield Lookup("home_name", ("name",), tuple((name,) for name in sorted(names)))


def load(tables: Tables, events: Sequence[Event]) -> None:
    """Fetch, in a few round trips, what deciding on these contacts or folding these events will read."""
    contacts = [e.content for e in events if isinstance(e, ContactReceived)]
    linked = [e for e in events if isinstance(e, MentionsLinked)]
    wanted = list(needs(contacts))
    tables.load(
        [*wanted, Lookup("waiting_contact", ("contact",), tuple((e.contact,) for e in linked))]
    )
    said = [s for content in contacts for s in read_people(content)]
    found = holders_of(tables, said)
    alike = {person for s in said for person in nearest(s.keys, found)}
    tables.load([Lookup("known_person", ("person",), tuple((p,) for p in sorted(alike)))])
    # Whoever is found by less is compared and, nearly always, left: their families are not looked for.
    people = likely(said, found) | {m.person for e in linked for m in e.mentions if m.person}
    load_families(tables, people)


def holders_of(tables: Tables, said: Iterable[Said]) -> dict[int, list[str]]:
    """Who stands under each key that these mentions look under; of a crowd some."""
    keys = sorted({key for s in said for key in s.keys})
    tables.load([Lookup("person_key", ("key",), tuple((key,) for key in keys))])
    return {key: [row["person"] for row in tables.find("person_key", key=key)] for key in keys}


def likely(said: Iterable[Said], holders: Mapping[int, Sequence[str]]) -> set[str]:
    """Those who share several keys with one mention."""
    people: set[str] = set()
    for each in said:
        shared = Counter(
            p for key in each.keys if tells(len(holders.get(key, ()))) for p in holders.get(key, ())
        )
        people.update(person for person, keys in shared.items() if keys >= LIKELY)
    return people


def load_families(tables: Tables, people: set[str]) -> None:
    """Fetch these people and those around them, ring by ring: a family goes on from person to person."""
    load_people(tables, people)
    ring, met = people, set(people)
    for _ in range(RINGS):
        ring = beside(tables, ring) - met
        if not ring:
            return
        load_people(tables, ring)
        met |= ring


def load_people(tables: Tables, people: Iterable[str]) -> None:
    """Fetch these people with their relations and referrals, then their homes with all who live there: three round trips."""
    each = tuple((person,) for person in sorted(people))
    if not each:
        return
    tables.load(
        [
            Lookup("known_person", ("person",), each),
            Lookup("person_relation", ("from_person",), each),
            Lookup("person_relation", ("to_person",), each),
            Lookup("open_referral", ("person",), each),
        ]
    )
    dwellings = {dwelling_of(tables, person) for (person,) in each} - {None}
    homes = tuple((key,) for key in sorted(key for key in dwellings if key))
    tables.load([Lookup("home", ("home",), homes)])
    small = tuple((key,) for (key,) in homes if heads_at(tables, key) <= HOUSEHOLD)
    tables.load([Lookup("lives_at", ("home",), small)])


def dwelling_of(tables: Tables, person: str) -> str | None:
    """The key of the home where a person was last said to live; None where it was only a postcode, or nothing."""
    row = tables.get("known_person", person)
    home = current_home(row) if row else None
    return home["key"] if home and is_a_dwelling(home["key"]) else None


def heads_at(tables: Tables, home: str) -> int:
    """How many people were last said to live there."""
    row = tables.get("home", home)
    return row["heads"] if row else 0


def beside(tables: Tables, people: Iterable[str]) -> set[str]:
    """Who is one relation or one small home away from these people."""
    found: set[str] = set()
    for person in people:
        found.update(r["to_person"] for r in tables.find("person_relation", from_person=person))
        found.update(r["from_person"] for r in tables.find("person_relation", to_person=person))
        home = dwelling_of(tables, person)
        if home and heads_at(tables, home) <= HOUSEHOLD:
            found.update(r["person"] for r in tables.find("lives_at", home=home))
    return found
