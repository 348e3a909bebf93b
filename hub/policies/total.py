"""Holds conditions to what answers true or false of everybody, and soon: one that breaks on somebody's facts would stop the engine."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from events.facts import PinnedFacts
from hub.routing.people import Circle, as_seen

FUNCTIONS = frozenset({"exists", "all", "size"})
_QUOTED = re.compile(r"'[^'\\\n]*'|\"[^\"\\\n]*\"")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
_OTHER_SIGNS = re.compile(r"[^\w\s.,()\[\]&|!=<>@-]|-(?!\d)|(?<=[\w)\]@])\s*-")
_PLACE_OF = re.compile(r"(?:\b(?!in\b)\w+|[)\]@])\s*\[")
_MACRO = re.compile(r"\.\s*(?:exists|all)\s*\(")
_NUMBER_FIRST = re.compile(
    r"(?<![\w.@)\]-])(-?\d+)\s*(==|!=|<=|>=|<|>)\s*(\bsize\s*\([^()]*\)|[pc]\.\w+)"
)
_NOT_TO_A_NUMBER = re.compile(r"[<>]=?\s*(?![=\s])(?!-?\d)|@\s*[<>]")
_UNCOMPARED_SIZE = re.compile(r"\bsize\s*\([^()]*\)(?!\s*(?:==|!=|[<>]))")
_OF_ANOTHER = re.compile(r"(?<![\w.])(?![pc]\s*\.)([A-Za-z_]\w*)\s*\.")
_MEMBER = re.compile(r"\b(?:[pc]\.facts|[pc])\.(\w+)")
_AFTER_LIST = re.compile(r"\s*(?:\.\s*(?:exists|all)\s*\(|\))")
_AFTER_WORD = re.compile(r"\s*(?:==|!=|in\b)")
_AFTER_NUMBER = re.compile(r"\s*(?:==|!=|<=|>=|<|>)\s*-?\d")
_AFTER_TRUTH = re.compile(r"\s*(?:[<>]|in\b|[=!]=(?!\s*(?:true\b|false\b|[pc]\.)))")
_BEFORE_LIST = re.compile(r"(?:\bin|\bsize\s*\()\s*$")


def may_break(condition: str) -> Iterator[str]:
    """What a condition uses that it may not, in sentences; nothing where it answers of everybody whatever is known of them."""
    bare = _NUMBER_FIRST.sub(_number_last, _QUOTED.sub("@", condition))
    if sign := _OTHER_SIGNS.search(bare):
        yield f"It may not reckon or choose: {sign[0].strip()!r} can break on what is known of somebody."
    if _PLACE_OF.search(bare):
        yield "It may not ask for a place of a list: the list may be shorter."
    for name in dict.fromkeys(_CALL.findall(bare)):
        if name not in {*FUNCTIONS, "in"}:
            yield f"There is no function {name!r} for it; there are {', '.join(sorted(FUNCTIONS))}."
    if any(_MACRO.search(inside) for inside in _insides(bare)):
        yield "One `exists` or `all` may not stand in another: it would be gone through again and again."
    if _NOT_TO_A_NUMBER.search(bare) or _UNCOMPARED_SIZE.search(bare):
        yield "More, less and `size` are compared with a whole number."
    if other := _OF_ANOTHER.search(bare):
        yield f"It reads members of `p` and `c`, not of {other[1]!r}."
    yield from _misused(bare)


def _number_last(found: re.Match[str]) -> str:
    """`3 < p.dash` as `p.dash > 3`, which is the same."""
    number, sign, member = found.groups()
    return f"{member} {sign.translate(str.maketrans('<>', '><'))} {number}"


def _insides(bare: str) -> Iterator[str]:
    """What stands in the brackets of each `exists` and `all`."""
    for macro in _MACRO.finditer(bare):
        depth, at = 1, macro.end()
        while at < len(bare) and depth:
            depth += {"(": 1, ")": -1}.get(bare[at], 0)
            at += 1
        yield bare[macro.end() : at]


def _misused(bare: str) -> Iterator[str]:
    """Members that stand where another kind of thing is needed: the fault would show only once somebody's facts come to it."""
    kinds = _kinds()
    for member in _MEMBER.finditer(bare):
        name, before, after = member[0], bare[: member.start()], bare[member.end() :]
        kind = str if name.startswith("c.facts.") else kinds.get(name)
        as_list = bool(_BEFORE_LIST.search(before))
        if kind is list and not as_list and not _AFTER_LIST.match(after):
            yield f"{name} is a list: ask what is `in` it, or for its `size`."
        elif kind is not list and as_list:
            yield f"{name} is no list: nothing is `in` it."
        elif kind is int and not _AFTER_NUMBER.match(after):
            yield f"{name} is a number: compare it with a whole number."
        elif kind is bool and _AFTER_TRUTH.match(after):
            yield f"{name} is true or false: compare it with no other."
        elif kind is str and not _AFTER_WORD.match(after):
            yield f"{name} is a word: compare it by == or !=, or ask whether it is `in` a list."


def _kinds() -> Mapping[str, type[Any]]:
    """What each member is that a condition reads."""
    circle = Circle.of(PinnedFacts.example())
    of_person = {f"p.{name}": type(said) for name, said in as_seen(circle.whole, circle).items()}
    return of_person | {"c.concerns": list, "c.full": list, "c.agreement": str}
