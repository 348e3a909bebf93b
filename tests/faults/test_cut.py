"""Connections between the hub and its database are cut at COMMIT, before the question arrives or after it was answered."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.faults.deployment import Deployment
from tests.faults.load import Load
from tests.faults.settings import ROUNDS, chance
from tests.faults.truth import all_holds
from tests.log.cutting import CuttingProxy

COMMITS = (b"COMMIT", b"contact.received", b"contact.routed")
EVERY = 12


class Cutter:
    """Cuts one in so many of the questions that store something, this way or that, once it is told to.

    A part that cannot begin says so and ends; what is tried here is a part at work.
    """

    def __init__(self, choices: Random) -> None:
        self._choices = choices
        self.proxy: CuttingProxy | None = None
        self.cuts = False

    def arm(self) -> None:
        """The next cut is made ready."""
        assert self.proxy is not None
        way = self._choices.choice([self.proxy.cut_before, self.proxy.cut_after])
        way(lambda data: any(c in data for c in COMMITS) and self._choices.random() < 1 / EVERY)

    async def keep_armed(self) -> None:
        """As long as the proxy stands."""
        while True:
            if self.cuts and self.proxy and self.proxy.before is None and self.proxy.after is None:
                self.arm()
            await asyncio.sleep(0.05)


@contextmanager
def cutting(hub: Deployment, choices: Random) -> Iterator[Cutter]:
    """A door in front of the database, in a thread of its own; the parts started now go through it."""
    cutter, loop = Cutter(choices), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with tempfile.TemporaryDirectory(prefix="nwd-cut-") as folder:
        cutter.proxy = CuttingProxy(hub.server.sockets, Path(folder))
        asyncio.run_coroutine_threadsafe(cutter.proxy.__aenter__(), loop).result(10)
        hub.through = hub.server.dsn.replace(str(hub.server.sockets), folder)
        keeping = asyncio.run_coroutine_threadsafe(cutter.keep_armed(), loop)
        try:
            yield cutter
        finally:
            keeping.cancel()
            hub.stop_parts()
            asyncio.run_coroutine_threadsafe(cutter.proxy.__aexit__(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


def test_connections_cut_at_commit_leave_every_answer_true(deployment: Deployment) -> None:
    hub = deployment
    with cutting(hub, chance("cuts")) as cutter:
        hub.start("engine")
        hub.start("api")
        cutter.cuts = True
        with Load(hub.url, hub.partner_key()) as load:
            load.until(120 * ROUNDS, within=60 * ROUNDS)
        assert cutter.proxy is not None and cutter.proxy.cuts >= 5
        all_holds(hub, load)
