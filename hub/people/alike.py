"""How far two names agree: one level of a few, from the very same to quite another."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from jellyfish import metaphone
from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

from hub.people.names import squeezed

Alike = Literal["exact", "variant", "near", "initial", "distant", "other"]

VARIANTS_FILE = Path(__file__).parents[2] / "policies" / "name_variants.yaml"
REMEMBERED = 1 << 17
NEAR = 0.92  # Jaro-Winkler; linking.md
DISTANT = 0.8
ROUGHLY = 0.7
LONG_ENOUGH = 4  # letters: one edit in a shorter name makes another one of it
A_SKELETON = 3  # consonants

_SOUNDS = (
    ("sch", "s"), ("tsch", "c"), ("ough", "o"), ("ph", "f"), ("gh", "g"), ("kh", "k"), ("dh", "d"), ("bh", "b"), ("th", "t"),
    ("ck", "k"), ("cz", "c"), ("sz", "s"), ("rz", "z"), ("sh", "s"), ("ch", "c"), ("dj", "j"), ("zh", "z"), ("q", "k"),
    ("w", "v"), ("x", "ks"), ("z", "s"),
)  # fmt: skip
_VOWELS = frozenset("aeiouyh")


def alike(one: str, other: str) -> Alike:
    """How far two single names agree, either way round. Both in their one form (hub.people.names), none empty."""
    if one == other:
        return "exact"
    return _alike(one, other) if one < other else _alike(other, one)


@lru_cache(maxsize=REMEMBERED)
def _alike(one: str, other: str) -> Alike:
    if len(one) == 1 or len(other) == 1:
        return "initial" if one[0] == other[0] else "other"
    if not groups_of(one).isdisjoint(groups_of(other)):
        return "variant"
    likeness = JaroWinkler.similarity(one, other)
    long_enough = min(len(one), len(other)) >= LONG_ENOUGH
    if likeness >= NEAR or (long_enough and OSA.distance(one, other, score_cutoff=1) <= 1):
        return "near"
    written = skeleton(one)
    if likeness > ROUGHLY and len(written) >= A_SKELETON and written == skeleton(other):
        return "near"
    return "distant" if likeness >= DISTANT or sound(one) == sound(other) else "other"


@lru_cache(maxsize=REMEMBERED)
def groups_of(name: str) -> frozenset[str]:
    """The names that it is a form of, each standing for all its forms: short forms, and spellings of one foreign name."""
    short = _nicknames()
    return frozenset((name, *short.canonicals_of(name), *_variants().get(name, ())))


@lru_cache(maxsize=REMEMBERED)
def sound(name: str) -> str:
    """How a name sounds, roughly: for looking it up, whoever wrote it down."""
    return metaphone(name) or name


@lru_cache(maxsize=REMEMBERED)
def skeleton(name: str) -> str:
    """The consonants of a name in one spelling: what is left the same when it is written in English letters by ear."""
    word = name
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    bare = [word[0] if word[0] not in _VOWELS else "a"]
    for before, letter, after in zip(word, word[1:], word[2:] + " ", strict=False):
        spoken = letter not in _VOWELS or (letter == "h" and {before, after} <= _VOWELS)
        if spoken and letter != bare[-1]:
            bare.append(letter)
    return "".join(bare)


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


@cache
def _variants() -> dict[str, tuple[str, ...]]:
    groups = yaml.safe_load(VARIANTS_FILE.read_text(encoding="utf-8"))["variants"]
    found: dict[str, list[str]] = {}
    for group in groups:
        for name in group:
            found.setdefault(squeezed(name), []).append(f"={group[0]}")
    return {name: tuple(keys) for name, keys in found.items()}
