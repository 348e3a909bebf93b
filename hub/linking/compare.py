"""One mention beside one known person: the same, perhaps the same, or somebody else, with the reason in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from hub.people.evidence import Evidence
from hub.people.names import Likeness, family_likeness, forename_likeness, nearest
from hub.people.person import is_dead, is_sealed, names_of
from hub.values import PartialDate
from projections.table import Row

Kind = Literal["link", "review", "none"]
DateLikeness = Literal["same", "swapped", "partial", "near", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one comparison says.

    rank       of two people who may be the one, the higher is named
    agrees     what agrees in full: nhs, name, birth, home
    against    something said stands against it: another number, date or sex, or the person has died
    """

    kind: Kind
    because: str = ""
    rank: int = 0
    agrees: frozenset[str] = frozenset()
    against: bool = False


NOBODY = Finding("none")


class Likenesses:
    """How far each part of a mention agrees with what is known of a person; each part looked at when it is asked for.

    A name that many share brings many people to compare, and most are told apart by the first part or two.
    """

    def __init__(self, said: Evidence, known: Row) -> None:
        self._said = said
        self._known = known
        self.nhs = _among(said.nhs, known["nhs"])
        self.births = (
            frozenset([birth_likeness(said.birth, parsed(b)) for b in known["births"]])
            if said.birth
            else frozenset[DateLikeness]()
        )
        self.birth = nearest_date(self.births)

    @cached_property
    def _names(self) -> list[tuple[str, tuple[str, ...]]]:
        return names_of(self._known)

    @cached_property
    def full_name(self) -> Likeness:
        """Both names together."""
        said = self._said
        return nearest([full_name_likeness(said, family, given) for family, given in self._names])

    @cached_property
    def forename(self) -> Likeness:
        """The given names."""
        return nearest([forename_likeness(self._said.given, given) for _, given in self._names])

    @cached_property
    def family(self) -> Likeness:
        """The family name."""
        return nearest([family_likeness(self._said.family, family) for family, _ in self._names])

    @cached_property
    def home(self) -> Literal["same", "other", "unknown"]:
        """Where they live, or lived."""
        return home_likeness(self._said, self._known)

    @property
    def sex(self) -> Literal["same", "other", "unknown"]:
        """What was said of their sex."""
        return _among(self._said.sex, self._known["sexes"])

    @property
    def reach(self) -> bool:
        """Whether they share a telephone number or e-mail address."""
        return not set(self._said.reach).isdisjoint(self._known["reach"])

    @property
    def local(self) -> bool:
        """Whether one system knows both by one number."""
        return not set(self._said.local).isdisjoint(self._known["local"])

    @property
    def dead(self) -> bool:
        """Whether the person is known to have died, and the contact speaks of somebody alive."""
        return is_dead(self._known) and not self._said.dead

    @property
    def agrees(self) -> frozenset[str]:
        """What agrees in full."""
        parts = {"nhs": self.nhs, "name": self.full_name, "birth": self.birth, "home": self.home}
        return frozenset(part for part, likeness in parts.items() if likeness == "same")

    @property
    def against(self) -> bool:
        """Whether anything said stands against their being one person."""
        return self.nhs == "other" or self.births_apart or self.sex == "other" or self.dead

    @property
    def births_apart(self) -> bool:
        """Whether any date known of the person is another than the mention's: a slip of day and month is none."""
        return bool(self.births & {"near", "other"})


def compare(said: Evidence, known: Row) -> Finding:
    """Judge a mention beside one known person."""
    seen = Likenesses(said, known)
    found = _judged(said, known, seen)
    return replace(found, against=True) if found is not NOBODY and seen.against else found


def _judged(said: Evidence, known: Row, seen: Likenesses) -> Finding:
    if said.sealed != is_sealed(known):
        return _across_a_seal(said, known, seen)
    if seen.nhs == "same":
        return _same_number(said, known, seen)
    if seen.full_name == "same" and seen.birth == "same":
        return _same_name_and_birth(seen)
    return _alike(said, seen)


def _across_a_seal(said: Evidence, known: Row, seen: Likenesses) -> Finding:
    """The new identity of an adopted child is never a candidate for the old one, nor the old one for the new: not a hint.

    Only one who names the child by the new name, date and home, which the family of birth does not know, has found them.
    """
    if said.sealed or seen.nhs == "other" or seen.births_apart or seen.sex == "other" or seen.dead:
        return NOBODY
    at_new_home = said.home is not None and any(
        home["sealed"] and not set(home["names"]).isdisjoint(said.home.names)
        for home in known["homes"]
    )
    if seen.full_name == "same" and seen.birth == "same" and at_new_home:
        return Finding(
            "link",
            "The same name, date of birth and home, and nothing that contradicts them.",
            90,
            seen.agrees,
        )
    return NOBODY


def _same_number(said: Evidence, known: Row, seen: Likenesses) -> Finding:
    doubts = list(_against_the_number(said, known, seen))
    if doubts:
        rank = 80 if len(doubts) == 1 else 55
        because = f"The same NHS number, but {' and '.join(doubts)}."
        return Finding("review", because, rank, seen.agrees)
    return Finding(
        "link", "The same NHS number, and nothing that contradicts it.", 100, seen.agrees
    )


def _against_the_number(said: Evidence, known: Row, seen: Likenesses) -> Iterator[str]:
    """A brother's, sister's or mother's number typed by mistake shows itself in what stands beside it."""
    if seen.births_apart:
        yield "another date of birth"
    if seen.sex == "other":
        yield "another sex"
    if seen.forename in ("near", "other"):
        yield "another forename"
    if seen.forename == "unknown" and seen.family in ("near", "other"):
        yield "another family name"
    if (said.newborn or said.unborn) and seen.birth != "same" and known["births"]:
        yield "it is said of a child not born or not named yet"
    if seen.dead:
        yield "the person known by it has died"


def _same_name_and_birth(seen: Likenesses) -> Finding:
    doubts = list(_against_the_name(seen))
    if doubts:
        return Finding(
            "review",
            f"The same name and date of birth, but {' and '.join(doubts)}.",
            70,
            seen.agrees,
        )
    if seen.home == "same":
        return Finding(
            "link",
            "The same name, date of birth and home, and nothing that contradicts them.",
            90,
            seen.agrees,
        )
    where = "at another home" if seen.home == "other" else "with no home to compare"
    return Finding("review", f"The same name and date of birth, {where}.", 60, seen.agrees)


def _against_the_name(seen: Likenesses) -> Iterator[str]:
    if seen.nhs == "other":
        yield "two different NHS numbers"
    if seen.births_apart:
        yield "another date of birth was known too"
    if seen.sex == "other":
        yield "another sex"
    if seen.dead:
        yield "the person known has died"


def _alike(said: Evidence, seen: Likenesses) -> Finding:
    """What a person should look at; two different NHS numbers with different names are two people and nothing to look at."""
    if seen.nhs == "other" and seen.forename in ("near", "other"):
        return NOBODY
    for rank, because in _likely(said, seen):
        return Finding("review", because, rank, seen.agrees)
    return NOBODY


def _likely(said: Evidence, seen: Likenesses) -> Iterator[tuple[int, str]]:
    named = seen.forename in ("same", "compatible", "near")
    birth_open = seen.birth in ("swapped", "partial", "unknown")
    if seen.birth == "same" and seen.home == "same":
        if seen.forename == "other":
            yield 30, "The same home and date of birth with another forename: perhaps a twin."
        yield 50, "The same home and date of birth, and a name that is not quite the same."
    if seen.birth == "same" and named and seen.family in ("same", "near"):
        yield 45, "The same date of birth, and a name that is not quite the same."
    if seen.birth == "same" and seen.full_name == "compatible":
        yield 45, "The same date of birth and the same names in another order."
    if seen.birth == "same" and seen.reach and named:
        yield 40, "The same date of birth, forename and telephone or e-mail."
    if seen.full_name in ("same", "compatible") and seen.birth in ("swapped", "partial", "near"):
        yield 40, "The same name, and a date of birth that may be the same."
    if seen.full_name == "same" and birth_open and (seen.home == "same" or seen.reach):
        yield 35, "The same name and home or telephone, and no date of birth that tells them apart."
    if seen.local and not (seen.forename == "other" and seen.births_apart):
        yield 35, "The same number in the sender's own system."
    if (
        seen.full_name == "same"
        and said.birth is None
        and said.home is None
        and seen.nhs == "unknown"
    ):
        yield 10, "The same name, and nothing else to tell by."


parsed = lru_cache(maxsize=16_384)(PartialDate.parse)


def _among(value: str | None, values: list[str]) -> Literal["same", "other", "unknown"]:
    if not value or not values:
        return "unknown"
    return "same" if value in values else "other"


def full_name_likeness(said: Evidence, family: str, given: tuple[str, ...]) -> Likeness:
    """Whether both names are the same; compatible where they are the same in another order."""
    if not (said.family and said.given and family and given):
        return "unknown"
    if said.family == family and "".join(said.given) == "".join(given):
        return "same"
    if len(said.given) != len(given):
        return "other"
    return (
        "compatible" if sorted((said.family, *said.given)) == sorted((family, *given)) else "other"
    )


def home_likeness(said: Evidence, known: Row) -> Literal["same", "other", "unknown"]:
    """Whether any home known of the person goes by a name of the mention's."""
    if said.home is None or not known["homes"]:
        return "unknown"
    names = set(said.home.names)
    return (
        "same" if any(not names.isdisjoint(home["names"]) for home in known["homes"]) else "other"
    )


def nearest_date(likenesses: frozenset[DateLikeness]) -> DateLikeness:
    """The closest of several; unknown where there is none."""
    if len(likenesses) == 1:
        return next(iter(likenesses))
    order: tuple[DateLikeness, ...] = ("same", "swapped", "partial", "near", "other", "unknown")
    return min(likenesses, key=order.index, default="unknown")


def birth_likeness(one: PartialDate, other: PartialDate | None) -> DateLikeness:
    """How far two dates of birth agree. Near: two of the three parts are the same."""
    if other is None:
        return "unknown"
    first, second = one.full, other.full
    if first and second:
        return _full_dates(first, second)
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return "other" if any(a and b and a != b for a, b in pairs) else "partial"


def _full_dates(one: date, other: date) -> DateLikeness:
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    alike = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "near" if alike == 2 else "other"
