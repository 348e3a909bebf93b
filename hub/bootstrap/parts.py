"""The parts that work beside the door: the engine and the projections, each in a thread that waits for its place, works, and
begins anew after an outage."""

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any

import psycopg

from adapters.postgres.engine_store import PostgresEngineStore, PostgresTurn
from adapters.postgres.engine_tables import EngineTables
from adapters.postgres.generations import tell_stopped
from adapters.postgres.place import Fenced
from adapters.postgres.reach import OUTAGES
from adapters.postgres.rebuild import rebuild as rebuild_view
from adapters.postgres.views import AnotherRuns, LogSource, ViewStore
from hub.clocks import england
from hub.engine import Engine
from hub.folding import TABLES, TABLES_VERSION, fold_anew
from hub.turns import one_turn, run
from projections.projection import Projection
from projections.registry import all_projections
from projections.runner import FoldFailed, Runner, Stretch
from projections.runner import Stopped as StoppedAt

log = logging.getLogger("hub")

Work = Callable[[threading.Event], None]

STANDBY = 0.25
TELLS_EVERY = 60.0
AT_ONCE = 2.0  # seconds
IN_A_ROW = 3
YOUNG = 100_000
LEFT_BEHIND = 50_000
YOUNG_OF_A_TURN = 1_000_000
"""A turn holds some hundred thousand objects until it ends: looked through meanwhile for what is not there, they cost it a tenth."""
BEGINS_ANEW = "begins anew until it can work"
CUT_OFF = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.Rollback,  # of a turn with nothing to keep, whose connection was lost before it could be undone
    Fenced,
    AnotherRuns,
)


class Part:
    """A part of the hub in a thread of its own: waits for its place, works, begins anew after an outage, and says why it stopped.

    What cuts it off again and again, such as a full disk, is a reason too, until it has come to the end of what waits.
    """

    def __init__(self, name: str, work: Work, reasons: dict[str, str]) -> None:
        self.name = name
        self._work = work
        self._reasons = reasons
        self._stop = threading.Event()
        self._told = -TELLS_EVERY
        self._in_a_row = 0  # times it was cut off soon after it began
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                self._work(self._stop)
            except CUT_OFF as error:
                self._tell(error)
                self._in_a_row = self._in_a_row + 1 if time.monotonic() - begun < AT_ONCE else 1
                if self._in_a_row >= IN_A_ROW and isinstance(error, OUTAGES):
                    self._reasons[self.name] = f"{BEGINS_ANEW}: {type(error).__name__}"
                self._stop.wait(STANDBY)
            except Exception as error:
                self._reasons[self.name] = type(error).__name__
                log.exception("%s stopped", self.name)
                return

    def _tell(self, error: Exception) -> None:
        """That it begins anew: it does so four times a second while the database is away, and says so once a minute."""
        now = time.monotonic()
        if now - self._told >= TELLS_EVERY:
            log.warning("%s %s: %s", self.name, BEGINS_ANEW, type(error).__name__)
            self._told = now


def works_again(reasons: dict[str, str], name: str) -> Callable[[], None]:
    """Takes back that a part begins anew: another has its place, or nothing waits for it any more."""

    def take_back() -> None:
        if reasons.get(name, "").startswith(BEGINS_ANEW):
            del reasons[name]

    return take_back


ENGINE_TABLES = EngineTables(TABLES, TABLES_VERSION, fold_anew)
"""What the engine keeps, and how it is folded from the log."""


class EngineAtWork(PostgresEngineStore):
    """Tells when nothing waits, and tidies up between turns."""

    def __init__(self, dsn: str, council: str, at_work: Callable[[], None]) -> None:
        super().__init__(dsn, council, ENGINE_TABLES)
        self._at_work = at_work

    @contextmanager
    def turn(self, limit: int) -> Iterator[PostgresTurn]:
        with super().turn(limit) as turn:
            yield turn
        tidy()

    def wait(self, seconds: float) -> None:
        self._at_work()
        super().wait(seconds)


class LogAtWork(LogSource):
    """Tells when nothing waits, and tidies up between turns."""

    def __init__(self, dsn: str, council: str, at_work: Callable[[], None]) -> None:
        super().__init__(dsn, council)
        self._at_work = at_work

    def read(self, after: int, limit: int, types: Set[str] | None = None) -> Stretch:
        tidy()
        return super().read(after, limit, types)

    def wait(self, after: int, seconds: float) -> None:
        self._at_work()
        super().wait(after, seconds)


def engine_work(dsn: str, council: str, reasons: dict[str, str]) -> Work:
    """The engine's work: take the place, decide, give it back; stand by while another engine has it."""
    at_work = works_again(reasons, "engine")

    def work(stop: threading.Event) -> None:
        store = EngineAtWork(dsn, council, at_work)
        standing_by = False
        try:
            while not stop.is_set():
                if store.open():
                    run(new_engine(), store, stop)
                    return
                at_work()
                if not standing_by:
                    log.warning("the engine stands by: another has its place")
                    standing_by = True
                stop.wait(STANDBY)
        finally:
            store.close()

    return work


def views_work(dsn: str, council: str, reasons: dict[str, str]) -> Work:
    """The projections' work: take the place, fold, give it back."""
    at_work = works_again(reasons, "views")

    def work(stop: threading.Event) -> None:
        store = ViewStore(dsn, council)
        while not stop.is_set():
            if not store.open():
                at_work()
                stop.wait(STANDBY)
                continue
            source = LogAtWork(dsn, council, at_work)
            try:
                builds = store.unbuilt()
                running = [p for p in all_projections() if p not in builds]
                runner = Runner(running, source, store, stopped=Stopped(reasons))
                building = threading.Thread(
                    target=build_beside, args=(dsn, council, builds, runner, stop), daemon=True
                )
                building.start()
                runner.run(stop)
            finally:
                source.close()
                store.close()

    return work


def build_beside(
    dsn: str, council: str, builds: Sequence[Projection], runner: Runner, stop: threading.Event
) -> None:
    """Build what another version is still read of, while that and all others are read and kept up; then it joins them."""
    for projection in builds:
        while not stop.is_set():
            try:
                rebuild_view(dsn, council, projection, compare=False)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                stop.wait(STANDBY)
                continue
            except FoldFailed as failed:
                log.error("%s", failed)
                stopped: StoppedAt | None = failed.stopped
            except Exception as error:
                log.exception("%s cannot be built", projection.NAME)
                stopped = StoppedAt(projection.NAME, 0, type(error).__name__)
            else:
                stopped = None
            if stopped is not None:
                runner.stopped[projection.NAME] = stopped
                with contextlib.suppress(psycopg.Error):  # told in this process all the same
                    tell_stopped(dsn, council, projection, stopped)
            runner.projections = (*runner.projections, projection)
            break


class Stopped(dict[str, Any]):
    """The projections that stopped, told on /ready as they do."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__()
        self._reasons = reasons

    def __setitem__(self, name: str, stopped: Any) -> None:
        super().__setitem__(name, stopped)
        self._reasons[name] = stopped.says


def beside(name: str, dsn: str, council: str, reasons: dict[str, str]) -> Part:
    """A part of this name in a thread of this process."""
    return Part(name, WORK[name](dsn, council, reasons), reasons)


WORK: dict[str, Callable[[str, str, dict[str, str]], Work]] = {
    "engine": engine_work,
    "views": views_work,
}
"""What each part does, over a DSN, for a council, telling why it stopped."""


def catch_up(dsn: str, council: str) -> None:
    """Decide and fold all there is, where nobody else is at it."""
    store = PostgresEngineStore(dsn, council, ENGINE_TABLES)
    if store.open():
        try:
            engine = new_engine()
            while one_turn(engine, store):
                pass
        finally:
            store.close()
    views = ViewStore(dsn, council)
    if views.open():
        source = LogSource(dsn, council)
        try:
            builds = views.unbuilt()
            runner = Runner([p for p in all_projections() if p not in builds], source, views)
            build_beside(dsn, council, builds, runner, threading.Event())
            runner.catch_up()
        finally:
            source.close()
            views.close()


def new_engine() -> Engine:
    """An engine with the calendar of this release."""
    return Engine(england())


def tidy() -> None:
    """Between turns: what a turn held is gone by itself, but for what refers to itself in a ring."""
    if gc.get_count()[0] > LEFT_BEHIND:
        gc.collect(1)


def settle_memory(young: int = YOUNG) -> None:
    """What was loaded stays: the garbage collector need not walk it again and again while requests come and go. It looks once
    there are so many `young` objects more than before."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, 20, 50)
