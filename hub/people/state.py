"""The engine's memory of people: what is known of each, how they are related, who lives where, what is open for whom.

Folded from events alone, so that a rebuild and the engine's own running give the same tables. What a contact tells of people is
kept as it was told (`told`) until `mentions.linked` says who was meant, and after: a link may be mended. All that is learnt
stands under the contact's own position.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from events.base import Event
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.content import ContactContent
from events.envelope import RecordedEvent
from events.mention_at import Moved
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.obligation_opened import ObligationOpened
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.people import corrections
from hub.people.amended import AMENDING, fold_amended, fold_corrected, fold_decided
from hub.people.homes import is_a_dwelling
from hub.people.learning import HOME, HOME_NAME, LIVES_AT, RELATION, learn_mention, relate
from hub.people.person import KEY, PERSON, current_home, nearest, tells
from hub.people.said import Said, read_people
from hub.people.told import TOLD, TOLD_OF, Told, count_owed, keep_told, read, told_row
from projections.kin import HOUSEHOLD
from projections.table import Lookup, Row, TableDef, Tables

COUNTER = TableDef("person_counter", {"one": "int", "last": "int"}, ("one",))
ASKED = TableDef(
    "asked_referral",
    {
        "referral": "text", "contact": "text", "about": "text", "person": "text", "row": "text", "team": "text",
        "sent_at": "time", "open": "bool",
    },
    ("referral",),
    (("person",), ("contact",)),
)  # fmt: skip
TABLES = (
    TOLD, TOLD_OF, AMENDING, COUNTER, PERSON, KEY, RELATION, HOME_NAME, HOME, LIVES_AT, ASKED, *corrections.TABLES,
)  # fmt: skip

RINGS = 10
MANY = 4_000
"""Once so many people are at hand no further ring is fetched: somebody's family is without end."""
LIKELY = 2
"""Whoever shares so many keys with a mention is likely to be linked."""

DECIDES = frozenset({ContactRouted.TYPE, ContactReconsidered.TYPE})
PASSES_ON = (ReferralDeclined, ReferralOverridden, ReferralHandedOn, ReferralWithdrawn)
TYPES = frozenset(
    e.TYPE
    for e in (
        ContactReceived, MentionsLinked, PeopleJudged, PeopleProposed, PeopleMerged, PersonSplit, ReferralSent,
        ReferralDone, ObligationOpened, *PASSES_ON, ContactCorrected, MentionsAmended, ContactRouted, ContactReconsidered,
    )
)  # fmt: skip
"""The stored types of the events that `fold` takes in."""


class NeverReceived(Exception):
    """People were linked of a contact that was never received: the log is not in order, and the fold halts."""


def fold(tables: Tables, recorded: RecordedEvent) -> None:
    """Take one event in. Others than those about people, relations and what was asked change nothing."""
    if recorded.type in DECIDES:
        fold_decided(tables, recorded.light)
        return
    match recorded.event:
        case ContactReceived() as received:
            tables.put("told", told_row(received, recorded.position))
        case MentionsLinked() as linked:
            fold_people(tables, linked)
        case ContactCorrected() as corrected:
            fold_corrected(tables, corrected, recorded.position)
        case MentionsAmended() as amended:
            fold_mentions(tables, amended)
        case PeopleJudged() as judged:
            corrections.fold_judged(tables, judged)
        case PeopleProposed() as proposed:
            corrections.fold_proposed(tables, proposed)
        case PeopleMerged() | PersonSplit() as moved:
            fold_moved(tables, moved)
        case event:
            fold_referral(tables, event)


def fold_referral(tables: Tables, event: Event) -> None:
    """Keep what was asked for whom, unless it was passed on, and what is owed. Other events change nothing."""
    match event:
        case ReferralSent(person=person):
            meant = person and corrections.asked_of(tables, event.contact, event.about, person)
            tables.put("asked_referral", referral_row(event, meant))
        case ReferralDone():
            asked = tables.get("asked_referral", event.referral)
            if asked:
                tables.put("asked_referral", {**asked, "open": False})
        case ReferralDeclined() | ReferralOverridden() | ReferralHandedOn() | ReferralWithdrawn():
            tables.delete("asked_referral", event.referral)
        case ObligationOpened():
            count_owed(tables, event.contact, event.obligation)


def fold_moved(tables: Tables, moved: Moved) -> None:
    """A link was mended; where it made somebody, that is the last number."""
    load_people(tables, [moved.from_person, moved.to_person])
    corrections.fold_moved(tables, moved)
    count_people(tables, [moved.to_person])


def fold_mentions(tables: Tables, amended: MentionsAmended) -> None:
    """A contact says other things of people than it did."""
    people = {*amended.before.values(), *(m.person for m in amended.mentions if m.person)}
    load_people(tables, people)
    fold_amended(tables, amended)
    count_people(tables, people)


def referral_row(sent: ReferralSent, person: str | None) -> Row:
    """A referral that a team has, for a person or for a contact as a whole."""
    # The clock's start, not the event's own time: that differs between the engine's running and a rebuild.
    return {
        "referral": sent.referral, "contact": sent.contact, "about": sent.about, "person": person, "row": sent.rule,
        "team": sent.team, "sent_at": sent.clock_started_at, "open": True,
    }  # fmt: skip


def fold_people(tables: Tables, linked: MentionsLinked) -> None:
    """What a contact said that waited until its people were linked."""
    row = tables.get("told", linked.contact)
    if row is None:
        raise NeverReceived(linked.contact)
    fold_contact(tables, read(row).content, row, linked)


def fold_contact(tables: Tables, content: ContactContent, row: Row, linked: MentionsLinked) -> None:
    """Each word of the contact goes to the person it was about. `row` is what was told."""
    person_of = {m.ref: m.person for m in linked.mentions if m.person}
    met_now(tables, person_of.values())
    keep_told(tables, row, person_of)
    told = Told(linked.contact, row["position"], content, person_of)
    for s in told.said():
        learn_mention(tables, person_of[s.evidence.ref], s, told.position)
    sealed = told.sealed()
    for relation in content.relationships:
        if relation.from_ref in person_of and relation.to_ref in person_of:
            relate(tables, relation, person_of, sealed, told.position)
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
            Lookup("asked_referral", ("person",), new),
            Lookup("person_alias", ("person",), new),
        ]
    )


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
    tables.load([*wanted, Lookup("told", ("contact",), tuple((e.contact,) for e in linked))])
    said = [s for content in contacts for s in read_people(content)]
    found = holders_of(tables, said)
    alike = {person for s in said for person in nearest(s.keys, found)}
    tables.load([Lookup("known_person", ("person",), tuple((p,) for p in sorted(alike)))])
    # Whoever is found by less is compared and, nearly always, left: their families are not looked for.
    people = likely(said, found) | {m.person for e in linked for m in e.mentions if m.person}
    load_families(tables, people | at_home(tables, said))


def holders_of(tables: Tables, said: Iterable[Said]) -> dict[int, list[str]]:
    """Who stands under each key that these mentions look under; of a crowd some."""
    return holders_under(tables, sorted({key for s in said for key in s.keys}))


def holders_under(tables: Tables, keys: Sequence[int]) -> dict[int, list[str]]:
    """Who stands under each key; of a crowd some."""
    tables.load([Lookup("person_key", ("key",), tuple((key,) for key in keys))])
    return {key: [row["person"] for row in tables.find("person_key", key=key)] for key in keys}


def likely(said: Iterable[Said], holders: Mapping[int, Sequence[str]]) -> set[str]:
    """Those who share several keys with one mention."""
    people: set[str] = set()
    for each in said:
        shared = Counter[str]()
        for key in each.keys:
            under = holders.get(key, ())
            if under and tells(len(under)):
                shared.update(under)
        people.update(person for person, keys in shared.items() if keys >= LIKELY)
    return people


def at_home(tables: Tables, said: Iterable[Said]) -> set[str]:
    """Those known to live where one of these mentions does."""
    names = {name for s in said if s.evidence.home for name in s.evidence.home.names}
    homes = {row["home"] for name in names if (row := tables.get("home_name", name))}
    load_homes(tables, homes)
    return {person for home in homes for person in residents(tables, home)}


def load_families(tables: Tables, people: set[str]) -> None:
    """Fetch these people and those around them, ring by ring: a family goes on from person to person."""
    load_people(tables, people)
    ring, met = people, set(people)
    for _ in range(RINGS):
        ring = beside(tables, ring) - met
        if not ring or len(met) + len(ring) > MANY:
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
            Lookup("asked_referral", ("person",), each),
            Lookup("person_alias", ("person",), each),
        ]
    )
    dwellings = {dwelling_of(tables, person) for (person,) in each}
    load_homes(tables, {home for home in dwellings if home})


def load_homes(tables: Tables, homes: Iterable[str]) -> None:
    """Fetch these homes, then all who live in those of few: two round trips."""
    each = tuple((home,) for home in sorted(homes))
    if not each:
        return
    tables.load([Lookup("home", ("home",), each)])
    small = tuple((home,) for (home,) in each if heads_at(tables, home) <= HOUSEHOLD)
    tables.load([Lookup("lives_at", ("home",), small)])


def residents(tables: Tables, home: str) -> Iterator[str]:
    """Who lives in a home of few; nobody in one of many."""
    if heads_at(tables, home) <= HOUSEHOLD:
        yield from (row["person"] for row in tables.find("lives_at", home=home))


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
        if home := dwelling_of(tables, person):
            found.update(residents(tables, home))
    return found
