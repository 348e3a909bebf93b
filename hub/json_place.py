"""Where in a JSON text a place stands, as a JSON pointer: also where the text breaks off or is no JSON at all."""

import json
import re
from collections.abc import Callable

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},:]|[^\s"\[\]{},:]+', re.DOTALL)
FARTHEST = 50_000  # words and signs looked at: what lies beyond is named by its byte alone

Part = int | str | None
Found = Callable[[str, int, int], bool]


def place_of(text: str, found: Found) -> tuple[int | str, ...]:
    """The members and indices that lead to the first word or sign that `found` (itself, its offset, how deep) says yes to.

    Where it says yes to none, those that lead to the end of the text.
    """
    parts: list[Part] = []
    for number, match in enumerate(TOKEN.finditer(text)):
        if found(match[0], match.start(), len(parts)):
            break
        if number == FARTHEST:
            return ()
        _step(parts, match[0])
    return tuple(part for part in parts if part is not None)


def _step(parts: list[Part], word: str) -> None:
    """`parts`: for each level the index, or the member's name, which is None until it is read."""
    if word == "[":
        parts.append(0)
    elif word == "{":
        parts.append(None)
    elif not parts:
        return
    elif word in ("]", "}"):
        parts.pop()
    elif word == ",":
        last = parts[-1]
        parts[-1] = last + 1 if isinstance(last, int) else None
    elif parts[-1] is None and word.startswith('"'):
        parts[-1] = _name(word)


def _name(word: str) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        return word.strip('"')
