"""The process's own log, which names nobody: of an error it keeps its kind and where it arose, never its words."""

import logging
import os
import sys
import traceback
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
KINDS = ("text", "json")


def kind() -> str:
    """How the log is written, by HUB_LOG: `text` for people, the default, or `json`, an object a line. Raises ValueError."""
    said = os.environ.get("HUB_LOG") or "text"
    if said not in KINDS:
        raise ValueError(f"HUB_LOG must be one of {', '.join(KINDS)}, not {said!r}")
    return said


def begin(part: str = "hub") -> None:
    """Log warnings and worse to standard error; `part` is who writes, for whoever gathers logs. Raises ValueError."""
    handler = logging.StreamHandler()
    handler.setFormatter(NamelessObjects(part) if kind() == "json" else Nameless(FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    sys.excepthook = end_without_words


class Nameless(logging.Formatter):
    """An error's own words may quote a message, and so a person: they are left out."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "asyncio":  # its later lines quote the task, and so the error
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return super().format(record)

    def formatException(  # noqa: N802  # logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return wordless(ei[1]) if ei[1] is not None else ""


class NamelessObjects(Nameless, JsonFormatter):
    """The same as an object a line: timestamp (RFC 3339, UTC), level, part, logger, message; of an error, `exc_info`."""

    def __init__(self, part: str) -> None:
        JsonFormatter.__init__(
            self,
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"part": part},
            timestamp=True,
        )


def wordless(error: BaseException) -> str:
    """The kinds of an error and of what caused it, each with the places it went through."""
    parts = []
    cause: BaseException | None = error
    while cause is not None:
        places = "".join(traceback.format_tb(cause.__traceback__))
        parts.append(f"{places}{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\nfollowed by\n".join(reversed(parts))


def end_without_words(
    _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    """What ends the process is told in the same way."""
    sys.stderr.write(wordless(error) + "\n")
