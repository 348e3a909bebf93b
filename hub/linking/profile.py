"""What is compared of somebody: the same form for one mention, for all that is known of a person, and for a row of a file."""

from functools import lru_cache
from typing import NamedTuple, TypeVar

from hub.people.communal import communal_homes, is_communal
from hub.people.evidence import Evidence
from hub.people.homes import house_in, is_a_dwelling, letters_and_figures
from projections.table import Row

REMEMBERED = 1 << 15
T = TypeVar("T")
ROWS = 1 << 14
"""So many known people are remembered as read: those of a turn of the engine and more."""


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

    @property
    def year_alone(self) -> bool:
        """Whether no more than the year may have been meant."""
        return not self.month or (self.month, self.day) == (1, 1)

    def is_part_of(self, other: "Birth") -> bool:
        """Whether another date says the same and more."""
        if self.year != other.year or not other.full or other.year_alone:
            return False
        return self.year_alone or (self.month == other.month and not self.day)


@lru_cache(maxsize=REMEMBERED)
def _written(birth: Birth) -> str:
    return f"{birth.year:04}-{birth.month:02}-{birth.day:02}"


class Place(NamedTuple):
    """A home as it is compared.

    names      what the dwelling is recognised by; empty where only a postcode was said
    house      the words that tell it from its neighbours
    postcode   in capitals without spaces, of whatever country
    communal   whether many share it without being a family, as a hostel or a care home
    """

    names: frozenset[str]
    house: str
    postcode: str
    communal: bool = False


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
    """What is compared of a known person. A row is never changed in place: the last one of each is read once while it is
    remembered."""
    found = _read.get(known["person"])
    if found is not None and found[0] is known:
        return found[1]
    profile = _profile_of(known)
    if len(_read) >= ROWS:
        _read.clear()
    _read[known["person"]] = (known, profile)
    return profile


def _profile_of(known: Row) -> Profile:
    return Profile(
        names=as_whole_as_can_be(tuple(map(named_of, known["names"]))),
        births=as_full_as_can_be(tuple(map(birth_of, known["births"]))),
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


_read: dict[str, tuple[Row, Profile]] = {}


def as_whole_as_can_be(names: tuple[Named, ...]) -> tuple[Named, ...]:
    """The names without those that are only half of one, where a whole one is known: what they leave out would hide what differs."""
    return tuple(name for name in names if name.given and name.family) or names


def as_full_as_can_be(births: tuple[Birth, ...]) -> tuple[Birth, ...]:
    """The dates without those that are only part of another: a year or month, or 1 January, which stands for a year."""
    if len(births) < 2:
        return births
    return tuple(b for b in births if not any(b.is_part_of(other) for other in births)) or births


def together(one: Profile, other: Profile) -> Profile:
    """What is known of two, were they one person."""
    return Profile(
        names=as_whole_as_can_be(_all(one.names, other.names)),
        births=as_full_as_can_be(_all(one.births, other.births)),
        nhs=_all(one.nhs, other.nhs),
        places=_all(one.places, other.places),
        sexes=_all(one.sexes, other.sexes),
        reach=one.reach | other.reach,
        local=one.local | other.local,
    )


def _all(values: tuple[T, ...], more: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*values, *more)))


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
    communal = is_communal(names, lines, communal_homes())
    return Place(dwellings, house_in(lines), letters_and_figures(postcode or ""), communal)
