"""What an item says in public: plain words that name nobody."""

import re

from events.message_refused import Fault
from hub.errors import InvalidCommand
from hub.plain_text import plain_text

LONGEST = 400
SHORTEST_NAME = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # the apostrophe that people type


def public_text(member: str, said: str, names: frozenset[str], *, longest: int = LONGEST) -> str:
    """The text, trimmed; raises InvalidCommand where it is empty, too long, or holds one of these names."""
    text = plain_text(member, said, longest)
    words = {word.casefold() for word in _WORD.findall(text)}
    if any(len(name) >= SHORTEST_NAME and name.casefold() in words for name in names):
        says = "This holds a name from what was said. Anybody may read it: say it without naming anybody."
        raise InvalidCommand(says, [Fault(pointer=f"/{member}", code="names-somebody", says=says)])
    return text
