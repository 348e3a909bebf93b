"""Who plays in the rows that are made by seed: people of a made-up borough, and how doors tell of them."""

import random
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias
from zlib import crc32

from benchmarks.linking.homes import Home
from benchmarks.linking.names import Origin, origins
from benchmarks.linking.people import Borough, Person, made_up
from tests.linking.hard.rows import Row, Said, Told
from tests.linking.hard.stage import CROWD, CROWD_SEED, all_of, number_known

EACH = 200
NOW = "2026-11-02"
Parts: TypeAlias = dict[str, Any]
Maker: TypeAlias = Callable[["Cast"], Parts]
MAKERS: dict[str, Maker] = {}
MADE_IN = ("babies", "homes_and_secrets", "look_alikes", "names_and_dates")
NEARLY = (
    ("female", ("Ava", "Eva")), ("female", ("Ella", "Bella")), ("female", ("Mia", "Tia")), ("female", ("Aisha", "Isha")),
    ("female", ("Holly", "Molly")), ("female", ("Lila", "Isla")), ("male", ("Jayden", "Kayden")), ("male", ("Hassan", "Hussain")),
    ("male", ("Zain", "Zaid")), ("male", ("Finn", "Flynn")), ("male", ("Umar", "Umair")), ("male", ("Ronnie", "Donnie")),
    ("male", ("Joel", "Noel")), ("male", ("Logan", "Rogan")), ("male", ("Tyler", "Kyler")), ("male", ("Arjan", "Arjun")),
)  # fmt: skip
EITHER = ("link {0}", "review {0}")


def case(category: str) -> Callable[[Maker], Maker]:
    """Marks what makes a row of a category: all parts but its name."""

    def marked(maker: Maker) -> Maker:
        MAKERS[category] = maker
        return maker

    return marked


def makers() -> dict[str, Maker]:
    """What makes the rows, by category."""
    for module in MADE_IN:
        import_module(f"{__package__}.{module}")
    return MAKERS


@cache
def generated(category: str, seed: int = 0) -> tuple[Row, ...]:
    """The rows of a category, the same for ever; of another seed, others."""
    cast, maker = Cast(category, seed), makers()[category]
    return tuple(
        Row(name=f"{category} {n}", category=category, **maker(cast)) for n in range(1, EACH + 1)
    )


def either(*labels: str) -> tuple[str, ...]:
    """Linked to somebody, or a person looks: the labels are of one person."""
    return tuple(outcome.format(label) for label in labels for outcome in EITHER)


class Cast:
    """Finds people for a row. Nobody of the crowd is among them."""

    def __init__(self, category: str, seed: int) -> None:
        self.borough: Borough = made_up(CROWD, CROWD_SEED)
        self.chance: random.Random = self.borough.chance
        self.chance.seed(crc32(f"{category} {seed or ''}".strip().encode()))

    def likely(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.chance.random() < share

    def home(self) -> Home:
        """A home where nobody lives yet."""
        return self.borough.places.next()

    def far_from(self, person: Person) -> Home:
        """A home of another postcode, where nobody lives yet."""
        while True:
            home = self.borough.places.to_move_to()
            if home.postcode != person.home.postcode:
                return home

    def elsewhere(self) -> str:
        """The address of another home, as rows write it."""
        return written(self.borough.places.to_move_to())

    def lone(
        self, sex: str = "", youngest: float = 18, oldest: float = 90, home: Home | None = None
    ) -> Person:
        """Somebody who lives alone, or in a home with others."""
        sex = sex or self.chance.choice(("female", "male"))
        born = self.borough.born(youngest, oldest)
        return self.borough.grown_up(self.borough.origin(), sex, born, home or self.home())

    def couple(self) -> tuple[Person, Person]:
        """A father and a mother who live together, old enough for grown children."""
        return self.borough.couple(self.borough.origin(), self.home(), 34, 52)

    def child(
        self,
        father: Person | None,
        mother: Person,
        youngest: float = 1,
        oldest: float = 14,
        sex: str = "",
    ) -> Person:
        """A child of theirs, not of the age of another and not of a parent's forename."""
        for _ in range(40):
            born = self.borough.born(youngest, oldest)
            others = [self.borough.people[n] for n in mother.home.people]
            if all(abs((born - o.born).days) > 310 for o in others):
                break
        child = self.borough.child(
            origins()[(father or mother).origin], mother.home, born, father, mother, sex
        )
        if child.given[0] in {p.given[0] for p in (father, mother) if p}:
            child.given = (
                self.borough.unlike(origins()[child.origin], child.sex, born, mother.home),
                *child.given[1:],
            )
        return child

    def family(self, children: int = 1) -> tuple[Person, list[Person]]:
        """A mother with children; half of them have a father there too."""
        father, mother = self.couple() if self.likely(0.6) else (None, self.lone("female", 32, 46))
        return mother, [self.child(father, mother) for _ in range(children)]

    def twins(self, youngest: float = 1, oldest: float = 14) -> tuple[Person, Person, Person]:
        """A mother and her twins."""
        mother, (one,) = self.family()
        one.born = self.borough.born(youngest, oldest)
        two = self.borough.twin_of(one, None, mother)
        if self.likely(0.15):  # one letter apart, as some are named: no slip of the pen
            sex, names = self.chance.choice(NEARLY)
            one.sex = two.sex = sex
            for twin, first in zip((one, two), self.chance.sample(names, 2), strict=True):
                twin.given = (first, *twin.given[1:])
        return mother, one, two

    def one_name(self) -> tuple[Person, Person]:
        """A parent and a child who share both names, at one home."""
        father, mother = self.couple()
        parent = father if self.likely(0.8) else mother
        origin = origins()[parent.origin]
        born = self.borough.born(1, parent.age() - 18)
        if self.likely(0.15):  # both on the first of January, given to many who came without papers
            parent.born, born = parent.born.replace(month=1, day=1), born.replace(month=1, day=1)
        child = self.borough.add(
            origin, parent.sex, born, parent.family, parent.home, first=parent.given[0], father=father, mother=mother
        )  # fmt: skip
        if self.likely(0.5):
            parent.given, child.given = parent.given[:1], child.given[:1]
        return parent, child

    def origin(self, person: Person) -> Origin:
        """The names of somebody's group."""
        return origins()[person.origin]

    def other_family_name(self, person: Person) -> str:
        """A family name of the same group that is not theirs."""
        while True:
            name = self.origin(person).family(self.chance)
            if name != person.family:
                return name

    def before(self, **people: Person | Said) -> Told:
        """A contact that told of people in full, children tied to the mother `mum`."""
        told = {label: known(p) if isinstance(p, Person) else p for label, p in people.items()}
        children = [label for label, p in people.items() if isinstance(p, Person) and p.age() < 18]
        ties = tuple(("mum", "parent-of", label) for label in children if "mum" in people)
        return Told(told, ties)

    def glimpse(self, person: Person, **changes: Any) -> dict[str, Any]:
        """How a door tells of somebody: names and date, the rest now and then, but a home or a number that was told before always.

        A change to None leaves a thing out.
        """
        names = person.given if self.likely(0.4) else person.given[:1]
        said: dict[str, Any] = {
            "name": {"family": person.family, "given": list(names)},
            "dob": person.born.isoformat(),
        }
        said |= {"sex": person.sex} if self.likely(0.85) else {}
        said |= {"nhs": person.nhs} if self.likely(0.45) else {}
        numbered = (said | changes).get("nhs") and number_known(person)
        if self.likely(0.9) or not numbered:
            said["home"] = written(person.home)
        if person.phone and self.likely(0.4):
            said["phone"] = person.phone
        return {k: v for k, v in (said | changes).items() if v is not None}

    def contact(self, mum: Person | None = None, **people: Said) -> Told:
        """The contact to be judged; with a mother the others are her children."""
        ties = tuple(("m", "parent-of", ref) for ref in people) if mum else ()
        with_her = {"m": self.glimpse(mum, home=written(mum.home))} if mum else {}
        return Told({**with_her, **people}, ties, on=NOW)


def known(person: Person, **changes: Any) -> dict[str, Any]:
    """How somebody was told of before: in full, but for a number or a telephone here and there."""
    return {k: v for k, v in {**all_of(person), **changes}.items() if v is not None}


def written(home: Home) -> str:
    """A home as rows write it."""
    return ", ".join((*home.lines, home.postcode))


def named(
    person: Person, family: str | None = None, given: list[str] | None = None
) -> dict[str, Any]:
    """The name of a person, or another."""
    return {
        "family": person.family if family is None else family, "given": list(person.given if given is None else given),
    }  # fmt: skip


def beside(mum: Person | None, **expected: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What may come of each; of the mother, who is known, what may come of anybody known."""
    return ({"m": either("mum")} if mum else {}) | expected


def who(mum: Person | None, **labels: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Who each is."""
    return ({"m": ("mum",)} if mum else {}) | labels
