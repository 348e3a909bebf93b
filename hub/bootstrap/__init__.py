"""Puts the hub together: the one place that knows both what the hub asks for and the adapters that fill it.

Here are the database and the services over it; `parts` are those that work, `apart` gives one a process of its own, `serving`
runs them until they are told to stop, `upkeep` rebuilds and verifies, `borough` loads the made-up one.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from adapters.kafka.reports import Reports
from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.keys import PostgresKeys
from adapters.postgres.log import PostgresLog
from adapters.postgres.reach import OUTAGES, check_dsn, wait_for, why_not
from adapters.postgres.server import EmbeddedServer, ServerDidNotStart
from adapters.postgres.together import Shared
from adapters.postgres.view_reader import ViewReader
from events.log_created import LogCreated
from hub.clocks import england
from hub.demo.loading import Loading, NotLoading
from hub.errors import Unavailable
from hub.folding import TABLES
from hub.paging import READER as PAGER
from hub.partners.register import PartnerDirectory
from hub.policies.register import begin_with_shipped
from hub.services import Hub
from hub.settings import Settings
from hub.teams.in_force import TeamsOf, begin_with_shipped_teams
from hub.teams.register import Members, viewer_of_key

if TYPE_CHECKING:
    from hub.demo.borough import Borough

log = logging.getLogger("hub")

SETTLES_WITHIN = 30.0
ENGINE_ASKED_EVERY = 0.01
WAITS_AT_START = 15.0


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
    borough: "Borough | None" = None,
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
    owner: str, settings: Settings, demonstration: bool = False, borough: "Borough | None" = None
) -> Database:
    """Schemas, roles and the first event, made where they are missing. Raises what reach.why_not says."""
    council = settings.council
    if borough:
        from hub.demo.borough import begun_with

        begun = begun_with(borough, council)
    else:
        begun = LogCreated(council=council, demonstration=demonstration)
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
        await begin_with_shipped_teams(opened)
        keys = PostgresKeys(opened.pool, opened.names.log, settings.patience)
        directory, members, teams = PartnerDirectory(opened), Members(opened), TeamsOf(opened)
        yield Hub(
            council=settings.council,
            demonstration=found.demonstration,
            log=opened,
            views=views,
            engine=EnginePosition(opened),
            next_contact=opened.next_contact,
            keys=keys,
            viewer_of_key=lambda sha256: viewer_of_key(opened, keys, sha256, members, teams),
            partners=directory,
            teams=teams.now,
            vacant=lambda: vacant(opened),
            pager_at_work=lambda: pager_at_work(opened),
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
    from hub.bootstrap.parts import catch_up

    await asyncio.to_thread(catch_up, found.runtime, settings.council)
    head = await hub.log.head()
    await hub.engine.wait_for(head, SETTLES_WITHIN)
    await hub.views.wait_for(await hub.log.head(), SETTLES_WITHIN)


async def vacant(opened: PostgresLog) -> list[str]:
    """The parts that nobody works as, in whatever process."""
    from hub.bootstrap.parts import WORK

    return await opened.vacant(tuple(WORK))


async def pager_at_work(opened: PostgresLog) -> bool:
    """Whether somebody pages teams, in whatever process."""
    return not await opened.vacant((PAGER,))


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
