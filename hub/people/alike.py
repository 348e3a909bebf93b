"""How far two names agree: one level of a few, from the very same to quite another."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from jellyfish import metaphone
from nicknames import NickNamer
from rapidfuzz.distance import OSA, JaroWinkler

from hub.people.names import squeezed

Alike = Literal["exact", "variant", "near", "initial", "distant", "other"]

VARIANTS_FILE = Path(__file__).parents[2] / "policies" / "name_variants.yaml"
REMEMBERED = 1 << 15
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
_SPELT = (
    ("ph", "f"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("w", "v"), ("q", "k"), ("ey", "i"), ("ie", "i"),
    ("ee", "i"), ("y", "i"), ("oo", "u"), ("ou", "u"), ("kh", "k"), ("dh", "d"), ("bh", "b"), ("z", "s"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_ENDS_IN_H = re.compile(r"(?<=[aeiou])h$")
_ENDING = re.compile(r"(?:ie|ey|y|i|o)$")
A_STEM = 3
SHORT = 6  # letters: what is longer is nobody's short form
LEFT_OUT = 2
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
    if is_a_form(one, other):
        return "variant"
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= NEAR or (
        min(len(one), len(other)) >= LONG_ENOUGH
        and -1 <= len(one) - len(other) <= 1
        and OSA.distance(one, other, score_cutoff=1) <= 1
    ):
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


def are_of_one_spelling(one: str, other: str) -> bool:
    """Whether two names only look different, so that one may be the other as it was typed."""
    return _forms(one).spelling == _forms(other).spelling


def is_a_form(one: str, other: str) -> bool:
    """Whether one name is known as a form of the other, or looks like one."""
    known, there = _forms(one), _forms(other)
    if other in known.apart:
        return False
    if known.spelling == there.spelling or not known.groups.isdisjoint(there.groups):
        return True
    if -LEFT_OUT < len(one) - len(other) < LEFT_OUT:
        return False
    return is_short_for(one, other) if len(one) < len(other) else is_short_for(other, one)


class Forms(NamedTuple):
    """What the forms of a name are told by, found out once.

    apart   the names that are no forms of it
    stems   what a name begins with that it is short for; none where it is too long to be short
    """

    groups: frozenset[str]
    spelling: str
    apart: frozenset[str]
    stems: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def _forms(name: str) -> Forms:
    stem = _ENDING.sub("", name)
    undoubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    stems = (stem, undoubled) if len(undoubled) >= A_STEM and len(name) <= SHORT else ()
    return Forms(groups_of(name), spelling(name), _apart().get(name, frozenset()), stems)


def is_short_for(short: str, long: str) -> bool:
    """Whether one is the beginning of the other, perhaps with an ending such as -ie, or its end: Trev, Bernie, Deji."""
    if len(long) < len(short) + LEFT_OUT or len(short) > SHORT:
        return False
    if long.startswith(_forms(short).stems):
        return True
    return len(short) >= LONG_ENOUGH and long.endswith(short)


@lru_cache(maxsize=REMEMBERED)
def spelling(name: str) -> str:
    """A name in one spelling: what only looks different is the same."""
    word = name
    for written, said in _SPELT:
        word = word.replace(written, said)
    return _DOUBLED.sub(r"\1", _ENDS_IN_H.sub("", word))


@lru_cache(maxsize=REMEMBERED)
def sound(name: str) -> str:
    """How a name sounds, roughly: for looking it up, whoever wrote it down."""
    return (metaphone(name) if name.isalpha() and name.isascii() else "") or name


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
    """By name, the groups of forms that it belongs to."""
    found: dict[str, list[str]] = {}
    for number, group in enumerate(_listed()["variants"]):
        for name in group:
            found.setdefault(squeezed(name), []).append(f"={number}")
    return {name: tuple(keys) for name, keys in found.items()}


@cache
def _apart() -> dict[str, frozenset[str]]:
    """By name, those that are no forms of it."""
    found: dict[str, set[str]] = {}
    for group in _listed()["apart"]:
        for name in group:
            found.setdefault(name, set()).update(group)
    return {name: frozenset(others) for name, others in found.items()}


@cache
def _listed() -> dict[str, list[list[str]]]:
    listed: dict[str, list[list[str]]] = yaml.safe_load(VARIANTS_FILE.read_text(encoding="utf-8"))
    return listed
