"""Two years of the borough: what befell each family, as contacts in the order that the hub receives them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from events.log_created import LogCreated
from hub.demo.borough.casting import Cast, cast_for
from hub.demo.borough.contacts import Sent, Step, stranger
from hub.demo.borough.population import Family, Population, pick
from hub.demo.borough.stories import stories
from hub.demo.borough.words import words
from hub.values import LONDON

SEED = 1
HOUSEHOLDS = 2_000
NEEDS: list[tuple[tuple[int, int], float]] = [
    ((1, 2), 28),
    ((2, 4), 38),
    ((5, 9), 25),
    ((9, 16), 9),
]
TRIES = 25
BEGINS = time(5, 0)
ENDS = time(7, 0)  # of the last day: so that it is past when people come to work


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true, apart from the log: who was meant by each mention, and who belongs together.

    meant      (source, message id, ref) -> person
    families   person -> family
    """

    meant: dict[tuple[str, str, str], str]
    families: dict[str, str]


@dataclass(frozen=True)
class Borough:
    """A borough by its seed, the day it ends on and its number of families."""

    ends_on: date
    seed: int = SEED
    households: int = HOUSEHOLDS

    @property
    def begins_at(self) -> datetime:
        """When its log begins."""
        return datetime.combine(self.population.begins_on, BEGINS, LONDON)

    @property
    def ends_at(self) -> datetime:
        """When its past ends: early on its last day."""
        return datetime.combine(self.ends_on, ENDS, LONDON)

    @property
    def population(self) -> Population:
        """Who lives there."""
        return Population(self.seed, self.ends_on, self.households)

    @cached_property
    def sent(self) -> list[Sent]:
        """Every contact, told once."""
        return self.tell()

    def tell(self) -> list[Sent]:
        """Every contact, in the order that the hub receives them; none before the log begins, none after the past ends."""
        found = [s for family in self.families for s in chronicle_of(self.population, family)]
        found += [sent for story in stories(self.ends_on) for sent in story.sent]
        found.sort(key=lambda s: (s.at, s.source, s.id))
        return [s for s in found if self.begins_at < s.at < self.ends_at]

    @cached_property
    def families(self) -> list[Family]:
        """Every family that is drawn; those of the stories stand apart."""
        return [self.population.family(number) for number in range(self.households)]

    @property
    def truth(self) -> Truth:
        """What is true of it."""
        meant = {(s.source, s.id, ref): person for s in self.sent for ref, person in s.who.items()}
        families = {person: s.family for s in self.sent for person in s.who.values()}
        return Truth(meant, families | {p.id: f.id for f in self.families for p in f.people})


def begun_with(borough: Borough, council: str) -> LogCreated:
    """The first event of a demonstration with this borough."""
    return LogCreated(
        council=council,
        demonstration=True,
        seed=borough.seed,
        ends_on=borough.ends_on,
        households=borough.households,
    )


def borough_of(begun: LogCreated) -> Borough | None:
    """The borough that a log was begun with; None where it was begun without."""
    if begun.seed is None or begun.ends_on is None or begun.households is None:
        return None
    return Borough(begun.ends_on, begun.seed, begun.households)


def chronicle_of(borough: Population, family: Family) -> list[Sent]:
    """What befell one family."""
    return _Chronicle(borough, family).contacts()


@dataclass
class _Chronicle:
    """One family's two years while they are told."""

    borough: Population
    family: Family
    told: list[Sent] = field(default_factory=list)
    happened: set[str] = field(default_factory=set)
    number: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.borough.seed}:chronicle:{self.family.number}")

    def contacts(self) -> list[Sent]:
        """An episode for each of so many days, in order, so that nobody is met after their death."""
        low, high = pick(self.chance, NEEDS)
        days = sorted(self.chance.randrange(731) for _ in range(self.chance.randint(low, high)))
        for day in days:
            begins = self.borough.begins_on + timedelta(days=day)
            episode = self.episode(begins)
            if episode is not None:
                self.told += self.steps(*episode, begins)
        return self.told

    def episode(self, day: date) -> tuple[Any, Cast] | None:
        """One that the family can be cast for, by weight; what only some lives hold weighs most for them."""
        weighted = [(e, e["weight"]) for e in words("episodes")["episodes"]]
        for _ in range(TRIES):
            episode = pick(self.chance, weighted)
            if episode.get("once") and episode["name"] in self.happened:
                continue
            cast = cast_for(self.family, episode, day, self.chance)
            if cast is not None:
                self.happened.add(episode["name"])
                return episode, cast
        return None

    def steps(self, episode: Any, cast: Cast, begins: date) -> Iterator[Sent]:
        """The contacts of an episode: each some days after the one before, until somebody has died or it comes to nothing."""
        day = begins
        for letter, role in episode["cast"].items():
            if role == "stranger":
                cast[letter] = stranger(self.family, letter, self.chance)
        for nth, step in enumerate(episode["steps"]):
            if nth:
                day += timedelta(days=max(1, int(step.get("after", 1) * self.chance.uniform(0.6, 1.5))))  # fmt: skip
                if self.chance.random() < 0.12:
                    return
            dies = step.get("dies")
            if not all(p.alive(day) for p in cast.values()) or outgrown(episode, cast, day):
                return
            yield Step(self.family, cast, step, self.next_number(), day, self.chance).sent()
            if dies and cast[dies].died is None:
                cast[dies].died = day + timedelta(days=1)

    def next_number(self) -> int:
        """The number of the family's next contact."""
        self.number += 1
        return self.number


def outgrown(episode: Any, cast: Cast, day: date) -> bool:
    """Whether somebody cast as a child has come of age since, or somebody not born yet has been born."""
    for letter, role in episode["cast"].items():
        if role in ("child", "school-child", "young", "teen", "almost", "placed") and cast[letter].age(day) > 17:  # fmt: skip
            return True
        if role == "unborn" and cast[letter].age(day) >= 0:
            return True
    return False
