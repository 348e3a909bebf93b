"""Short texts that operators give, such as names: trimmed, not empty, without control characters."""

from events.message_refused import Fault
from hub.errors import InvalidCommand


def plain_text(member: str, said: str, longest: int = 200) -> str:
    """`said` without surrounding blanks; raises InvalidCommand where that is no short plain text."""
    text = said.strip()
    if not text or len(text) > longest or not text.isprintable():
        says = f"`{member}` must be 1 to {longest} printable characters."
        raise InvalidCommand(says, [Fault(pointer=f"/{member}", code="not-plain-text", says=says)])
    return text
