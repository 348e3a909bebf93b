"""The moment that somebody asks to see a page as at."""

from datetime import datetime

from hub.as_at import read_moment
from hub.errors import InvalidCommand
from hub.values import LONDON


def moment_of(text: str) -> datetime | None:
    """The moment somebody typed; None for nothing. Raises InvalidCommand."""
    try:
        return read_moment(text, LONDON)
    except ValueError:
        raise InvalidCommand("That is not a time: write it like 2026-03-04T10:15.") from None
