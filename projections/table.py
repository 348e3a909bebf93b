"""The small table interface that every fold works on, and its plain-memory form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Literal, Protocol

Row = dict[str, Any]
Key = tuple[Any, ...]
ColumnType = Literal["text", "int", "bool", "float", "time", "date", "json", "texts"]


@dataclass(frozen=True, slots=True)
class TableDef:
    """A table of a fold: its columns with their types, the columns of its key, and the column groups it is looked up by.

    Types: text, int, bool, float, time (aware datetime, UTC), date, json (what JSON can hold), texts (a list of text).
    `most`: under one value of an index so many rows at most are read, whichever: what stands under more says nothing.
    `written_once` is one whose rows the fold puts, each once, and never reads again: a rebuild need not keep them in memory.
    `seldom_read` is one of large rows of which few are ever read again: who holds all tables in memory leaves it where it is stored.
    Key columns are text or int, never None. Any other column may be None. An index over a `texts` column finds a row by any element.
    """

    name: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    written_once: bool = False
    seldom_read: bool = False
    most: int | None = None
    key_of: Callable[[Row], Key] = field(init=False, repr=False, compare=False)
    """The key of a row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_of", cells_of(self.key))


def cells_of(columns: Iterable[str]) -> Callable[[Row], Key]:
    """Takes these cells of a row, in this order."""
    names = tuple(columns)
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple([row[c] for c in names])


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows that a fold is going to read: by key (`columns` is the table's key) or by one of its indexes."""

    table: str
    columns: tuple[str, ...]
    values: tuple[Key, ...]


class Tables(Protocol):
    """Where a fold reads and writes its rows. Rows are plain dicts; what is returned may not be changed in place."""

    def load(self, lookups: Iterable[Lookup]) -> None:
        """Fetch what is going to be read, many rows in one round trip. Only ever a matter of speed."""

    def nothing_under(self, lookups: Iterable[Lookup]) -> None:
        """Say that nothing is stored under these, as of somebody made a moment ago. Only ever a matter of speed."""

    def get(self, table: str, *key: Any) -> Row | None:
        """The row with this key, or None."""

    def find(self, table: str, **equals: Any) -> list[Row]:
        """The rows that equal all of these, by one of the table's indexes, in order of key."""

    def cells(self, table: str, columns: Sequence[str], **equals: Any) -> list[Key]:
        """Of the rows that `find` would give, in no order, these columns alone: for a look at very many. None is never equalled."""

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        """Of the rows that `find` would give, so many at most, whichever: for a question that has to end. None is never equalled."""

    def latest(self, table: str, column: str, most: int, **equals: Any) -> list[Row]:
        """Of the rows that equal all of these, those with the highest `column`, highest first, so many at most: by an index over
        what is given, then `column`, an int that no two of them share. What is equalled is never None."""

    def put(self, table: str, row: Row) -> None:
        """Insert the row or replace the one with its key. Every column must be there."""

    def delete(self, table: str, *key: Any) -> None:
        """Remove the row with this key; nothing happens where there is none."""


class MemoryTables:
    """The tables in plain memory: for `hub route`, for as-at reads and for tests."""

    def __init__(self, defs: Iterable[TableDef]) -> None:
        self.defs = {d.name: d for d in defs}
        self._rows: dict[str, dict[Key, Row]] = {name: {} for name in self.defs}
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[Key, dict[Key, None]]] = {
            (d.name, columns): {} for d in self.defs.values() for columns in d.indexes
        }

    def load(self, lookups: Iterable[Lookup]) -> None:
        """Nothing to fetch: all is in memory."""

    def nothing_under(self, lookups: Iterable[Lookup]) -> None:
        """Nothing to spare: all is in memory."""

    def get(self, table: str, *key: Any) -> Row | None:
        return self._rows[table].get(key)

    def find(self, table: str, **equals: Any) -> list[Row]:
        columns = index_for(self.defs[table], equals)
        value = tuple(equals[c] for c in columns)
        keys = self._indexes[table, columns].get(value, {})
        return [self._rows[table][key] for key in sorted(keys)[: self.defs[table].most]]

    def cells(self, table: str, columns: Sequence[str], **equals: Any) -> list[Key]:
        return list(map(cells_of(columns), self.find(table, **equals)))

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        return self.find(table, **equals)[:most]

    def latest(self, table: str, column: str, most: int, **equals: Any) -> list[Row]:
        index_for(self.defs[table], [*equals, column])
        rows = (row for row in self._rows[table].values() if has(row, equals))
        return sorted(rows, key=itemgetter(column), reverse=True)[:most]

    def put(self, table: str, row: Row) -> None:
        definition = self.defs[table]
        check_row(definition, row)
        key = definition.key_of(row)
        if key in self._rows[table]:
            self.delete(table, *key)
        self._rows[table][key] = row = dict(row)
        for columns in definition.indexes:
            for value in index_values(definition, columns, row):
                self._indexes[table, columns].setdefault(value, {})[key] = None

    def delete(self, table: str, *key: Any) -> None:
        row = self._rows[table].pop(key, None)
        if row is None:
            return
        definition = self.defs[table]
        for columns in definition.indexes:
            for value in index_values(definition, columns, row):
                del self._indexes[table, columns][value][key]

    def rows(self, table: str) -> list[Row]:
        """Every row, in order of key."""
        return [row for _, row in sorted(self._rows[table].items())]


def has(row: Row, equals: Mapping[str, Any]) -> bool:
    """Whether a row equals all of these."""
    return all(row[column] == value for column, value in equals.items())


def index_for(definition: TableDef, equals: Iterable[str]) -> tuple[str, ...]:
    """The index of `definition` over exactly these columns; raises KeyError where none was declared."""
    for columns in definition.indexes:
        if set(columns) == set(equals):
            return columns
    raise KeyError(f"table {definition.name} has no index over {', '.join(sorted(equals))}")


def index_values(definition: TableDef, columns: tuple[str, ...], row: Row) -> list[Key]:
    """The values under which `row` stands in the index: one, or one for each element of a `texts` column."""
    if len(columns) == 1 and definition.columns[columns[0]] != "texts":
        return [(row[columns[0]],)]
    values: list[Key] = [()]
    for column in columns:
        cell = row[column]
        cells = dict.fromkeys(cell or ()) if definition.columns[column] == "texts" else (cell,)
        values = [(*value, c) for value in values for c in cells]
    return values


def check_row(definition: TableDef, row: Row) -> None:
    """Raise KeyError unless `row` has exactly the columns of the table."""
    if row.keys() != definition.columns.keys():
        odd = sorted(row.keys() ^ definition.columns.keys())
        raise KeyError(f"table {definition.name}: {', '.join(odd)} missing or unknown")
