"""The word of an append: it says which position the log has come to."""

from typing import Any

import psycopg


def wait_for_news(conn: psycopg.Connection[Any], after: int, seconds: float) -> None:
    """On a connection that listens: until something after that position was appended, or that long."""
    for note in conn.notifies(timeout=seconds):
        if is_news(note.payload, after):
            return


def is_news(word: str, after: int) -> bool:
    """Whether a word tells of something after that position; one that is none of the log's own may."""
    return not (word.isascii() and word.isdigit()) or int(word) > after
