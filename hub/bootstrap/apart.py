"""A part of the hub in a process of its own, so that what it works out holds nobody up who knocks at the door meanwhile.

It ends with the process that began it, however that ends; one that dies itself is begun again.
"""

import contextlib
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from hub import nameless_log
from hub.bootstrap.parts import (
    AT_ONCE,
    BEGINS_ANEW,
    STANDBY,
    YOUNG_OF_A_TURN,
    beside,
    settle_memory,
)
from hub.bootstrap.processes import Began, Processes

ENDS_WITHIN = 20.0  # seconds; a part is given 15 to stop

log = logging.getLogger("hub")


class Apart:
    """What `Part` is, in a process of its own. Why it stopped is told in `reasons`, as a part tells it."""

    def __init__(
        self, name: str, dsn: str, council: str, reasons: dict[str, str], processes: Processes
    ) -> None:
        self.name = name
        self._asked = name, dsn, council
        self._reasons = reasons
        self._processes = processes
        self._stop = threading.Event()
        self._line: Connection | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        begun = self._begin()
        self._thread = threading.Thread(
            target=self._run, args=(begun,), name=f"{self.name}-apart", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Tell it to end, and wait until it did."""
        self._stop.set()
        if (line := self._line) is not None:
            with contextlib.suppress(OSError):
                line.send(None)
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)

    def _begin(self) -> Began:
        begun = self._processes.begin(work_apart, *self._asked)
        self._line = begun.line
        return begun

    def _run(self, begun: Began) -> None:
        while True:
            since = time.monotonic()
            if self._stop.is_set():
                begun.line.send(None)
            self._listen(begun.line)
            begun.process.join()
            self._line = None
            begun.line.close()
            if not self._stop.is_set():
                self._died(begun.process.exitcode, time.monotonic() - since)
            if self._stop.is_set():
                return
            begun = self._begin()

    def _listen(self, line: Connection) -> None:
        """Take over its reasons, as it has them, until it ends."""
        own = {self.name}
        with contextlib.suppress(EOFError, OSError):
            while True:
                told: dict[str, str] = line.recv()
                for name in own - told.keys():
                    self._reasons.pop(name, None)
                self._reasons.update(told)
                own = {self.name, *told}

    def _died(self, code: int | None, lived: float) -> None:
        """It is begun again, at once where it had worked for a while; until it works that is a reason not to be ready."""
        self._reasons[self.name] = f"{BEGINS_ANEW}: its process ended"
        log.error("the %s ended (%s) and is begun again", self.name, code)
        if lived < AT_ONCE:
            self._stop.wait(STANDBY * 4)


class Told(dict[str, str]):
    """Reasons, each change of which is told at once."""

    def __init__(self, tell: Callable[[dict[str, str]], None]) -> None:
        super().__init__()
        self._tell = tell

    def __setitem__(self, name: str, why: str) -> None:
        super().__setitem__(name, why)
        self._tell(dict(self))

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self._tell(dict(self))


def work_apart(name: str, dsn: str, council: str, line: Connection) -> None:
    """What the process of a part does."""
    nameless_log.begin(name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    one_by_one = threading.Lock()

    def tell(reasons: dict[str, str]) -> None:
        with one_by_one, contextlib.suppress(OSError):  # where nobody listens any more, it ends
            line.send(reasons)

    reasons = Told(tell)
    work = beside(name, dsn, council, reasons)
    settle_memory(YOUNG_OF_A_TURN)
    work.start()
    tell({})
    try:
        line.recv()
    except (EOFError, OSError):
        pass  # whoever began it is gone
    finally:
        work.stop()
