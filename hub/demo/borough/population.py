"""Who lives in the made-up borough, where and with whom: each family drawn by a seed of its own."""

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from hub.demo.borough.words import words
from hub.values import check_digit, whole_years

YEAR = 365.25
NUMBERS_A_FAMILY = 40
FIRST_NUMBER = 4_000  # of the 999 range: those before it are for the stories and the tests
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
HOMES_A_STREET = 14
LIVES = ("hidden", "homeless", "adoption", "fostering")
PHONES = (  # Ofcom's numbers for drama: nobody has them; {:03} or {:04} is the last part
    ("07700 900{:03}", 1000), ("01632 960{:03}", 1000), ("020 7946 0{:03}", 1000), ("0113 496 0{:03}", 1000),
    ("0114 496 0{:03}", 1000), ("0115 496 0{:03}", 1000), ("0116 496 0{:03}", 1000), ("0117 496 0{:03}", 1000),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Home:
    """A place where people live. `shared`: by people who are no family, such as a care home."""

    lines: tuple[str, ...]
    postcode: str
    uprn: str | None = None
    locality: int = 0
    shared: bool = False


@dataclass(slots=True)
class Person:
    """Somebody made up. `id` is the truth about who is who: it is never sent and never in the log.

    homes        where they live, each from a day on; the first from ever
    former_name  the family name until a day, where it changed
    """

    id: str
    family: str
    given: tuple[str, ...]
    sex: str
    born: date
    nhs: str
    homes: list[tuple[date, Home]]
    phone: str | None = None
    email: str | None = None
    school: str | None = None
    practice: str | None = None
    role: str = "adult"
    former_name: tuple[date, str] | None = None
    died: date | None = None

    def home(self, day: date) -> Home:
        """Where they live on a day."""
        return [home for since, home in self.homes if since <= day][-1]

    def age(self, day: date) -> int:
        """In whole years; -1 before they are born."""
        return whole_years(self.born, day) if self.born <= day else -1

    def name_on(self, day: date) -> str:
        """Their family name on a day."""
        return self.former_name[1] if self.former_name and day < self.former_name[0] else self.family  # fmt: skip

    def alive(self, day: date) -> bool:
        """Whether they live on that day, unborn children too."""
        return self.died is None or day < self.died


@dataclass(frozen=True, slots=True)
class Tie:
    """`one` is TYPE `other`, truly; `since` where it is worth saying."""

    one: str
    type: str
    other: str
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Family:
    """People who belong together, wherever they live. `lives` is home, or one of LIVES."""

    id: str
    number: int
    people: list[Person] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    lives: str = "home"


@dataclass(frozen=True, slots=True)
class Population:
    """How a borough is drawn: the seed, the day it ends on, and how many families it has."""

    seed: int
    ends_on: date
    households: int

    @property
    def begins_on(self) -> date:
        """Two years before it ends."""
        return self.ends_on - timedelta(days=730)

    def family(self, number: int) -> Family:
        """The family of that number: the same whatever else is drawn."""
        return _Drawn(self, number).family()


class _Drawn:
    """One family while it is drawn."""

    def __init__(self, borough: Population, number: int) -> None:
        self.borough = borough
        self.number = number
        self.chance = Random(f"{borough.seed}:family:{number}")
        self.made = Family(f"F{number:05}", number)
        self.community = pick(self.chance, [(c, c["share"]) for c in words("names")["communities"]])

    def family(self) -> Family:
        """A household of one of the kinds, with what has changed in it."""
        special = self.number % 50
        if special < len(LIVES) and self.number >= len(LIVES):
            self.made.lives = LIVES[special]
        kind = KINDS_FOR.get(self.made.lives) or pick(self.chance, KINDS)
        home = self.home(self.number, 0)
        kind(self, home)
        self._moves()
        return self.made

    def home(self, number: int, nth: int) -> Home:
        """The nth home of a family number: an own door in a street that no other town has."""
        if nth == 0 and self.made.lives == "homeless":
            return communal("homeless")
        index = nth * self.borough.households + number
        street = index // HOMES_A_STREET
        towns, places = words("places")["towns"], words("places")["streets"]
        town = towns[street % len(towns)]
        name = f"{places['first'][street % 40]} {places['last'][street // 40 % 8]}"
        district = town["districts"][street // len(towns) % len(town["districts"])]
        digit = "" if " " in district else f" {street // 7 % 9 + 1}"
        unit = LETTERS[street // 20 % 20] + LETTERS[street % 20]
        lines = [f"{index % HOMES_A_STREET * 2 + 1} {name}", town["town"]]
        if index % 9 == 4:
            lines.insert(0, words("places")["flats"][index % 6])
        return Home(tuple(lines), f"{district}{digit}{unit}", f"10009{index:07}", town["locality"])

    def person(
        self, role: str, age: tuple[int, int], home: Home, *, sex: str = "", name: str = ""
    ) -> Person:
        """Somebody between two ages on the borough's last day, added to the family."""
        chance, at = self.chance, len(self.made.people)
        sex = sex or chance.choice(("female", "male"))
        given = [chance.choice(self.community[sex])]
        if chance.random() < 0.3:
            given.append(chance.choice(self.community[sex]))
        years = chance.uniform(age[0], age[1] + 0.999)
        born = self.borough.ends_on - timedelta(days=int(years * YEAR))
        made = Person(
            id=f"{self.made.id}.{at}", family=name or chance.choice(self.community["family"]), given=tuple(given),
            sex=sex, born=born, nhs=nhs_number(FIRST_NUMBER + self.number * NUMBERS_A_FAMILY + 2 * at),
            homes=[(date.min, home)], role=role,
        )  # fmt: skip
        if years >= 16 and chance.random() < 0.8:
            made.phone = self.phone(at)
        if years >= 18 and chance.random() < 0.4:
            made.email = (
                f"{ascii_word(given[0])}.{ascii_word(made.family)}{self.number}@example.org"
            )
        made.school = self.school(years, home) if 4 <= years < 18 else None
        near = [p for p in words("places")["practices"] if p["locality"] == home.locality]
        made.practice = (near or words("places")["practices"])[0]["slug"]
        self.made.people.append(made)
        return made

    def phone(self, at: int) -> str:
        """A number for drama: a mobile for the first of a family where there are any left, else a landline."""
        index = self.number if at == 0 else self.number * 7 + at * 1_009 + 1_000
        form, size = PHONES[index // 1_000 % len(PHONES)]
        return form.format(index % size)

    def school(self, years: float, home: Home) -> str | None:
        """A school for the age, of the locality where there is one."""
        fits = [s for s in words("places")["schools"] if s["ages"][0] <= years < s["ages"][1] + 0.9]
        near = [s for s in fits if s["locality"] == home.locality]
        return str(self.chance.choice(near or fits)["slug"]) if fits else None

    def tie(self, one: Person, kind: str, other: Person, **when: date | None) -> None:
        """A true relation."""
        self.made.ties.append(Tie(one.id, kind, other.id, **when))

    def children(self, number: int, home: Home, parents: list[Person], name: str, oldest: int = 19) -> list[Person]:  # fmt: skip
        """Brothers and sisters, now and then twins, now and then one not born yet for much of the two years."""
        found: list[Person] = []
        for n in range(number):
            child = self.person("child", (0, oldest), home, name=name)
            if found and self.chance.random() < 0.05:
                child.born = found[-1].born
                child.school = found[-1].school
            elif n == number - 1 and self.chance.random() < 0.2:
                child.born = self.borough.ends_on + timedelta(days=self.chance.randrange(-640, 150))
                child.school = None
            for parent in parents:
                self.tie(parent, "parent-of", child)
            for other in found:
                self.tie(other, "sibling-of", child)
            found.append(child)
        return found

    def _moves(self) -> None:
        """One family in nine moves; one grown-up in thirty changes their name."""
        begins = self.borough.begins_on
        if self.made.lives == "home" and self.chance.random() < 0.11:
            old = self.made.people[0].homes[0][1]
            if not old.shared:
                on = begins + timedelta(days=self.chance.randrange(60, 670))
                new = self.home(self.number, 1)
                for person in self.made.people:
                    if person.homes[0][1] == old:
                        person.homes.append((on, new))
        for person in self.made.people:
            if person.role == "adult" and person.sex == "female" and self.chance.random() < 0.05:
                on = begins + timedelta(days=self.chance.randrange(730))
                person.former_name = (on, self.chance.choice(self.community["family"]))


def _alone(drawn: _Drawn, home: Home) -> None:
    drawn.person("adult", (19, 64), home)


def _elder_alone(drawn: _Drawn, home: Home) -> None:
    if drawn.chance.random() < 0.12:
        home = communal(drawn.chance.choice(("elders", "elders", "supported", "lodgers")))
    drawn.person("adult", (66, 99), home)


def _two(drawn: _Drawn, home: Home, ages: tuple[int, int]) -> list[Person]:
    one = drawn.person("adult", ages, home)
    low = max(ages[0], one.age(drawn.borough.ends_on) - 6)
    other_sex = "male" if one.sex == "female" else "female"
    sex = other_sex if drawn.chance.random() < 0.94 else one.sex
    name = one.family if drawn.chance.random() < 0.7 else ""
    other = drawn.person("adult", (low, max(low, min(ages[1], low + 10))), home, sex=sex, name=name)
    drawn.tie(one, "partner-of", other)
    return [one, other]


def _couple(drawn: _Drawn, home: Home) -> None:
    _two(drawn, home, (22, 64))


def _elder_couple(drawn: _Drawn, home: Home) -> None:
    _two(drawn, home, (66, 92))


def _elder_and_grown_child(drawn: _Drawn, home: Home) -> None:
    elder = drawn.person("adult", (70, 95), home)
    grown = drawn.person("adult", (38, 60), home, name=elder.family)
    drawn.tie(elder, "parent-of", grown)


def _parents(drawn: _Drawn, home: Home) -> None:
    both = _two(drawn, home, (27, 47))
    oldest = min(19, min(p.age(drawn.borough.ends_on) for p in both) - 19)
    number = pick(drawn.chance, [(1, 4), (2, 5), (3, 3), (4, 1)])
    drawn.children(number, home, both, both[0].family, max(oldest, 1))


def _lone_parent(drawn: _Drawn, home: Home) -> None:
    sex = "female" if drawn.chance.random() < 0.85 else "male"
    parent = drawn.person("adult", (24, 50), home, sex=sex)
    age = parent.age(drawn.borough.ends_on)
    other = "male" if sex == "female" else "female"
    elsewhere = drawn.home(drawn.number, 2)
    former = drawn.person("former", (max(age - 4, 22), age + 8), elsewhere, sex=other)
    name = parent.family if drawn.chance.random() < 0.5 else former.family
    number = pick(drawn.chance, [(1, 4), (2, 5), (3, 2)])
    drawn.children(number, home, [parent, former], name, min(19, max(age - 19, 1)))
    parted = drawn.borough.begins_on + timedelta(days=drawn.chance.randrange(-900, 400))
    drawn.tie(former, "ex-partner-of", parent, since=parted)


def _three_generations(drawn: _Drawn, home: Home) -> None:
    _parents(drawn, home)
    one = drawn.made.people[0]
    age = one.age(drawn.borough.ends_on)
    elder = drawn.person("adult", (max(67, age + 20), max(78, age + 35)), home, name=one.family)
    drawn.tie(elder, "parent-of", one)
    for child in [p for p in drawn.made.people if p.role == "child"]:
        drawn.tie(elder, "grandparent-of", child)
    if drawn.chance.random() < 0.3:
        uncle = drawn.person("adult", (20, 55), home, name=one.family)
        drawn.tie(uncle, "other-relative-of", one)


def _parted_and_partnered_again(drawn: _Drawn, home: Home) -> None:
    """A parent with children of an earlier partner, a new partner with or without one of their own, and a child of both."""
    _lone_parent(drawn, home)
    parent, former = drawn.made.people[:2]
    age = parent.age(drawn.borough.ends_on)
    new = drawn.person("adult", (max(21, age - 6), age + 8), home, sex=former.sex)
    since = drawn.borough.begins_on + timedelta(days=drawn.chance.randrange(-300, 500))
    drawn.tie(parent, "partner-of", new, since=since)
    earlier = [p for p in drawn.made.people if p.role == "child"]
    for child in earlier:
        drawn.tie(new, "step-parent-of", child)
    if drawn.chance.random() < 0.4:
        [joint] = drawn.children(1, home, [parent, new], new.family, 2)
        for child in earlier:
            drawn.tie(child, "sibling-of", joint)
    if drawn.chance.random() < 0.25:  # weekdays with one, the rest with the other
        earlier[0].homes.append((since, former.homes[0][1]))


def _hidden(drawn: _Drawn, home: Home) -> None:
    _lone_parent(drawn, home)
    refuge = words("places")["refuge"]
    hidden = Home(tuple(refuge["lines"]), refuge["postcode"], None, 1, shared=True)
    former = drawn.made.people[1]
    fled = drawn.borough.begins_on + timedelta(days=drawn.chance.randrange(40, 650))
    for person in drawn.made.people:
        if person is not former:
            person.homes.append((fled, hidden))


def _with_placed_child(drawn: _Drawn, home: Home) -> None:
    both = _two(drawn, home, (32, 52))
    child = drawn.person("placed", (1, 12), home)
    if drawn.made.lives == "fostering":
        for one in both:
            drawn.tie(one, "foster-carer-of", child)


Kind = Callable[[_Drawn, Home], None]
KINDS: list[tuple[Kind, int]] = [
    (_alone, 5), (_elder_alone, 9), (_couple, 5), (_elder_couple, 10), (_elder_and_grown_child, 7), (_parents, 36),
    (_lone_parent, 14), (_three_generations, 10), (_parted_and_partnered_again, 9),
]  # fmt: skip
KINDS_FOR: dict[str, Kind] = {
    "hidden": _hidden, "homeless": _alone, "adoption": _with_placed_child, "fostering": _with_placed_child,
}  # fmt: skip


def pick(chance: Random, weighted: Sequence[tuple[Any, float]]) -> Any:
    """One of them, by weight."""
    ends = list(accumulate(weight for _, weight in weighted))
    return weighted[bisect(ends, chance.random() * ends[-1])][0]


def communal(kind: str) -> Home:
    """A home that many share without being a family."""
    found = next(c for c in words("places")["communal"] if c["for"] == kind)
    return Home(tuple(found["lines"]), found["postcode"], found.get("uprn"), 0, shared=True)


def nhs_number(index: int) -> str:
    """A number of the 999 range, which is issued to nobody, with its check digit."""
    nine = f"999{index:06}"
    if check_digit(nine) == 10:
        nine = f"999{index + 1:06}"
    return f"{nine}{check_digit(nine)}"


def ascii_word(name: str) -> str:
    """A name as an address at example.org has it."""
    return "".join(c for c in name.lower() if "a" <= c <= "z") or "x"
