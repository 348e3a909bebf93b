"""What is at hand of a table while it is folded: rows read or written, and under which values all that is stored is at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from projections.table import Key, Row, TableDef, index_for, index_values

Keys = tuple[Key, ...] | set[Key]
FEW = 8
"""Up to so many keys under one value are a tuple: a set needs 216 bytes for one and 728 for eight, a tuple 48 and 104."""


@dataclass(slots=True, eq=False)
class Index:
    """The keys of the rows at hand under each value of an index.

    whole   the values under which all that is stored is at hand
    found   the keys by value; None until somebody reads by this index
    """

    columns: tuple[str, ...]
    whole: set[Key] = field(default_factory=set)
    found: dict[Key, Keys] | None = None


class Held:
    """What is at hand of one table: rows read or written (None where there is none), and which of them await `flush`."""

    def __init__(self, definition: TableDef) -> None:
        self.definition = definition
        self.rows: dict[Key, Row | None] = {}
        self.changed: dict[Key, None] = {}
        self.waiting: list[Row] | None = [] if definition.written_once else None
        self.whole = False  # all that is stored is at hand, and nobody else writes it
        self.thinned = False  # a row of a crowd was taken out and awaits `flush`
        self.indexes = [Index(columns) for columns in definition.indexes]
        self.by_names = {index.columns: index for index in self.indexes}
        self._of_key = [i for i in self.indexes if set(i.columns) <= set(definition.key)]

    def index(self, names: tuple[str, ...]) -> Index:
        """The index over these columns, in whatever order they are named; raises KeyError where none was declared."""
        found = self.by_names.get(names)
        if found is None:
            columns = index_for(self.definition, dict.fromkeys(names))
            found = self.by_names[names] = next(i for i in self.indexes if i.columns == columns)
        return found

    def keys_under(self, index: Index) -> dict[Key, Keys]:
        """The keys by value, kept from the first time they are asked for."""
        if index.found is None:
            index.found = {}
            for key, row in self.rows.items():
                if row is not None:
                    self.add(index, key, row)
        return index.found

    def add(self, index: Index, key: Key, row: Row) -> None:
        """Note a row under its values."""
        if index.found is not None:
            for value in index_values(self.definition, index.columns, row):
                keys = index.found.get(value, ())
                if isinstance(keys, set):
                    keys.add(key)
                elif key not in keys:
                    index.found[value] = (*keys, key) if len(keys) < FEW else {*keys, key}

    def put(self, row: Row) -> None:
        """Write a row, to be flushed."""
        key = self.definition.key_of(row)
        self.forget(key)
        self.rows[key] = row
        self.changed[key] = None
        for index in self.indexes:
            self.add(index, key, row)

    def delete(self, key: Key) -> None:
        """Take a row out, to be flushed."""
        self.forget(key)
        self.rows[key] = None
        self.changed[key] = None
        self.thinned = self.definition.most is not None

    def forget(self, key: Key) -> None:
        """Take a row out from under its values. Where it was one of a crowd, another of them is to be read in its place."""
        row = self.rows.get(key)
        if row is None:
            return
        for index in self.indexes:
            if index.found is not None:
                for value in index_values(self.definition, index.columns, row):
                    if value in index.found:
                        if self.crowded(index, value):
                            index.whole.discard(value)
                        _take_out(index.found, value, key)

    def crowded(self, index: Index, value: Key) -> bool:
        """Whether there may be more stored under this value than was read."""
        most = self.definition.most
        return most is not None and len((index.found or {}).get(value, ())) >= most

    def read_again(self) -> None:
        """From here on a table that is written once is one like any other: somebody reads it, or writes a row again."""
        waiting, self.waiting = self.waiting, None
        for row in waiting or ():
            self.put(row)

    def would_be_here(self, key: Key) -> bool:
        """Whether a row with this key would have come with all that stands under one of its values already."""
        names = self.definition.key
        return any(
            value in index.whole and not self.crowded(index, value)
            for index in self._of_key
            if (value := tuple([key[names.index(c)] for c in index.columns]))
        )


def _take_out(found: dict[Key, Keys], value: Key, key: Key) -> None:
    keys = found[value]
    if isinstance(keys, set):
        keys.discard(key)
    else:
        found[value] = tuple([k for k in keys if k != key])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Values of an index, or keys where there is none, of which the rows are not at hand."""

    held: Held
    index: Index | None
    values: Sequence[Key]
