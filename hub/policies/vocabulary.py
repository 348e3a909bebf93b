"""The words a contact may use, as policies/vocabulary.yaml lists them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.policies.yaml import read_yaml

VOCABULARY_FILE = Path(__file__).parents[2] / "policies" / "vocabulary.yaml"
CARRIED = frozenset(
    {"escalating", "repeat_within_12_months", "professional_judgement", "fall", "end_of_life", "carer_injury"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes of concerns with the rows they can set off, and the names of facts, flags, relations and teams."""

    concerns: dict[str, tuple[str, ...]]
    facts: frozenset[str]
    flags: frozenset[str]
    relationships: frozenset[str]
    teams: frozenset[str]


def read_vocabulary(document: str) -> Vocabulary:
    """The vocabulary of a YAML document in the form of policies/vocabulary.yaml."""
    said, _ = read_yaml(document)
    return Vocabulary(
        concerns={code: tuple(of["rules"]) for code, of in said["concerns"].items()},
        facts=frozenset(said["facts"]),
        flags=frozenset(said["person_flags"]),
        relationships=frozenset(said["relationships"]),
        teams=frozenset(said["teams"]),
    )


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that the hub is shipped with."""
    return read_vocabulary(VOCABULARY_FILE.read_text(encoding="utf-8"))
