"""The PostgreSQL form of the small table interface: reads ahead, remembers, and writes many rows at once."""

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format

from adapters.postgres.arrays import Texts
from adapters.postgres.held import Held, Index, Wanted
from adapters.postgres.table_statements import SQL_TYPES, statements_of
from projections.table import (
    Key,
    Lookup,
    Row,
    TableDef,
    cells_of,
    check_row,
)

COPY_TYPES = {"int": "int8", "bool": "bool", "float": "float8"}
JSON = msgspec.json.Encoder()
WORTH_A_COPY = 50  # rows; fewer are written in one round trip
NO_TEXTS = struct.pack("!iiI", 0, 0, Texts.ELEMENT)


def create(
    conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
) -> None:
    """Make the tables, their keys and their indexes where they are missing, in the running transaction."""
    defs = list(defs)
    create_bare(conn, schema, defs, prefix)
    add_keys(conn, schema, defs, prefix)


def create_bare(
    conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
) -> None:
    """Make the tables where they are missing, without keys or indexes: to be filled at once."""
    for definition in defs:
        columns = sql.SQL(", ").join(
            sql.SQL(
                "{} " + SQL_TYPES[kind] + (" NOT NULL" if column in definition.key else "")
            ).format(sql.Identifier(column))
            for column, kind in definition.columns.items()
        )
        name = sql.Identifier(schema, prefix + definition.name)
        conn.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(name, columns))


def add_keys(
    conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
) -> None:
    """Give tables their keys and indexes where they are missing. Raises UniqueViolation where a key stands twice."""
    for definition in defs:
        name = sql.Identifier(schema, prefix + definition.name)
        keyed = conn.execute(
            "SELECT 1 FROM pg_index WHERE indrelid = %s::regclass AND indisprimary",
            [name.as_string(conn)],
        ).fetchone()
        if keyed is None:
            key = sql.SQL(", ").join(map(sql.Identifier, definition.key))
            conn.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(name, key))
        for number, index in enumerate(definition.indexes):
            if index == definition.key[: len(index)]:
                continue  # the key's own index tells
            method = "gin" if "texts" in {definition.columns[c] for c in index} else "btree"
            conn.execute(
                sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING " + method + " ({})").format(
                    sql.Identifier(f"{prefix}{definition.name}_{number}"),
                    name,
                    sql.SQL(", ").join(map(sql.Identifier, index)),
                )
            )


def copy_in(
    conn: psycopg.Connection[Any],
    schema: str,
    definition: TableDef,
    prefix: str,
    rows: Iterable[Row],
) -> None:
    """Put rows that are not there yet into a table, by one COPY."""
    columns = sql.SQL(", ").join(map(sql.Identifier, definition.columns))
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(schema, prefix + definition.name), columns
    )
    cells = cells_of(definition.columns)
    with conn.cursor() as cursor:
        for kind in (JsonDumper, TextsDumper):
            cursor.adapters.register_dumper(kind, kind)
        with cursor.copy(query) as copy:
            copy.set_types([COPY_TYPES.get(k, SQL_TYPES[k]) for k in definition.columns.values()])
            write = copy.write_row
            for row in rows:
                write(cells(row))


class JsonDumper(Dumper):
    """What JSON can hold, as jsonb in binary form."""

    format = Format.BINARY
    oid = 3802

    def dump(self, obj: Any) -> bytes:
        return b"\1" + JSON.encode(obj)


class TextsDumper(Dumper):
    """A list of texts in binary form, an empty one too."""

    format = Format.BINARY
    oid = Texts.OID

    def dump(self, obj: Any) -> bytes:
        return Texts.of(obj) or NO_TEXTS


def drop(
    conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
) -> None:
    """Remove the tables, in the running transaction."""
    for definition in defs:
        conn.execute(
            sql.SQL("DROP TABLE IF EXISTS {}").format(
                sql.Identifier(schema, prefix + definition.name)
            )
        )


class PostgresTables:
    """What was read is remembered, what is written waits for `flush`. Drop this when the transaction ends, or go on to use it where
    nobody else writes these tables and all of it was flushed.

    `find` and `get` see what `put` and `delete` did before, flushed or not.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
    ) -> None:
        self.defs = {d.name: d for d in defs}
        self._conn, self._schema, self._prefix = conn, schema, prefix
        self._held = {name: Held(definition) for name, definition in self.defs.items()}

    def hold_all(self) -> None:
        """Fetch every row there is, but of tables that are seldom read. From now on nothing is asked of the database about the
        others: for whoever alone writes these tables, and goes on to use this from one transaction to the next."""
        for held in self._held.values():
            if held.definition.seldom_read:
                continue
            statements = statements_of(self._schema, held.definition, self._prefix)
            rows = rows_of(held.definition, self._conn.execute(statements.all, binary=True))
            held.rows = {held.definition.key_of(row): row for row in rows}
            held.whole = True

    def let_go(self) -> None:
        """Have nothing at hand of tables that are not held whole, but for what waits for `flush`."""
        for name, held in self._held.items():
            if not (held.whole or held.changed or held.waiting):
                self._held[name] = Held(held.definition)

    @property
    def size(self) -> int:
        """How many rows are at hand, those known to be missing counted in."""
        return sum(len(held.rows) for held in self._held.values())

    @property
    def unwritten(self) -> bool:
        """Whether anything waits for `flush`."""
        return any(held.changed or held.waiting for held in self._held.values())

    def load(self, lookups: Iterable[Lookup]) -> None:
        """Fetch many rows at once, all lookups in one round trip."""
        load_all(self._conn, [(self, lookups)])

    def get(self, table: str, *key: Any) -> Row | None:
        """See Tables.get."""
        held = self._at_hand(table)
        if key not in held.rows and not held.whole:
            self.load([Lookup(table, held.definition.key, (key,))])
        return held.rows.get(key)

    def find(self, table: str, **equals: Any) -> list[Row]:
        """See Tables.find."""
        held = self._at_hand(table)
        names = tuple(equals)
        index = held.index(names)
        value = tuple(equals.values())
        if index.columns != names:
            value = tuple([equals[c] for c in index.columns])
        if value not in index.whole and not held.whole:
            self.load([Lookup(table, index.columns, (value,))])
        keys = held.keys_under(index).get(value)
        if not keys:
            return []
        rows = held.rows
        if len(keys) == 1:
            [key] = keys
            row = rows[key]
            return [row] if row is not None else []
        chosen = sorted(keys)[: held.definition.most]
        return [row for key in chosen if (row := rows[key]) is not None]

    def cells(self, table: str, columns: Sequence[str], **equals: Any) -> list[Key]:
        """See Tables.cells. What is not written yet is written first: it is asked of the database alone."""
        held = self._at_hand(table)
        held.index(tuple(equals))
        self.flush()
        statements = statements_of(self._schema, held.definition, self._prefix)
        return self._conn.execute(*statements.cells(columns, equals), binary=True).fetchall()

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        """See Tables.some. What is not written yet is written first: it is asked of the database alone."""
        held = self._at_hand(table)
        held.index(tuple(equals))
        self.flush()
        statements = statements_of(self._schema, held.definition, self._prefix)
        statement = statements.some(most, equals)
        return rows_of(held.definition, self._conn.execute(*statement, binary=True))

    def latest(self, table: str, column: str, most: int, **equals: Any) -> list[Row]:
        """See Tables.latest. What is not written yet is written first: it is asked of the database alone."""
        held = self._at_hand(table)
        held.index((*equals, column))
        self.flush()
        statements = statements_of(self._schema, held.definition, self._prefix)
        statement = statements.latest(column, most, equals)
        return rows_of(held.definition, self._conn.execute(*statement, binary=True))

    def put(self, table: str, row: Row) -> None:
        """See Tables.put."""
        held = self._held[table]
        check_row(held.definition, row)
        if held.waiting is not None:
            held.waiting.append(row)
        else:
            held.put(dict(row))

    def delete(self, table: str, *key: Any) -> None:
        """See Tables.delete."""
        self._at_hand(table).delete(key)

    def flush(self) -> None:
        """Write what was changed, many rows a statement."""
        self.add_waiting()
        self.write_changed()

    def add_waiting(self) -> None:
        """Write what was put once, where it is worth a COPY."""
        for held in self._held.values():
            if held.waiting is not None:
                if len(held.waiting) < WORTH_A_COPY or not self._added(held):
                    held.read_again()
                else:
                    held.waiting.clear()

    def write_changed(self) -> None:
        """Write all else that was changed; in a pipeline of the caller's, where there is one."""
        for held in self._held.values():
            if held.changed:
                self._write(held)

    def _write(self, held: Held) -> None:
        rows = held.rows
        statements = statements_of(self._schema, held.definition, self._prefix)
        put = [row for key in held.changed if (row := rows[key]) is not None]
        gone = [key for key in held.changed if rows[key] is None]
        if put:
            self._conn.execute(*statements.upsert(put))
        if gone:
            self._conn.execute(*statements.delete(gone))
            if held.whole:
                for key in gone:
                    del rows[key]
        held.changed.clear()
        held.thinned = False

    def nothing_under(self, lookups: Iterable[Lookup]) -> None:
        """See Tables.nothing_under: what is declared so is not asked for."""
        for lookup in lookups:
            held = self._held[lookup.table]
            if held.whole:
                continue
            if lookup.columns == held.definition.key:
                for key in lookup.values:
                    held.rows.setdefault(key, None)
            else:
                index = held.index(lookup.columns)
                index.whole.update(in_order_of(index, lookup))

    def _at_hand(self, table: str) -> Held:
        held = self._held[table]
        if held.waiting is not None:
            held.read_again()
        return held

    def wanted(self, lookup: Lookup) -> Wanted | None:
        """What of a lookup is not at hand; None where all of it is."""
        held = self._at_hand(lookup.table)
        if held.whole:
            return None
        if lookup.columns != held.definition.key:
            index = held.index(lookup.columns)
            values = in_order_of(index, lookup)
            missing = [value for value in dict.fromkeys(values) if value not in index.whole]
            return Wanted(held, index, missing) if missing else None
        unknown = []
        for key in dict.fromkeys(lookup.values):
            if key not in held.rows:
                if held.would_be_here(key):
                    held.rows[key] = None
                else:
                    unknown.append(key)
        return Wanted(held, None, unknown) if unknown else None

    def ask(self, wanted: Wanted) -> list[psycopg.Cursor[Any]]:
        """Send for it. Of a crowd so many are read: those that were taken out must not be among them."""
        definition = wanted.held.definition
        if wanted.held.thinned and wanted.index:
            self._write(wanted.held)
        columns = wanted.index.columns if wanted.index else definition.key
        statements = statements_of(self._schema, definition, self._prefix)
        asked = statements.select(columns, wanted.values)
        return [self._conn.execute(*statement, binary=True) for statement in asked]

    def take(self, wanted: Wanted, cursors: Iterable[psycopg.Cursor[Any]]) -> None:
        """Hold what came."""
        held, index = wanted.held, wanted.index
        key_of, rows = held.definition.key_of, held.rows
        came = [row for cursor in cursors for row in rows_of(held.definition, cursor)]
        if index is None:
            for row in came:
                rows.setdefault(key_of(row), row)
            for key in wanted.values:
                rows.setdefault(key, None)
            return
        held.keys_under(index)
        for row in came:
            key = key_of(row)
            if rows.setdefault(key, row) is row or key not in held.changed:
                held.add(index, key, row)
        index.whole.update(wanted.values)

    def _added(self, held: Held) -> bool:
        """Whether these rows could be put beside what is there unseen: not where one is there already, or comes twice."""
        try:
            with self._conn.transaction():
                copy_in(self._conn, self._schema, held.definition, self._prefix, held.waiting or ())
        except psycopg.errors.UniqueViolation:
            return False
        return True


def load_all(
    conn: psycopg.Connection[Any], lookups: Iterable[tuple[PostgresTables, Iterable[Lookup]]]
) -> None:
    """Fetch what is not at hand of these, all of it in one round trip."""
    wanted = [(t, w) for t, some in lookups for lookup in some if (w := t.wanted(lookup))]
    if len(wanted) < 2:
        for tables, one in wanted:
            tables.take(one, tables.ask(one))
        return
    with conn.pipeline():
        asked = [(tables, one, tables.ask(one)) for tables, one in wanted]
        for tables, one, cursors in asked:
            tables.take(one, cursors)


def rows_of(definition: TableDef, cursor: psycopg.Cursor[Any]) -> list[Row]:
    """What came of a table."""
    columns = tuple(definition.columns)
    return [dict(zip(columns, cells, strict=True)) for cells in cursor.fetchall()]


def in_order_of(index: Index, lookup: Lookup) -> Sequence[Key]:
    """The values of a lookup in the order of the index's columns."""
    if lookup.columns == index.columns:
        return lookup.values
    order = [lookup.columns.index(c) for c in index.columns]
    return [tuple([value[n] for n in order]) for value in lookup.values]
