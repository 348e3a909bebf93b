"""The projections kept up on PostgreSQL: the log read for them, their rows and position written in one transaction."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Future, wait
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.by_index import by_index
from adapters.postgres.generations import (
    Books,
    Generation,
    Superseded,
    own_generation,
    prepare,
    tell_moved,
)
from adapters.postgres.init import Names
from adapters.postgres.news import wait_for_news
from adapters.postgres.place import Place
from adapters.postgres.rows import COLUMNS, stored
from adapters.postgres.tables import PostgresTables, load_all
from hub.log import LogGap
from projections.projection import Projection
from projections.registry import all_projections
from projections.runner import Stopped, Stretch
from projections.table import Lookup, Tables

PLACE = "views"
PATIENCE = 5.0
LONG_PAST = "1 minute"
TOGETHER = 0.5  # seconds
Asked = tuple[int, int, Set[str] | None]


class AnotherRuns(Exception):
    """Another process keeps these projections up already."""


class LogSource:
    """Fills projections.runner.Source, synchronously, for the thread that keeps the projections up.

    Where there is more than was asked for, the next stretch is read while the one before is folded.
    """

    def __init__(self, dsn: str, council: str) -> None:
        self.names = Names(council)
        self._log = sql.Identifier(self.names.log)
        self._one_asks = (
            threading.Lock()
        )  # what is read ahead must not be mixed up with what is asked
        self._conn = psycopg.connect(dsn, autocommit=True)
        by_index(self._conn)
        self._conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.names.channel)))
        self._past = False
        self._ahead: tuple[Asked, Future[Stretch]] | None = None

    def read(self, after: int, limit: int, types: Set[str] | None = None) -> Stretch:
        """See Source. Raises hub.log.LogGap."""
        read = self._read_ahead((after, limit, types)) or self._read(after, limit, types)
        if read.reached == after + limit:
            following = (read.reached, limit, types)
            self._ahead = following, beside(self._read, *following)
        return read

    def _read_ahead(self, asked: Asked) -> Stretch | None:
        """What was read ahead, where it is what is asked for."""
        if self._ahead is None:
            return None
        (of, waiting), self._ahead = self._ahead, None
        wait([waiting])
        return waiting.result() if of == asked else None

    def _read(self, after: int, limit: int, types: Set[str] | None) -> Stretch:
        """Both questions in one round trip: what came between them is left for the next time."""
        counted = sql.SQL(
            "SELECT coalesce(max(position), %s), count(*), max(recorded_at) < clock_timestamp() - %s::interval FROM "
            "(SELECT position, recorded_at FROM {}.events WHERE position > %s ORDER BY position LIMIT %s) AS next"
        ).format(self._log)
        some = " AND type = ANY(%s)" if types is not None else ""
        chosen = sql.SQL(
            "SELECT "
            + COLUMNS
            + " FROM {}.events WHERE position > %s AND position <= %s"
            + some
            + " ORDER BY position"
        ).format(self._log)
        values = [after, after + limit, *([] if types is None else [sorted(types)])]
        with self._one_asks, self._conn.pipeline():
            found = self._conn.execute(counted, [after, LONG_PAST, after, limit])
            events = self._conn.execute(chosen, values, binary=True)
            reached, there, self._past = found.fetchone() or (after, 0, False)
            if reached - after != there:
                raise LogGap(f"between {after} and {reached} there are {there} events")
            rows = events.fetchall() if there else ()
        return Stretch([stored(row) for row in rows if row[0] <= reached], int(reached))

    def wait(self, after: int, seconds: float) -> None:
        """See Source: until something was appended, or that long. While a past is relived, of which much comes at a time and
        nobody waits for any, a good deal of it is let come together."""
        if self._past:
            time.sleep(TOGETHER)
        wait_for_news(self._conn, after, seconds)

    def head(self) -> int:
        """The last position of the log."""
        query = sql.SQL("SELECT position FROM {}.head").format(self._log)
        with self._one_asks:
            row = self._conn.execute(query).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Disconnect. A connection on which a database that stands still has yet to answer is left to itself."""
        if self._ahead is not None and wait([self._ahead[1]], PATIENCE).not_done:
            return
        self._conn.close()


def beside(work: Callable[..., Stretch], *asked: Any) -> Future[Stretch]:
    """What comes of work in a thread of its own; one that hangs keeps no process from ending."""
    done: Future[Stretch] = Future()

    def run() -> None:
        try:
            done.set_result(work(*asked))
        except Exception as error:  # noqa: BLE001  # raised where the answer is asked for
            done.set_exception(error)

    threading.Thread(target=run, name="log-source", daemon=True).start()
    return done


class PostgresSession:
    """One projection's turn."""

    def __init__(self, generation: Generation, position: int, tables: PostgresTables) -> None:
        self.generation = generation
        self.position = position
        self.committed: int | None = None
        self.tables: Tables = tables
        self.rows = tables

    def commit(self, position: int) -> None:
        """See Session. What is to be written is, with the position, at the end of the turn, or of the session where it is apart."""
        self.committed = position


class ViewStore:
    """Fills projections.runner.Store. One process at a time keeps a council's projections up; others wait their turn."""

    def __init__(
        self, dsn: str, council: str, projections: Sequence[Projection] | None = None
    ) -> None:
        self.names = Names(council)
        self.projections = tuple(all_projections() if projections is None else projections)
        self._place = Place(dsn, self.names, PLACE)
        self._own: dict[str, Generation] = {}
        self._held: dict[str, int] = {}
        self._done: list[PostgresSession] = []
        self._apart = False
        self._stopped: set[str] = set()  # of whom it is still told that they stopped
        self._conn: psycopg.Connection[Any] | None = None

    def open(self) -> bool:
        """Take the place where it is free, or its holder stalled, and make what is missing; False where another works."""
        self.close()
        conn = self._place.take()
        if conn is None:
            return False
        conn.execute(
            "SET synchronous_commit = off"
        )  # what a crash takes is folded again: rows and position go together
        by_index(conn)
        self._conn = conn
        with conn.transaction():
            prepare(conn, self.names, self.projections)
        self._stopped = set(self.books.stopped())
        self.clean()
        return True

    def clean(self) -> None:
        """Drop what was left behind: generations that were swapped out, and those whose builder was killed."""
        for left in [g for g in self.books.all() if g.state == "rebuilding"]:
            with self.conn.transaction():
                if self.books.nobody_builds(left.name):
                    self.books.discard(left)
        self.books.sweep()

    def unbuilt(self) -> list[Projection]:
        """Those of which another version is read, and nothing of this one is there yet."""
        books = self.books
        return [
            p
            for p in self.projections
            if any(g.state == "building" and g.position == 0 for g in books.of(p.NAME))
        ]

    def close(self) -> None:
        """Give the place up."""
        if self._conn is not None:
            self._place.give_up(self._conn)
            self._conn = None

    @property
    def conn(self) -> psycopg.Connection[Any]:
        """The connection that holds the place."""
        if self._conn is None:
            raise AnotherRuns
        return self._conn

    @property
    def books(self) -> Books:
        """The list of generations."""
        return Books(self.conn, self.names.views)

    def is_outage(self, error: Exception) -> bool:
        """See Store."""
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | Superseded)

    def position(self, projection: Projection) -> int:
        """See Store."""
        with self.conn.transaction():
            return self._hold(projection)[1]

    @contextmanager
    def turn(self, *, apart: bool) -> Iterator[None]:
        """See Store: one transaction, and one word to those who wait for it. Raises Fenced where the place was lost."""
        self._place.works()
        self._apart, self._done = apart, []
        with self.conn.transaction(), self.conn.cursor() as cursor:
            self._held = self.books.hold_all(self._own.values())
            try:
                yield
            finally:
                self._held = {}
            self._write()
            self._place.check(cursor)

    def _write(self) -> None:
        """The rows of all that are not written yet, how far each has come, and the word, in one round trip."""
        for session in self._done:
            session.rows.add_waiting()
        with self.conn.pipeline():
            for session in self._done:
                session.rows.write_changed()
            moved = [(s.generation, s.committed) for s in self._done if s.committed is not None]
            self.books.move_all(moved)
            tell_moved(self.conn, self.names, moved)

    def load(self, wanted: Sequence[tuple[Tables, Sequence[Lookup]]]) -> None:
        """See Store."""
        load_all(self.conn, [(t, some) for t, some in wanted if isinstance(t, PostgresTables)])

    @contextmanager
    def session(self, projection: Projection) -> Iterator[PostgresSession]:
        """See Store: a savepoint in the turn, where each is to be apart."""
        with self.conn.transaction() if self._apart else nullcontext():
            generation, position = self._hold(projection)
            tables = PostgresTables(
                self.conn, self.names.views, projection.TABLES, generation.prefix
            )
            session = PostgresSession(generation, position, tables)
            yield session
            if self._apart and session.committed is not None:
                tables.flush()
        if session.committed is not None:
            self._done.append(session)

    def stop(self, projection: Projection, stopped: Stopped) -> None:
        """See Store."""
        self.books.stop(projection, stopped)
        self._stopped.add(projection.NAME)

    def caught_up(self, projection: Projection, position: int) -> None:
        """See Store: a generation built beside an older version takes its place. A holder with nothing to do works too."""
        self._place.works()
        if projection.NAME in self._stopped:
            self.books.goes_on(projection.NAME)
            self._stopped.discard(projection.NAME)
        generation = self._own.get(projection.NAME)
        if generation is None or generation.state != "building":
            return
        with self.conn.transaction():
            self.books.swap(generation)
        del self._own[projection.NAME]
        self.books.sweep()

    def _hold(self, projection: Projection) -> tuple[Generation, int]:
        """The generation this program writes, locked, with its position: the live one, or one being built beside it."""
        known = self._own.get(projection.NAME)
        if known is not None:
            if projection.NAME in self._held:
                return known, self._held[projection.NAME]
            try:
                return known, self.books.hold(known)
            except Superseded:
                pass  # a rebuild put another in its place
        known = self._own[projection.NAME] = own_generation(self.books, projection)
        return known, self.books.hold(known)
