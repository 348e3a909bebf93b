"""The PostgreSQL form of the small table interface: reads ahead, remembers, and writes many rows at once."""

import json
import struct
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format

from adapters.postgres.arrays import Texts
from projections.table import (
    Key,
    Lookup,
    Row,
    TableDef,
    cells_of,
    check_row,
    index_for,
    index_values,
)

SQL_TYPES = {
    "text": "text", "int": "bigint", "bool": "boolean", "float": "double precision", "time": "timestamptz",
    "date": "date", "json": "jsonb", "texts": "text[]",
}  # fmt: skip
COPY_TYPES = {"int": "int8", "bool": "bool", "float": "float8"}
JSON = msgspec.json.Encoder()
WORTH_A_COPY = 50  # rows; fewer are written in one round trip
NO_TEXTS = struct.pack("!iiI", 0, 0, Texts.ELEMENT)
Index = tuple[str, tuple[str, ...]]


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
    """Rows of one transaction: what was read is remembered, what is written waits for `flush`. Close the transaction, drop this.

    `find` and `get` see what `put` and `delete` did before, flushed or not.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], schema: str, defs: Iterable[TableDef], prefix: str = ""
    ) -> None:
        self.defs = {d.name: d for d in defs}
        self._conn, self._schema, self._prefix = conn, schema, prefix
        self._names = {name: sql.Identifier(schema, prefix + name) for name in self.defs}
        self._rows: dict[str, dict[Key, Row | None]] = {name: {} for name in self.defs}
        self._changed: dict[str, dict[Key, None]] = {name: {} for name in self.defs}
        self._found: dict[str, dict[tuple[str, ...], dict[Key, set[Key]]]] = {
            name: {} for name in self.defs
        }
        self._whole: dict[Index, set[Key]] = {
            (d.name, columns): set() for d in self.defs.values() for columns in d.indexes
        }
        self._waiting: dict[str, list[Row]] = {
            d.name: [] for d in self.defs.values() if d.written_once
        }

    def load(self, lookups: Iterable[Lookup]) -> None:
        """Fetch many rows at once, one round trip a lookup."""
        for lookup in lookups:
            self._read_again(lookup.table)
            if lookup.columns == self.defs[lookup.table].key:
                self._load_keys(lookup.table, lookup.values)
            else:
                columns, values = self._by_index(lookup)
                self._load_index(lookup.table, columns, values)

    def get(self, table: str, *key: Any) -> Row | None:
        """See Tables.get."""
        self._read_again(table)
        rows = self._rows[table]
        if key not in rows:
            self._load_keys(table, [key])
        return rows[key]

    def find(self, table: str, **equals: Any) -> list[Row]:
        """See Tables.find."""
        self._read_again(table)
        columns = index_for(self.defs[table], equals)
        value = tuple(equals[c] for c in columns)
        if value not in self._whole[table, columns]:
            self._load_index(table, columns, [value])
        rows = self._rows[table]
        found = (rows[key] for key in sorted(self._index(table, columns).get(value, ())))
        return [row for row in found if row is not None]

    def put(self, table: str, row: Row) -> None:
        """See Tables.put."""
        definition = self.defs[table]
        check_row(definition, row)
        if (waiting := self._waiting.get(table)) is not None:
            waiting.append(row)
            return
        key = definition.key_of(row)
        self._forget(table, key)
        self._rows[table][key] = dict(row)
        self._changed[table][key] = None
        for columns, found in self._found[table].items():
            for value in index_values(definition, columns, row):
                found.setdefault(value, set()).add(key)

    def delete(self, table: str, *key: Any) -> None:
        """See Tables.delete."""
        self._read_again(table)
        self._forget(table, key)
        self._rows[table][key] = None
        self._changed[table][key] = None

    def flush(self) -> None:
        """Write what was changed, many rows a statement."""
        for table, waiting in list(self._waiting.items()):
            if len(waiting) < WORTH_A_COPY or not self._added(table, waiting):
                self._read_again(table)
            waiting.clear()
        for table, changed in self._changed.items():
            if changed:
                rows = self._rows[table]
                self._upsert(table, [row for key in changed if (row := rows[key]) is not None])
                self._remove(table, [key for key in changed if rows[key] is None])
                changed.clear()

    def _read_again(self, table: str) -> None:
        """From here on a table that is written once is one like any other: somebody reads it, or writes a row again."""
        for row in self._waiting.pop(table, ()):
            self.put(table, row)

    def _index(self, table: str, columns: tuple[str, ...]) -> dict[Key, set[Key]]:
        """The keys of the rows at hand by the values of an index, kept from the first time it is asked for."""
        found = self._found[table].get(columns)
        if found is None:
            found = self._found[table][columns] = {}
            for key, row in self._rows[table].items():
                for value in (
                    index_values(self.defs[table], columns, row) if row is not None else ()
                ):
                    found.setdefault(value, set()).add(key)
        return found

    def _forget(self, table: str, key: Key) -> None:
        row = self._rows[table].get(key)
        if row is None:
            return
        for columns, found in self._found[table].items():
            for value in index_values(self.defs[table], columns, row):
                if value in found:
                    found[value].discard(key)

    def nothing_under(self, lookups: Iterable[Lookup]) -> None:
        """See Tables.nothing_under: what is declared so is not asked for."""
        for lookup in lookups:
            if lookup.columns == self.defs[lookup.table].key:
                for key in lookup.values:
                    self._rows[lookup.table].setdefault(key, None)
            else:
                columns, values = self._by_index(lookup)
                self._whole[lookup.table, columns].update(values)

    def _by_index(self, lookup: Lookup) -> tuple[tuple[str, ...], list[Key]]:
        """The index of a lookup, and its values in the order of the index."""
        columns = index_for(self.defs[lookup.table], dict.fromkeys(lookup.columns))
        order = [lookup.columns.index(c) for c in columns]
        return columns, [tuple(v[i] for i in order) for v in lookup.values]

    def _load_keys(self, table: str, keys: Sequence[Key]) -> None:
        rows = self._rows[table]
        missing = [key for key in dict.fromkeys(keys) if key not in rows]
        unknown = [key for key in missing if not self._would_be_here(table, key)]
        if unknown:
            for row in self._select(table, self.defs[table].key, unknown):
                rows[self.defs[table].key_of(row)] = row
        for key in missing:
            rows.setdefault(key, None)

    def _would_be_here(self, table: str, key: Key) -> bool:
        """Whether a row with this key would have come with all that stands under one of its values already."""
        definition = self.defs[table]
        for columns in definition.indexes:
            if set(columns) <= set(definition.key):
                value = tuple(key[definition.key.index(c)] for c in columns)
                if value in self._whole[table, columns]:
                    return True
        return False

    def _load_index(self, table: str, columns: tuple[str, ...], values: Sequence[Key]) -> None:
        definition, rows = self.defs[table], self._rows[table]
        whole, found = self._whole[table, columns], self._index(table, columns)
        missing = [value for value in dict.fromkeys(values) if value not in whole]
        if not missing:
            return
        for row in self._select(table, columns, missing):
            key = definition.key_of(row)
            if rows.setdefault(key, row) is row or key not in self._changed[table]:
                for value in index_values(definition, columns, row):
                    found.setdefault(value, set()).add(key)
        whole.update(missing)

    def _select(self, table: str, columns: tuple[str, ...], values: Sequence[Key]) -> list[Row]:
        definition = self.defs[table]
        if any(definition.columns[c] == "texts" for c in columns):
            condition = sql.SQL("t.{} && %s::text[]").format(sql.Identifier(columns[0]))
            query = sql.SQL("SELECT {} FROM {} t WHERE {}").format(
                self._chosen(table), self._names[table], condition
            )
            return self._fetch(table, query, [[value[0] for value in values]])
        by_gaps: dict[tuple[bool, ...], list[Key]] = {}
        for value in values:
            by_gaps.setdefault(tuple(cell is None for cell in value), []).append(value)
        return [
            row
            for gaps, alike in by_gaps.items()
            for row in self._select_alike(table, columns, gaps, alike)
        ]

    def _select_alike(
        self, table: str, columns: tuple[str, ...], gaps: tuple[bool, ...], values: Sequence[Key]
    ) -> list[Row]:
        """By values that are None in the same columns: nothing equals NULL in SQL, so those are asked for in words."""
        definition = self.defs[table]
        given = [n for n, gap in enumerate(gaps) if not gap]
        names = [sql.Identifier(c) for c in columns]
        conditions = [
            sql.SQL("t.{} IS NULL" if gaps[n] else "t.{0} = u.{0}").format(name)
            for n, name in enumerate(names)
        ]
        wanted: sql.Composable = sql.SQL("(SELECT 1) AS u")
        if given:
            kinds = ", ".join(f"%s::{SQL_TYPES[definition.columns[columns[n]]]}[]" for n in given)
            wanted = sql.SQL("unnest(" + kinds + ") AS u({})").format(
                sql.SQL(", ").join(names[n] for n in given)
            )
        query = sql.SQL("SELECT {} FROM {} JOIN {} t ON {}").format(
            self._chosen(table), wanted, self._names[table], sql.SQL(" AND ").join(conditions)
        )
        return self._fetch(table, query, [[value[n] for value in values] for n in given])

    def _chosen(self, table: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier("t", c) for c in self.defs[table].columns)

    def _fetch(self, table: str, query: sql.Composed, arguments: list[Any]) -> list[Row]:
        cursor = self._conn.execute(query, arguments, binary=True)
        columns = list(self.defs[table].columns)
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def _added(self, table: str, rows: Sequence[Row]) -> bool:
        """Whether these rows could be put beside what is there unseen: not where one is there already, or comes twice."""
        try:
            with self._conn.transaction():
                copy_in(self._conn, self._schema, self.defs[table], self._prefix, rows)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def _upsert(self, table: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        definition = self.defs[table]
        columns = sql.SQL(", ").join(map(sql.Identifier, definition.columns))
        others = [c for c in definition.columns if c not in definition.key]
        change: sql.Composable = sql.SQL("NOTHING")
        if others:
            change = sql.SQL("UPDATE SET ") + sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in others
            )
        query = sql.SQL(
            "INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_recordset(NULL::{0}, %s::json) ON CONFLICT ({2}) DO {3}"
        ).format(
            self._names[table],
            columns,
            sql.SQL(", ").join(map(sql.Identifier, definition.key)),
            change,
        )
        self._conn.execute(query, [as_json(rows)])

    def _remove(self, table: str, keys: Sequence[Key]) -> None:
        if not keys:
            return
        definition = self.defs[table]
        kinds = [SQL_TYPES[definition.columns[c]] for c in definition.key]
        query = sql.SQL(
            "DELETE FROM {} t USING unnest("
            + ", ".join(f"%s::{kind}[]" for kind in kinds)
            + ") AS u({}) WHERE {}"
        ).format(
            self._names[table],
            sql.SQL(", ").join(map(sql.Identifier, definition.key)),
            sql.SQL(" AND ").join(
                sql.SQL("t.{0} = u.{0}").format(sql.Identifier(c)) for c in definition.key
            ),
        )
        self._conn.execute(query, [list(column) for column in zip(*keys, strict=True)])


def as_json(rows: Sequence[Row]) -> str:
    """Rows as one JSON document; times in ISO form."""
    try:
        return msgspec.json.encode(rows).decode()
    except TypeError:
        return json.dumps(rows, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value)
