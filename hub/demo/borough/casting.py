"""Who of a family is meant by the letters of an episode, on the day it begins."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from hub.demo.borough.population import Family, Person

Cast = dict[str, Person]
Fits = Callable[[Family, Person, date], bool]


def cast_for(family: Family, episode: Any, day: date, chance: Random) -> Cast | None:
    """A person for each letter, nobody twice; None where the family has nobody for one of them."""
    if episode.get("lives", "home") != family.lives and "lives" in episode:
        return None
    found: Cast = {}
    for letter, role in episode["cast"].items():
        if role == "stranger":
            continue  # made when the contact is
        able = [p for p in family.people if p not in found.values() and fits(family, p, role, day, found)]  # fmt: skip
        if not able:
            return None
        found[letter] = chance.choice(able)
    return found


def fits(family: Family, person: Person, role: str, day: date, cast: Cast) -> bool:
    """Whether somebody can be what the episode asks for."""
    if not person.alive(day):
        return False
    if role == "mate":
        return at_home(person, day) and person.age(day) >= 18 and lives_with(person, cast, day)
    if role == "partner":
        return any(tied(family, "partner-of", person, one) for one in cast.values())
    if role == "unborn":
        return person.age(day) == -1 and (person.born - day).days < 200
    if role in ("former", "placed"):
        return person.role == role and person.age(day) >= 0
    low, high = AGES[role]
    if not at_home(person, day) or not low <= person.age(day) <= high:
        return False
    if role == "almost":
        return (day - person.born).days / 365.25 >= 17.4
    if role in ("parent", "mother"):
        return has_child(family, person, day) and (role == "parent" or person.sex == "female")
    return True


AGES = {
    "elder": (65, 120), "adult": (18, 64), "grown": (18, 120), "parent": (18, 70), "mother": (16, 50), "child": (0, 17),
    "school-child": (5, 15), "young": (8, 17), "teen": (16, 17), "almost": (17, 17), "baby": (0, 1),
}  # fmt: skip


def at_home(person: Person, day: date) -> bool:
    """Whether they are of the household, and not whoever parted from it; somebody not born yet is too."""
    return person.role != "former"


def lives_with(person: Person, cast: Cast, day: date) -> bool:
    """Whether they share a home with all who were cast before."""
    return all(person.home(day) == other.home(day) for other in cast.values())


def tied(family: Family, kind: str, one: Person, other: Person) -> bool:
    """Whether a relation holds between the two, in either direction."""
    pair = {one.id, other.id}
    return any(t.type == kind and {t.one, t.other} == pair for t in family.ties)


def has_child(family: Family, person: Person, day: date) -> bool:
    """Whether somebody under 18, or not born yet, is a child of theirs or placed with them."""
    young = {p.id for p in family.people if p.age(day) < 18}
    kinds = ("parent-of", "foster-carer-of")
    placed = any(p.role == "placed" for p in family.people)
    return placed or any(t.one == person.id and t.type in kinds and t.other in young for t in family.ties)  # fmt: skip
