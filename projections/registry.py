"""Finds every projection by walking this package: a module with NAME, VERSION, TABLES and apply is one."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import projections
from events.envelope import RecordedEvent
from projections.projection import Projection
from projections.table import Lookup, TableDef, Tables

FIRST = ("hidden_people",)  # what nobody may see is known before there is anything to see


def nothing_ahead(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The needs of a projection that names none."""
    return ()


def nothing_beside(_tables: Tables, _events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """What else is needed by a projection that names nothing."""
    return ()


def nothing_of_the_way(_tables: Tables, _position: int) -> None:
    """What a projection does that keeps no position among its rows."""


@dataclass(slots=True)
class Question:
    """A projection as the runner holds it."""

    NAME: str
    VERSION: int
    TABLES: tuple[TableDef, ...]
    apply: Callable[[Tables, RecordedEvent], None]
    needs: Callable[[Iterable[RecordedEvent]], Iterable[Lookup]]
    types: frozenset[str] | None = None
    needs_beside: Callable[[Tables, Iterable[RecordedEvent]], Iterable[Lookup]] = nothing_beside
    note_position: Callable[[Tables, int], None] = nothing_of_the_way


def question(module: ModuleType) -> Question:
    """The projection of a module."""
    return Question(
        module.NAME,
        module.VERSION,
        module.TABLES,
        module.apply,
        getattr(module, "needs", nothing_ahead),
        frozenset(event.TYPE for event in module.EVENTS) if hasattr(module, "EVENTS") else None,
        getattr(module, "needs_beside", nothing_beside),
        getattr(module, "note_position", nothing_of_the_way),
    )


def concerning(projection: Projection, events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
    """Those of the events that the projection takes in."""
    types = projection.types
    return [e for e in events if types is None or e.type in types]


@cache
def all_projections() -> tuple[Projection, ...]:
    """Every projection, what is hidden first, then by name."""
    modules = [
        importlib.import_module(f"projections.{m.name}")
        for m in pkgutil.iter_modules(projections.__path__)
    ]
    found = [question(m) for m in modules if hasattr(m, "NAME") and hasattr(m, "apply")]
    return tuple(sorted(found, key=lambda p: (p.NAME not in FIRST, p.NAME)))


def table_defs(chosen: Iterable[Projection] | None = None) -> tuple[TableDef, ...]:
    """The tables of these projections, or of all."""
    return tuple(d for p in (all_projections() if chosen is None else chosen) for d in p.TABLES)
