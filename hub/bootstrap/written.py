"""A CSV file that is there as a whole or not at all."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.errors import UnreadableFile


@contextmanager
def written_to(
    out: Path | None, header: Sequence[str]
) -> Iterator[Callable[[Sequence[str]], object]]:
    """Takes rows for a CSV file, which is put in place when all are there. Without a file they go nowhere."""
    if out is None:
        yield lambda _row: None
        return
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        opened = beside.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UnreadableFile(out, 0, "", f"cannot be written: {error.strerror}.") from None
    try:
        with opened:
            writer = csv.writer(opened)
            writer.writerow(header)
            yield writer.writerow
        beside.replace(out)
    finally:
        with suppress(OSError):
            beside.unlink()
