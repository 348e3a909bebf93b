"""Gathers the facts of a decision: what the contact says, who its people are, and what their family is known to be."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from events.content import Concern, ContactContent, Mention
from events.facts import PinnedConcern, PinnedFacts, PinnedPerson, PinnedReferral, PinnedRelation
from events.mentions_linked import LinkedMention
from hub.families.view import FamilyView, KnownPerson
from hub.people.homes import HomeSaid, home_at, is_a_dwelling, read_home
from hub.routing.ages import ages_told
from hub.values import PartialDate, Postcode, london_day

# A general practice's code; other texts in `gp` are names of practices.
_PRACTICE = re.compile(r"[A-Z][0-9]{5}|[A-Z0-9]{5,6}")
# A foster child lives with those who foster them, whether or not an address says so.
LIVE_TOGETHER = frozenset({"lives-with", "foster-carer-of"})


def no_ward(_uprn: str | None) -> None:
    """Of no property the ward is known, where the council imported no list of them."""


@dataclass(slots=True)
class _Subject:
    """One person while the facts are gathered: the contact's mentions of them and what is known of them."""

    person: str | None
    mentions: list[Mention] = field(default_factory=list)
    known: KnownPerson | None = None
    beyond: bool = False

    @property
    def about(self) -> str:
        """The contact's own ref (the first in order, where it has several), else the person id."""
        return min((m.ref for m in self.mentions), default=self.person or "")

    @property
    def order(self) -> tuple[bool, bool, str]:
        """Those the contact names first, then the family, then those beyond: never by their order in the message."""
        return (not self.mentions, self.beyond, self.about)


def gather(
    content: ContactContent,
    outcomes: Sequence[LinkedMention],
    family: FamilyView,
    received_at: datetime,
    position: int,
    ward_of: Callable[[str | None], str | None] = no_ward,
) -> PinnedFacts:
    """Everything that `decide` reads, in an order that does not depend on the message's. `ward_of` a property, by its UPRN."""
    day = london_day(received_at)
    subjects = sorted(_subjects(content, outcomes, family), key=lambda s: s.order)
    places = _places(subjects)
    relations = _relations(content, family, places, day, position)
    said = [_homes_now(subject) for subject in subjects]
    homes = _homes(said, [_second_homes(subject) for subject in subjects], relations)
    sectors = _agreed(said, homes, _sector)
    wards = _agreed(said, homes, lambda home: ward_of(home.uprn))
    return PinnedFacts(
        received_at=received_at.astimezone(UTC),
        position=position,
        people=tuple(
            _pinned(subject, day, homes[at], sectors[at], wards[at], position)
            for at, subject in enumerate(subjects)
        ),
        relations=relations,
        concerns=_concerns(content.concerns, places),
        facts=content.facts,
        agreement=content.agreement.to_service if content.agreement else None,
    )


def _subjects(
    content: ContactContent, outcomes: Sequence[LinkedMention], family: FamilyView
) -> Iterable[_Subject]:
    """The people of the contact and of the family view, each once."""
    person_of = {outcome.ref: outcome.person for outcome in outcomes}
    found: dict[tuple[str, str], _Subject] = {}
    for mention in content.people:
        person = person_of.get(mention.ref)
        key = ("person", person) if person else ("ref", mention.ref)
        found.setdefault(key, _Subject(person)).mentions.append(mention)
    for beyond, known_people in ((False, family.people), (True, family.beyond)):
        for known in known_people:
            subject = found.setdefault(
                ("person", known.person), _Subject(known.person, beyond=beyond)
            )
            subject.known = known
    return found.values()


def _places(subjects: Sequence[_Subject]) -> dict[tuple[str, str], int]:
    """Where each ref and each person id stands among the subjects."""
    places: dict[tuple[str, str], int] = {}
    for at, subject in enumerate(subjects):
        if subject.person:
            places["person", subject.person] = at
        places.update({("ref", mention.ref): at for mention in subject.mentions})
    return places


def _relations(
    content: ContactContent,
    family: FamilyView,
    places: dict[tuple[str, str], int],
    day: date,
    position: int,
) -> tuple[PinnedRelation, ...]:
    """The relations that hold on the day, each once. Of what was said at different times the newest counts;
    of what was said at once, that it still holds."""
    said = [
        (places.get(("ref", r.from_ref)), r.type, places.get(("ref", r.to_ref)), position, r.until)
        for r in content.relationships
    ] + [
        (
            places.get(("person", r.from_person)),
            r.type,
            places.get(("person", r.to_person)),
            r.position,
            r.until,
        )
        for r in family.relations
    ]
    newest: dict[tuple[int, str, int], tuple[int, bool]] = {}
    for a, kind, b, at, until in said:
        if a is None or b is None or a == b:
            continue
        holds = (at, not _ended(until, day))
        newest[a, kind, b] = max(newest.get((a, kind, b), holds), holds)
    return tuple(
        PinnedRelation(a=a, type=kind, b=b, position=at)
        for (a, kind, b), (at, holds) in sorted(newest.items())
        if holds
    )


def _ended(until: str | None, day: date) -> bool:
    """Whether it surely ended before that day."""
    end = PartialDate.parse(until) if until else None
    return end is not None and end.latest() < day


def _homes(
    said: Sequence[list[HomeSaid]],
    second: Sequence[list[HomeSaid]],
    relations: Sequence[PinnedRelation],
) -> list[tuple[int, ...]]:
    """The numbers of the homes each subject shares: by `lives-with`, by fostering, and by an address that names one dwelling.

    Each has a place of their own, which has their number, and a child one more for each second home.
    """
    places = [[at] for at in range(len(said))]
    root = list(range(len(said)))

    def find(place: int) -> int:
        while root[place] != place:
            place = root[place]
        return place

    def join(a: int, b: int) -> None:
        low, high = sorted((find(a), find(b)))
        root[high] = low

    first: dict[str, int] = {}

    def name(place: int, names: Iterable[str]) -> None:
        for each in names:
            join(place, first.setdefault(each, place))

    for at, here in enumerate(said):
        name(at, _dwellings(here))
    for at, homes in enumerate(second):
        for home in homes:
            places[at].append(len(root))
            root.append(len(root))
            name(places[at][-1], _dwellings([home]))
    for relation in relations:
        together = {find(p) for p in places[relation.a]} & {find(p) for p in places[relation.b]}
        if relation.type in LIVE_TOGETHER and not together:
            join(relation.a, relation.b)
    roots = [tuple(sorted({find(place) for place in own})) for own in places]
    shared = Counter(home for own in roots for home in own)
    return [tuple(home for home in own if shared[home] > 1) for own in roots]


def _second_homes(subject: _Subject) -> list[HomeSaid]:
    """Where else a child lives whose parents live apart."""
    homes = subject.known.homes if subject.known else ()
    read = (home_at(h.lines, h.postcode, h.uprn) for h in homes if h.second)
    return [home for home in read if home]


def _homes_now(subject: _Subject) -> list[HomeSaid]:
    """Where they live now: as this contact says, else as was said last."""
    said = [home for m in subject.mentions if (home := read_home(m.address))]
    if said or subject.known is None or not subject.known.homes:
        return said
    newest = max(home.position for home in subject.known.homes)
    known = (
        home_at(home.lines, home.postcode, home.uprn)
        for home in subject.known.homes
        if home.position == newest
    )
    return [home for home in known if home]


def _dwellings(homes: Iterable[HomeSaid]) -> set[str]:
    return {name for home in homes for name in home.names if is_a_dwelling(name)}


def _agreed(
    said: Sequence[list[HomeSaid]],
    homes: Sequence[tuple[int, ...]],
    place: Callable[[HomeSaid], str | None],
) -> list[str | None]:
    """The postcode sector, or ward, each is routed by: their own, else the one their household agrees on."""
    own = [{place(home) for home in here} - {None} for here in said]
    return [_one(own[at]) or _one({s for o, h in zip(own, homes, strict=True) if home and h == home for s in o})
            for at, home in enumerate(homes)]  # fmt: skip


def _one(sectors: set[str | None]) -> str | None:
    return next(iter(sectors)) if len(sectors) == 1 else None


def _sector(home: HomeSaid) -> str | None:
    return Postcode(home.postcode).sector if home.postcode else None


def _pinned(
    subject: _Subject,
    day: date,
    homes: tuple[int, ...],
    sector: str | None,
    ward: str | None,
    position: int,
) -> PinnedPerson:
    known, mentions = subject.known, subject.mentions
    births = {*(known.births if known else ()), *(m.dob for m in mentions if m.dob)}
    flags = {*(known.flags if known else ()), *(flag for m in mentions for flag in m.flags)}
    expected = min(
        (m.expected_dob for m in mentions if m.expected_dob),
        default=known.expected if known else None,
    )
    told = ages_told(births, day)
    unborn = told is None and ("unborn" in flags or expected is not None)
    expected_on = PartialDate.parse(expected) if unborn and expected else None
    return PinnedPerson(
        about=subject.about,
        person=subject.person,
        named=bool(mentions),
        births=tuple(sorted(births)),
        born_from=str(told.born_from)
        if told
        else str(expected_on.earliest())
        if expected_on
        else None,
        youngest=told.youngest if told else 0,
        oldest=0 if unborn else told.oldest if told else None,
        unborn=unborn,
        flags=tuple(sorted(flags)),
        gp=min((m.gp for m in mentions if m.gp and _PRACTICE.fullmatch(m.gp)), default=None),
        sector=sector,
        ward=ward,
        homes=homes,
        open=tuple(
            PinnedReferral(referral=r.referral, row=r.row, team=r.team)
            for r in sorted(
                known.open_referrals if known else (), key=lambda r: (r.sent_at, r.referral)
            )
        ),
        positions=tuple(
            sorted({*(known.positions if known else ()), *((position,) if mentions else ())})
        ),
    )


def _concerns(
    concerns: Sequence[Concern], places: dict[tuple[str, str], int]
) -> tuple[PinnedConcern, ...]:
    said = [
        PinnedConcern(
            code=concern.code,
            about=places.get(("ref", concern.about)) if concern.about else None,
            carries=concern.model_dump(exclude={"code", "about"}, exclude_none=True),
        )
        for concern in concerns
    ]
    by_words = {pinned.model_dump_json(): pinned for pinned in said}
    return tuple(by_words[words] for words in sorted(by_words))
