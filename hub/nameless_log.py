"""The process's own log, which names nobody: of an error it keeps its kind and where it arose, never its words."""

import logging
import sys
import traceback
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def begin() -> None:
    """Log warnings and worse to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Nameless(FORMAT))
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
