"""Files for a linker: a master list with mentions of known and unknown people, or one file in which each is told of several times."""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import NamedTuple

from benchmarks.linking.homes import Home
from benchmarks.linking.mentions import (
    ONE_AND_A_HALF,
    REGISTER,
    ROUGH,
    USUAL,
    Door,
    Errors,
    Said,
    in_common,
)
from benchmarks.linking.people import Borough, Person, made_up
from benchmarks.linking.strangers import SHARES, Strangers

HOMES_THAT_MOVE = 0.12
MOVED_ALONE = 0.02
LACKING = ("no date", "no forename", "no home")


class Truth(NamedTuple):
    """What is true of one row: `known` says whether the person stands in the master list; `how` is all that befell the row."""

    record_id: str
    person: str
    known: str
    kind: str
    origin: str
    how: str


@dataclass(frozen=True, slots=True)
class Files:
    """Rows as the contract of `hub link` has them, and the truth of `mentions`."""

    master: list[tuple[str, ...]]
    mentions: list[tuple[str, ...]]
    truth: list[Truth]


def against_a_master(
    people: int,
    mentions: int,
    unknown: float,
    seed: int,
    *,
    rough: bool = False,
    even: bool = False,
) -> Files:
    """So many mentions, of which a share speaks of people who are not among the known."""
    borough = made_up(people, seed)
    chance = random.Random(seed + 1)
    known = list(borough.people)
    register = Door(borough, chance, REGISTER)
    registered = {person.number: register.once(person) for person in known}
    master = [registered[person.number].row(master_id(person)) for person in known]
    door = Door(borough, chance, ROUGH if rough else USUAL)
    strangers = Strangers(borough, known, chance)
    new = round(mentions * unknown)
    said = [(p, "", door.say(p)) for p in chosen(known, mentions - new, even, chance)]
    for person, _, telling in said:
        telling.how.discard("too little")
        if in_common(telling, registered[person.number]) < ONE_AND_A_HALF:
            telling.how.add("too little")
    kinds = chance.choices(list(SHARES), list(SHARES.values()), k=new)
    said += [(p, kind, door.say(p)) for p, kind in ((strangers.make(kind), kind) for kind in kinds)]
    chance.shuffle(said)
    rows = [
        (s.row(f"R{n:06}"), truth(f"R{n:06}", person, kind, s))
        for n, (person, kind, s) in enumerate(said, 1)
    ]
    chance.shuffle(master)
    return Files(master, [row for row, _ in rows], [true for _, true in rows])


def chosen(known: list[Person], number: int, even: bool, chance: random.Random) -> list[Person]:
    """Of whom the doors speak: of anybody, or of each origin as often."""
    if not even:
        return chance.choices(known, k=number)
    by_origin: dict[str, list[Person]] = defaultdict(list)
    for person in known:
        by_origin[person.origin].append(person)
    groups = sorted(by_origin)
    return [chance.choice(by_origin[groups[n % len(groups)]]) for n in range(number)]


def truth(record_id: str, person: Person, kind: str, said: Said) -> Truth:
    """What is true of a row; `kind` is that of an unknown person, empty for a known one.

    An unknown person of whom little is said is a case of its own: nobody can tell a child without a date from the father
    whose names it bears.
    """
    who, known = (f"N{person.number:07}", "no") if kind else (master_id(person), "yes")
    lacking = [lack for lack in LACKING if kind and lack in said.how]
    kind = ", ".join((kind or said.kind(), *lacking))
    return Truth(record_id, who, known, kind, person.origin, " + ".join(sorted(said.how)))


def master_id(person: Person) -> str:
    """The record id of a known person."""
    return f"M{person.number:07}"


def without_a_master(people: int, mentions: int, seed: int, *, rough: bool = False) -> Files:
    """So many mentions of so many people, in the order of time; homes move meanwhile, with all who live there."""
    borough = made_up(people, seed)
    chance = random.Random(seed + 1)
    errors: Errors = replace(ROUGH if rough else USUAL, moved=MOVED_ALONE, placeholders_only=0.0)
    door = Door(borough, chance, errors)
    moves = {
        id(home): (chance.random(), moved(borough, home))
        for home in borough.homes
        if moves_away(home, chance)
    }
    told: list[tuple[float, Person]] = []
    for person, number in zip(borough.people, times_told(people, mentions, chance), strict=True):
        for at in (chance.random() for _ in range(number)):
            leaves, to = moves.get(id(person.home), (1.0, person.home))
            told.append((at, replace(person, home=to) if at >= leaves else person))
    told.sort(key=lambda t: t[0])
    said = [(person, door.say(person)) for _, person in told]
    rows = [
        (s.row(f"R{n:06}"), truth(f"R{n:06}", person, "", s))
        for n, (person, s) in enumerate(said, 1)
    ]
    return Files([], [row for row, _ in rows], [true for _, true in rows])


def moves_away(home: Home, chance: random.Random) -> bool:
    """Whether a home's people go elsewhere during the time told of."""
    return not home.communal and chance.random() < HOMES_THAT_MOVE


def moved(borough: Borough, home: Home) -> Home:
    """The new home of the same people."""
    to = borough.places.to_move_to()
    to.people.extend(home.people)
    return to


def times_told(people: int, mentions: int, chance: random.Random) -> list[int]:
    """How often each person is told of: at least once, some many times, so many times in all."""
    times = [1] * people
    eager = [chance.expovariate(1.0) for _ in times]
    for place in chance.choices(range(people), eager, k=max(mentions - people, 0)):
        times[place] += 1
    return times
