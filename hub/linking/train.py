"""Learns the parameters of the comparison from the people themselves, without labels.

*Strangers* are counted over random pairs, *house-mates* over different people of one small home, the *same* person by expectation
maximisation over pairs that share a birth date, a name or an NHS number, each field from the blocks that do not use it
(linking.md, The model). Nothing is random: the same people give the same parameters.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from hub.linking.levels import FIELDS
from hub.linking.model import Chances, Model, Thresholds
from hub.linking.namesakes import met_with
from hub.linking.profile import Birth, Profile
from hub.linking.shares import told_once, with_shares
from hub.linking.weigh import AS_NAMED, compared
from hub.people.alike import sound
from projections.kin import HOUSEHOLD

ALIKE: Mapping[str, tuple[str, ...]] = {
    "forename": (*AS_NAMED, "distant"),
    "birth": ("exact", "slip", "month", "year", "two"),
}
"""The levels that may be one person's."""
SHARED_BY_MATES = ("home", "reach")
"""What a house-mate has too: in the same mentions, with the same slips. It never tells the two apart."""
PARTIAL = frozenset({
    ("home", "postcode"), ("home", "slip"), ("birth", "month"), ("birth", "year"), ("forename", "initial"), ("surname", "initial"),
    ("middle", "initial"),
})  # fmt: skip
"""Levels of what was said in part. Whoever is known is told of in full: between two known people such a level is never seen, and
its chances among strangers and house-mates stay in the proportion that they had before.
"""
RANDOM_PAIRS = 100_000
PAIRS_OF_A_BLOCK = 40_000
CROWD = 30
"""A block of more is left out: nobody can be told apart by what so many share."""
ROUNDS = 25
SEED = 1
WORTH_STRANGERS, WORTH_MATES, WORTH_SAME, WORTH_MATES_COUNTED = 2000.0, 200.0, 60.0, 50.0
"""The parameters before count as much as so many pairs, or people."""
WORTH_NAMESAKES = 20.0
TWINS_BORN, WORTH_TWINS = 0.015, 200.0
"""So many people are born with a twin, which is worth so many people counted."""
TWINS_AT_HOME = 0.002
"""Where no more have a twin at home, it is not a twin who is meant."""

Levels = tuple[tuple[str, str], ...]
Block = Callable[[Profile], Iterable[str]]


def by_birth(profile: Profile) -> Iterable[str]:
    """Full dates of birth."""
    return (birth.written for birth in profile.births if birth.full)


def by_name(profile: Profile) -> Iterable[str]:
    """How both names sound, in no order."""
    return (
        " ".join(sorted((sound(n.given[0]), sound("".join(n.family)))))
        for n in profile.names
        if n.given and n.family
    )


def by_number(profile: Profile) -> Iterable[str]:
    """NHS numbers."""
    return profile.nhs


BLOCKS: Mapping[Block, frozenset[str]] = {
    by_birth: frozenset({"birth"}),
    by_name: frozenset({"forename", "surname", "order"}),
    by_number: frozenset({"nhs"}),
}
"""Where pairs of one person are looked for, each with the fields that it says nothing about."""


def learn_model(
    base: Model,
    name: str,
    mentions: Sequence[Profile],
    known: Sequence[Profile] = (),
    people: Sequence[Profile] = (),
) -> Model:
    """The parameters of these people: `known` each once, `mentions` perhaps of them; where nobody is known, of each other, and
    then `people` are those of the mentions, each once, as far as that can be told."""
    once_each = bool(known or people)
    people = people or known or told_once(mentions)
    counted = with_shares(base, people)
    strangers = count_levels(counted, random_pairs(people))
    mates = count_levels(counted, pairs_of_mates(counted, people, once_each=once_each))
    chances = {
        field_name: {
            level: Chances(c.same, mate[level], stranger[level]) for level, c in levels.items()
        }
        for field_name, levels in base.chances.items()
        for stranger in [smoothed(field_name, strangers, base, "stranger", WORTH_STRANGERS)]
        for mate in [mate_chances(field_name, mates, base, once_each=once_each)]
    }
    begun = counted.with_(
        name=name,
        namesakes=namesakes_of(base, mates) if once_each else base.namesakes,
        twins_since=twins_since(people),
        chances=chances,
        mates=mates_of(counted, people),
        thresholds=thresholds_for(replace(base.thresholds, **base.learnt), people),
    )
    learnt = maximise(begun, base, mentions, known)
    numbers = frozenset(number for profile in people for number in profile.nhs)
    return learnt.with_(thresholds=met_with(learnt, some_pairs(by_birth, mentions, known), numbers))


def mates_of(base: Model, people: Sequence[Profile]) -> float:
    """How many others of one family name a person has at home, or, where no dwelling is told, at one postcode: whoever differs in
    both forename and birth date. A file of people who live alone has nobody to be mistaken for."""
    groups = defaultdict[tuple[str, str], list[Profile]](list)
    for profile in people:
        for place in profile.places[-1:]:
            for named in profile.names[-1:]:
                groups[min(place.names, default=place.postcode), "".join(named.family)].append(
                    profile
                )
    others = sum(
        2 * _two_people(base, one, other)
        for (place, family), group in groups.items()
        if place and family and len(group) <= HOUSEHOLD
        for one, other in combinations(group, 2)
    )
    return min(
        base.mates,
        (others + WORTH_MATES_COUNTED * base.mates) / (len(people) + WORTH_MATES_COUNTED),
    )


def namesakes_of(base: Model, mates: Mapping[tuple[str, str], float]) -> float:
    """The share of those who bear one forename at home who bear the same second names too."""
    whole = sum(mates.get(("middle", level), 0.0) for level in FIELDS["middle"])
    same = mates.get(("middle", "exact"), 0.0)
    return (same + WORTH_NAMESAKES * base.namesakes) / (whole + WORTH_NAMESAKES)


def twins_since(people: Sequence[Profile]) -> int:
    """The year since when whoever is born may have a twin at home: of the ten years before it, of people whose house-mates are known,
    next to nobody has. Each ten years are taken to be as those before them until enough were counted; 0 where too few ever were."""
    homes = defaultdict[str, list[tuple[Birth, str]]](list)
    for profile in people:
        for place, birth, named in zip(
            profile.places[-1:], profile.births[-1:], profile.names[-1:], strict=False
        ):
            if place.names and not birth.year_alone:
                homes[min(place.names)].append((birth, "".join(named.given[:1])))
    born, twins = Counter[int](), Counter[int]()
    for mates in (mates for mates in homes.values() if 1 < len(mates) <= HOUSEHOLD):
        for birth, called in mates:
            born[birth.year // 10] += 1
            twins[birth.year // 10] += any(
                b == birth and called and other and other != called for b, other in mates
            )
    share, since = TWINS_BORN, 0
    for decade in sorted(born):
        share = (twins[decade] + WORTH_TWINS * share) / (born[decade] + WORTH_TWINS)
        if share <= TWINS_AT_HOME:
            since = 10 * decade + 10
        elif since:
            break
    return since


def _two_people(model: Model, one: Profile, other: Profile) -> bool:
    levels = dict(levels_of(model, one, other))
    return levels.get("forename") in ("distant", "other") and levels.get("birth") in (
        "beside",
        "other",
    )


def thresholds_for(base: Thresholds, people: Sequence[Profile]) -> Thresholds:
    """Those of the base. Where nobody's dwelling is told, no two people are known to share one: a link without a date, or with
    another one, is as any other."""
    if any(place.names for profile in people for place in profile.places):
        return base
    return replace(base, undated=base.automatic, contradicted=base.automatic)


def random_pairs(people: Sequence[Profile]) -> Iterator[tuple[Profile, Profile]]:
    """Pairs of whoever it may be: strangers, but for very few."""
    chance = random.Random(SEED)  # noqa: S311  # a sample: nothing secret
    number = len(people)
    if number < 2:
        return
    for _ in range(min(RANDOM_PAIRS, number * number)):
        one, other = chance.randrange(number), chance.randrange(number)
        if one != other:
            yield people[one], people[other]


def pairs_of_mates(
    model: Model, people: Sequence[Profile], *, once_each: bool
) -> Iterator[tuple[Profile, Profile]]:
    """Different people of one small home. Who is alike in forename and birth date may be one person twice, and is left out; where
    people stand there more than once, whoever is alike in either."""
    homes = defaultdict[str, list[Profile]](list)
    for profile in people:
        for place in profile.places[-1:]:
            if place.names:
                homes[min(place.names)].append(profile)
    for mates in homes.values():
        if 1 < len(mates) <= HOUSEHOLD:
            for one, other in combinations(mates, 2):
                levels = dict(levels_of(model, one, other))
                forename = levels.get("forename", "exact") in ALIKE["forename"]
                birth = levels.get("birth", "exact") in ALIKE["birth"]
                if not (forename and birth) and (once_each or not (forename or birth)):
                    yield one, other


def mate_chances(
    name: str, counted: Mapping[tuple[str, str], float], base: Model, *, once_each: bool
) -> dict[str, float]:
    """The chance of each level among house-mates. Where whoever is alike was left out, alike is as likely as before."""
    if once_each or name not in ALIKE:
        return smoothed(name, counted, base, "mate", WORTH_MATES)
    before = {level: c.mate for level, c in base.chances[name].items()}
    apart = {level: before[level] for level in before if level not in ALIKE[name]}
    left = sum(apart.values())
    whole = sum(counted.get((name, level), 0.0) for level in apart) + WORTH_MATES
    return before | {
        level: left * (counted.get((name, level), 0.0) + WORTH_MATES * chance / left) / whole
        for level, chance in apart.items()
    }


def count_levels(
    model: Model, pairs: Iterable[tuple[Profile, Profile]]
) -> Counter[tuple[str, str]]:
    """How often each field stands at each level."""
    counted = Counter[tuple[str, str]]()
    for one, other in pairs:
        counted.update(levels_of(model, one, other))
    return counted


def levels_of(model: Model, one: Profile, other: Profile) -> Levels:
    """The level of each field that both have."""
    return tuple((part.field, part.level) for part in compared(model, one, other))


def smoothed(
    name: str, counted: Mapping[tuple[str, str], float], base: Model, of: str, worth: float
) -> dict[str, float]:
    """The chance of each level of a field: as counted, the base's own counting as much as so many pairs."""
    whole = sum(counted.get((name, level), 0.0) for level in FIELDS[name])
    return {
        level: (counted.get((name, level), 0.0) + worth * getattr(base.chances[name][level], of))
        / (whole + worth)
        for level in FIELDS[name]
    }  # fmt: skip


@dataclass(slots=True)
class Patterns:
    """The pairs of one block: how often each pattern of levels was seen, and what share of them is which class.

    mates   so many pairs of house-mates come to one of one person: few share what the block is of
    """

    blind: frozenset[str]
    mates: float
    counts: Counter[Levels] = field(default_factory=Counter)
    classes: tuple[float, float, float] = (0.3, 0.1, 0.6)


def maximise(
    model: Model, base: Model, mentions: Sequence[Profile], known: Sequence[Profile]
) -> Model:
    """The chances of each level among mentions of one person, by expectation maximisation over the blocks."""
    blocks = [patterns(model, block, mentions, known) for block in BLOCKS]
    for _ in range(ROUNDS):
        same = defaultdict[tuple[str, str], float](float)
        for block in blocks:
            expect(model, block, same)
        chances = {
            name: {
                level: beside(name, level, c._replace(same=learnt[level]), base)
                for level, c in levels.items()
            }
            for name, levels in model.chances.items()
            for learnt in [smoothed(name, same, base, "same", WORTH_SAME)]
        }
        model = model.with_(chances=chances)
    return model


def beside(name: str, level: str, counted: Chances, base: Model) -> Chances:
    """The chances of a level, those among house-mates and strangers brought beside the one that was learnt where counting cannot
    tell them."""
    before = base.chances[name][level]
    if (name, level) in PARTIAL:
        times = counted.same / before.same
        counted = counted._replace(stranger=before.stranger * times, mate=before.mate * times)
    shared = name in SHARED_BY_MATES or (name, level) == ("sex", "exact")
    return counted._replace(mate=counted.same) if shared else counted


def patterns(
    model: Model, block: Block, mentions: Sequence[Profile], known: Sequence[Profile]
) -> Patterns:
    """The pairs that share a value of the block, by their levels in the fields that it does not use."""
    blind = BLOCKS[block]
    found = Patterns(blind, model.mates * shared_by_mates(model, blind))
    for one, other in some_pairs(block, mentions, known):
        levels = levels_of(model, one, other)
        found.counts[tuple([seen for seen in levels if seen[0] not in blind])] += 1
    return found


def shared_by_mates(model: Model, blind: Iterable[str]) -> float:
    """How much seldomer house-mates share these fields than mentions of one person do."""
    exact = (model.chances[name]["exact"] for name in blind if "exact" in model.chances[name])
    return math.prod(c.mate / c.same for c in exact)


def some_pairs(
    block: Block, mentions: Sequence[Profile], known: Sequence[Profile]
) -> Iterator[tuple[Profile, Profile]]:
    """So many pairs of a block at most, spread over all of it; of a mention and somebody known, where anybody is known."""
    groups = defaultdict[str, tuple[list[Profile], list[Profile]]](lambda: ([], []))
    for place, side in enumerate((mentions, known)):
        for profile in side:
            for value in block(profile):
                groups[value][place].append(profile)
    paired = [
        (said, there)
        for said, there in groups.values()
        if len(said) + len(there) <= CROWD and (said and there if known else len(said) > 1)
    ]
    random.Random(SEED).shuffle(paired)  # noqa: S311  # a sample: nothing secret
    left = PAIRS_OF_A_BLOCK
    for said, there in paired:
        pairs = ((a, b) for a in said for b in there) if known else combinations(said, 2)
        for pair in pairs:
            yield pair
            left -= 1
        if left <= 0:
            return


def expect(model: Model, block: Patterns, same: dict[tuple[str, str], float]) -> None:
    """Divide the pairs among the classes as the chances have it, and count the levels of those of one person."""
    totals = [0.0, 0.0, 0.0]
    for levels, many in block.counts.items():
        likely = list(block.classes)
        for name, level in levels:
            chance = model.chances[name][level]
            likely[0] *= chance.same
            likely[1] *= chance.mate
            likely[2] *= chance.stranger
        whole = sum(likely)
        if whole <= 0:
            continue
        for place, part in enumerate(likely):
            totals[place] += many * part / whole
        weight = many * likely[0] / whole
        for seen in levels:
            same[seen] += weight
    mates = totals[0] * block.mates
    whole = totals[0] + mates + totals[2]
    if whole:
        block.classes = (totals[0] / whole, mates / whole, totals[2] / whole)
