"""Reads the files a command is given, each message with its place."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from hub.contacts.cloud_event import Message

Files = Annotated[
    list[Path], typer.Argument(help="Files of contacts; - is standard input.", metavar="FILE…")
]


def text_of(file: Path) -> str:
    """The document in a file; raises ValueError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8.") from None  # fmt: skip


def document_at(named: str) -> str | None:
    """The document in a file; None where what is named is no file but the hash of one in the log."""
    file = Path(named)
    return text_of(file) if file.suffix or file.exists() else None


def messages_in(files: list[Path]) -> Iterator[tuple[str, Message]]:
    """Each message of each file, with its place such as `june.ndjson, line 3`. Raises ValueError for a file that cannot be read."""
    from hub.bootstrap import upkeep

    for file in files:
        try:
            body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        except OSError as error:
            raise ValueError(f"{file}: {error.strerror or error}") from None
        for place, message in upkeep.messages(body):
            yield f"{file}, {place}" if place != "message" else str(file), message
