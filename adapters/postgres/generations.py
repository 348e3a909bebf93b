"""The generations of the projections: sets of tables, one read, another built beside it, each with how far it has come."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from adapters.postgres.init import Names
from adapters.postgres.tables import create, drop
from projections.projection import Projection
from projections.runner import Stopped
from projections.table import TableDef

GENERATIONS = """
CREATE TABLE IF NOT EXISTS {} (
    name text NOT NULL,
    generation bigint NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('live', 'building', 'rebuilding', 'retired')),
    position bigint NOT NULL DEFAULT 0,
    tables jsonb NOT NULL,
    PRIMARY KEY (name, generation)
)
"""
STOPS = """
CREATE TABLE IF NOT EXISTS {} (
    name text PRIMARY KEY,
    version integer NOT NULL,
    position bigint NOT NULL,
    error text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
ONE_LIVE = "CREATE UNIQUE INDEX IF NOT EXISTS generations_live ON {} (name) WHERE state = 'live'"

log = logging.getLogger(__name__)


class Superseded(Exception):
    """The generation was swapped out while somebody was about to write to it: look again."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of tables of a projection. Its tables have its number before their names."""

    name: str
    number: int
    version: int
    state: str
    position: int
    tables: Any

    @property
    def prefix(self) -> str:
        """What stands before its tables' names."""
        return f"g{self.number}_"


def shape(defs: Sequence[TableDef]) -> Any:
    """The columns and keys of tables, to tell whether a generation can be read by this program."""
    return json.loads(json.dumps([[d.name, dict(d.columns), d.key, d.indexes] for d in defs]))


@dataclass(slots=True)
class Books:
    """The list of generations, in a transaction of the caller."""

    conn: psycopg.Connection[Any]
    schema: str

    def make(self) -> None:
        """The list itself, where it is missing."""
        self._do(GENERATIONS)
        self._do(ONE_LIVE)
        self.conn.execute(sql.SQL(STOPS).format(self._stops))

    def all(self) -> list[Generation]:
        """Every generation, oldest first."""
        query = (
            "SELECT name, generation, version, state, position, tables FROM {} ORDER BY generation"
        )
        return [Generation(*row) for row in self._do(query).fetchall()]

    def of(self, name: str) -> list[Generation]:
        """The generations of one projection."""
        return [g for g in self.all() if g.name == name]

    def begin(
        self, projection: Projection, state: str, make: Callable[..., None] = create
    ) -> Generation:
        """A new, empty generation with its tables."""
        query = (
            "INSERT INTO {0} (name, generation, version, state, tables) "
            "SELECT %s, coalesce(max(generation), 0) + 1, %s, %s, %s FROM {0} RETURNING generation"
        )
        shaped = shape(projection.TABLES)
        row = self._do(
            query, projection.NAME, projection.VERSION, state, json.dumps(shaped)
        ).fetchone()
        assert row is not None
        made = Generation(projection.NAME, row[0], projection.VERSION, state, 0, shaped)
        make(self.conn, self.schema, projection.TABLES, made.prefix)
        return made

    def nobody_builds(self, name: str) -> bool:
        """Whether nobody is building this projection, nor begins to before the running transaction ends."""
        query = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"
        row = self.conn.execute(query, [self.lock_of(name)]).fetchone()
        return bool(row and row[0])

    def lock_of(self, name: str) -> str:
        """What a builder of this projection locks for as long as it builds."""
        return f"{self.schema}:build:{name}"

    def hold(self, generation: Generation) -> int:
        """Lock a generation for writing; its position."""
        query = "SELECT position FROM {} WHERE name = %s AND generation = %s AND state <> 'retired' FOR UPDATE"
        row = self._do(query, generation.name, generation.number).fetchone()
        if row is None:
            raise Superseded(f"{generation.name} generation {generation.number}")
        return int(row[0])

    def hold_all(self, generations: Iterable[Generation]) -> dict[str, int]:
        """Lock those of the generations that are not retired; their positions by name."""
        query = (
            "SELECT g.name, g.position FROM {} g JOIN unnest(%s::text[], %s::bigint[]) AS u(name, generation) "
            "USING (name, generation) WHERE g.state <> 'retired' ORDER BY g.name FOR UPDATE OF g"
        )
        keys = [(g.name, g.number) for g in generations]
        rows = self._do(query, [name for name, _ in keys], [number for _, number in keys])
        return {name: int(position) for name, position in rows}

    def move_all(self, moved: Sequence[tuple[Generation, int]]) -> None:
        """Keep how far each of these generations has come."""
        query = (
            "UPDATE {} g SET position = u.position FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) "
            "AS u(name, generation, position) WHERE g.name = u.name AND g.generation = u.generation"
        )
        told = [(g.name, g.number, position) for g, position in moved]
        self._do(query, *([row[n] for row in told] for n in range(3)))

    def move(self, generation: Generation, position: int) -> None:
        """Keep how far a generation has come."""
        query = "UPDATE {} SET position = %s WHERE name = %s AND generation = %s"
        self._do(query, position, generation.name, generation.number)

    def stopped(self) -> dict[str, Stopped]:
        """The projections that stopped, as whoever keeps them up has told."""
        query = sql.SQL("SELECT name, position, error FROM {}").format(self._stops)
        return {row[0]: Stopped(*row) for row in self.conn.execute(query).fetchall()}

    def stop(self, projection: Projection, stopped: Stopped) -> None:
        """Tell every process where a projection stopped, and why."""
        query = sql.SQL(
            "INSERT INTO {} (name, version, position, error) VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO UPDATE SET "
            "version = excluded.version, position = excluded.position, error = excluded.error, stopped_at = excluded.stopped_at"
        ).format(self._stops)
        values = [stopped.name, projection.VERSION, stopped.position, stopped.error]
        self.conn.execute(query, values)

    def goes_on(self, name: str) -> None:
        """A projection that had stopped works again."""
        query = sql.SQL("DELETE FROM {} WHERE name = %s").format(self._stops)
        self.conn.execute(query, [name])

    def swap(self, new: Generation) -> None:
        """From here on `new` is read; what was read before is retired."""
        retire = "UPDATE {} SET state = 'retired' WHERE name = %s AND generation <> %s AND state <> 'rebuilding'"
        self._do(retire, new.name, new.number)
        self._do(
            "UPDATE {} SET state = 'live' WHERE name = %s AND generation = %s", new.name, new.number
        )

    def discard(self, old: Generation) -> None:
        """A generation and its tables go."""
        self._do("DELETE FROM {} WHERE name = %s AND generation = %s", old.name, old.number)
        drop(self.conn, self.schema, tables_of(old), old.prefix)

    def sweep(self) -> None:
        """Drop what was retired, a table a transaction, so that no reader of two tables is ever caught between them.

        A reader who finds a table gone puts its question again; one that reads for long is waited for another time.
        """
        for old in [g for g in self.all() if g.state == "retired"]:
            try:
                for table in tables_of(old):
                    with self.conn.transaction():
                        self.conn.execute("SET LOCAL lock_timeout = '2s'")
                        drop(self.conn, self.schema, [table], old.prefix)
                self._do("DELETE FROM {} WHERE name = %s AND generation = %s", old.name, old.number)
            except psycopg.errors.LockNotAvailable:
                log.info("generation %s of %s is still being read", old.number, old.name)

    @property
    def _stops(self) -> sql.Identifier:
        return sql.Identifier(self.schema, "stops")

    def _do(self, query: str, *values: Any) -> psycopg.Cursor[Any]:
        table = sql.Identifier(self.schema, "generations")
        return self.conn.execute(sql.SQL(query).format(table), values or None)


def tables_of(generation: Generation) -> list[TableDef]:
    """Its tables, of which nothing but the names may be known any more."""
    return [TableDef(name, {}, ()) for name, *_ in generation.tables]


def tell_stopped(dsn: str, council: str, projection: Projection, stopped: Stopped) -> None:
    """Tell every process where a projection stopped, and why, on a connection of its own."""
    with psycopg.connect(dsn) as conn:
        Books(conn, Names(council).views).stop(projection, stopped)


def channel(names: Names) -> str:
    """Where it is said that projections have moved."""
    return f"{names.channel}_views"


def tell_moved(
    conn: psycopg.Connection[Any], names: Names, moved: Iterable[tuple[Generation, int]] = ()
) -> None:
    """Say, once the running transaction is committed, that projections have moved, and how far those that are read."""
    word = msgspec.json.encode({g.name: at for g, at in moved if g.state == "live"})
    conn.execute("SELECT pg_notify(%s, %s)", [channel(names), word.decode()])


def own_generation(books: Books, projection: Projection) -> Generation:
    """The generation of this version that is kept up: being built beside an older one, else live."""
    mine = [g for g in books.of(projection.NAME) if usable(g, projection)]
    if not mine:
        raise Superseded(f"{projection.NAME} version {projection.VERSION}")
    return min(mine, key=lambda g: g.state != "building")


def prepare(conn: psycopg.Connection[Any], names: Names, projections: Sequence[Projection]) -> None:
    """Make the list and what generations are missing, under a lock, in the running transaction."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{names.views}:make"])
    books = Books(conn, names.views)
    books.make()
    for projection in projections:
        known = books.of(projection.NAME)
        if not known:
            books.begin(projection, "live")
        elif not any(usable(g, projection) for g in known):
            for stale in (g for g in known if g.state == "building"):
                books.discard(stale)
            books.begin(projection, "building")


def usable(generation: Generation, projection: Projection) -> bool:
    """Whether this program can go on with a generation."""
    same = generation.version == projection.VERSION and generation.tables == shape(
        projection.TABLES
    )
    return same and generation.state in ("live", "building")
