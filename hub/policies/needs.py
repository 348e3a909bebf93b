"""What a condition of the policy cannot do without, read off its text: most are answered so, without being worked out.

`'fall' in p.concerns && p.child == 'no'` is false of everybody without the concern `fall`, whatever else is true of them:
in CEL `false && …` is false, and `… && false` is.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

Atom = tuple[str, str | None]
"""A member of `p` with a word that must stand in it, or None where the member itself must be true."""

CONCERNS = "concerns"

_QUOTED = re.compile(r"'[^'\\\n]*'")
_WORD = re.compile(r"@[0-9]+")
_IN = re.compile(r"(@[0-9]+) in p\.([a-z_]+)")
_TRUE = re.compile(r"p\.([a-z_]+)")
_ANY = re.compile(r"\[(@[0-9]+(?:, *@[0-9]+)*)\]\.exists\(([a-z_]+), *\2 in p\.([a-z_]+)\)")


@dataclass(frozen=True, slots=True)
class Needs:
    """Without at least one of these atoms a condition is false; `alone` where with one it is true, whatever else.

    concerns   the words of those atoms that are concerns of the person
    others     the other atoms
    """

    any_of: frozenset[Atom]
    alone: bool
    concerns: frozenset[str] = field(init=False, compare=False)
    others: tuple[Atom, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        concerns = (word for member, word in self.any_of if member == CONCERNS and word is not None)
        object.__setattr__(self, "concerns", frozenset(concerns))
        others = (a for a in self.any_of if a[0] != CONCERNS or a[1] is None)
        object.__setattr__(self, "others", tuple(sorted(others, key=str)))


@lru_cache(maxsize=4096)
def needs_of(condition: str) -> Needs | None:
    """What the condition needs; None where it may be true of somebody of whom nothing is."""
    words = [quoted[1:-1] for quoted in _QUOTED.findall(condition)]
    count = iter(range(len(words)))
    bare = _QUOTED.sub(lambda _: f"@{next(count)}", condition)
    if any(mark in bare for mark in ("'", '"', "\\", "//", "?", "@@")) or "@" in _WORD.sub(
        "", bare
    ):
        return None  # texts, remarks or choices that are not looked into
    return _needs(bare, words)


def _needs(bare: str, words: list[str]) -> Needs | None:
    bare = unwrapped(bare.strip())
    either = parts(bare, "||")
    if len(either) > 1:
        each = [_needs(part, words) for part in either]
        known = [needs for needs in each if needs]
        if len(known) < len(each):
            return None
        return Needs(
            frozenset().union(*(n.any_of for n in known)), alone=all(n.alone for n in known)
        )
    both = parts(bare, "&&")
    if len(both) > 1:
        first = next((needs for part in both if (needs := _needs(part, words))), None)
        return Needs(first.any_of, alone=False) if first else None
    return _of_one(bare, words)


def _of_one(bare: str, words: list[str]) -> Needs | None:
    """What stands between `||` and `&&`."""
    if found := _IN.fullmatch(bare):
        return Needs(frozenset([(found[2], words[int(found[1][1:])])]), alone=True)
    if found := _ANY.fullmatch(bare):
        said = (words[int(mark[1:])] for mark in _WORD.findall(found[1]))
        return Needs(frozenset((found[3], word) for word in said), alone=True)
    if found := _TRUE.fullmatch(bare):
        return Needs(frozenset([(found[1], None)]), alone=True)
    return None


def unwrapped(bare: str) -> str:
    """Without brackets around the whole."""
    while bare.startswith("(") and _closes(bare) == len(bare) - 1:
        bare = bare[1:-1].strip()
    return bare


def _closes(bare: str) -> int:
    """Where the bracket that stands first is closed; -1 where it is not."""
    depth = 0
    for at, sign in enumerate(bare):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return at
    return -1


def parts(bare: str, between: str) -> list[str]:
    """The text divided at a sign that stands in no bracket."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(bare):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and bare.startswith(between, at):
            parts.append(bare[start:at])
            start = at + len(between)
    return [*parts, bare[start:]]
