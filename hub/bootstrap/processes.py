"""Processes for what works beside the door. The first of them are forked from this one once it has loaded what they need, so that
they begin at once and share its memory; any later one starts from nothing."""

import contextlib
import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

SPAWN = multiprocessing.get_context("spawn")
MAY_FORK = sys.platform == "linux"  # macOS's own libraries break in a forked process


class Began(NamedTuple):
    """A process, and this end of its line: whoever works there ends when it is closed, however this process ended."""

    process: BaseProcess
    line: Connection

    def end(self) -> None:
        """Hang up, and wait until it ended."""
        self.line.close()
        self.process.join()


class Processes:
    """Begins processes, and keeps some forked ahead in hand."""

    def __init__(self) -> None:
        self._spare: list[Began] = []

    def fork_ahead(self, number: int) -> None:
        """Fork so many, to be given their work later. To be called while this process has no thread, no connection and no
        open file of its own yet: whatever it has then, they have too, and for as long as they live."""
        if not MAY_FORK:
            return
        gc.collect()
        gc.freeze()
        for _ in range(number):
            here, there = multiprocessing.Pipe()
            not_its_own = [here, *(begun.line for begun in self._spare)]
            process = multiprocessing.get_context("fork").Process(
                target=_spare, args=(there, not_its_own), daemon=True
            )
            process.start()
            there.close()
            self._spare.append(Began(process, here))

    def begin(self, work: Callable[..., None], *given: Any) -> Began:
        """Let `work` be done in a process of its own, over what is given and the other end of its line."""
        while True:
            begun = self._next()
            try:
                begun.line.send((work, given))
            except OSError:  # it was killed while it waited
                begun.end()
            else:
                return begun

    def let_go(self) -> None:
        """End those that no work was found for."""
        with contextlib.suppress(IndexError):
            while True:
                self._spare.pop().end()

    def _next(self) -> Began:
        with contextlib.suppress(IndexError):  # each is taken once, whoever else asks meanwhile
            return self._spare.pop(0)
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=_work, args=(there,), daemon=True)
        process.start()
        there.close()
        return Began(process, here)


def _spare(line: Connection, not_its_own: list[Connection]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in not_its_own:  # else it would hear no end of them, and they of theirs
        other.close()
    _work(line)


def _work(line: Connection) -> None:
    """Wait for the work, and do it. Ctrl-C is left to the process that began this one, which tells it to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work, given = line.recv()
    except (EOFError, OSError):
        return  # no work was found, or whoever began it is gone
    work(*given, line)
