"""Loads the made-up borough into a log that began with it: here, or beside a hub that serves its pages meanwhile."""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable
from datetime import date, datetime
from multiprocessing.connection import Connection

import uvloop

from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.init import past_dsn
from adapters.postgres.log import PostgresLog
from events.log_created import LogCreated
from hub.bootstrap import Database, database
from hub.bootstrap.parts import ENGINE_TABLES, STANDBY, catch_up, new_engine, settle_memory
from hub.bootstrap.processes import Processes
from hub.clocks import england
from hub.demo.borough import Borough, borough_of
from hub.demo.borough.history import History
from hub.errors import NotAllowed
from hub.policies.register import begin_with_shipped
from hub.services import Hub, utc_now
from hub.settings import Settings
from hub.teams.in_force import begin_with_shipped_teams
from hub.turns import Kept, keep_time, one_turn
from hub.values import london_day

log = logging.getLogger("hub")

Tell = Callable[[int, int], None]
TRIES = 3
SOON = 150
"""A borough of so many families at most is loaded in seconds: the door stays shut meanwhile, so that nobody is put off."""


def asked_borough(seed: int, ends_on: str | None, households: int) -> Borough:
    """The borough that was asked for. Raises ValueError for a day that is none, or has not come, and for no size."""
    today = london_day(utc_now())
    try:
        last = date.fromisoformat(ends_on) if ends_on else today
    except ValueError:
        raise ValueError(f"--ends-on must be a day such as {today}, not {ends_on!r}.") from None
    if last > today:
        raise ValueError(f"--ends-on must be {today} or earlier: a past cannot end in the future.")
    if not 0 <= households <= 20_000:
        raise ValueError("--households must be from 0 to 20000.")
    return Borough(last, seed, households)


def load_demo(settings: Settings, borough: Borough, tell: Tell) -> int:
    """Load the borough, or the rest of one that was begun; how many contacts it has, 0 where it is loaded already.

    Raises NotAllowed on a log that did not begin with a borough.
    """
    with database(settings, borough=borough) as found:
        loaded = uvloop.run(relive(settings, found, tell))
        catch_up(found.runtime, settings.council)
        return loaded


def load_if_small(settings: Settings, found: Database, tell: Tell) -> None:
    """Load what is left of the past of a log that began with a small borough; of any other nothing."""
    if uvloop.run(_has_small_past(settings, found)):
        uvloop.run(relive(settings, found, tell))
        catch_up(found.runtime, settings.council)


async def _has_small_past(settings: Settings, found: Database) -> bool:
    async with PostgresLog(past_dsn(found.owner, settings.council), settings.council) as past:
        [first] = await past.read(0, 1)
        borough = borough_of(first.event) if isinstance(first.event, LogCreated) else None
        return bool(borough and borough.households <= SOON and await past.relives())


async def relive(settings: Settings, found: Database, tell: Tell) -> int:
    """Relive what is left of the past, in the engine's place; how many contacts there are, 0 where nothing was left."""
    if not found.demonstration:
        raise NotAllowed("This log is live: made-up people are never mixed into it.")
    dsn = past_dsn(found.owner, settings.council)
    async with PostgresLog(dsn, settings.council) as past:
        [first] = await past.read(0, 1)
        borough = borough_of(first.event) if isinstance(first.event, LogCreated) else None
        if borough is None:
            says = (
                "This demonstration began without a borough: another HUB_HOME begins one with it."
            )
            raise NotAllowed(says)
        store = PostgresEngineStore(dsn, settings.council, ENGINE_TABLES, in_memory=True)
        while await past.relives():
            if not store.open():
                await asyncio.sleep(STANDBY)  # another loads it, and may yet be done
                continue
            try:
                return await _relive_in(past, store, borough, tell)
            finally:
                store.close()
    return 0


async def _relive_in(
    past: PostgresLog, store: PostgresEngineStore, borough: Borough, tell: Tell
) -> int:
    await begin_with_shipped(past, england())
    await begin_with_shipped_teams(past)
    engine = new_engine()
    settle_memory()

    def turn() -> int:
        return one_turn(engine, store)

    def keep(moment: datetime) -> Kept:
        return keep_time(engine, store, moment, urgent=True) or Kept()

    history = History(borough, past, turn, past.next_contact, utc_now(), tell, keep)
    return await history.relive()


async def load_beside(
    settings: Settings,
    found: Database,
    hub: Hub,
    stopping: asyncio.Event,
    tell: Tell,
    processes: Processes,
) -> bool:
    """Load in a process of its own, so that pages are served meanwhile; whether it is done. One that dies is begun again."""
    for _ in range(TRIES):
        begun = processes.begin(_relive_apart, settings, found)
        while begun.process.is_alive() and not stopping.is_set():
            with contextlib.suppress(*hub.outages):
                stand = await hub.loading.stands()
                tell(stand.percent if stand else 100, 100)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), STANDBY / 5)
        if stopping.is_set():
            begun.process.terminate()
        await asyncio.to_thread(begun.end)
        if begun.process.exitcode == 0:
            return True
        if stopping.is_set():
            return False
        log.warning("the loading of the made-up borough broke off, and goes on where it was")
    hub.stop_reasons["borough"] = "the made-up borough cannot be loaded"
    return False


def _relive_apart(settings: Settings, found: Database, line: Connection) -> None:
    """The loading process: it ends with the hub that began it."""
    from hub import nameless_log

    nameless_log.begin("borough")
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    uvloop.run(relive(settings, found, lambda _done, _total: None))


def _end_with(line: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        line.recv()
    os._exit(1)
