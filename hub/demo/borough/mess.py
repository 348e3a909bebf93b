"""How a person comes to stand in a record: seldom wrong, often short, and each door in its own way."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hub.demo.borough.population import Family, Home, Person
from hub.demo.borough.words import words

KNOWS = {  # how often a door knows: the NHS number, the whole birth date, the address
    "health": (0.88, 0.97, 0.93), "adult-services": (0.6, 0.93, 0.95), "childrens-services": (0.5, 0.95, 0.93),
    "school": (0.02, 0.97, 0.85), "police": (0.0, 0.82, 0.9), "housing": (0.0, 0.85, 0.99),
    "voluntary-sector": (0.05, 0.7, 0.8), "resident": (0.1, 0.85, 0.9),
}  # fmt: skip
SHORTENED = {"Row": "Rw", "Lane": "Ln", "Gardens": "Gdns", "Close": "Cl"}
LATE = timedelta(days=110)  # so long an old address is still said


@dataclass(frozen=True, slots=True)
class Record:
    """Who writes it down, when, and what chance has in it."""

    door: str
    day: date
    chance: Random

    def happens(self, of_a_thousand: float) -> bool:
        """Whether it does."""
        return self.chance.random() * 1000 < of_a_thousand


def mention(record: Record, person: Person, family: Family, ref: str, flags: list[str]) -> dict[str, Any]:  # fmt: skip
    """The person as this record has them."""
    said: dict[str, Any] = {"ref": ref}
    knows_nhs, knows_born, knows_home = KNOWS[record.door]
    unborn = person.born > record.day
    if not unborn and record.chance.random() < knows_nhs:
        said["ids"] = [nhs(record, person, family)]
    name = name_of(record, person, unborn)
    if name:
        said["name"] = name
    if unborn:
        said["expected_dob"] = person.born.isoformat()
        flags = ["unborn", *flags]
    else:
        born = birth(record, person, knows_born)
        if born:
            said["dob"] = born
        if record.happens(850):
            said["sex"] = person.sex
    if record.chance.random() < knows_home:
        said["address"] = address(record, home_as_said(record, person))
    if person.phone and record.happens(650) and person.age(record.day) >= 16:
        said["phones"] = [person.phone if record.happens(700) else person.phone.replace(" ", "")]
    if person.email and record.happens(400):
        said["emails"] = [person.email]
    if person.school and 4 <= person.age(record.day) < 18 and record.happens(500):
        said["school"] = next(s["name"] for s in words("places")["schools"] if s["slug"] == person.school)  # fmt: skip
    if person.practice and record.happens(300):
        said["gp"] = next(p["ods"] for p in words("places")["practices"] if p["slug"] == person.practice)  # fmt: skip
    if flags:
        said["flags"] = flags
    return said


def nhs(record: Record, person: Person, family: Family) -> dict[str, str]:
    """The NHS number: now and then a digit wrong, or a house-mate's."""
    value, status = person.nhs, "verified" if record.door == "health" else "unverified"
    if record.happens(6):
        at = record.chance.randrange(3, 10)
        value, status = f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}", "unverified"
    elif record.happens(4) and len(family.people) > 1:
        value = record.chance.choice([p for p in family.people if p is not person]).nhs
        status = "unverified"
    spaced = f"{value[:3]} {value[3:6]} {value[6:]}" if record.happens(250) else value
    return {"system": "nhs-number", "value": spaced, "status": status}


def name_of(record: Record, person: Person, unborn: bool) -> dict[str, Any]:
    """The name as it was heard."""
    family = spelt(record, person.name_on(record.day), 25)
    if unborn:
        return {"family": family, "given": ["Baby"]} if record.happens(600) else {}
    first = person.given[0]
    nicknames = words("names")["nicknames"].get(first, ())
    if nicknames and record.happens(140):
        first = record.chance.choice(nicknames)
    first = spelt(record, first, 20)
    if person.age(record.day) < 1 and record.happens(80):
        first = record.chance.choice(("Baby", "Baby girl" if person.sex == "female" else "Baby boy"))  # fmt: skip
    elif record.happens(6):
        first = first[0]
    middle = list(person.given[1:]) if record.happens(350) else []
    if record.happens(9):
        return {"family": first, "given": [family]}  # the wrong way round
    if record.happens(12):
        return {"family": family.upper(), "given": [first.upper(), *middle]}
    if record.happens(5):
        return {"given": [first]}
    return {"family": family, "given": [first, *middle]}


def spelt(record: Record, name: str, of_a_thousand: float) -> str:
    """A name, perhaps in another spelling, perhaps mistyped."""
    others = words("names")["spellings"].get(name)
    if others and record.happens(200):
        return str(record.chance.choice(others))
    return typed(record.chance, name) if record.happens(of_a_thousand) else name


def typed(chance: Random, word: str) -> str:
    """One slip of the finger after the first letter: left out, twice, or two the wrong way round."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    slip = chance.randrange(3)
    if slip == 0:
        return word[:at] + word[at + 1 :]
    if slip == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def birth(record: Record, person: Person, knows: float) -> str | None:
    """The birth date: whole, a part of it, none, or wrong."""
    born, chance = person.born, record.chance
    if chance.random() >= knows:
        how = chance.random()
        if how < 0.45:
            return None
        return f"{born.year}" if how < 0.75 else f"{born.year}-{born.month:02}"
    if record.happens(8) and born.day <= 12:
        swapped = date(born.year, born.day, born.month)
        return (swapped if swapped <= record.day else born).isoformat()
    if record.happens(7):
        return min(born.replace(year=born.year - 1, day=min(born.day, 28)), record.day).isoformat()
    if record.happens(4) and born.year < record.day.year:
        return f"{born.year}-01-01"
    return born.isoformat()


def home_as_said(record: Record, person: Person) -> Home:
    """Where they live, or where they lived until lately."""
    behind = record.day - LATE
    return person.home(behind if record.happens(300) else record.day)


def address(record: Record, home: Home) -> dict[str, Any]:
    """The address as this record has it."""
    lines = list(home.lines)
    if record.happens(60):
        for long, short in SHORTENED.items():
            lines[0] = lines[0].replace(f" {long}", f" {short}")
    if record.happens(20):
        lines[0] = typed(record.chance, lines[0])
    said: dict[str, Any] = {"lines": lines}
    if not record.happens(40):
        said["postcode"] = home.postcode.replace(" ", "") if record.happens(60) else home.postcode
    if home.uprn and record.door in ("housing", "adult-services", "resident") and record.happens(500):  # fmt: skip
        said["uprn"] = home.uprn
    return said
