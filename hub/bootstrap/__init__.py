"""Puts the hub together: the one place that knows both what the hub asks for and the adapters that fill it.

Here are the database, the services over it and the parts that work; `serving` runs parts until they are told to stop,
`upkeep` rebuilds and verifies, `borough` loads the made-up one.
"""

import asyncio
import contextlib
import gc
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.kafka.reports import Reports
from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.generations import tell_stopped
from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.keys import PostgresKeys
from adapters.postgres.log import PostgresLog
from adapters.postgres.place import Fenced
from adapters.postgres.reach import check_dsn, wait_for, why_not
from adapters.postgres.rebuild import rebuild as rebuild_view
from adapters.postgres.server import EmbeddedServer, ServerDidNotStart
from adapters.postgres.together import Shared
from adapters.postgres.view_reader import ViewReader
from adapters.postgres.views import AnotherRuns, LogSource, ViewStore
from events.log_created import LogCreated
from hub.clocks import england
from hub.demo.borough import Borough, begun_with
from hub.demo.loading import Loading, NotLoading
from hub.engine import TABLES, Engine, one_turn, run
from hub.errors import Unavailable
from hub.linking import ExactLinker
from hub.partners.register import PartnerDirectory
from hub.policies.register import begin_with_shipped
from hub.services import Hub
from hub.settings import Settings
from hub.teams.register import Members, viewer_of_key
from projections.projection import Projection
from projections.registry import all_projections
from projections.runner import FoldFailed, Runner
from projections.runner import Stopped as StoppedAt

log = logging.getLogger("hub")

STANDBY = 0.25
SETTLES_WITHIN = 30.0
ENGINE_ASKED_EVERY = 0.01
WAITS_AT_START = 15.0
TELLS_EVERY = 60.0
AT_ONCE = 2.0  # seconds
IN_A_ROW = 3
BEGINS_ANEW = "begins anew until it can work"
CUT_OFF = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.Rollback,  # of a turn with nothing to keep, whose connection was lost before it could be undone
    Fenced,
    AnotherRuns,
)
OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Database:
    """Where the log is: the owner's DSN, and the one the hub runs with; whether it is a demonstration, and was made now."""

    owner: str
    runtime: str
    demonstration: bool
    fresh: bool = False


@contextmanager
def database(
    settings: Settings,
    *,
    demonstration: bool = False,
    borough: Borough | None = None,
    stays: bool = False,
) -> Iterator[Database]:
    """The database of the settings, made ready: the embedded one is started where it does not run, and stopped by its last user.

    `demonstration` and `borough` count for a log that is made now: with a borough it relives that past first.

    `stays`: for as long as the hub runs, so one on its way up is waited for, and the embedded one is started again if it dies.
    """
    if settings.database_url:
        check_dsn(settings.database_url)
        if stays:
            wait_for(settings.database_url, WAITS_AT_START, log.warning)
        yield ready(settings.database_url, settings, demonstration, borough)
        return
    server = started(settings)
    try:
        if stays:
            server.keep()
        yield ready(server.dsn, settings, demonstration, borough)
    finally:
        server.stop()


def started(settings: Settings) -> EmbeddedServer:
    """The embedded database, running. Raises ValueError for a data folder that cannot be used, Unavailable where it does not start."""
    server = EmbeddedServer(settings.home)
    try:
        server.start()
    except OSError as error:
        raise ValueError(
            f"The data folder {settings.home} cannot be used ({error.strerror}): set HUB_HOME to one that can be written."
        ) from None
    except ServerDidNotStart as error:
        raise Unavailable(str(error)) from None
    return server


def ready(
    owner: str, settings: Settings, demonstration: bool = False, borough: Borough | None = None
) -> Database:
    """Schemas, roles and the first event, made where they are missing. Raises what reach.why_not says."""
    council = settings.council
    begun = begun_with(borough, council) if borough else LogCreated(council=council, demonstration=demonstration)  # fmt: skip
    try:
        made = initialise(owner, council, begun, begins_at=borough.begins_at if borough else None)
    except psycopg.Error as error:
        raise why_not(error) from None
    return Database(owner, runtime_dsn(owner, council), made.demonstration, made.fresh)


@asynccontextmanager
async def hub_over(found: Database, settings: Settings) -> AsyncIterator[Hub]:
    """The hub's services over a database that is ready."""
    async with (
        PostgresLog(found.runtime, settings.council, patience=settings.patience) as opened,
        ViewReader(found.runtime, settings.council, engine_tables=TABLES) as views,
    ):
        await begin_with_shipped(opened, england())
        keys = PostgresKeys(opened.pool, opened.names.log, settings.patience)
        directory, members = PartnerDirectory(opened), Members(opened)
        yield Hub(
            council=settings.council,
            demonstration=found.demonstration,
            log=opened,
            views=views,
            engine=EnginePosition(opened),
            next_contact=opened.next_contact,
            keys=keys,
            viewer_of_key=lambda sha256: viewer_of_key(opened, keys, sha256, members),
            partners=directory,
            relay=Reports(opened.pool, settings.council, expected=settings.kafka is not None),
            outages=OUTAGES,
            loading=Loading(opened) if found.demonstration else NotLoading(),
        )


@asynccontextmanager
async def opened(settings: Settings, *, settled: bool = False) -> AsyncIterator[Hub]:
    """The hub for one command. `settled`: everything accepted so far is decided and shown first."""
    with contextlib.ExitStack() as stack:
        found = await asyncio.to_thread(stack.enter_context, database(settings))
        try:
            async with hub_over(found, settings) as hub:
                if settled:
                    await settle(hub, found, settings)
                yield hub
        finally:
            await asyncio.to_thread(stack.close)


async def settle(hub: Hub, found: Database, settings: Settings) -> None:
    """Until the engine and the views have passed what the log holds now: theirs where they run, else by ourselves."""
    await asyncio.to_thread(catch_up, found, settings.council)
    head = await hub.log.head()
    await hub.engine.wait_for(head, SETTLES_WITHIN)
    await hub.views.wait_for(await hub.log.head(), SETTLES_WITHIN)


def catch_up(found: Database, council: str) -> None:
    """Decide and fold all there is, where nobody else is at it."""
    store = PostgresEngineStore(found.runtime, council, TABLES)
    if store.open():
        try:
            engine = new_engine()
            while one_turn(engine, store):
                pass
        finally:
            store.close()
    views = ViewStore(found.runtime, council)
    if views.open():
        source = LogSource(found.runtime, council)
        try:
            builds = views.unbuilt()
            runner = Runner([p for p in all_projections() if p not in builds], source, views)
            build_beside(found.runtime, council, builds, runner, threading.Event())
            runner.catch_up()
        finally:
            source.close()
            views.close()


def new_engine() -> Engine:
    """An engine with the linker and the calendar of this release."""
    return Engine(ExactLinker(), england())


class EnginePosition:
    """Fills hub.services.EngineStatus from the engine's checkpoint, which is read once for all who wait for it."""

    def __init__(self, opened: PostgresLog) -> None:
        self._read = Shared(lambda: opened.checkpoint("engine"))

    async def position(self) -> int:
        return await self._read.ask()

    async def wait_for(self, position: int, timeout: float) -> bool:
        end = time.monotonic() + timeout
        while await self.position() < position:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(ENGINE_ASKED_EVERY)
        return True


class Part:
    """A part of the hub in a thread of its own: waits for its place, works, begins anew after an outage, and says why it stopped.

    What cuts it off again and again, such as a full disk, is a reason too, until it has come to the end of what waits.
    """

    def __init__(
        self, name: str, work: Callable[[threading.Event], None], reasons: dict[str, str]
    ) -> None:
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


class EngineAtWork(PostgresEngineStore):
    """Tells when nothing waits."""

    def __init__(self, dsn: str, council: str, at_work: Callable[[], None]) -> None:
        super().__init__(dsn, council, TABLES)
        self._at_work = at_work

    def wait(self, seconds: float) -> None:
        self._at_work()
        super().wait(seconds)


class LogAtWork(LogSource):
    """Tells when nothing waits."""

    def __init__(self, dsn: str, council: str, at_work: Callable[[], None]) -> None:
        super().__init__(dsn, council)
        self._at_work = at_work

    def wait(self, after: int, seconds: float) -> None:
        self._at_work()
        super().wait(after, seconds)


def engine_work(
    dsn: str, council: str, reasons: dict[str, str]
) -> Callable[[threading.Event], None]:
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


def views_work(
    dsn: str, council: str, reasons: dict[str, str]
) -> Callable[[threading.Event], None]:
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


def settle_memory() -> None:
    """What was loaded stays: the garbage collector need not walk it again and again while requests come and go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
