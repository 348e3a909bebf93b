"""Homes that many share without being a family, read from policies/communal.yaml."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from events.content import Address
from hub.people.homes import parts_of, read_home
from hub.people.names import plain

ROADS = frozenset({
    "road", "street", "lane", "avenue", "close", "court", "drive", "gardens", "place", "square", "crescent", "terrace", "grove",
    "way", "hill", "view", "walk", "rise", "mews", "row", "cottage", "cottages", "farm",
})  # fmt: skip
"""What stands after a word that only names a street: Hospital Road, Prison Lane."""

COMMUNAL_FILE = Path(__file__).parents[2] / "policies" / "communal.yaml"


class UnreadableHome(Exception):
    """An entry of the list names no home."""


@cache
def communal_homes() -> frozenset[str]:
    """The names of all listed homes, as hub.people.homes makes them."""
    return read_communal(COMMUNAL_FILE.read_text(encoding="utf-8"))


def is_communal(names: Iterable[str], lines: Iterable[str], listed: frozenset[str]) -> bool:
    """Whether a home, of these names and lines, is one that many share: a listed one, or one whose address says so."""
    return not listed.isdisjoint(names) or says_communal(tuple(lines))


@lru_cache(maxsize=1 << 16)
def says_communal(lines: tuple[str, ...]) -> bool:
    """Whether an address calls itself a home that many share, such as `Saltmarsh Care Home`; a street of that name does not."""
    return any(_says(words) for words in parts_of(lines))


def _says(words: Sequence[str]) -> bool:
    return any(
        tuple(words[at : at + len(called)]) == called
        and ROADS.isdisjoint(words[at + len(called) : at + len(called) + 1])
        for called in communal_words()
        for at in range(len(words))
    )


@cache
def communal_words() -> frozenset[tuple[str, ...]]:
    """What communal homes are called, each as its words in their one form."""
    said = yaml.safe_load(COMMUNAL_FILE.read_text(encoding="utf-8"))["called"]
    return frozenset(tuple(plain(words).split()) for words in said)


def read_communal(document: str) -> frozenset[str]:
    """The names of the homes in a YAML document of that form; raises UnreadableHome."""
    entries = (yaml.safe_load(document) or {}).get("communal") or []
    return frozenset(name for entry in entries for name in names_of(entry))


def names_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What one listed home is recognised by; its postcode only where nothing else is given."""
    lines, uprn = tuple(entry.get("lines") or ()), entry.get("uprn")
    home = read_home(
        Address(lines=lines, postcode=entry.get("postcode"), uprn=str(uprn) if uprn else None)
    )
    if home is None:
        raise UnreadableHome(
            f"{entry.get('name') or 'an entry'} of the communal homes names no home"
        )
    return tuple(n for n in home.names if not n.startswith("p:")) if lines or uprn else home.names
