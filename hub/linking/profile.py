"""What is compared of somebody: the same form for one mention, for all that is known of a person, and for a row of a file."""

from functools import lru_cache
from typing import NamedTuple

from hub.people.evidence import Evidence
from hub.people.homes import house_in, is_a_dwelling, letters_and_figures
from projections.table import Row

REMEMBERED = 1 << 16


class Named(NamedTuple):
    """A name: given names and the words of the family name, each in its one form. Either may be empty."""

    given: tuple[str, ...]
    family: tuple[str, ...]


class Birth(NamedTuple):
    """A date of birth as said. What was not said is 0; a day that no calendar has is kept as it came."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def full(self) -> bool:
        """Whether day, month and year were said."""
        return bool(self.month and self.day)

    @property
    def written(self) -> str:
        """The date in figures."""
        return _written(self)


@lru_cache(maxsize=REMEMBERED)
def _written(birth: Birth) -> str:
    return f"{birth.year:04}-{birth.month:02}-{birth.day:02}"


class Place(NamedTuple):
    """A home as it is compared.

    names      what the dwelling is recognised by; empty where only a postcode was said
    house      the words that tell it from its neighbours
    postcode   in capitals without spaces, of whatever country
    """

    names: frozenset[str]
    house: str
    postcode: str


class Profile(NamedTuple):
    """All that is compared. Of a person everything that was ever said; of a mention one value each, or none."""

    names: tuple[Named, ...] = ()
    births: tuple[Birth, ...] = ()
    nhs: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    sexes: tuple[str, ...] = ()
    reach: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()


def profile_of_mention(said: Evidence, generic: frozenset[str] = frozenset()) -> Profile:
    """What is compared of a mention, but for telephones and addresses that very many share."""
    home = said.home
    return Profile(
        names=(Named(said.given, tuple(said.family.split())),) if said.given or said.family else (),
        births=(birth_of(str(said.birth)),) if said.birth else (),
        nhs=(*((said.nhs,) if said.nhs else ()), *said.superseded),
        places=(place_of(home.names, home.lines, home.postcode),) if home else (),
        sexes=(said.sex,) if said.sex else (),
        reach=frozenset(said.reach) - generic,
        local=frozenset(said.local),
    )


def profile_of_person(known: Row) -> Profile:
    """What is compared of a known person."""
    return Profile(
        names=tuple(map(named_of, known["names"])),
        births=tuple(map(birth_of, known["births"])),
        nhs=tuple(known["nhs"]),
        places=tuple(
            [
                place_of(tuple(home["names"]), tuple(home["lines"]), home["postcode"])
                for home in known["homes"]
            ]
        ),
        sexes=tuple(known["sexes"]),
        reach=frozenset(known["reach"]),
        local=frozenset(known["local"]),
    )


@lru_cache(maxsize=REMEMBERED)
def named_of(word: str) -> Named:
    """A name from the word it is stored as (hub.people.person)."""
    family, _, given = word.partition("|")
    return Named(tuple(given.split()), tuple(family.split()))


@lru_cache(maxsize=REMEMBERED)
def birth_of(word: str) -> Birth:
    """A date from the word it is stored as."""
    return Birth(*map(int, word.split("-")))


@lru_cache(maxsize=REMEMBERED)
def place_of(names: tuple[str, ...], lines: tuple[str, ...], postcode: str | None) -> Place:
    """A home from its names, lines and postcode."""
    dwellings = frozenset(filter(is_a_dwelling, names))
    return Place(dwellings, house_in(lines), letters_and_figures(postcode or ""))
