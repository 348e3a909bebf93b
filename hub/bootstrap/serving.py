"""Runs parts of the hub until they are told to stop: the door, the engine, the views, the pager, the relay."""

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import uvicorn

from adapters.wire import Wire
from hub.bootstrap import Database, database, hub_over
from hub.bootstrap.apart import Apart
from hub.bootstrap.borough import load_beside, load_if_small
from hub.bootstrap.parts import STANDBY, WORK, YOUNG, YOUNG_OF_A_TURN, Part, beside, settle_memory
from hub.bootstrap.processes import Processes
from hub.bootstrap.upkeep import progress
from hub.demo.borough import Borough
from hub.services import Hub
from hub.settings import Settings

log = logging.getLogger("hub")

Tell = Callable[[str | None], None]


def serve(
    settings: Settings,
    parts: Sequence[str],
    tell: Tell,
    borough: Borough | None = None,
    at_once: bool = False,
) -> None:
    """Run these parts until Ctrl-C: api, engine, views, pager, relay. `tell` is told once they are up, with the address where there is one.

    `borough`: a log that is made now begins with its past; a small one is loaded first, unless pages are wanted `at_once`.
    """
    import uvloop

    processes = Processes()
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        stack.callback(processes.let_go)
        if "api" in parts and (apart := [name for name in parts if name in WORK]):
            processes.fork_ahead(len(apart) + 1)  # the one more is for what is loaded
        door = stack.enter_context(listening(settings)) if "api" in parts else None
        found = stack.enter_context(database(settings, borough=borough, stays=True))
        if borough and not found.demonstration:
            log.warning(
                "this log is live, so no made-up contacts are loaded: another HUB_HOME begins a demonstration"
            )
        if borough and found.demonstration and not at_once:
            with progress("Reliving") as bar:
                load_if_small(settings, found, bar("the borough's two years"))
        uvloop.run(_serve(settings, found, parts, door, tell, processes))


def listening(settings: Settings) -> socket.socket:
    """The door, taken before anything else is started. Raises ValueError where somebody else has it."""
    try:
        return socket.create_server((settings.host, settings.port), backlog=1024)
    except OSError as error:
        why = (error.strerror or "").partition(" (while")[0]
        raise ValueError(
            f"Port {settings.port} of {settings.host} cannot be used ({why}): set HUB_PORT or HUB_HOST to another."
        ) from None


async def _serve(
    settings: Settings,
    found: Database,
    parts: Sequence[str],
    door: socket.socket | None,
    tell: Tell,
    processes: Processes,
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopping.set)
    async with hub_over(found, settings) as hub:
        known = found.runtime, settings.council, hub.stop_reasons
        running = [
            beside(name, *known) if door is None else Apart(name, *known, processes)
            for name in parts
            if name in WORK
        ]
        settle_memory(YOUNG if door is not None else YOUNG_OF_A_TURN)
        waits = [part for part in running if part.name == "engine" and await hub.loading.stands()]
        for part in running:
            if part not in waits:
                part.start()
        if not waits:
            await asyncio.to_thread(processes.let_go)
        tasks: list[asyncio.Task[Any]] = []
        if waits:
            tasks.append(
                asyncio.create_task(_load(settings, found, hub, waits, stopping, processes))
            )
        if door is not None:
            tasks.append(asyncio.create_task(_web(settings, hub, door, tell, stopping)))
        else:
            tell(None)
        if "pager" in parts:
            tasks.append(asyncio.create_task(_pager(settings, found, hub, stopping)))
        if "relay" in parts:
            tasks.append(asyncio.create_task(_relay(settings, found, hub, stopping)))
        tasks.append(asyncio.create_task(stopping.wait()))
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        for part in running:
            if part not in waits:
                await asyncio.to_thread(part.stop)
        for task in done:
            task.result()


async def _load(
    settings: Settings,
    found: Database,
    hub: Hub,
    waits: list[Part | Apart],
    stopping: asyncio.Event,
    processes: Processes,
) -> None:
    """The past that the log relives is loaded by a process of its own; then the engine decides on what comes live."""
    with progress("Reliving") as bar:
        told = bar("the borough's two years")
        loaded = await load_beside(settings, found, hub, stopping, told, processes)
    while loaded and waits:
        waits.pop().start()
    await stopping.wait()


async def _web(
    settings: Settings,
    hub: Hub,
    door: socket.socket,
    tell: Tell,
    stopping: asyncio.Event,
) -> None:
    from hub.api.app import create_app
    from hub.api.room import Limits
    from hub.pages.render import make_ready

    threading.Thread(target=make_ready, name="templates", daemon=True).start()
    limits = Limits(settings.most_requests, settings.most_bytes)
    Wire.head_takes = settings.patience
    files_enough()
    config = uvicorn.Config(
        create_app(hub, limits, settings.patience),
        access_log=False,
        log_config=None,
        http=Wire,
        lifespan="off",
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    server = Server(config)

    async def watch() -> None:
        while not server.started and not stopping.is_set():
            await asyncio.sleep(0.02)
        settle_memory()
        if server.started:
            tell(f"http://localhost:{settings.port}")
        await stopping.wait()
        server.should_exit = True

    watching = asyncio.create_task(watch())
    await server.serve(sockets=[door])
    stopping.set()
    await watching


def files_enough() -> None:
    """Each connection is an open file: as many as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Server(uvicorn.Server):
    """Leaves the signals to the hub, which stops its parts in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _pager(settings: Settings, found: Database, hub: Hub, stopping: asyncio.Event) -> None:
    from hub.bootstrap.pager import PagerAtWork

    while await hub.loading.stands() and not stopping.is_set():
        await asyncio.sleep(STANDBY)
    await PagerAtWork(settings, found, hub).run(stopping)


async def _relay(settings: Settings, found: Database, hub: Hub, stopping: asyncio.Event) -> None:
    from adapters.kafka.assemble import relay

    while await hub.loading.stands() and not stopping.is_set():
        await asyncio.sleep(STANDBY)
    await relay(settings, found.runtime, hub).run(stopping)
