"""Each field of two profiles beside each other: on which of a few levels it agrees.

A field that one of the two does not have is no evidence and has no level. The levels are those of linking.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from hub.linking.profile import Birth, Named, Place, Profile
from hub.people.alike import LONG_ENOUGH, alike

FIELDS: dict[str, tuple[str, ...]] = {
    "forename": ("exact", "variant", "slip", "near", "middle", "initial", "distant", "other"),
    "surname": ("exact", "variant", "token", "slip", "near", "initial", "distant", "other"),
    "middle": ("exact", "near", "initial", "other"),
    "order": ("straight", "swapped"),
    "birth": ("exact", "slip", "month", "year", "two", "beside", "other"),
    "home": ("exact", "house", "postcode", "slip", "neighbour", "sector", "other"),
    "nhs": ("exact", "slip", "other"),
    "sex": ("exact", "other"),
    "reach": ("exact", "other"),
    "local": ("exact",),
    "beside": ("exact",),
}
"""The fields, each with its levels, the closest first. `beside` is of the contact: known kin are named in it (hub.linking.beside)."""

PARTICLES = frozenset({
    "al", "el", "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "bin",
    "bint", "ibn", "ben", "o", "mac", "mc", "st", "san", "abu", "ap",
})  # fmt: skip
"""Words of a family name that many families share."""
SECOND_APART = ("middle", "distant", "other")
"""The levels of a forename beside which second names tell nothing: brothers and sisters have their father's, or Kaur and Singh."""
COMMUNAL = "communal "
"""Before the value of a home that many share."""
SECTOR = 2
"""So many letters at the end of a postcode of the United Kingdom tell homes of one sector apart."""


class Seen(NamedTuple):
    """The level of one field, and the value both have where that says how rare the agreement is."""

    field: str
    level: str
    value: str = ""


SEX = (Seen("sex", "exact"), Seen("sex", "other"))
"""The same sex, or another."""


AS_IT_STANDS = frozenset((("forename", "exact"), ("surname", "exact")))
"""What agrees of a name that needs no other order."""


def seen_names(one: Named, other: Named) -> Iterator[list[Seen]]:
    """The name as it stands, then with the parts exchanged where that may be closer: one list of fields each."""
    straight = list(_in_this_order(one, other))
    yield straight
    if {(seen.field, seen.level) for seen in straight} >= AS_IT_STANDS:
        return
    if one.given and one.family and other.given and other.family:
        if _perhaps(one.family[0], other.given) or _perhaps(one.given[-1], other.family):
            turned = Named(one.family, one.given)
            yield [Seen("order", "swapped"), *_in_this_order(turned, other)]
    elif bool(one.given) != bool(other.given) or bool(one.family) != bool(other.family):
        words, whole = (one, other) if len(one.given) + len(one.family) == 1 else (other, one)
        if (
            len(words.given) + len(words.family) == 1
        ):  # a single name, in whichever field it was put
            yield [
                Seen("order", "swapped"),
                *_in_this_order(Named(words.family, words.given), whole),
            ]


def _perhaps(word: str, words: Iterable[str]) -> bool:
    return any(alike(word, w) not in ("distant", "other") for w in words)


def _in_this_order(one: Named, other: Named) -> Iterator[Seen]:
    if one.given and other.given:
        found = given_names(one.given, other.given)
        yield found
        if found.level not in SECOND_APART and len(one.given) > 1 and len(other.given) > 1:
            yield from _after(found, one.given[1:], other.given[1:])
    if one.family and other.family:
        yield family_names(one.family, other.family)


def given_names(one: tuple[str, ...], other: tuple[str, ...]) -> Seen:
    """The first given names; `middle` where one goes by a later name of the other."""
    first, second = one[0], other[0]
    level = alike(first, second)
    if level == "exact":
        return Seen("forename", "exact", first)
    if "".join(one) == "".join(other):
        return Seen("forename", "exact", first)
    if level in ("variant", "near", "initial"):
        return Seen("forename", level, _both(level, first, second))
    if first in other[1:] or second in one[1:]:
        return Seen("forename", "middle", first if first in other else second)
    return Seen("forename", level)


def _both(level: str, one: str, other: str) -> str:
    """The one name that tells how rare the agreement is; of two that nearly agree, or are forms of one, both."""
    if level in ("near", "variant"):
        return f"{one} {other}"
    return one if len(one) >= len(other) else other


def _after(first: Seen, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[Seen]:
    """The second names beside a forename. One that both have, but only one of them after others, tells nothing: the names of a
    father and of his father move up by one with each child."""
    middle = middle_names(one, other)
    if middle.level != "exact" or (one[0] in other and other[0] in one):
        named = first.value and middle.value
        yield middle._replace(value=f"{first.value} {middle.value}" if named else "")


def middle_names(one: tuple[str, ...], other: tuple[str, ...]) -> Seen:
    """The names after the first: the closest pair of them, and the name that both have, or that the one begins of which the other
    has the initial."""
    levels = {alike(a, b): max(a, b, key=len) for a in one for b in other}
    if shared := [name for name in one if len(name) > 1 and name in other]:
        return _other_than(shared, one, other) or Seen("middle", "exact", shared[0])
    if not levels.keys().isdisjoint(("variant", "near")):
        return Seen("middle", "near")
    if "initial" in levels:
        return Seen("middle", "initial", levels["initial"])
    return Seen("middle", "initial" if "exact" in levels else "other")


def _other_than(shared: Sequence[str], one: tuple[str, ...], other: tuple[str, ...]) -> Seen | None:
    """What the names say that only one of the two bears, where both have such: brothers are Hasan Raza and Husain Raza."""
    levels = {alike(a, b) for a in one if a not in shared for b in other if b not in shared}
    if not levels or not levels.isdisjoint(("variant", "initial")):
        return None
    return Seen("middle", "near" if "near" in levels else "other")


def family_names(one: tuple[str, ...], other: tuple[str, ...]) -> Seen:
    """The family names: whole, or one word of a name of several (double-barrelled, of both parents, with a particle)."""
    whole, there = "".join(one), "".join(other)
    if whole == there:
        return Seen("surname", "exact", whole)
    level = alike(whole, there)
    if level in ("variant", "near", "initial"):
        return Seen("surname", level, _both(level, whole, there))
    words = [w for w in one if w not in PARTICLES], [w for w in other if w not in PARTICLES]
    if len(one) > 1 or len(other) > 1:
        shared = [w for w in words[0] if w in words[1]]
        if shared:
            return Seen("surname", "token", max(shared, key=len))
        if any(alike(a, b) in ("variant", "near") for a in words[0] for b in words[1]):
            return Seen("surname", "token")
    return Seen("surname", level)


def seen_birth(one: Birth, other: Birth) -> Seen:
    """Two dates of birth. 1 January may stand for a year alone."""
    if one == other:
        return Seen("birth", "exact" if one.full else "month" if one.month else "year", one.written)
    return Seen("birth", _dates(one, other) if one < other else _dates(other, one))


def _dates(one: Birth, other: Birth) -> str:
    if one.full and other.full:
        return _full_dates(one, other)
    if one.year != other.year:
        return "other" if abs(one.year - other.year) > 1 else "beside"
    if one.month and other.month:
        return "month" if one.month == other.month else "other"
    return "year"


def _full_dates(one: Birth, other: Birth) -> str:
    if one.year_alone and other.year_alone:  # 1 January of two years: there was no day to slip
        return "other" if abs(one.year - other.year) > 1 else "beside"
    if _one_slip(one, other) or _one_slip(one, Birth(other.year, other.day, other.month)):
        return "slip"
    if one.year == other.year and (1, 1) in ((one.month, one.day), (other.month, other.day)):
        return "year"
    if one.year == other.year and (one.month == other.month or one.day == other.day):
        return "two"  # a day and month that agree in another year are a parent's and a child's as likely
    return "beside" if abs(one.year - other.year) <= 1 else "other"


def _one_slip(one: Birth, other: Birth) -> bool:
    """Whether at most one figure is another, or two beside each other changed places: never in two parts of the date."""
    apart = (one.year != other.year) + (one.month != other.month) + (one.day != other.day)
    return apart < 2 and is_one_edit(one.written, other.written)


def seen_place(one: Place, other: Place) -> Seen:
    """Two homes, address and postcode as one field; the value of a communal one says so."""
    seen = _seen_place(one, other)
    communal = seen.value and (one.communal or other.communal)
    return seen._replace(value=f"{COMMUNAL}{seen.value}") if communal else seen


def _seen_place(one: Place, other: Place) -> Seen:
    if not one.names.isdisjoint(other.names):
        return Seen("home", "exact", max(one.names & other.names))
    if one.postcode and one.postcode == other.postcode:
        if not (one.house and other.house):
            return Seen("home", "postcode", one.postcode)
        return Seen(
            "home", "house" if _same_house(one.house, other.house) else "neighbour", one.postcode
        )
    if not (one.postcode and other.postcode):
        alone = one.house and other.house and one.house == other.house
        return Seen("home", "house" if alone else "other")
    if is_one_edit(one.postcode, other.postcode):
        if not (one.house and other.house):
            return Seen("home", "slip")
        return Seen("home", "house" if _same_house(one.house, other.house) else "sector")
    near = one.postcode[:-SECTOR] == other.postcode[:-SECTOR]
    return Seen("home", "sector" if near and len(one.postcode) > LONG_ENOUGH else "other")


def is_one_edit(one: str, other: str) -> bool:
    """Whether no more than one letter or figure is wrong, left out, put in or exchanged with the next."""
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _same_house(one: str, other: str) -> bool:
    """The same numbers, and street words that are nearly the same."""
    words, there = set(one.split()), set(other.split())
    numbers = {w for w in words if w[0].isdigit()}, {w for w in there if w[0].isdigit()}
    if numbers[0] != numbers[1]:
        return False
    return words <= there or there <= words or OSA.normalized_similarity(one, other) > 0.8


def seen_number(one: str, other: str) -> Seen:
    """Two NHS numbers."""
    if one == other:
        return Seen("nhs", "exact", one)
    return Seen("nhs", "slip" if is_one_edit(one, other) else "other")


def closest(seen: Sequence[Seen]) -> Seen:
    """The closest of several of one field."""
    if len(seen) == 1:
        return seen[0]
    order = FIELDS[seen[0].field]
    return min(seen, key=lambda s: order.index(s.level))


def seen_others(said: Profile, known: Profile) -> list[Seen]:
    """Every field but the name."""
    several = (
        [seen_birth(a, b) for a in said.births for b in known.births],
        [seen_place(a, b) for a in said.places for b in known.places],
        [seen_number(a, b) for a in said.nhs for b in known.nhs],
    )
    found = [closest(seen) for seen in several if seen]
    if said.sexes and known.sexes:
        found.append(SEX[set(said.sexes).isdisjoint(known.sexes)])
    if said.reach and known.reach:
        shared = said.reach & known.reach
        found.append(Seen("reach", "exact", max(shared)) if shared else Seen("reach", "other"))
    if not said.local.isdisjoint(known.local):
        found.append(Seen("local", "exact"))
    return found
