"""The statements that read and write one table of a fold, each written out once however often it is sent."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from psycopg import sql

from adapters.postgres.arrays import Array, BigIntegers, Booleans, Floats, Texts, Times
from projections.table import Key, Row, TableDef

SQL_TYPES = {
    "text": "text", "int": "bigint", "bool": "boolean", "float": "double precision", "time": "timestamptz",
    "date": "date", "json": "jsonb", "texts": "text[]",
}  # fmt: skip
ARRAYS: dict[str, type[Array]] = {
    "text": Texts, "int": BigIntegers, "bool": Booleans, "float": Floats, "time": Times,
}  # fmt: skip
"""The kinds of columns that are sent as binary arrays."""

Statement = tuple[bytes, list[Any]]
"""A statement with its arguments."""


class Statements:
    """Of one table in one schema."""

    def __init__(self, schema: str, definition: TableDef, prefix: str) -> None:
        self.definition = definition
        self._name = sql.Identifier(schema, prefix + definition.name)
        self._kinds = definition.columns
        self._selects: dict[tuple[tuple[str, ...], tuple[bool, ...]], bytes] = {}
        self._as_arrays = set(definition.columns.values()) <= ARRAYS.keys()
        self._upsert = self._upsert_of_arrays() if self._as_arrays else self._upsert_of_json()
        self._delete = self._delete_of_keys()
        self.all = sql.SQL("SELECT {} FROM {} t").format(self._chosen(), self._name).as_bytes(None)

    def select(self, columns: tuple[str, ...], values: Sequence[Key]) -> list[Statement]:
        """Reads the rows under these values of an index, or the key. Values with None in other columns go apart: nothing
        equals NULL in SQL, so it is asked for in words."""
        if any(self._kinds[c] == "texts" for c in columns):
            query = self._selects.get((columns, ())) or self._any_of(columns)
            return [(query, [Texts.of([value[0] for value in values])])]
        by_gaps: dict[tuple[bool, ...], list[Key]] = {}
        for value in values:
            by_gaps.setdefault(tuple([cell is None for cell in value]), []).append(value)
        return [
            (
                self._selects.get((columns, gaps)) or self._equal_to(columns, gaps),
                [
                    array(self._kinds[column], [value[n] for value in alike])
                    for n, column in enumerate(columns)
                    if not gaps[n]
                ],
            )
            for gaps, alike in by_gaps.items()
        ]

    def cells(self, columns: Sequence[str], equals: Row) -> Statement:
        """Reads these columns of the rows that equal all of these; a list of texts equals whatever is among them."""
        query = sql.SQL("SELECT {} FROM {} t WHERE {}").format(
            self._chosen(columns), self._name, self._equal(equals)
        )
        return query.as_bytes(None), [*equals.values()]

    def some(self, most: int, equals: Row) -> Statement:
        """Reads, of the rows that equal all of these, so many; a list of texts equals whatever is among them."""
        query = sql.SQL("SELECT {} FROM {} t WHERE {} LIMIT %s").format(
            self._chosen(), self._name, self._equal(equals)
        )
        return query.as_bytes(None), [*equals.values(), most]

    def latest(self, column: str, most: int, equals: Row) -> Statement:
        """Reads, of the rows that equal all of these, those with the highest `column`."""
        query = sql.SQL("SELECT {} FROM {} t WHERE {} ORDER BY t.{} DESC LIMIT %s").format(
            self._chosen(), self._name, self._equal(equals), sql.Identifier(column)
        )
        return query.as_bytes(None), [*equals.values(), most]

    def upsert(self, rows: Sequence[Row]) -> Statement:
        """Puts rows in, each in the place of the one that has its key."""
        if not self._as_arrays:
            return self._upsert, [as_json(rows)]
        cells = ([row[c] for row in rows] for c in self._kinds)
        return self._upsert, [array(k, c) for k, c in zip(self._kinds.values(), cells, strict=True)]

    def delete(self, keys: Sequence[Key]) -> Statement:
        """Takes the rows of these keys out."""
        key = self.definition.key
        cells = zip(*keys, strict=True)
        return self._delete, [
            array(self._kinds[c], column) for c, column in zip(key, cells, strict=True)
        ]

    def _any_of(self, columns: tuple[str, ...]) -> bytes:
        query = sql.SQL("SELECT {} FROM {} t WHERE t.{} && %b::text[]").format(
            self._chosen(), self._name, sql.Identifier(columns[0])
        )
        return self._selects.setdefault((columns, ()), query.as_bytes(None))

    def _equal_to(self, columns: tuple[str, ...], gaps: tuple[bool, ...]) -> bytes:
        given = [column for column, gap in zip(columns, gaps, strict=True) if not gap]
        conditions = [
            sql.SQL("t.{} IS NULL" if gap else "t.{0} = u.{0}").format(sql.Identifier(column))
            for column, gap in zip(columns, gaps, strict=True)
        ]
        wanted = self._unnested(given) if given else sql.SQL("(SELECT 1) AS u")
        alike = sql.SQL(" AND ").join(conditions)
        if self.definition.most and columns != self.definition.key:
            query = sql.SQL(
                "SELECT {} FROM {}, LATERAL (SELECT * FROM {} t WHERE {} LIMIT {}) t"
            ).format(self._chosen(), wanted, self._name, alike, self.definition.most)
        else:
            query = sql.SQL("SELECT {} FROM {} JOIN {} t ON {}").format(
                self._chosen(), wanted, self._name, alike
            )
        return self._selects.setdefault((columns, gaps), query.as_bytes(None))

    def _equal(self, columns: Iterable[str]) -> sql.Composed:
        """That each of these columns equals a value; a list of texts equals whatever is among them."""
        return sql.SQL(" AND ").join(
            sql.SQL(
                "t.{} && ARRAY[%s::text]" if kind == "texts" else "t.{} = %s::" + SQL_TYPES[kind]
            ).format(sql.Identifier(column))
            for column in columns
            if (kind := self._kinds[column])
        )

    def _chosen(self, columns: Iterable[str] | None = None) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier("t", c) for c in columns or self._kinds)

    def _unnested(self, columns: Sequence[str]) -> sql.Composed:
        arguments = ", ".join(f"%b::{SQL_TYPES[self._kinds[c]]}[]" for c in columns)
        return sql.SQL("unnest(" + arguments + ") AS u({})").format(_names(columns))

    def _upsert_of_arrays(self) -> bytes:
        return self._insert(sql.SQL("{}").format(self._unnested(list(self._kinds))))

    def _upsert_of_json(self) -> bytes:
        source = sql.SQL("json_populate_recordset(NULL::{}, %s::json)").format(self._name)
        return self._insert(source)

    def _insert(self, source: sql.Composable) -> bytes:
        others = [c for c in self._kinds if c not in self.definition.key]
        change: sql.Composable = sql.SQL("NOTHING")
        if others:
            change = sql.SQL("UPDATE SET ") + sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in others
            )
        return (
            sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2} ON CONFLICT ({3}) DO {4}")
            .format(self._name, _names(self._kinds), source, _names(self.definition.key), change)
            .as_bytes(None)
        )

    def _delete_of_keys(self) -> bytes:
        key = self.definition.key
        alike = (sql.SQL("t.{0} = u.{0}").format(sql.Identifier(c)) for c in key)
        return (
            sql.SQL("DELETE FROM {} t USING {} WHERE {}")
            .format(self._name, self._unnested(key), sql.SQL(" AND ").join(alike))
            .as_bytes(None)
        )


def statements_of(schema: str, definition: TableDef, prefix: str) -> Statements:
    """The statements of a table, written out the first time they are asked for."""
    found = _written.get((schema, prefix, definition.name))
    if found is None or found.definition is not definition:
        found = _written[schema, prefix, definition.name] = Statements(schema, definition, prefix)
    return found


_written: dict[tuple[str, str, str], Statements] = {}


def array(kind: str, cells: Sequence[Any]) -> Array | list[Any] | None:
    """The cells of a column as one argument."""
    return ARRAYS[kind].of(cells) if kind in ARRAYS else list(cells)


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


def _names(columns: Sequence[str] | Any) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
