"""Names brought to one form, and how far two of them agree."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from events.content import Name
from hub.people.placeholders import NEWBORN, NO_NAME

Likeness = Literal["same", "compatible", "near", "other", "unknown"]

_LETTERS_APART = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_JOINING = re.compile(r"['\u2018\u2019\u02bc`´.]")
_NOT_A_LETTER = re.compile(r"[\W_]+")
SHORT_FORM = range(3, 5)
GIVEN_NAMES = 12
A_NAME = 120
"""Longer than this no name or line of an address is."""


def plain(text: str) -> str:
    """The words of a name or an address in small letters without accents and punctuation, one space between."""
    return _short_plain(text) if len(text) <= A_NAME else _plain(text)


def bounded(text: str) -> str:
    """The text, or where it is longer than any name its hash: what tables are searched by must be short."""
    return text if len(text) <= A_NAME else hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=16_384)
def _short_plain(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    bare = _JOINING.sub("", text).casefold()
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", _JOINING.sub("", bare))
        bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS_APART)
    return _NOT_A_LETTER.sub(" ", bare).strip()


def squeezed(text: str) -> str:
    """The same without any space: `Mary-Ann`, `Mary Ann` and `Maryann` are one."""
    return plain(text).replace(" ", "")


def family_name(name: Name | None) -> str:
    """The family name in its one form; empty where none, or a placeholder, was said."""
    said = name.family or "" if name else ""
    return "" if says_nothing(said) else bounded(squeezed(said))


def given_names(name: Name | None) -> tuple[str, ...]:
    """The given names in their one form, in order, placeholders left out."""
    words = plain(" ".join(name.given)).split() if name else []
    if says_nothing(" ".join(words)):
        return ()
    return tuple(bounded(word) for word in words[:GIVEN_NAMES] if word not in NO_NAME)


def says_nothing(text: str) -> bool:
    """Whether a placeholder stands where a name should be. `N/A` is one; Na and Li are names."""
    return squeezed(text) in NO_NAME or plain(text) == "n a"


def is_newborn(name: Name | None) -> bool:
    """Whether a word such as `baby` stands where the given name should be."""
    return bool(name) and not NEWBORN.isdisjoint(
        plain(" ".join(name.given if name else ())).split()
    )


def forename_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    """How far given names agree. Compatible: an initial, a short form, or a middle name that one goes by."""
    if not one or not other:
        return "unknown"
    if one == other or "".join(one) == "".join(other):
        return "same"
    if one[0] in other or other[0] in one or _shortened(one[0], other[0]):
        return "compatible"
    return "near" if one_edit_apart(one[0], other[0]) else "other"


def family_likeness(one: str, other: str) -> Likeness:
    """How far family names agree."""
    if not one or not other:
        return "unknown"
    if one == other:
        return "same"
    return "near" if one_edit_apart(one, other) else "other"


def nearest(likenesses: Sequence[Likeness]) -> Likeness:
    """The closest of several likenesses; unknown where there is none."""
    if len(likenesses) == 1:
        return likenesses[0]
    order: tuple[Likeness, ...] = ("same", "compatible", "near", "other", "unknown")
    return min(likenesses, key=order.index, default="unknown")


def _shortened(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (
        len(short) == 1 or (len(short) in SHORT_FORM and len(long) > len(short) + 1)
    )


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter typed wrong, left out, put in, or two neighbours exchanged, makes one of the other."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < 3 or len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    return (
        short[start : start + 2] == long[start : start + 2][::-1]
        and short[start + 2 :] == long[start + 2 :]
    )
