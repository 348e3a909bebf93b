"""How many people share each name, date, home and telephone: an agreement weighs as much as what agrees is rare."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hub.linking.model import ATTESTED, VALUED, Model
from hub.linking.profile import Profile

ENOUGH = 100
"""So many pairs of one whole name tell how much oftener than by chance they come."""
OFTEN = 3
"""So many times as often as is usual, and a value is listed."""


def with_shares(base: Model, people: Sequence[Profile]) -> Model:
    """How many share each name, date, home and telephone; a value of one person alone is `rare`."""
    number = len(people)
    counts: dict[str, Counter[str]] = {name: Counter() for name in VALUED}
    for profile in people:
        for name, values in values_of(profile).items():
            counts[name].update(values)
    whole = {name: number + 1 / base.rare[name] for name in VALUED}
    shares = {
        name: {
            value: (many + 1) / whole[name] for value, many in sorted(counted.items()) if many > 1
        }
        for name, counted in counts.items()
    }
    rare = {name: 2 / whole[name] for name in VALUED}
    shares["birth"], rare["birth"] = listed(shares["birth"], rare["birth"])
    names = {
        word
        for name in ("forename", "surname")
        for word, many in counts[name].items()
        if many >= ATTESTED
    }
    return base.with_(
        population=float(max(number, 1)),
        shares=shares,
        rare=rare,
        tied=tied(counts, number, base.tied),
        names=frozenset(names),
    )


def compact(model: Model) -> Model:
    """The same without the values that are hardly less rare than others, for keeping in the log."""
    shares: dict[str, dict[str, float]] = {}
    rare: dict[str, float] = {}
    for name, values in model.shares.items():
        kept, rare[name] = listed(values, model.rare[name])
        shares[name] = {value: round(share, 8) for value, share in kept.items()}
    return model.with_(shares=shares, rare=rare)


def listed(values: Mapping[str, float], rare: float) -> tuple[dict[str, float], float]:
    """The values that are clearly more usual than most, and the share of every other: what they have in the mean. That five people
    were born on one day and two on the next is chance, and the first of January is not."""
    usual = statistics.median(values.values()) if values else rare
    kept = {value: share for value, share in values.items() if share > OFTEN * usual}
    left = [share for value, share in values.items() if value not in kept]
    return kept, max(rare, sum(s * s for s in left) / sum(left) if left else 0.0)


def tied(counts: Mapping[str, Counter[str]], number: int, before: float) -> float:
    """How much oftener two people share a whole name than the shares of its parts would have it; as before, where few do."""
    shared = {
        name: sum(many * (many - 1) for many in counts[name].values())
        for name in ("forename", "surname", "name")
    }
    if shared["name"] < ENOUGH:
        return before
    return max(1.0, shared["name"] * number * number / (shared["forename"] * shared["surname"]))


def values_of(profile: Profile) -> dict[str, set[str]]:
    """What a person has of each field whose values are counted."""
    return {
        "forename": {n.given[0] for n in profile.names if n.given},
        "surname": {w for n in profile.names if n.family for w in ("".join(n.family), *n.family)},
        "name": {
            f"{n.given[0]} {''.join(n.family)}" for n in profile.names if n.given and n.family
        },
        "given": {f"{n.given[0]} {name}" for n in profile.names for name in n.given[1:]},
        "birth": {b.written for b in profile.births},
        "home": {w for p in profile.places for w in (*p.names, p.postcode) if w},
        "reach": set(profile.reach),
    }


def told_once(mentions: Sequence[Profile]) -> list[Profile]:
    """The people of these mentions, each once as far as that can be told at a glance: one NHS number, or one name and full date of
    birth, is one person. Else whoever is told of often makes their name and date look common."""
    met: set[str] = set()
    people: list[Profile] = []
    for profile in mentions:
        marks = set(by_glance(profile))
        if met.isdisjoint(marks):
            people.append(profile)
        met.update(marks)
    return people


def by_glance(profile: Profile) -> Iterator[str]:
    """What few people share with anybody else."""
    yield from profile.nhs
    dates = [birth.written for birth in profile.births if birth.full]
    for named in profile.names:
        if named.given and named.family:
            yield from (f"{named.given[0]} {''.join(named.family)} {date}" for date in dates)
