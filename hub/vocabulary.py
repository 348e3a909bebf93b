"""The words of a contact (policies/vocabulary.yaml): what every partner can rely on; a council may add codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parents[1] / "policies" / "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Codes with what they say; `rules` of a concern are the rows of routing.md it can set off."""

    concerns: Mapping[str, str]
    rules: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, str]
    person_flags: Mapping[str, str]
    relationships: frozenset[str]
    doors: tuple[str, ...]
    teams: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    said = yaml.safe_load(FILE.read_text())
    return Vocabulary(
        concerns={code: entry["say"] for code, entry in said["concerns"].items()},
        rules={code: tuple(entry["rules"]) for code, entry in said["concerns"].items()},
        facts=said["facts"],
        person_flags=said["person_flags"],
        relationships=frozenset(said["relationships"]),
        doors=tuple(said["doors"]),
        teams=tuple(said["teams"]),
    )
