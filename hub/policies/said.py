"""Says a condition of the policy in words, and which of its parts do not hold: so that a worker can read why not."""

import re
from collections.abc import Callable, Iterator

from hub.policies.needs import parts, unwrapped

Holds = Callable[[str], bool]
"""Whether a part of a condition, itself a condition, is true of the person asked about."""

_OF_WHOM = {
    "concerns": "of them", "concerns_of_children": "of a child of theirs", "concerns_of_parents": "of a parent of theirs",
    "concerns_at_home": "of somebody at their home",
}  # fmt: skip
_TRUE = {
    "named": "the contact names them", "unborn": "they are unborn", "cares_for_adult": "they are said to care for an adult",
    "cares_for_child": "they are said to care for a child", "cared_for_by_child": "a child is said to care for them",
    "cared_for_by_adult": "an adult is said to care for them", "has_parent": "a parent of theirs is known",
    "has_children_near": "a child of theirs or of their home is known",
    "grown_up": "they are a parent, a partner or a grandparent of somebody, or alleged to harm somebody",
    "alleged_harmed": "somebody is alleged, in this contact, to harm them",
}  # fmt: skip
_CHILD = {
    ("==", "yes"): "they are under 18", ("==", "no"): "they are 18 or over", ("==", "perhaps"): "their age cannot be told",
    ("!=", "yes"): "they may be 18 or over", ("!=", "no"): "they may be under 18", ("!=", "perhaps"): "their age can be told",
}  # fmt: skip
_NUMBER = {
    "dash": "the DASH score",
    "pathway": "the discharge pathway",
    "youngest": "their age",
    "oldest": "their age",
}
_COMPARED = {
    ">=": "is {} or more",
    ">": "is over {}",
    "<": "is under {}",
    "<=": "is {} or less",
    "==": "is {}",
    "!=": "is not {}",
}

_IN = re.compile(r"'([^']*)' in p\.(\w+)")
_ANY = re.compile(r"\[([^\]]*)\]\.exists\((\w+), *\2 in p\.(\w+)\)")
_MEMBER = re.compile(r"p\.(\w+)")
_CHILD_IS = re.compile(r"p\.child *(==|!=) *'(\w+)'")
_COMPARE = re.compile(r"p\.(\w+) *(>=|<=|==|!=|<|>) *(-?\d+)")
_FACT = re.compile(r"c\.facts\.(\w+) *== *'(\w+)'")


def in_words(condition: str) -> str:
    """The condition as a clause: `it is said of them: young carer`, `they are under 18 and …`."""
    bare = unwrapped(condition.strip())
    for sign, word in (("||", " or "), ("&&", " and ")):
        pieces = parts(bare, sign)
        if len(pieces) > 1:
            return word.join(dict.fromkeys(map(in_words, pieces)))
    return _one(bare)


def _one(bare: str) -> str:
    if bare.startswith("!"):
        return f"it is not so that {in_words(bare[1:])}"
    if found := _IN.fullmatch(bare):
        return _said(found[1], found[2])
    if found := _ANY.fullmatch(bare):
        words = [w.strip().strip("'") for w in found[1].split(",")]
        return _said(" or ".join(words), found[3])
    if (found := _CHILD_IS.fullmatch(bare)) and (found[1], found[2]) in _CHILD:
        return _CHILD[found[1], found[2]]
    if (found := _COMPARE.fullmatch(bare)) and found[1] in _NUMBER:
        return f"{_NUMBER[found[1]]} {_COMPARED[found[2]].format(found[3])}"
    if found := _FACT.fullmatch(bare):
        return f"the contact says {found[2]} to “{spaced(found[1])}”"
    if bare == "size(c.full) > 0":
        return "a queue that was asked is full"
    if (found := _MEMBER.fullmatch(bare)) and found[1] in _TRUE:
        return _TRUE[found[1]]
    return f"this holds: {bare}"


def _said(word: str, member: str) -> str:
    if member in _OF_WHOM:
        return f"“{spaced(word)}” is said {_OF_WHOM[member]}"
    return (
        f"they are marked “{spaced(word)}”"
        if member == "flags"
        else f"“{spaced(word)}” is said with it"
    )


def spaced(code: str) -> str:
    """`child-harm` as people write it."""
    return code.replace("-", " ").replace("_", " ")


def lacking(condition: str, holds: Holds) -> Iterator[str]:
    """What the condition asks for and is not so, a clause each; nothing where the condition holds.

    Of several ways, each of which would do, all are told: none of them is so.
    """
    bare = unwrapped(condition.strip())
    if holds(bare):
        return
    either = parts(bare, "||")
    both = parts(bare, "&&") if len(either) == 1 else []
    for part in either if len(either) > 1 else both if len(both) > 1 else []:
        yield from lacking(part, holds)
    if len(either) == 1 and len(both) <= 1:
        yield in_words(bare)
