"""People nobody knows yet, among them those who are easily taken for somebody known. Each is made beside a known person."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from benchmarks.linking.homes import Home
from benchmarks.linking.names import origins
from benchmarks.linking.people import TODAY, Borough, Person

STRANGER = "stranger"
SHARES = {
    STRANGER: 0.44, "new sibling": 0.16, "unknown twin": 0.04, "parent or child of one name": 0.05, "new partner": 0.08,
    "new in a communal home": 0.05, "at a former address": 0.07, "one common name and date": 0.04, "one common name": 0.07,
}  # fmt: skip
Maker: TypeAlias = Callable[[Person], Person | None]


@dataclass
class Strangers:
    """Makes people beside the known ones. Nobody made here is in the master list."""

    borough: Borough
    known: list[Person]
    chance: random.Random

    def __post_init__(self) -> None:
        self._children = [p for p in self.known if p.mother is not None and p.age() < 18]
        self._adults = [p for p in self.known if p.age() >= 18 and not p.home.communal]
        self._residents = [p for p in self.known if p.home.communal]
        names = Counter((p.given[0], p.family) for p in self.known)
        self._common = [p for p in self.known if names[p.given[0], p.family] >= 4] or self.known

    def make(self, kind: str) -> Person:
        """Somebody unknown of that kind."""
        makers: dict[str, tuple[list[Person], Maker]] = {
            STRANGER: (self.known, self.stranger),
            "new sibling": (self._children, self.sibling),
            "unknown twin": (self._children, self.twin),
            "parent or child of one name": (self._adults, self.child_of_one_name),
            "new partner": (self._adults, self.partner),
            "new in a communal home": (self._residents, self.resident),
            "at a former address": (self._adults, self.at_former_address),
            "one common name and date": (self._common, self.same_name_and_date),
            "one common name": (self._common, self.same_name),
        }
        people, maker = makers[kind]
        for _ in range(200):
            made = maker(self.chance.choice(people)) if people else None
            if made:
                return made
        return self.stranger(self.known[0])

    def stranger(self, _: Person) -> Person:
        """Nobody's kin, in a home of their own."""
        borough, chance = self.borough, self.chance
        youngest, oldest = chance.choice(((0, 18), (18, 60), (60, 95)))
        sex, born = chance.choice(("female", "male")), borough.born(youngest, oldest)
        return borough.grown_up(borough.origin(), sex, born, borough.places.to_move_to())

    def sibling(self, child: Person) -> Person | None:
        """A brother or sister, born at another time."""
        mother, father = self._parents(child)
        between = [p.born for p in map(self._person, child.home.people) if p.mother == child.mother]
        for _ in range(10):
            born = child.born + timedelta(
                days=self.chance.choice((-1, 1)) * self.chance.randint(330, 2200)
            )
            if born < TODAY and all(abs((born - other).days) > 310 for other in between):
                return self.borough.child(origins()[child.origin], child.home, born, father, mother)
        return None

    def twin(self, child: Person) -> Person | None:
        """The twin of a child who was known alone."""
        return (
            None
            if child.twin is not None
            else self.borough.twin_of(child, *self._parents(child)[::-1])
        )

    def child_of_one_name(self, adult: Person) -> Person | None:
        """A child, or where young enough a parent, with both names of somebody known, at the same home."""
        age = adult.age()
        if adult.twin is not None:
            return None
        if age >= 40 or (age >= 20 and self.chance.random() < 0.7):
            born = adult.born + timedelta(days=int(365.25 * self.chance.uniform(18, min(40, age))))
        elif age <= 60:
            born = adult.born - timedelta(days=int(365.25 * self.chance.uniform(18, 38)))
        else:
            return None
        if born >= TODAY:
            return None
        return self._like(adult, adult.given[0], born, adult.home)

    def partner(self, adult: Person) -> Person | None:
        """Somebody who has come to live with a person who was alone, with their name or not."""
        if adult.partner is not None:
            return None
        origin = origins()[adult.origin] if self.chance.random() < 0.8 else self.borough.origin()
        sex = "male" if adult.sex == "female" else "female"
        born = min(
            adult.born + timedelta(days=int(self.chance.gauss(0, 1200))),
            TODAY - timedelta(365 * 18),
        )
        family = adult.family if self.chance.random() < 0.4 else origin.family(self.chance)
        return self.borough.add(origin, sex, born, family, adult.home)

    def resident(self, resident: Person) -> Person:
        """One more in a communal home."""
        return self.borough.resident(resident.home)

    def at_former_address(self, adult: Person) -> Person:
        """Somebody who lives where a known person lived."""
        sex = self.chance.choice(("female", "male"))
        return self.borough.grown_up(
            self.borough.origin(), sex, self.borough.born(0, 90), adult.home
        )

    def same_name_and_date(self, person: Person) -> Person:
        """Somebody of the same common name and the same birth date, elsewhere."""
        made = self._like(person, person.given[0], person.born, self.borough.places.to_move_to())
        made.born = person.born
        return made

    def same_name(self, person: Person) -> Person:
        """Somebody of the same common name, born within some years, elsewhere."""
        born = person.born + timedelta(
            days=self.chance.choice((-1, 1)) * self.chance.randint(20, 3000)
        )
        return self._like(
            person, person.given[0], min(born, TODAY), self.borough.places.to_move_to()
        )

    def _like(self, person: Person, first: str, born: date, home: Home) -> Person:
        return self.borough.add(
            origins()[person.origin], person.sex, born, person.family, home, first=first
        )

    def _person(self, number: int) -> Person:
        return self.borough.people[number]

    def _parents(self, child: Person) -> tuple[Person | None, Person | None]:
        mother = self._person(child.mother) if child.mother is not None else None
        father = self._person(child.father) if child.father is not None else None
        return mother, father
