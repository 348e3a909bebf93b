"""The people of the made-up borough: who they are and with whom they live. Knows nothing of linking."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.linking.homes import Home, Homes
from benchmarks.linking.names import (
    AFTER_THE_PROPHET,
    SECOND_NAMES,
    Origin,
    for_a_woman,
    one_name,
    origins,
)
from hub.values import check_digit

TODAY = date(2026, 11, 1)
TWINS = 0.015  # of births
ALIKE = 0.3  # of twins have forenames that begin alike
ONE_NAME = {"male": 0.01, "female": 0.003}  # of children are named as the parent of their sex
IN_COMMUNAL_HOMES = 0.012
COMMUNAL = (("care", (25, 55), 0.5), ("hostel", (15, 40), 0.3), ("refuge", (8, 16), 0.2))
FRONT = ("Riverside", "Thameside", "Willow", "St Clere", "Estuary", "Harbour", "Cedar", "Ferry")
BACK = {
    "care": ("Lodge", "Court Care Home", "House Nursing Home"),
    "hostel": ("Hostel", "Foyer"),
    "refuge": ("House",),
}
CALLED_BY_THE_SECOND = frozenset({"muslim", "arab"})
"""Where men are named after the Prophet, and called by what follows."""
NO_CHANGE_AT_MARRIAGE = frozenset({"arab", "chinese", "iberian", "muslim", "sikh"})
TOGETHER = "three generations"
HOUSEHOLDS = (
    ("couple with children", 0.25), ("couple", 0.25), ("lone parent", 0.11), (TOGETHER, 0.05),
    ("single", 0.28), ("shared", 0.06),
)  # fmt: skip
KEPT_TOGETHER = {"muslim": 3.0, "hindu": 3.0, "sikh": 3.0, "african": 1.5, "chinese": 1.5}
"""Where three generations live together more often."""


@dataclass(slots=True)
class Person:
    """A made-up person. `born_as` is the family name at birth where another is borne now; other people go by number."""

    number: int
    origin: str
    sex: str
    given: tuple[str, ...]
    family: str
    born: date
    nhs: str
    home: Home
    born_as: str = ""
    phone: str = ""
    email: str = ""
    mother: int | None = None
    father: int | None = None
    partner: int | None = None
    twin: int | None = None

    def age(self) -> int:
        """Whole years."""
        before = (TODAY.month, TODAY.day) < (self.born.month, self.born.day)
        return TODAY.year - self.born.year - before


@dataclass
class Borough:
    """Everybody, and what is needed to make one more."""

    chance: random.Random
    people: list[Person] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = Homes(self.chance)
        self._origins = list(origins().values())
        self._shares = [origin.share for origin in self._origins]
        self._nhs, self._numbers = self.chance.randrange(1_000_000), 0
        self._phones = self.chance.randrange(90_000_000)

    # One person

    def born(self, youngest: float, oldest: float) -> date:
        """A birth date between two ages."""
        days = self.chance.randint(int(youngest * 365.25), int(oldest * 365.25))
        return TODAY - timedelta(days=days)

    def next_nhs(self) -> str:
        """A number of the range kept for tests, 999…, that nobody has yet; of 998… once those are all given."""
        while True:
            rounds, place = divmod(self._numbers, 1_000_000)
            self._numbers += 1
            nine = f"{999 - rounds}{(self._nhs + place * 618_033) % 1_000_000:06}"  # no factor in common: each once
            digit = check_digit(nine)
            if digit != 10 and len(set(nine)) > 1:
                return f"{nine}{digit}"

    def next_phone(self) -> str:
        """A mobile number that was made up."""
        self._phones = (self._phones + 7_654_321) % 90_000_000
        n = self._phones
        return f"07{n // 10_000_000}{n // 100_000 % 100:02} {n // 1_000 % 100:02}{n % 10_000:04}"[
            :12
        ]

    def origin(self) -> Origin:
        """A group, by its share."""
        return self.chance.choices(self._origins, self._shares)[0]

    def add(
        self,
        origin: Origin,
        sex: str,
        born: date,
        family: str,
        home: Home,
        *,
        first: str = "",
        father: Person | None = None,
        mother: Person | None = None,
        born_as: str = "",
    ) -> Person:
        """One more person."""
        person = Person(
            len(self.people), origin.name, sex, self.given(origin, sex, born, family, first, father, home),
            family, self.custom_day(origin, born), self.next_nhs(), home, born_as if born_as != family else "",
            mother=mother.number if mother else None, father=father.number if father else None,
        )  # fmt: skip
        self.people.append(person)
        home.people.append(person.number)
        self.reach(person, mother or father)
        return person

    def custom_day(self, origin: Origin, born: date) -> date:
        """Of those who came from where days of birth are not kept, some were given the first of January."""
        abroad = origin.name in {"arab", "muslim", "african"} and born.year < 2005
        return born.replace(month=1, day=1) if abroad and self.chance.random() < 0.04 else born

    def given(
        self,
        origin: Origin,
        sex: str,
        born: date,
        family: str,
        first: str,
        father: Person | None,
        home: Home,
    ) -> tuple[str, ...]:
        """The given names, as the group gives them; nobody's second name is what another of the home is called."""
        chance = self.chance
        name = first or origin.given(sex, born.year, chance)
        if origin.name == "sikh":
            word = "Singh" if sex == "male" else "Kaur"
            return (name,) if family == word or chance.random() < 0.12 else (name, word)
        may = origin.name in CALLED_BY_THE_SECOND and sex == "male" and not first
        if may and name not in AFTER_THE_PROPHET and chance.random() < 0.3:
            return (chance.choices(AFTER_THE_PROPHET, (5, 4, 3, 2, 1))[0], name)
        if chance.random() >= SECOND_NAMES[origin.name]:
            return (name,)
        if father and (origin.name in {"arab", "hindu"} or chance.random() < 0.06):
            second = father.given[0]
        elif origin.name == "chinese":
            second = origins()["british"].given(sex, born.year, chance)
        else:
            second = self.unlike(origin, sex, born, home)
        if second == name:
            return (name,)
        third = (origin.given(sex, born.year, chance),) if chance.random() < 0.08 else ()
        return (name, second, *third)

    def reach(self, person: Person, parent: Person | None) -> None:
        """A telephone and an address for e-mail: a home may share one, a child has a parent's."""
        age, home, chance = person.age(), person.home, self.chance
        if home.communal and chance.random() < 0.8:
            person.phone = home.phone
        elif parent and (age < 11 or (age < 16 and chance.random() < 0.5)):
            person.phone = parent.phone
        elif len(home.people) > 1 and not home.communal and chance.random() < 0.3:
            person.phone = self.people[home.people[0]].phone
        else:
            person.phone = self.next_phone()
        if age >= 16 and chance.random() < 0.75:
            words = (person.given[0], chance.choice((".", "", "_")), person.family)
            name = "".join("".join(words).split()).lower()
            person.email = f"{name}{chance.choice(('', person.born.year % 100, chance.randint(1, 999)))}@mail.example"
        elif parent:
            person.email = parent.email

    # Families

    def wife(self, origin: Origin, husbands: str, own: str) -> str:
        """The family name of a woman who lives with a man."""
        chance = self.chance
        if origin.name == "sikh":
            return chance.choice((husbands if husbands != "Singh" else "Kaur", "Kaur", own))
        if origin.name == "muslim":
            return chance.choice((husbands, own, origin.womans_own(chance)))
        if origin.name in NO_CHANGE_AT_MARRIAGE or chance.random() < 0.3:
            return own
        if chance.random() < 0.05 and " " not in own + husbands and "-" not in own + husbands:
            return f"{own}-{husbands}"
        return for_a_woman(husbands, married=True) if origin.name == "polish" else husbands

    def childs(self, origin: Origin, sex: str, father: Person | None, mother: Person | None) -> str:
        """The family name that a child of two people is given."""
        chance = self.chance
        if father is None:
            assert mother is not None
            return mother.family
        if origin.name == "sikh" and father.family in {"Singh", "Kaur"}:
            return "Singh" if sex == "male" else "Kaur"
        if origin.name in {"muslim", "arab"} and chance.random() < 0.25:
            return father.given[-1]
        if origin.name == "iberian" and mother:
            return f"{father.family.split()[0]} {mother.family.split()[0]}"
        if origin.name == "polish" and sex == "female":
            return for_a_woman(father.family, married=False)
        if mother and mother.family != father.family and chance.random() < 0.2:
            if chance.random() < 0.4 and "-" not in mother.family + father.family:
                return f"{mother.family}-{father.family}"
            return mother.family
        return father.family

    def grown_up(self, origin: Origin, sex: str, born: date, home: Home) -> Person:
        """Somebody who lives there with nobody before them."""
        family = origin.family(self.chance)
        if origin.name == "iberian":
            family = f"{family} {origin.family(self.chance)}"
        elif origin.name == "polish" and sex == "female":
            family = for_a_woman(family, married=False)
        elif origin.name == "sikh" and family == "Singh" and sex == "female":
            family = "Kaur"
        elif sex == "female" and self.chance.random() < 0.2:
            family = origin.womans_own(self.chance) if origin.name == "muslim" else family
        return self.add(origin, sex, born, family, home)

    def couple(
        self, origin: Origin, home: Home, youngest: float, oldest: float
    ) -> tuple[Person, Person]:
        """Two people who live together: most a man and a woman."""
        his = self.born(youngest, oldest)
        man = self.grown_up(origin, "male", his, home)
        hers = min(
            his + timedelta(days=int(self.chance.gauss(700, 1300))), TODAY - timedelta(365 * 18)
        )
        her_origin = origin if self.chance.random() < 0.9 else self.origin()
        own = her_origin.family(self.chance)
        if her_origin.name == "iberian":
            own = f"{own} {her_origin.family(self.chance)}"
        name = self.wife(her_origin, man.family, own)
        woman = self.add(her_origin, "female", hers, name, home, born_as=own)
        man.partner, woman.partner = woman.number, man.number
        return man, woman

    def children(self, origin: Origin, home: Home, father: Person | None, mother: Person) -> None:
        """The births of a mother: single children and twins, some time apart."""
        age = mother.age()
        number = self.chance.choices((1, 2, 3, 4, 5), (42, 38, 14, 4, 2))[0]
        days: list[date] = []
        for _ in range(number):
            at = self.chance.triangular(18, min(43, age), min(30, age))
            born = mother.born + timedelta(days=int(at * 365.25))
            years = (TODAY - born).days / 365.25
            grown = years > 18 and (years > 27 or self.chance.random() < 0.6)
            if not grown and born < TODAY and all(abs((born - d).days) > 310 for d in days):
                days.append(born)
        for born in sorted(days):
            self.birth(origin, home, born, father, mother)

    def birth(
        self, origin: Origin, home: Home, born: date, father: Person | None, mother: Person
    ) -> list[Person]:
        """One child, or twins."""
        first = self.child(origin, home, born, father, mother)
        if self.chance.random() >= TWINS:
            if (
                origin.name in CALLED_BY_THE_SECOND
                and first.sex == "male"
                and self.chance.random() < 0.2
            ):
                first.given = (AFTER_THE_PROPHET[0], first.given[0])  # as his brothers may be too
            return [first]
        return [first, self.twin_of(first, father, mother)]

    def child(
        self,
        origin: Origin,
        home: Home,
        born: date,
        father: Person | None,
        mother: Person | None,
        sex: str = "",
    ) -> Person:
        """A child of two people, of whom one may not live there."""
        sex = sex or self.chance.choice(("female", "male"))
        family = self.childs(origin, sex, father, mother)
        parent = father if sex == "male" else mother
        if parent and parent.family == family and self.chance.random() < ONE_NAME[sex]:
            first = parent.given[0]
        else:
            first = self.unlike(origin, sex, born, home)
        return self.add(origin, sex, born, family, home, first=first, father=father, mother=mother)

    def twin_of(self, one: Person, father: Person | None, mother: Person | None) -> Person:
        """The second of twins."""
        origin, sex = origins()[one.origin], one.sex
        if self.chance.random() < 0.35:
            sex = "male" if one.sex == "female" else "female"
        if self.chance.random() < ALIKE:
            first = origin.beginning_as(one.given[0], sex, one.born.year, self.chance)
        else:
            first = self.unlike(origin, sex, one.born, one.home)
        family = (
            one.family
            if sex == one.sex
            else self.childs(origin, sex, father, mother)
            if father or mother
            else one.family
        )
        twin = self.add(
            origin, sex, one.born, family, one.home, first=first, father=father, mother=mother
        )
        twin.born = one.born
        one.twin, twin.twin = twin.number, one.number
        return twin

    def unlike(self, origin: Origin, sex: str, born: date, home: Home) -> str:
        """A forename that nobody of the home has."""
        taken = {self.people[n].given[0] for n in home.people}
        for _ in range(20):
            first = origin.given(sex, born.year, self.chance)
            if not any(one_name(first, other) for other in taken):
                return first
        return origin.beginning_as(first, sex, born.year, self.chance)

    # Households

    def household(self, home: Home) -> None:
        """Fill a home."""
        origin = self.origin()
        more = KEPT_TOGETHER.get(origin.name, 1.0)
        shares = [share * (more if kind == TOGETHER else 1.0) for kind, share in HOUSEHOLDS]
        match self.chance.choices([kind for kind, _ in HOUSEHOLDS], shares)[0]:
            case "couple with children":
                man, woman = self.couple(origin, home, 22, 52)
                self.children(origin, home, man, woman)
            case "couple":
                self.couple(origin, home, 20, 92)
            case "lone parent":
                self.children(
                    origin, home, None, self.grown_up(origin, "female", self.born(19, 50), home)
                )
            case "three generations":
                self.three_generations(origin, home)
            case "single":
                sex = self.chance.choice(("female", "male"))
                self.grown_up(origin, sex, self.born(19, 97), home)
            case _:
                for _ in range(self.chance.randint(2, 6)):
                    sex = self.chance.choice(("female", "male"))
                    self.grown_up(self.origin(), sex, self.born(18, 45), home)

    def three_generations(self, origin: Origin, home: Home) -> None:
        """A couple with children, and a parent or both of his."""
        old, young = self.couple(origin, home, 52, 85)
        born = min(
            young.born + timedelta(days=int(365.25 * self.chance.uniform(19, 36))),
            TODAY - timedelta(365 * 20),
        )
        son = self.child(origin, home, born, old, young, "male")
        own = origin.family(self.chance)
        wife = self.add(
            origin, "female", born + timedelta(days=self.chance.randint(-900, 1500)),
            self.wife(origin, son.family, own), home, born_as=own,
        )  # fmt: skip
        son.partner, wife.partner = wife.number, son.number
        self.children(origin, home, son, wife)

    def communal_home(self, kind: str, heads: int) -> Home:
        """A home for many, full."""
        name = f"{self.chance.choice(FRONT)} {self.chance.choice(BACK[kind])}"
        home = self.places.communal(kind, name, self.next_phone())
        self.homes.append(home)
        while len(home.people) < heads:
            self.resident(home)
        return home

    def resident(self, home: Home) -> Person:
        """One more of a communal home; in a refuge, a mother with her children."""
        origin, sex = self.origin(), self.chance.choice(("female", "male"))
        if home.kind == "care":
            return self.grown_up(origin, sex, self.born(68, 101), home)
        if home.kind == "hostel":
            return self.grown_up(origin, sex, self.born(16, 60), home)
        mother = self.grown_up(origin, "female", self.born(19, 45), home)
        if self.chance.random() < 0.6:
            self.children(origin, home, None, mother)
        return mother


def made_up(people: int, seed: int) -> Borough:
    """A borough of so many people."""
    borough = Borough(random.Random(seed))
    communal = int(people * IN_COMMUNAL_HOMES)
    while communal > 0:
        kind, (least, most), _ = borough.chance.choices(COMMUNAL, [c[2] for c in COMMUNAL])[0]
        communal -= len(borough.communal_home(kind, borough.chance.randint(least, most)).people)
    while len(borough.people) < people:
        home = borough.places.next()
        borough.homes.append(home)
        borough.household(home)
    for person in borough.people[people:]:
        person.home.people.remove(person.number)
    del borough.people[people:]
    return borough
