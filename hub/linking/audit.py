"""The audit of linking: every mention as another linker reads it, and where the two disagree, told in words. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from hub.linking.levels import FIELDS
from hub.linking.model import Model
from hub.linking.profile import Birth, Named, Place, Profile, profile_of_mention
from hub.linking.weigh import Weighed, weigh
from hub.linking.words import because
from hub.people.evidence import Evidence

Thing = TypeVar("Thing")

Kind = Literal["one person here, two for Splink", "two people here, one for Splink"]

ONE_HERE: Kind = "one person here, two for Splink"
TWO_HERE: Kind = "two people here, one for Splink"
KINDS = (ONE_HERE, TWO_HERE)
ASKED = "A person is asked already whether they are one."
APART = "A person has said that they are two."
SIDE_BY_SIDE = "One contact names both."


class Told(NamedTuple):
    """One mention for another linker: a value a field, None where it was not said.

    birth      only where day, month and year were said
    dwelling   the address with its postcode, in one form
    said       all that the hub compares of it, as `written` has it
    """

    contact: str
    ref: str
    position: int
    sealed: bool
    forename: str | None
    middle: str | None
    surname: str | None
    birth: str | None
    dwelling: str | None
    uprn: str | None
    postcode: str | None
    nhs: str | None
    sex: str | None
    reach: str | None
    said: str


class Linked(NamedTuple):
    """Who a mention is, by what stands at that position of the log; `candidate` is who a person is asked about."""

    contact: str
    ref: str
    person: str | None
    candidate: str | None
    position: int


class Answered(NamedTuple):
    """What stands at that position of the log of two people: `proposed` as one by the hub, or what somebody answered (`same`,
    `different`, `not-sure`, `taken-back`)."""

    one: str
    other: str
    answer: str
    position: int


class Spot(NamedTuple):
    """Where something is said of a person."""

    person: str
    contact: str
    ref: str


class Pair(NamedTuple):
    """Two groups of mentions, of one person or of two, of which the other linker thinks otherwise.

    weight     what it makes of the two mentions named, the likest that there are, in bits
    weights    the same by field
    said       all that is said in each group, as `Told.said`
    asked      whether a review of the two waits for somebody
    apart      whether somebody has said that they are two
    """

    kind: Kind
    one: Spot
    other: Spot
    weight: float
    weights: Mapping[str, float]
    said: tuple[Sequence[str], Sequence[str]]
    asked: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair with what the hub makes of the two groups, and why, naming nobody."""

    pair: Pair
    hub: Weighed
    because: str


def told(contact: str, position: int, evidence: Evidence) -> Told:
    """A mention as another linker reads it."""
    home, birth = evidence.home, evidence.birth
    dwellings = [name for name in home.names if name.startswith(("a:", "l:"))] if home else []
    return Told(
        contact=contact,
        ref=evidence.ref,
        position=position,
        sealed=evidence.sealed,
        forename=evidence.given[0] if evidence.given else None,
        middle=" ".join(evidence.given[1:]) or None,
        surname=evidence.family.replace(" ", "") or None,
        birth=str(birth) if birth and birth.full else None,
        dwelling=dwellings[0] if dwellings else None,
        uprn=home.uprn if home else None,
        postcode=home.postcode if home else None,
        nhs=evidence.nhs,
        sex=evidence.sex,
        reach=evidence.reach[0] if evidence.reach else None,
        said=written(profile_of_mention(evidence)),
    )


def written(profile: Profile) -> str:
    """A profile as text: the same for the same one."""
    places = [(sorted(p.names), p.house, p.postcode) for p in profile.places]
    return json.dumps(
        (profile.names, profile.births, profile.nhs, places, profile.sexes,
         sorted(profile.reach), sorted(profile.local)),
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def read(text: str) -> Profile:
    """The profile of a text."""
    names, births, nhs, places, sexes, reach, local = json.loads(text)
    return Profile(
        names=tuple(Named(tuple(given), tuple(family)) for given, family in names),
        births=tuple(Birth(*birth) for birth in births),
        nhs=tuple(nhs),
        places=tuple(Place(frozenset(known), house, code) for known, house, code in places),
        sexes=tuple(sexes),
        reach=frozenset(reach),
        local=frozenset(local),
    )


def together(profiles: Iterable[Profile]) -> Profile:
    """All that several mentions of one person say, each thing once."""
    found = list(profiles)
    return Profile(
        names=_once(name for p in found for name in p.names),
        births=_once(birth for p in found for birth in p.births),
        nhs=_once(number for p in found for number in p.nhs),
        places=_once(place for p in found for place in p.places),
        sexes=_once(sex for p in found for sex in p.sexes),
        reach=frozenset[str]().union(*(p.reach for p in found)),
        local=frozenset[str]().union(*(p.local for p in found)),
    )


def _once(things: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple(dict.fromkeys(things))


def judged(model: Model, pair: Pair, generic: frozenset[str]) -> Disagreement:
    """What the hub makes of a pair. `generic` are telephones that very many share, which tell nothing."""
    one, other = (
        together(profile._replace(reach=profile.reach - generic) for profile in map(read, texts))
        for texts in pair.said
    )
    hub = weigh(model, one, other)
    beside = [
        says
        for says, so in (
            (ASKED, pair.asked),
            (APART, pair.apart),
            (SIDE_BY_SIDE, pair.one.contact == pair.other.contact),
        )
        if so
    ]
    return Disagreement(pair, hub, " ".join([because(hub), *beside]))


def bits_by_field(found: Weighed) -> dict[str, float]:
    """What each field of a comparison says against a stranger."""
    said = {part.field: part.stranger for part in found.parts}
    return {name: said[name] for name in FIELDS if name in said}
