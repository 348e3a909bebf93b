"""Homes that many share without being a family, read from policies/communal.yaml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from events.content import Address
from hub.people.homes import read_home

COMMUNAL_FILE = Path(__file__).parents[2] / "policies" / "communal.yaml"


class UnreadableHome(Exception):
    """An entry of the list names no home."""


@cache
def communal_homes() -> frozenset[str]:
    """The names of all listed homes, as hub.people.homes makes them."""
    return read_communal(COMMUNAL_FILE.read_text(encoding="utf-8"))


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
