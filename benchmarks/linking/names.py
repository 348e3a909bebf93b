"""The names of the made-up borough: drawn as often as real ones would be, by origin, sex and year of birth."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FLATTER = 3  # the commonest name is not so far ahead of the next as the bare power law has it
STEEP = {
    "british": 0.75,
    "sikh": 1.35,
    "muslim": 1.05,
    "chinese": 1.0,
    "hindu": 0.95,
    "polish": 0.6,
}
USUAL_STEEPNESS = 0.85
SECOND_NAMES = {
    "british": 0.78, "irish": 0.75, "muslim": 0.55, "hindu": 0.4, "polish": 0.4, "african": 0.75, "chinese": 0.35,
    "arab": 0.75, "turkish": 0.25, "iberian": 0.6,
}  # fmt: skip
"""How many of a group have a second given name; of the Sikhs all whose family name is not Singh or Kaur already."""
AFTER_THE_PROPHET = ("Mohammed", "Muhammad", "Mohammad", "Mohamed", "Md")


def read(name: str) -> Any:
    """One of the YAML files beside this module."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


@dataclass(frozen=True)
class Drawn:
    """Names to draw from: the first the commonest, by a power law."""

    names: tuple[str, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, text: str, steepness: float) -> "Drawn":
        names = tuple(name.replace("_", " ") for name in dict.fromkeys(text.split()))
        weights = accumulate(1 / (place + FLATTER) ** steepness for place in range(len(names)))
        return cls(names, tuple(weights))

    def one(self, chance: random.Random) -> str:
        """A name."""
        return chance.choices(self.names, cum_weights=self.weights)[0]


class Origin:
    """The names of one group."""

    def __init__(self, name: str, said: dict[str, Any]) -> None:
        self.name = name
        self.share: float = said["share"]
        steep = STEEP.get(name, USUAL_STEEPNESS)
        self._families = Drawn.of(said["families"], steep)
        self._women_only = frozenset(said.get("women_only", "").split())
        self._halves = [half.replace("_", " ").split(" ") for half in said["halves"]]
        if any("_" in half for half in said["halves"]):
            self._halves = [[w.replace("_", " ") for w in half.split()] for half in said["halves"]]
        self._lone: float = said["lone_surnames"]
        self._given = {
            (sex, era): Drawn.of(names, USUAL_STEEPNESS)
            for sex, word in (("female", "girls"), ("male", "boys"))
            for era, names in said[word].items()
        }

    def family(self, chance: random.Random) -> str:
        """A family name that anybody of the group may bear."""
        if chance.random() < self._lone:
            return "".join(chance.choice(half) for half in self._halves)
        name = self._families.one(chance)
        return self.family(chance) if name in self._women_only else name

    def womans_own(self, chance: random.Random) -> str:
        """A name that only women bear, such as Begum, where the group has such; else any family name."""
        return chance.choice(sorted(self._women_only)) if self._women_only else self.family(chance)

    def given(self, sex: str, year: int, chance: random.Random) -> str:
        """A forename as it was given in that year."""
        return self._of(sex, year, chance).one(chance)

    def beginning_as(self, name: str, sex: str, year: int, chance: random.Random) -> str:
        """A forename with the first letter of another, as twins are given; any where there is no such."""
        names = self._of(sex, year, chance).names
        others = [n for n in names if not one_name(n, name)]
        return chance.choice([n for n in others if n[0] == name[0]] or others)

    def _of(self, sex: str, year: int, chance: random.Random) -> Drawn:
        if ("female", "middle") not in self._given:
            return self._given[sex, "old" if year < 1960 else "young"]
        edge = year + chance.randint(-6, 6)  # fashions do not turn on one day
        return self._given[sex, "old" if edge < 1965 else "middle" if edge < 1995 else "young"]


@cache
def origins() -> dict[str, Origin]:
    """Every group by its name."""
    return {name: Origin(name, said) for name, said in read("names").items()}


def for_a_woman(family: str, *, married: bool) -> str:
    """The form that a woman bears where names have one: Kowalska, Petrova, Jankauskienė or Jankauskaitė."""
    if family.endswith(("ski", "cki", "dzki")):
        return family[:-1] + "a"
    if family.endswith("auskas"):
        return family[:-2] + ("ienė" if married else "aitė")
    if family.endswith(("ov", "ev")):
        return family + "a"
    if family in {"Novák", "Horváth", "Svoboda", "Dvořák"}:
        return family.rstrip("a") + "ová"
    return family


@cache
def nicknames() -> dict[str, tuple[str, ...]]:
    """By full name, what people are called."""
    lines = (line.split() for line in read("variants")["nicknames"])
    return {full: tuple(short) for full, *short in lines}


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """By name, how else it is spelt."""
    found: dict[str, tuple[str, ...]] = {}
    for line in read("variants")["spellings"]:
        names = line.split()
        for name in names:
            found[name] = (*found.get(name, ()), *(n for n in names if n != name))
    for line in read("variants")["anglicised"]:
        name, *others = line.split()
        found[name] = (*found.get(name, ()), *others)
    return found


def one_name(one: str, other: str) -> bool:
    """Whether two forenames are the same one said otherwise: no parents give both to two children."""
    return one == other or other in _forms(one) or one in _forms(other)


def _forms(name: str) -> tuple[str, ...]:
    return (*nicknames().get(name, ()), *spellings().get(name, ()))
