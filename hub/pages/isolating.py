"""Text that runs from right to left, or holds signs that turn the direction, kept from turning the hub's own words around it."""

import re
from typing import Any

BEGINS, ENDS = "\u2068", "\u2069"
"""First strong isolate, and the sign that ends an isolate: what stands between has a direction of its own, by its first letter."""
ISOLATES = frozenset(("\u2066", "\u2067", BEGINS))
TURNS = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters of Hebrew, Arabic and the other scripts that run from right to left, and the signs that set a direction."""


def isolated(said: Any) -> Any:
    """What a page shows, unchanged but for text that could turn its neighbours: an age, a date, a reason would be read backwards
    beside it. Such text is put between invisible signs, which work in an attribute too. What is markup already stays."""
    if not isinstance(said, str) or said.isascii() or hasattr(said, "__html__"):
        return said
    return f"{BEGINS}{balanced(said)}{ENDS}" if TURNS.search(said) else said


def balanced(said: str) -> str:
    """`said` with each of its own isolates ended, and no end of one that it did not begin."""
    kept, open_ones = [], 0
    for sign in said:
        if sign == ENDS and not open_ones:
            continue
        open_ones += (sign in ISOLATES) - (sign == ENDS)
        kept.append(sign)
    return "".join(kept) + ENDS * open_ones
