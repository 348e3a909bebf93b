"""A place that one process at a time may fill: a session's lock, a lease that its holder renews, a token that fences who lost it.

The lock says that the holder's session lives, and goes with it at once. A holder that was stopped keeps its session: its
lease runs out by the database's clock, and whoever takes over ends that session, with whatever it had begun. A holder that
wakes finds its session gone; should it find it not, the token, checked in each of its transactions, refuses what it writes.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.init import Names

LEASE = 2.0
RENEWED = 0.4
STUCK = 30.0  # a holder that shows no work for so long is renewed no more
AT_WORK = (
    "SELECT name FROM {}.fences WHERE holder IS NOT NULL "
    "AND expires_at > clock_timestamp() - interval '5 seconds'"
)
"""The places that somebody works in. A lease that ran out a moment ago may yet be renewed: the machine may be busy."""
LEFT_OPEN = 5.0  # so long may it hold its row locks and do nothing: where no other waits, the database undoes its turn

log = logging.getLogger(__name__)


class Fenced(Exception):
    """Another has taken the place: what this one was about to write is undone, and it must stop."""


class Place:
    """One place of a council's log, as one process sees it."""

    def __init__(self, dsn: str, names: Names, name: str) -> None:
        self._dsn = dsn
        self._name = name
        self._lock = f"{names.log}:{name}"
        self._fences = sql.Identifier(names.log, "fences")
        self._token = 0
        self._keeper: Keeper | None = None

    def take(self) -> psycopg.Connection[Any] | None:
        """The connection that holds the place, where it is free or its holder stalled; None where another works."""
        conn = psycopg.connect(self._dsn, autocommit=True)
        try:
            if not (self._locked(conn) or (self._ended(conn) and self._locked(conn))):
                conn.close()
                return None
            self._token = self._signed(conn)
        except BaseException:
            conn.close()
            raise
        self._keeper = Keeper(self._dsn, self._renew)
        return conn

    def works(self) -> None:
        """The holder shows that it works: its lease is renewed for a while."""
        if self._keeper is not None:
            self._keeper.works()

    def check(self, cursor: psycopg.Cursor[Any]) -> None:
        """In the holder's transaction, before it writes: the place stays its own until the commit. Raises Fenced.

        The row's lock lets renewals through, and holds up who would take over. From here on a transaction that is left
        open is undone by the database.
        """
        query = sql.SQL(
            "SELECT token, set_config('idle_in_transaction_session_timeout', %s, true) FROM {} "
            "WHERE name = %s FOR KEY SHARE"
        ).format(self._fences)
        row = cursor.execute(query, [f"{LEFT_OPEN}s", self._name]).fetchone()
        if row is None or row[0] != self._token:
            raise Fenced

    def give_up(self, conn: psycopg.Connection[Any]) -> None:
        """Leave the place at once."""
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper = None
        query = sql.SQL(
            "UPDATE {} SET holder = NULL, expires_at = '-infinity' WHERE name = %s AND token = %s"
        ).format(self._fences)
        with contextlib.suppress(psycopg.Error):
            conn.execute(query, [self._name, self._token])
            conn.execute(
                "SELECT pg_advisory_unlock_all()"
            )  # the session itself ends a little later
        conn.close()

    def _locked(self, conn: psycopg.Connection[Any]) -> bool:
        row = conn.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [self._lock]).fetchone()
        return row is not None and bool(row[0])

    def _ended(self, conn: psycopg.Connection[Any]) -> bool:
        """Whether the session of a holder whose lease ran out was ended, so that its lock is free.

        A lease that ends later than any can was made before the clock was set back: it has run out too.
        """
        query = sql.SQL(
            "SELECT l.pid, f.holder FROM {} f, pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE f.name = %s AND f.expires_at NOT BETWEEN clock_timestamp() AND clock_timestamp() + 2 * %s::interval "
            "AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND d.datname = current_database() "
            "AND (l.classid::bigint << 32 | l.objid::bigint) = hashtext(%s)"
        ).format(self._fences)
        rows = conn.execute(query, [self._name, f"{LEASE}s", self._lock]).fetchall()
        ended = [self._end(conn, *row) for row in rows]
        return any(ended)

    def _end(self, conn: psycopg.Connection[Any], pid: int, holder: str) -> bool:
        log.warning("the %s of %s stalled: its session is ended", self._name, holder)
        try:
            with conn.transaction():
                # The holder's session belongs to the role that we logged in as, not to the one that we work in.
                conn.execute("SET LOCAL ROLE NONE")
                row = conn.execute("SELECT pg_terminate_backend(%s, 1000)", [pid]).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            log.warning("its session may not be ended from here: grant pg_signal_backend")
            return False
        return row is not None and bool(row[0])

    def _signed(self, conn: psycopg.Connection[Any]) -> int:
        """The next token, with a fresh lease. Waits for a commit of whoever had the place before."""
        lock = sql.SQL("SELECT FROM {} WHERE name = %s FOR UPDATE").format(self._fences)
        sign = sql.SQL(
            "INSERT INTO {} AS f (name, token, holder, expires_at) VALUES (%s, 1, %s, clock_timestamp() + %s::interval) "
            "ON CONFLICT (name) DO UPDATE SET token = f.token + 1, holder = excluded.holder, "
            "expires_at = excluded.expires_at RETURNING token"
        ).format(self._fences)
        with conn.transaction():
            conn.execute(lock, [self._name])
            row = conn.execute(sign, [self._name, holder(), f"{LEASE}s"]).fetchone()
        assert row is not None
        return int(row[0])

    def _renew(self, conn: psycopg.Connection[Any]) -> bool:
        query = sql.SQL(
            "UPDATE {} SET expires_at = clock_timestamp() + %s::interval WHERE name = %s AND token = %s"
        ).format(self._fences)
        return conn.execute(query, [f"{LEASE}s", self._name, self._token]).rowcount == 1


class Keeper:
    """Renews a lease from a thread of its own, so that no long turn loses it; only while its holder shows that it works."""

    def __init__(self, dsn: str, renew: Any) -> None:
        self._dsn = dsn
        self._renew = renew
        self._seen_at = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def works(self) -> None:
        """The holder works."""
        self._seen_at = time.monotonic()

    def stop(self) -> None:
        """Renew no more."""
        self._stop.set()
        self._thread.join(LEASE)

    def _run(self) -> None:
        with contextlib.ExitStack() as stack:
            conn: psycopg.Connection[Any] | None = None
            while not self._stop.wait(RENEWED):
                if time.monotonic() - self._seen_at > STUCK:
                    continue
                try:
                    if conn is None or conn.closed:
                        conn = psycopg.connect(self._dsn, autocommit=True)
                        stack.callback(conn.close)
                        conn.execute("SET synchronous_commit = off")  # a crash may take a renewal
                    if not self._renew(conn):
                        return
                except (psycopg.OperationalError, OSError):
                    stack.close()
                    conn = None


def vacant(dsn: str, council: str, places: Sequence[str]) -> list[str]:
    """Those of these places that nobody works in, by their leases. Raises psycopg.Error."""
    query = sql.SQL(AT_WORK).format(sql.Identifier(Names(council).log))
    with psycopg.connect(dsn, connect_timeout=5) as conn:
        return left_of(places, conn.execute(query).fetchall())


def left_of(places: Sequence[str], held: Iterable[Sequence[Any]]) -> list[str]:
    """Those of these places that are not among the rows that AT_WORK found."""
    names = {name for (name,) in held}
    return [place for place in places if place not in names]


def holder() -> str:
    """Who we are, for whoever looks at the fences."""
    return f"{socket.gethostname()}:{os.getpid()}"
