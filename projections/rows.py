"""What folds do with rows: read one that must be there, change some of its columns, and be shown as a frozen model."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from projections.table import Lookup, Row, Tables


class MissingRow(Exception):
    """An event speaks of something no earlier event brought: the projection must halt, never skip."""


class Shown(BaseModel):
    """Something a person is shown: frozen, made of a row or of several."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def row_of(tables: Tables, table: str, *key: Any) -> Row:
    """The row with this key; raises MissingRow."""
    row = tables.get(table, *key)
    if row is None:
        raise MissingRow(f"{table} has no row {'/'.join(map(str, key))}")
    return row


def change(tables: Tables, table: str, *key: Any, **columns: Any) -> Row:
    """Put the row with this key again, with some columns changed; raises MissingRow."""
    row = {**row_of(tables, table, *key), **columns}
    tables.put(table, row)
    return row


def by_key(table: str, column: str, values: Iterable[str]) -> Lookup:
    """The rows with these values of one column, each once."""
    return Lookup(table, (column,), tuple((value,) for value in dict.fromkeys(values)))
