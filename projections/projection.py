"""What a projection is: a name, a version, tables, and one fold."""

from collections.abc import Iterable
from typing import Protocol

from events.envelope import RecordedEvent
from projections.table import Lookup, TableDef, Tables


class Projection(Protocol):
    """One question people ask, answered from events. A module of this package is one where it has these names in capitals.

    NAME      the noun a person asks for, such as `duty_queue`
    VERSION   raised when the fold or the tables change: the new one is built beside the old and swapped in
    TABLES    its tables
    EVENTS    the events that `apply` takes in (optional: every event): no other is brought to it, or even read
    apply     folds one event in; pure but for `tables`
    needs     the rows that `apply` will read for these events, fetched at once (optional)
    note_position   notes how far the log was folded, once after each run of events, those included that are not brought (optional)
    needs_beside   further ones that those lead to, each lookup fetched before the next is asked for (optional)
    """

    NAME: str
    VERSION: int
    TABLES: tuple[TableDef, ...]
    types: frozenset[str] | None  # the stored types of EVENTS

    def apply(self, tables: Tables, event: RecordedEvent) -> None: ...

    def needs(self, events: Iterable[RecordedEvent]) -> Iterable[Lookup]: ...

    def note_position(self, tables: Tables, position: int) -> None: ...

    def needs_beside(self, tables: Tables, events: Iterable[RecordedEvent]) -> Iterable[Lookup]: ...
