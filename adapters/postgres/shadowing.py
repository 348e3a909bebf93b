"""Decisions of a long log run under a draft policy, in as many processes as there are processors."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.init import Names
from adapters.postgres.rows import COLUMNS, stored
from events.calendar_adopted import CalendarAdopted
from events.contact_routed import ContactRouted
from events.teams_adopted import TeamsAdopted
from hub.clocks import Calendar
from hub.policies import read_policy
from hub.policies.shadow import Pinned, Tally, tally
from hub.teams.document import read_register

BATCH = 250
ALONE = 1_000  # decisions: so many are made in the time that a process takes to start
EACH_WAITS = 3

Row = tuple[Any, ...]


def shadow(
    dsn: str,
    council: str,
    document: str,
    since: datetime | None,
    until: datetime | None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    processes: int = os.cpu_count() or 1,
) -> Tally:
    """Every decision on a contact received from `since` and before `until`, made again under the draft, and compared with what
    was decided then. One snapshot is read; `tell` hears how many are done and how many there are. Nothing is written."""
    with psycopg.connect(dsn) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        reading = _Reading(conn, Names(council).log, since, until)
        total = reading.count()
        pinned = reading.pinned()
        work = _Work(document, pinned, processes if total >= ALONE else 1)
        with work:
            for rows in reading.batches():
                work.take(rows)
                tell(work.found.decisions, total)
            work.end()
        tell(total, total)
        return work.found


class _Reading:
    """The rows of one snapshot."""

    def __init__(
        self, conn: psycopg.Connection[Any], schema: str, since: datetime | None, until: datetime | None
    ) -> None:  # fmt: skip
        self._conn, self._schema = conn, sql.Identifier(schema)
        self._values = [ContactRouted.TYPE, since, since, until, until]

    def _query(self, what: str, order: str = "") -> sql.Composed:
        where = (
            "FROM {}.events WHERE type = %s AND (%s::timestamptz IS NULL OR recorded_at >= %s) "
            "AND (%s::timestamptz IS NULL OR recorded_at < %s)"
        )
        return sql.SQL(f"SELECT {what} {where} {order}").format(self._schema)

    def count(self) -> int:
        """How many decisions there are in the period: a contact is decided at once, so the one's time is the other's."""
        [(count,)] = self._conn.execute(self._query("count(*)"), self._values).fetchall()
        return int(count)

    def pinned(self) -> Pinned:
        """Every calendar and every register of teams that a decision may name."""
        query = sql.SQL("SELECT " + COLUMNS + " FROM {}.events WHERE type = ANY(%s)").format(
            self._schema
        )
        types = [CalendarAdopted.TYPE, TeamsAdopted.TYPE]
        rows = self._conn.execute(query, [types], binary=True).fetchall()
        adopted = [stored(row).event for row in rows]
        return Pinned(
            {
                e.hash: Calendar(name=e.calendar, holidays=e.holidays)
                for e in adopted
                if isinstance(e, CalendarAdopted)
            },
            {e.hash: read_register(e.document) for e in adopted if isinstance(e, TeamsAdopted)},
        )

    def batches(self) -> Iterator[list[Row]]:
        """The decisions in the log's order."""
        with self._conn.cursor("shadow") as cursor:
            cursor.execute(self._query(COLUMNS, "ORDER BY position"), self._values, binary=True)
            while rows := cursor.fetchmany(BATCH):
                yield rows


def compared(rows: Sequence[Row], document: str, pinned: Pinned) -> Tally:
    """What the draft says of these decisions."""
    read = ((recorded.position, recorded.event) for recorded in map(stored, rows))
    routed = ((position, event) for position, event in read if isinstance(event, ContactRouted))
    return tally(routed, read_policy(document), pinned)


class _Work:
    """Hands batches out and counts what comes back, in the log's order. What waits does not grow with the log."""

    def __init__(self, document: str, pinned: Pinned, processes: int) -> None:
        self.found = Tally()
        self._document, self._pinned, self._processes = document, pinned, processes
        self._pool = ProcessPoolExecutor(processes, get_context("spawn")) if processes > 1 else None
        self._waiting: deque[Future[Tally]] = deque()

    def __enter__(self) -> "_Work":
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def take(self, rows: Sequence[Row]) -> None:
        """The next rows."""
        if self._pool is None:
            self.found.take(compared(rows, self._document, self._pinned))
            return
        self._waiting.append(self._pool.submit(compared, rows, self._document, self._pinned))
        while len(self._waiting) > EACH_WAITS * self._processes:
            self._hear()

    def end(self) -> None:
        """Wait for all that was handed out."""
        while self._waiting:
            self._hear()

    def _hear(self) -> None:
        self.found.take(self._waiting.popleft().result())
