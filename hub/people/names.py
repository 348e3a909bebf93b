"""Names brought to one form, and how far two of them agree."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from events.content import Name
from hub.people.placeholders import NEWBORN, NO_FORENAME, NO_NAME

_LETTERS_APART = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_JOINING = re.compile(r"['\u2018\u2019\u02bc`´.]")
_NOT_A_LETTER = re.compile(r"[\W_]+")
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
    """The family name in its one form, its words apart; empty where none, or a placeholder, was said."""
    said = name.family or "" if name else ""
    return "" if says_nothing(said) else bounded(plain(said))


def given_names(name: Name | None) -> tuple[str, ...]:
    """The given names in their one form, in order, placeholders left out."""
    words = plain(" ".join(name.given)).split() if name else []
    if says_nothing(" ".join(words)):
        return ()
    names = tuple(bounded(word) for word in words[:GIVEN_NAMES] if word not in NO_FORENAME)
    if words and words[0] in NO_FORENAME and all(len(name) == 1 for name in names):
        return ()  # an initial after a placeholder is a second name's
    return names


def says_nothing(text: str) -> bool:
    """Whether a placeholder stands where a name should be. `N/A` is one; Na and Li are names."""
    return squeezed(text) in NO_NAME or plain(text) == "n a"


def is_newborn(name: Name | None) -> bool:
    """Whether a word such as `baby` stands where the given name should be."""
    return bool(name) and not NEWBORN.isdisjoint(
        plain(" ".join(name.given if name else ())).split()
    )
