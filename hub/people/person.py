"""What is known of one person as a row, what a further mention adds to it, and the keys it can be found by."""

from collections.abc import Iterable, Iterator
from typing import Any

from hub.people.evidence import DECEASED, SEALED, UNBORN, Evidence
from hub.people.homes import HomeSaid
from hub.people.names import bounded
from projections.table import Row, TableDef

PERSON = TableDef(
    "known_person",
    {
        "person": "text", "position": "int", "names": "texts", "births": "texts", "expected": "text", "sexes": "texts",
        "flags": "texts", "nhs": "texts", "reach": "texts", "local": "texts", "homes": "json", "positions": "json",
    },
    ("person",),
)  # fmt: skip
KEY = TableDef("person_key", {"key": "text", "person": "text"}, ("key", "person"), (("key",),))

NAME_ALONE = "nm:"
"""How a key begins that says no more than both names."""

KEYED = 8
"""Of somebody with more names, homes or telephones than this only the latest are looked for."""
FOUND_BY = ("names", "births", "nhs", "reach", "local", "homes")
"""The columns that keys are made of."""

CROWDED = 50
"""More people than this under one key and the key says nothing."""
MOST_HOLDERS = 200
"""The same of an NHS number, which proves more: what so many were given is nobody's, and must slow nobody."""


def unknown_person(person: str, position: int) -> Row:
    """A person of whom nothing is known yet."""
    texts: dict[str, Any] = {
        name: [] for name, kind in PERSON.columns.items() if kind in ("texts", "json")
    }
    return {"person": person, "position": position, "expected": None, **texts}


def learn(row: Row, said: Evidence, home_key: str | None, position: int) -> Row:
    """The person with what one mention adds; the very same row where it adds nothing.

    A flag sticks, but for `unborn`, which ends with a birth date. The newest of several dates, names or homes stands last.
    """
    learnt = {
        **row,
        "names": newest_last(row["names"], name_word(said)),
        "births": newest_last(row["births"], str(said.birth) if said.birth else None),
        "expected": said.expected or row["expected"],
        "sexes": newest_last(row["sexes"], said.sex),
        "flags": flags_after(row, said),
        "nhs": newest_last(row["nhs"], said.nhs),
        "reach": with_all(row["reach"], said.reach),
        "local": with_all(row["local"], said.local),
        "homes": homes_after(row["homes"], said, home_key, position),
    }
    if learnt == row:
        return row
    return {**learnt, "positions": newest_last(row["positions"], position)}


def newest_last(values: list[Any], value: Any) -> list[Any]:
    """The values with this one at the end; unchanged where there is none."""
    if not value or (values and values[-1] == value):
        return values
    return [*(v for v in values if v != value), value]


def with_all(values: list[str], more: Iterable[str]) -> list[str]:
    """The values and those that are not among them yet."""
    fresh = [v for v in dict.fromkeys(more) if v not in values]
    return [*values, *fresh] if fresh else values


def flags_after(row: Row, said: Evidence) -> list[str]:
    """Every flag ever said."""
    flags = with_all(row["flags"], said.flags)
    return [f for f in flags if f != UNBORN] if said.birth or row["births"] else flags


def homes_after(homes: list[Row], said: Evidence, key: str | None, position: int) -> list[Row]:
    """The homes, this one last. A home is `sealed` once a contact that speaks of an adoptive placement gave it."""
    if said.home is None or key is None:
        return homes
    before = next((h for h in homes if h["key"] == key), None)
    sealed = said.sealed or bool(before and before["sealed"])
    known = before is not None and set(said.home.names) <= set(before["names"])
    if before is not None and known and homes[-1] is before and before["sealed"] == sealed:
        return homes
    names = with_all(before["names"] if before else [], said.home.names)
    return [
        *(h for h in homes if h["key"] != key),
        home_row(said.home, key, names, position, sealed),
    ]


def home_row(home: HomeSaid, key: str, names: list[str], position: int, sealed: bool) -> Row:
    """A home as it stands in a person's row."""
    return {
        "key": key, "names": names, "lines": list(home.lines), "postcode": home.postcode, "uprn": home.uprn,
        "position": position, "sealed": sealed,
    }  # fmt: skip


def name_word(said: Evidence) -> str | None:
    """A name as one word, family and given parts apart; None where neither is known."""
    return f"{said.family}|{' '.join(said.given)}" if said.family or said.given else None


def names_of(row: Row) -> list[tuple[str, tuple[str, ...]]]:
    """Every name of a person, as family name and given names."""
    parts = (word.partition("|") for word in row["names"])
    return [(family, tuple(given.split())) for family, _, given in parts]


def current_home(row: Row) -> Row | None:
    """Where a person was last said to live."""
    return row["homes"][-1] if row["homes"] else None


def is_sealed(row: Row) -> bool:
    """Whether the person is a child in an adoptive placement."""
    return SEALED in row["flags"]


def is_dead(row: Row) -> bool:
    """Whether the person is known to have died."""
    return DECEASED in row["flags"]


def keys_of(row: Row) -> set[str]:
    """What a person can be found by. Each key is narrow, so that nobody shares it with a crowd.

    n: NHS number                       ny: both names and year of birth     bf: birth date and family name
    bg: birth date and forename         bh: birth date and home              nh: both names and home
    nc: both names and a telephone      i: number of another system          nm: both names alone
    """
    return set(_keys(row))


def tells(key: str, people: int) -> bool:
    """Whether so few people stand under a key that it says something."""
    return people <= (MOST_HOLDERS if key.startswith("n:") else CROWDED)


def _keys(row: Row) -> Iterator[str]:
    names = names_of(row)[-KEYED:]
    both = {
        bounded("".join(sorted((family, *given)))) for family, given in names if family and given
    }
    births = row["births"][-KEYED:]
    full = [b for b in births if len(b) == 10]
    homes = {name for home in row["homes"][-KEYED:] for name in home["names"]}
    yield from (f"n:{number}" for number in row["nhs"])
    yield from (f"i:{number}" for number in row["local"][-KEYED:])
    for name in both:
        yield f"{NAME_ALONE}{name}"
        yield from (f"ny:{name}|{birth[:4]}" for birth in births)
        yield from (f"nh:{name}|{home}" for home in homes)
        yield from (f"nc:{name}|{reach}" for reach in row["reach"][-KEYED:])
    for birth in full:
        yield from (f"bf:{birth}|{family}" for family, _ in names if family)
        yield from (f"bg:{birth}|{given[0]}" for _, given in names if given)
        yield from (f"bh:{birth}|{home}" for home in homes)
