"""The pager at work: it waits for its place, pages, and begins anew after an outage. One works at a time, as with the engine."""

import asyncio
import contextlib
import logging
import time
from typing import Any

import psycopg

from adapters.paging.mail import Mail
from adapters.paging.webhook import Webhook
from adapters.postgres.init import Names
from adapters.postgres.log import PostgresLog
from adapters.postgres.place import Place
from adapters.postgres.reach import OUTAGES
from hub.bootstrap import Database
from hub.bootstrap.parts import CUT_OFF, STANDBY, TELLS_EVERY
from hub.errors import Unavailable
from hub.paging import READER
from hub.paging.pager import Pager
from hub.services import Hub
from hub.settings import Settings

LOOKS_EVERY = 0.5  # seconds
BEGINS_AFTER = 2.0  # seconds after it was cut off
AWAY = (*CUT_OFF, *OUTAGES, Unavailable)

log = logging.getLogger("hub")


class PagerAtWork:
    """Pages until it is told to stop. What goes wrong ends none of its neighbours: it begins anew, from its checkpoint."""

    def __init__(self, settings: Settings, found: Database, hub: Hub) -> None:
        assert isinstance(hub.log, PostgresLog)
        self._carriers = (Mail(settings.paging.mail), Webhook(settings.paging.secret))
        self._url = settings.paging.url
        self._hub = hub
        self._log = hub.log
        self._place = Place(found.runtime, Names(settings.council), READER)
        self._told = -TELLS_EVERY

    async def run(self, stop: asyncio.Event) -> None:
        """Take the place, page, give it back; stand by while another pager has it."""
        while not stop.is_set():
            try:
                conn = await asyncio.to_thread(self._place.take)
                if conn is None:
                    await pause(stop, STANDBY * 4)
                    continue
                try:
                    await self._work(conn, stop)
                finally:
                    await asyncio.to_thread(self._place.give_up, conn)
            except AWAY as away:
                self._tell(away)
                await pause(stop, BEGINS_AFTER)
            except Exception:
                log.exception("the pager was stopped, and begins anew")
                await pause(stop, BEGINS_AFTER * 5)

    async def _work(self, conn: psycopg.Connection[Any], stop: asyncio.Event) -> None:
        pager = Pager(
            self._log, self._log, self._hub.teams, self._carriers, self._url, self._hub.now,
            still_ours=lambda: asyncio.to_thread(self._check, conn),
        )  # fmt: skip
        try:
            await pager.begin()
            while not stop.is_set():
                self._place.works()
                await pager.turn()
                await pause(stop, LOOKS_EVERY)
        finally:
            await pager.end()

    def _check(self, conn: psycopg.Connection[Any]) -> None:
        """Raises Fenced, or psycopg.OperationalError, where another has taken the place."""
        with conn.transaction(), conn.cursor() as cursor:
            self._place.check(cursor)

    def _tell(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._told >= TELLS_EVERY:
            log.warning("pages wait: %s", type(error).__name__)
            self._told = now


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
