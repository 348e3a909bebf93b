"""Builds a projection anew beside the one that is read: the log streamed, folded in memory, written by COPY, swapped at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.generations import Books, Generation, own_generation, prepare, tell_moved
from adapters.postgres.init import Names
from adapters.postgres.rows import COLUMNS, stored
from adapters.postgres.tables import PostgresTables, add_keys, copy_in, create_bare
from adapters.postgres.views import LogSource
from hub.log import LogGap
from projections.projection import Projection
from projections.runner import Fold, FoldFailed
from projections.table import MemoryTables, Row, TableDef, check_row

AT_ONCE = 2000
MOST_ROWS = 100_000
"""So many rows are held in memory; where a fold needs more, it goes on in batches from there."""

Tell = Callable[[int, int], None]
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of building a projection anew: the same as the live one or not, with the tables that differ."""

    name: str
    position: int
    same: bool | None
    differs: tuple[str, ...] = ()


def rebuild(
    dsn: str,
    council: str,
    projection: Projection,
    *,
    compare: bool = True,
    batch: int = 5000,
    most_rows: int = MOST_ROWS,
    tell: Tell = lambda _done, _head: None,
) -> Rebuilt:
    """Build a projection anew beside the live one, compare the two row for row at one position, and swap them.

    The live one is read and kept up all the while; `tell` hears how far it is. Whatever they compare to, the new one is
    what the log says, so it takes the place. Raises FoldFailed, LogGap.
    """
    source = LogSource(dsn, council)
    try:
        with psycopg.connect(dsn, autocommit=True) as conn:
            builder = Builder(conn, Names(council), source, projection, batch, most_rows)
            return builder.build(dsn, compare, tell)
    finally:
        source.close()


@dataclass(slots=True)
class Builder:
    """Builds one generation beside another."""

    conn: psycopg.Connection[Any]
    names: Names
    source: LogSource
    projection: Projection
    batch: int
    most_rows: int

    @property
    def books(self) -> Books:
        """The list of generations."""
        return Books(self.conn, self.names.views)

    def build(self, dsn: str, compare: bool, tell: Tell) -> Rebuilt:
        """See `rebuild`."""
        with self._place() as new:
            self.conn.execute("SET synchronous_commit = off")
            position = self._at_once(dsn, new, tell)
            while (head := self.source.head()) - position > self.batch:
                position = self._fold(new, position, head)
                tell(position, head)
            differs = None
            if compare:
                position, differs = self._compared(dsn, new, position)
            with self.conn.transaction():
                position = self._level(new, position)
                self.books.swap(new)
                tell_moved(self.conn, self.names)
        self.books.sweep()
        tell(position, position)
        same = None if differs is None else not differs
        return Rebuilt(self.projection.NAME, position, same, differs or ())

    @contextmanager
    def _place(self) -> Iterator[Generation]:
        """A new generation, of a projection that nobody else builds meanwhile; gone again where it comes to nothing."""
        lock = self.books.lock_of(self.projection.NAME)
        self.conn.execute("SELECT pg_advisory_lock(hashtext(%s))", [lock])
        with self.conn.transaction():
            prepare(self.conn, self.names, [self.projection])
            for left in self.books.of(self.projection.NAME):
                if left.state == "rebuilding":
                    self.books.discard(left)
            new = self.books.begin(self.projection, "rebuilding", create_bare)
        try:
            yield new
        except BaseException:
            if not self.conn.broken:
                with self.conn.transaction():
                    self.books.discard(new)
            raise
        finally:
            if not self.conn.broken:
                self.conn.execute("SELECT pg_advisory_unlock(hashtext(%s))", [lock])

    def _at_once(self, dsn: str, new: Generation, tell: Tell) -> int:
        """Fold what there is in one go; where a key turns up twice, nothing of it stands, and 0 is answered."""
        try:
            with self.conn.transaction():
                position = self._stream(dsn, new, tell)
                self._add_keys(new)
                self.books.move(new, position)
            return position
        except psycopg.errors.UniqueViolation:
            with self.conn.transaction():
                self._add_keys(new)
            return 0

    def _add_keys(self, new: Generation) -> None:
        add_keys(self.conn, self.names.views, self.projection.TABLES, new.prefix)
        for definition in self.projection.TABLES:
            self._analyze(new, definition)

    def _analyze(self, new: Generation, definition: TableDef) -> None:
        """What a plan is made by: the columns that rows are looked up by, not the wide ones beside them."""
        columns = dict.fromkeys((*definition.key, *(c for i in definition.indexes for c in i)))
        query = sql.SQL("ANALYZE {} ({})").format(
            sql.Identifier(self.names.views, new.prefix + definition.name),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
        self.conn.execute(query)

    def _stream(self, dsn: str, new: Generation, tell: Tell) -> int:
        """Fold the log as it stands in one snapshot, or as much of it as memory holds; the position reached."""
        write = self._writer(new)
        tables = BuildTables(self.projection.TABLES, write)
        position = 0
        with psycopg.connect(dsn) as reading:
            reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            head = whole(reading, self.names.log)
            query, values = self._concerning()
            with reading.cursor("rebuild", withhold=False) as cursor:
                cursor.execute(query, values, binary=True)
                for rows in ahead(lambda: cursor.fetchmany(AT_ONCE)):
                    self._apply(tables, rows)
                    position = int(rows[-1][0])
                    tell(position, head)
                    if tables.held > self.most_rows:
                        break
                else:
                    position = head
        self.projection.note_position(tables, position)
        tables.write_all()
        return position

    def _apply(self, tables: "BuildTables", rows: Sequence[Sequence[Any]]) -> None:
        apply, row = self.projection.apply, rows[0]
        try:
            for row in rows:
                apply(tables, stored(row))
        except Exception as error:
            raise FoldFailed(self.projection.NAME, row[0], error) from error

    def _concerning(self) -> tuple[sql.Composed, list[Any]]:
        """The events that the projection takes in, in order."""
        types = self.projection.types
        some = " WHERE type = ANY(%s)" if types is not None else ""
        query = "SELECT " + COLUMNS + " FROM {}.events" + some + " ORDER BY position"
        values = [] if types is None else [sorted(types)]
        return sql.SQL(query).format(sql.Identifier(self.names.log)), values

    def _writer(self, new: Generation) -> Callable[[TableDef, Sequence[Row]], None]:
        def write(definition: TableDef, rows: Sequence[Row]) -> None:
            copy_in(self.conn, self.names.views, definition, new.prefix, rows)

        return write

    def _compared(
        self, dsn: str, new: Generation, position: int
    ) -> tuple[int, tuple[str, ...] | None]:
        """How far the new one stands, and the tables whose rows differ from the live one's at the same position.

        The live one is held only until both stand level and a snapshot of that is taken; it is kept up while they are
        compared.
        """
        old = own_generation(self.books, self.projection)
        if old.state != "live":  # one begun for this version is not read yet
            return position, None
        with psycopg.connect(dsn) as reading:
            reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            position = self._snapped(dsn, reading, old, new, position)
            return position, self._differences(reading, old, new)

    def _snapped(
        self,
        dsn: str,
        reading: psycopg.Connection[Any],
        old: Generation,
        new: Generation,
        position: int,
    ) -> int:
        """The position at which both stand in the snapshot that `reading` has from here on."""
        with psycopg.connect(dsn) as holding:
            books = Books(holding, self.names.views)
            while (level := books.hold(old)) < position:
                holding.rollback()
                with self.conn.transaction():
                    if (level := self.books.hold(old)) < position:
                        self._fold(old, level, position)
            while position < level:
                position = self._fold(new, position, level)
            reading.execute("SELECT")
        return position

    def _level(self, new: Generation, position: int) -> int:
        """Bring the new one level with the one that is kept up, which stands still until the running transaction ends."""
        level = self.books.hold(own_generation(self.books, self.projection))
        while position < level:
            position = self._fold(new, position, level)
        return position

    def _fold(self, into: Generation, after: int, until: int) -> int:
        """Fold up to a batch of events after `after`, none beyond `until`; where it stands then."""
        read = self.source.read(after, min(self.batch, until - after), self.projection.types)
        fold = Fold.of(self.projection, after, read)
        with self.conn.transaction():
            tables = PostgresTables(
                self.conn, self.names.views, self.projection.TABLES, into.prefix
            )
            try:
                tables.load(fold.needs())
                fold.apply(tables)
            except psycopg.OperationalError:
                raise
            except Exception as error:
                raise FoldFailed(self.projection.NAME, fold.position, error) from error
            tables.flush()
            self.books.move(into, read.reached)
        return read.reached

    def _differences(
        self, reading: psycopg.Connection[Any], old: Generation, new: Generation
    ) -> tuple[str, ...]:
        """The tables whose rows are not the same in both."""
        return tuple(d.name for d in self.projection.TABLES if self._differ(reading, d, old, new))

    def _differ(
        self,
        reading: psycopg.Connection[Any],
        definition: TableDef,
        old: Generation,
        new: Generation,
    ) -> bool:
        one, other = (
            sql.Identifier(self.names.views, g.prefix + definition.name) for g in (old, new)
        )
        columns = sql.SQL(", ").join(map(sql.Identifier, definition.columns))
        query = sql.SQL(
            "SELECT EXISTS (SELECT {2} FROM {0} EXCEPT SELECT {2} FROM {1}) "
            "OR EXISTS (SELECT {2} FROM {1} EXCEPT SELECT {2} FROM {0})"
        ).format(one, other, columns)
        row = reading.execute(query).fetchone()
        return bool(row and row[0])


def ahead(fetch: Callable[[], Rows]) -> Iterator[Rows]:
    """What `fetch` answers until there is no more, each asked for while the one before is worked on."""
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(fetch)
        while rows := waiting.result():
            waiting = beside.submit(fetch)
            yield rows


def whole(reading: psycopg.Connection[Any], log: str) -> int:
    """The last position, of a log that misses none; raises LogGap."""
    query = "SELECT h.position, count(e.position) FROM {0}.head h LEFT JOIN {0}.events e ON true GROUP BY h.position"
    row = reading.execute(sql.SQL(query).format(sql.Identifier(log))).fetchone()
    if row is None or row[0] != row[1]:
        raise LogGap(f"the log ends at {row and row[0]}, and holds {row and row[1]} events")
    return int(row[0])


class BuildTables(MemoryTables):
    """The tables of a fold that begins with nothing: in memory what it reads again, on its way to the database the rest."""

    def __init__(
        self, defs: Sequence[TableDef], write: Callable[[TableDef, Sequence[Row]], None]
    ) -> None:
        super().__init__(defs)
        self._write = write
        self._waiting: dict[str, list[Row]] = {d.name: [] for d in defs if d.written_once}

    @property
    def held(self) -> int:
        """How many rows are in memory because the fold may read them again."""
        return sum(len(rows) for rows in self._rows.values())

    def put(self, table: str, row: Row) -> None:
        """See Tables.put."""
        waiting = self._waiting.get(table)
        if waiting is None:
            super().put(table, row)
            return
        check_row(self.defs[table], row)
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            self._write(self.defs[table], waiting)
            waiting.clear()

    def get(self, table: str, *key: Any) -> Row | None:
        """See Tables.get."""
        return super().get(self._read_again(table), *key)

    def find(self, table: str, **equals: Any) -> list[Row]:
        """See Tables.find."""
        return super().find(self._read_again(table), **equals)

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        """See Tables.some."""
        return super().some(self._read_again(table), most, **equals)

    def latest(self, table: str, column: str, most: int, **equals: Any) -> list[Row]:
        """See Tables.latest."""
        return super().latest(self._read_again(table), column, most, **equals)

    def delete(self, table: str, *key: Any) -> None:
        """See Tables.delete."""
        super().delete(self._read_again(table), *key)

    def _read_again(self, table: str) -> str:
        if table in self._waiting:
            raise TypeError(f"{table} is said to be written once: its fold may not read it")
        return table

    def write_all(self) -> None:
        """Write what is not written yet."""
        for name, definition in self.defs.items():
            rows = self._waiting.get(name) or list(self._rows[name].values())
            if rows:
                self._write(definition, rows)
