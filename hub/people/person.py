"""What is known of one person as a row, what a further mention adds to it, and the keys it can be found by."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.people.alike import sound
from hub.people.evidence import DECEASED, SEALED, UNBORN, Evidence
from hub.people.homes import HomeSaid
from projections.table import Row, TableDef

PERSON = TableDef(
    "known_person",
    {
        "person": "text", "position": "int", "names": "texts", "births": "texts", "expected": "text", "sexes": "texts",
        "flags": "texts", "nhs": "texts", "reach": "texts", "local": "texts", "homes": "json", "positions": "json",
        "apart": "texts",
    },
    ("person",),
)  # fmt: skip
FULL_DATE = len("2012-02-03")
A_MONTH = len("2012-02")
LONGEST_PARTICLE = 3  # letters: `van`, `del`

KEYED = 8
"""Of somebody with more names, homes or telephones than this only the latest are looked for."""
FOUND_BY = ("names", "births", "nhs", "reach", "local", "homes")
"""The columns that keys are made of."""

CROWDED = 150
"""More people than this under one key and the key says nothing."""
COMPARED = 100
"""With so many known people a mention is compared at most: with those who share the rarest keys (linking.md: about 100 at a million)."""

KEY = TableDef(
    "person_key", {"key": "int", "person": "text"}, ("key", "person"), (("key",),), most=CROWDED + 1
)


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
        "nhs": newest_last(with_all(row["nhs"], said.superseded), said.nhs),
        "reach": with_all(row["reach"], said.reach),
        "local": with_all(row["local"], said.local),
        "homes": homes_after(row["homes"], said, home_key, position),
    }
    if learnt == row:
        return row
    return {**learnt, "positions": newest_last(row["positions"], position)}


def joined(first: Row, second: Row) -> Row:
    """One person of two who were proven to be one, under the first's id."""
    texts = [name for name, kind in PERSON.columns.items() if kind == "texts"]
    homes = {home["key"]: home for home in first["homes"]}
    for home in second["homes"]:
        before = homes.pop(home["key"], home)
        names = with_all(before["names"], home["names"])
        homes[home["key"]] = {**home, "names": names, "sealed": home["sealed"] or before["sealed"]}
    return {
        **first,
        **{name: with_all(first[name], second[name]) for name in texts},
        "expected": first["expected"] or second["expected"],
        "positions": with_all(first["positions"], second["positions"]),
        "homes": list(homes.values()),
    }


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


def keys_of(row: Row) -> set[int]:
    """What a person can be found by (linking.md, Candidates), hashed. Each is narrow, so that nobody shares it with a crowd.

    n: NHS number                  i: number of another system       t: telephone or e-mail
    s: how both names sound        f: forename's sound and month of birth
    b: birth date                  y: family name's sound, year of birth and initial
    h: postcode or dwelling, with the initial of a name or the year of birth         d: family name's sound and postcode sector
    """
    return {hashed(key) for key in _keys(row)}


def looked_under(row: Row) -> set[int]:
    """The keys that a mention looks under: its own, and its birth date with day and month exchanged."""
    swapped = (b.split("-") for b in row["births"] if len(b) == FULL_DATE)
    return keys_of(row) | {hashed(f"b:{year}-{day}-{month}") for year, month, day in swapped}


def hashed(key: str) -> int:
    """A key in 64 bits."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def reach_key(reach: str) -> int:
    """The key under which those of one telephone or e-mail address stand."""
    return hashed(f"t:{reach}")


def nearest(keys: Iterable[int], holders: Mapping[int, Sequence[str]]) -> list[str]:
    """Who shares keys that tell something, and of very many those who share the rarest and the most."""
    shared: dict[str, float] = {}
    for key in keys:
        people = holders.get(key, ())
        if people and tells(len(people)):
            for person in people:
                shared[person] = shared.get(person, 0.0) + 1 / len(people)
    if len(shared) <= COMPARED:
        return list(shared)
    return heapq.nsmallest(COMPARED, shared, key=lambda p: (-shared[p], p))


def tells(people: int) -> bool:
    """Whether so few people stand under a key that it says something."""
    return people <= CROWDED


def _keys(row: Row) -> Iterator[str]:
    names = names_of(row)[-KEYED:]
    births = row["births"][-KEYED:]
    homes = row["homes"][-KEYED:]
    places = {place for home in homes for place in _places(home)}
    sectors = {home["postcode"][:-2] for home in homes if home["postcode"]}
    yield from (f"n:{number}" for number in row["nhs"][-KEYED:])
    yield from (f"i:{number}" for number in row["local"][-KEYED:])
    yield from (f"t:{reach}" for reach in row["reach"][-KEYED:])
    yield from (f"b:{birth}" for birth in births if len(birth) == FULL_DATE)
    yield from (f"h:{place}|{birth[:4]}" for place in places for birth in births)
    for family, given in names:
        families = family_sounds(family)
        initials = {word[0] for word in (*given[:1], family) if word}
        yield from (f"h:{place}|{initial}" for place in places for initial in initials)
        if given:
            first = sound(given[0])
            yield from (f"s:{' '.join(sorted((first, last)))}" for last in families)
            yield from (f"f:{first}{b[:7]}" for b in births if len(b) >= A_MONTH)
        for last in families:
            initial = given[0][0] if given else ""
            yield from (f"y:{last}{birth[:4]}{initial}" for birth in births)
            yield from (f"d:{last} {sector}" for sector in sectors)


def _places(home: Row) -> Iterator[str]:
    """What a home is looked for by: its postcode, and the names that hold none."""
    if home["postcode"]:
        yield home["postcode"]
    yield from (name for name in home["names"] if name.startswith(("u:", "l:")))


def family_sounds(family: str) -> list[str]:
    """How the family name sounds as a whole, and the words of one that has several."""
    words = family.split()
    whole = "".join(words)
    parts = [w for w in words if len(w) > LONGEST_PARTICLE] if len(words) > 1 else []
    return list(dict.fromkeys(sound(word) for word in (whole, *parts) if word))
