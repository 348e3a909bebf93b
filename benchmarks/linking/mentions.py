"""What doors say of a person: as people type, hear, half know and mix up. Knows nothing of linking."""

import random
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from benchmarks.linking.homes import Home
from benchmarks.linking.names import AFTER_THE_PROPHET, nicknames, origins, spellings
from benchmarks.linking.people import TODAY, Borough, Person

COLUMNS = (
    "record_id", "family_name", "given_names", "dob", "sex", "address_lines", "postcode", "uprn", "nhs_number", "phone", "email",
)  # fmt: skip
SCHOOL = "01375 960000"
SURGERY = "01375 960100"


@dataclass(frozen=True, slots=True)
class Errors:
    """How often a door goes wrong, or says less. Each is a share of the mentions to which it can happen at all.

    typing_family …   a letter put in, left out, wrong or exchanged, or read or heard as another
    nickname          of those whose forename has one; `respelt` likewise of those whose name has another spelling
    called_by_the_second  of those named after the Prophet, who are called by what follows
    surname_changed   of grown-up women by marriage, of children by a parent's; `surname_at_birth` of those who had another
    moved             to a home that was not told before; `moved_in_with` of those, to where others live
    nhs … uprn        given at all; what is not given is empty
    """

    typing_family: float = 0.02
    typing_given: float = 0.016
    nickname: float = 0.025
    respelt: float = 0.035
    swapped: float = 0.006
    second_name_first: float = 0.01
    called_by_the_second: float = 0.12
    initial_only: float = 0.006
    surname_changed: float = 0.012
    surname_at_birth: float = 0.03
    halved: float = 0.15
    second_names: float = 0.35
    second_initial: float = 0.1
    no_given: float = 0.008
    no_family: float = 0.004
    dob: float = 0.97
    year_only: float = 0.012
    year_and_month: float = 0.004
    first_of_january: float = 0.008
    day_and_month_swapped: float = 0.008
    digit_wrong: float = 0.014
    sex: float = 0.85
    sex_wrong: float = 0.004
    moved: float = 0.07
    moved_in_with: float = 0.25
    address: float = 0.9
    postcode: float = 0.93
    postcode_typed: float = 0.015
    other_words: float = 0.3
    uprn: float = 0.12
    nhs: float = 0.45
    nhs_typed: float = 0.006
    nhs_of_another: float = 0.003
    phone: float = 0.45
    phone_changed: float = 0.12
    phone_of_a_service: float = 0.03
    email: float = 0.12
    placeholder_name: float = 0.002
    placeholder_date: float = 0.003
    placeholder_home: float = 0.004
    placeholders_only: float = 0.001


USUAL = Errors()
ROUGH = replace(
    USUAL, typing_family=0.1, typing_given=0.035, nickname=0.07, respelt=0.12, swapped=0.01, second_name_first=0.018,
    initial_only=0.01, surname_changed=0.075, surname_at_birth=0.1, halved=0.4, no_given=0.015, no_family=0.01, dob=0.94,
    year_only=0.02, day_and_month_swapped=0.015, digit_wrong=0.03, moved=0.14, address=0.85, postcode_typed=0.03,
    nhs=0.4, nhs_typed=0.012,
)  # fmt: skip
REGISTER = Errors(
    typing_family=0.004, typing_given=0.004, nickname=0.005, respelt=0.005, swapped=0.0005, second_name_first=0.002,
    called_by_the_second=0.02, initial_only=0.0,
    surname_changed=0.0, surname_at_birth=0.0, halved=0.02, second_names=0.75, second_initial=0.08, no_given=0.001,
    no_family=0.0, dob=0.995, year_only=0.001, year_and_month=0.0, first_of_january=0.001, day_and_month_swapped=0.001,
    digit_wrong=0.002, sex=0.98, sex_wrong=0.001, moved=0.0, address=0.985, postcode=0.99, postcode_typed=0.002,
    other_words=0.05, uprn=0.5, nhs=0.88, nhs_typed=0.001, nhs_of_another=0.0, phone=0.55, phone_changed=0.0,
    phone_of_a_service=0.003, email=0.25, placeholder_name=0.0, placeholder_date=0.0005, placeholder_home=0.001,
    placeholders_only=0.0,
)  # fmt: skip
"""What the master list itself says: kept with care, not perfect."""

TELLING = (
    "placeholders only", "too little", "NHS number of another", "new surname and moved", "surname changed", "names swapped",
    "second name first", "no forename", "no family name", "initial only", "nickname", "respelt", "half a surname",
    "typing in a name", "NHS number typed", "day and month swapped", "digit of date wrong", "first of January", "year only",
    "no date", "placeholder", "sex wrong", "moved", "no home", "postcode typed",
)  # fmt: skip
"""The kinds of case, the most telling first: a mention is counted under the first that befell it."""


@dataclass(slots=True)
class Said:
    """One row, and what befell it. `home` is None where no home was told."""

    family: str = ""
    given: list[str] = field(default_factory=list)
    dob: str = ""
    sex: str = ""
    lines: tuple[str, ...] = ()
    postcode: str = ""
    uprn: str = ""
    nhs: str = ""
    phone: str = ""
    email: str = ""
    how: set[str] = field(default_factory=set)

    def kind(self) -> str:
        """The most telling thing that befell it."""
        both = {"surname changed", "moved"} <= self.how
        how = self.how | ({"new surname and moved"} if both else set())
        return next((kind for kind in TELLING if kind in how), "as known")

    def row(self, record_id: str) -> tuple[str, ...]:
        """The row of the file."""
        return (
            record_id, self.family, " ".join(self.given), self.dob, self.sex, ", ".join(self.lines), self.postcode, self.uprn,
            self.nhs, self.phone, self.email,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """Somewhere people are spoken of, with its errors."""

    borough: Borough
    chance: random.Random
    errors: Errors = USUAL

    def say(self, person: Person) -> Said:
        """What is said of a person. Mentions nobody could place are made now and then, not as often as chance has it."""
        said = self.once(person)
        for _ in range(3):
            if "too little" not in said.how or self.chance.random() < 0.1:
                break
            said = self.once(person)
        return said

    def once(self, person: Person) -> Said:
        """What is said of a person, whatever comes of it."""
        if self._happens(self.errors.placeholders_only):
            return self.placeholders()
        said = Said()
        self.names(said, person)
        self.birth(said, person)
        self.sex(said, person)
        self.home(said, person)
        self.number(said, person)
        self.reach(said, person)
        if strength(said) < 2:
            said.how.add("too little")
        return said

    def _happens(self, rate: float) -> bool:
        return self.chance.random() < rate

    # Names

    def names(self, said: Said, person: Person) -> None:
        """Family and given names as said."""
        said.family, said.given = self.surname(said, person), self.forenames(said, person)
        if self._happens(self.errors.typing_family):
            said.family = self.typed(said.family, said)
        if said.given and self._happens(self.errors.typing_given):
            said.given[0] = self.typed(said.given[0], said)
        if self._happens(self.errors.no_family):
            said.family = ""
            said.how.add("no family name")
        elif self._happens(self.errors.placeholder_name):
            said.family = self.chance.choice(("Unknown", "Not known", "TBC"))
            said.how.add("placeholder")
        elif said.given and self._happens(self.errors.swapped):
            said.family, said.given = said.given[0], [said.family]
            said.how.add("names swapped")

    def surname(self, said: Said, person: Person) -> str:
        """The family name, or another that the person has or had."""
        errors, family = self.errors, person.family
        if person.born_as and self._happens(errors.surname_at_birth):
            said.how.add("surname changed")
            return person.born_as
        may_change = (person.sex == "female" and person.age() >= 18) or person.age() < 18
        if may_change and self._happens(errors.surname_changed):
            said.how.add("surname changed")
            return self.new_surname(person)
        halves = [half for mark in "- " if mark in family for half in family.split(mark)]
        if halves and min(map(len, halves)) > 2 and self._happens(errors.halved):
            said.how.add("half a surname")
            return self.chance.choice(halves)
        return self.respelt(family, said)

    def new_surname(self, person: Person) -> str:
        """The name of a new husband, or for a child that of whom the mother lives with."""
        mother = self.borough.people[person.mother] if person.mother is not None else None
        if person.age() < 18 and mother and mother.family != person.family:
            return mother.family
        return origins()[person.origin].family(self.chance)

    def forenames(self, said: Said, person: Person) -> list[str]:
        """The given names, as far as they are told."""
        first, *more = person.given
        chance, errors = self.chance, self.errors
        if self._happens(errors.no_given):
            said.how.add("no forename")
            newborn = person.age() < 1 and chance.random() < 0.8
            return [chance.choice(("Baby", "Infant"))] if newborn else []
        if self._happens(errors.placeholder_name):
            said.how.add("placeholder")
            return [chance.choice(("Unknown", "Not given"))]
        if self._happens(errors.initial_only):
            said.how.add("initial only")
            return [first[0]]
        often = (
            errors.called_by_the_second if first in AFTER_THE_PROPHET else errors.second_name_first
        )
        if more and more[0] not in {"Singh", "Kaur"} and self._happens(often):
            said.how.add("second name first")
            return [more[0]] if chance.random() < 0.7 else [more[0], first]
        short = nicknames().get(first, ())
        if short and self._happens(errors.nickname):
            said.how.add("nickname")
            first = chance.choice(short)
        else:
            first = self.respelt(first, said)
        told = chance.random()
        if told < errors.second_names:
            return [first, *more]
        return (
            [first, *(m[0] for m in more)]
            if told < errors.second_names + errors.second_initial
            else [first]
        )

    def respelt(self, name: str, said: Said) -> str:
        """Another spelling of the name; accents are left out by most doors, which is no error."""
        others = spellings().get(name, ())
        if others and self._happens(self.errors.respelt):
            said.how.add("respelt")
            return self.chance.choice(others)
        if not name.isascii() and self._happens(0.6):
            return without_accents(name)
        if any(mark in name for mark in "'- ") and self._happens(0.15):
            return name.replace("'", "").replace("-", self.chance.choice(("", " ")))
        return name

    def typed(self, name: str, said: Said) -> str:
        """The name with one slip."""
        if len(name) < 3:
            return name
        said.how.add("typing in a name")
        slip = self.chance.choice(SLIPS)
        slipped = slip(name, self.chance)
        return slipped if slipped != name else exchanged(name, self.chance)

    # What else is said

    def birth(self, said: Said, person: Person) -> None:
        """The date of birth as said."""
        chance, errors, born = self.chance, self.errors, person.born
        said.dob = born.isoformat()
        if not self._happens(errors.dob):
            said.dob = ""
            said.how.add("no date")
        elif self._happens(errors.year_only):
            said.dob = str(born.year)
            said.how.add("year only")
        elif self._happens(errors.year_and_month):
            said.dob = said.dob[:7]
            said.how.add("year only")
        elif self._happens(errors.first_of_january):
            said.dob = f"{born.year}-01-01"
            said.how.add("first of January")
        elif (
            born.day <= 12
            and born.day != born.month
            and self._happens(errors.day_and_month_swapped)
        ):
            said.dob = f"{born.year}-{born.day:02}-{born.month:02}"
            said.how.add("day and month swapped")
        elif self._happens(errors.digit_wrong):
            said.dob = one_figure_wrong(person, chance)
            said.how.add("digit of date wrong")
        elif self._happens(errors.placeholder_date):
            said.dob = "1900-01-01"
            said.how.add("placeholder")

    def sex(self, said: Said, person: Person) -> None:
        """The sex as said."""
        if self._happens(self.errors.sex):
            said.sex = person.sex
            if self._happens(self.errors.sex_wrong):
                said.sex = "male" if person.sex == "female" else "female"
                said.how.add("sex wrong")

    def home(self, said: Said, person: Person) -> None:
        """The home as said: the one of the person, or a new one."""
        errors, home = self.errors, person.home
        if self._happens(errors.placeholder_home):
            said.lines, said.postcode = ("No fixed abode",), "ZZ99 3VZ"
            said.how.add("placeholder")
            return
        if not home.communal and self._happens(errors.moved):
            home = self.new_home()
            said.how.add("moved")
        if not self._happens(errors.address):
            if self._happens(0.4):
                said.postcode = home.postcode
            else:
                said.how.add("no home")
            return
        said.lines = self.written(home)
        if self._happens(errors.postcode):
            said.postcode = home.postcode
            if self._happens(errors.postcode_typed):
                said.postcode = one_letter_wrong(home.postcode, self.chance)
                said.how.add("postcode typed")
        if self._happens(errors.uprn):
            said.uprn = home.uprn

    def new_home(self) -> Home:
        """Where somebody has moved to: an empty home, or one where others live."""
        if self._happens(self.errors.moved_in_with):
            return self.chance.choice(self.borough.people).home
        return self.borough.places.to_move_to()

    def written(self, home: Home) -> tuple[str, ...]:
        """The address in the words of a door."""
        chance, lines = self.chance, list(home.lines)
        if not self._happens(self.errors.other_words):
            return home.lines
        if lines[0].startswith("Flat ") and chance.random() < 0.4:
            number = lines[0].removeprefix("Flat ")
            lines[0] = chance.choice((f"Apartment {number}", f"Apt {number}", f"{number}"))
            if lines[0] == number and lines[1][0].isdigit():
                lines[:2] = [f"{number}/{lines[1]}"]
        if len(lines) > 2 and not lines[0][-1].isdigit() and chance.random() < 0.3:
            lines = lines[1:]
        if chance.random() < 0.6:
            lines = [shortened(line) for line in lines]
        if chance.random() < 0.4:
            lines = lines[:-1]
        if chance.random() < 0.1:
            lines = [line.upper() for line in lines]
        return tuple(lines)

    def number(self, said: Said, person: Person) -> None:
        """The NHS number as said."""
        if not self._happens(self.errors.nhs):
            return
        said.nhs = person.nhs
        near = [n for n in person.home.people if is_kin(person, self.borough.people[n])]
        if near and not person.home.communal and self._happens(self.errors.nhs_of_another):
            said.nhs = self.borough.people[self.chance.choice(near)].nhs
            said.how.add("NHS number of another")
        elif self._happens(self.errors.nhs_typed):
            place = self.chance.randrange(3, 10)
            said.nhs = (
                f"{said.nhs[:place]}{self.chance.choice('0123456789')}{said.nhs[place + 1 :]}"
            )
            said.how.add("NHS number typed")

    def reach(self, said: Said, person: Person) -> None:
        """Telephone and e-mail."""
        errors = self.errors
        if self._happens(errors.phone):
            said.phone = person.phone
            if self._happens(errors.phone_of_a_service):
                said.phone = SCHOOL if person.age() < 18 else SURGERY
            elif self._happens(errors.phone_changed):
                said.phone = self.borough.next_phone()
        if self._happens(errors.email):
            said.email = person.email

    def placeholders(self) -> Said:
        """A row in which nothing is said of anybody."""
        chance = self.chance
        return Said(
            chance.choice(("Unknown", "Not known", "")), [chance.choice(("Baby", "Unknown", "Not given"))],
            chance.choice(("1900-01-01", "")), chance.choice(("male", "female", "")),
            *chance.choice(((("No fixed abode",), "ZZ99 3VZ"), (("Unknown",), ""))), phone=chance.choice((SCHOOL, "")),
            how={"placeholders only"},
        )  # fmt: skip


def is_kin(person: Person, other: Person) -> bool:
    """Whether two people of one home are of one family: parent and child, brothers and sisters, partners."""
    parents = {other.mother, other.father} - {None}
    above = {person.mother, person.father} - {None}
    return person.number != other.number and bool(
        person.number in parents
        or other.number in above
        or parents & above
        or person.partner == other.number
    )


def strength(said: Said) -> int:
    """How many of three things point at a person: both names, the date, the home. An own NHS number points twice."""
    how = said.how
    named = bool(said.family and said.given and len(said.given[0]) > 1) and not how & {
        "placeholder", "surname changed", "second name first", "initial only", "no forename",
    }  # fmt: skip
    dated = len(said.dob) >= 4 and not how & {"placeholder", "digit of date wrong"}
    housed = bool(said.postcode or said.lines) and not how & {"placeholder", "moved"}
    numbered = bool(said.nhs) and not how & {"NHS number of another", "NHS number typed"}
    return named + dated + housed + 2 * numbered


def in_common(said: Said, registered: Said) -> float:
    """How much of what is said can be found in what a register says of the same person: an NHS number counts twice, half a name half.

    Below ONE_AND_A_HALF nobody could tell, for many others have as much in common with it.
    """
    how = said.how | registered.how
    family = bool(said.family and registered.family) and not how & {
        "surname changed",
        "placeholder",
    }
    forenames = bool(said.given and registered.given) and not how & {
        "second name first",
        "placeholder",
        "initial only",
    }
    dated = bool(said.dob) and said.dob[:4] == registered.dob[:4] and "placeholder" not in how
    told = (said.postcode or said.lines) and (registered.postcode or registered.lines)
    housed = bool(told) and not how & {"moved", "placeholder"}
    numbered = said.nhs == registered.nhs != ""
    reached = (
        said.phone == registered.phone not in {"", SCHOOL, SURGERY}
        or said.email == registered.email != ""
    )
    return (family + forenames + reached) / 2 + dated + housed + 2 * numbered


ONE_AND_A_HALF = 1.5


def without_accents(name: str) -> str:
    """The name in plain letters, as doors type it."""
    plain = name.translate(str.maketrans("łŁøØıİđĐ", "lLoOiIdD"))
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def left_out(name: str, chance: random.Random) -> str:
    """A letter left out."""
    place = chance.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


def put_in(name: str, chance: random.Random) -> str:
    """A letter put in, half of the time the one before again."""
    place = chance.randrange(1, len(name))
    letter = name[place] if chance.random() < 0.5 else chance.choice(string.ascii_lowercase)
    return name[:place] + letter.lower() + name[place:]


def wrong(name: str, chance: random.Random) -> str:
    """A letter replaced by its neighbour on the keyboard."""
    place = chance.randrange(len(name))
    near = NEIGHBOURS.get(name[place].lower(), string.ascii_lowercase)
    letter = chance.choice(near)
    return name[:place] + (letter.upper() if place == 0 else letter) + name[place + 1 :]


def exchanged(name: str, chance: random.Random) -> str:
    """Two neighbouring letters exchanged."""
    place = chance.randrange(1, len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def misread(name: str, chance: random.Random) -> str:
    """Letters read as others of the same look."""
    return _one_of(name, LOOKS, chance)


def misheard(name: str, chance: random.Random) -> str:
    """Letters written as they sound."""
    return _one_of(name, SOUNDS, chance)


def _one_of(name: str, pairs: Iterable[tuple[str, str]], chance: random.Random) -> str:
    found = [(a, b) for a, b in pairs if a in name]
    if not found:
        return name
    a, b = chance.choice(found)
    return name.replace(a, b, 1)


LOOKS = (
    ("rn", "m"), ("m", "rn"), ("l", "i"), ("i", "l"), ("o", "c"), ("e", "c"), ("u", "v"), ("n", "h"), ("cl", "d"), ("g", "q"),
    ("O", "D"), ("B", "R"), ("S", "5"),
)  # fmt: skip
SOUNDS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("k", "ck"), ("c", "k"), ("ie", "ei"), ("ei", "ie"), ("y", "ie"), ("ie", "y"), ("ee", "ea"),
    ("ea", "ee"), ("s", "ss"), ("ss", "s"), ("tt", "t"), ("t", "tt"), ("ll", "l"), ("l", "ll"), ("nn", "n"), ("n", "nn"), ("z", "s"),
    ("w", "v"), ("v", "w"), ("a", "ar"), ("er", "a"), ("ow", "au"), ("oo", "u"), ("u", "oo"), ("sh", "ch"), ("j", "g"), ("kh", "k"),
    ("dh", "d"), ("x", "ks"), ("Ph", "F"), ("K", "C"), ("C", "K"),
)  # fmt: skip
SLIPS = (left_out, put_in, wrong, exchanged, misread, misheard, misheard)
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ROWS
    for place, letter in enumerate(row)
}
SHORT = {"Road": "Rd", "Street": "St", "Avenue": "Ave", "Close": "Cl", "Lane": "Ln", "Drive": "Dr", "Gardens": "Gdns", "Crescent": "Cres",
         "Place": "Pl", "Court": "Ct", "House": "Hse", "Grove": "Gr"}  # fmt: skip


def shortened(line: str) -> str:
    """The line with its words for streets shortened."""
    return " ".join(SHORT.get(word, word) for word in line.split(" "))


def one_figure_wrong(person: Person, chance: random.Random) -> str:
    """The date with one part a little wrong, still a date that can be."""
    born = person.born
    for _ in range(20):
        part = chance.choice(("day", "day", "month", "year", "decade"))
        try:
            if part == "day":
                day = chance.choice(
                    (born.day - 1, born.day + 1, born.day - 10, born.day + 10, born.day + 2)
                )
                slipped = born.replace(day=day)
            elif part == "month":
                slipped = born.replace(
                    month=chance.choice((born.month - 1, born.month + 1, born.month % 12 + 1))
                )
            else:
                years = chance.choice((-1, 1)) * (10 if part == "decade" else 1)
                slipped = born.replace(year=born.year + years)
        except ValueError:
            continue
        if slipped <= TODAY:
            return slipped.isoformat()
    return born.isoformat()


def one_letter_wrong(postcode: str, chance: random.Random) -> str:
    """The postcode with a letter or figure of its second half wrong."""
    place = chance.choice((-3, -2, -1))
    others = "0123456789" if place == -3 else "ABDEFGHJLNPQRSTUWXYZ"
    letters = list(postcode)
    letters[place] = chance.choice([c for c in others if c != letters[place]])
    return "".join(letters)
