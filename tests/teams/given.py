"""The shipped register of teams, and what a council may change in it."""

from hub.teams.book import TEAMS_FILE
from hub.teams.document import Register, read_register

DOCUMENT = TEAMS_FILE.read_text(encoding="utf-8")


def changed(*changes: tuple[str, str]) -> str:
    """The shipped register with these words in the place of those, each once."""
    document = DOCUMENT
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new, 1)
    return document


def register(*changes: tuple[str, str]) -> Register:
    """The same, read."""
    return read_register(changed(*changes))
