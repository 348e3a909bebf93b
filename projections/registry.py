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


@dataclass(slots=True)
class Question:
    """A projection as the runner holds it."""

    NAME: str
    VERSION: int
    TABLES: tuple[TableDef, ...]
    apply: Callable[[Tables, RecordedEvent], None]
    needs: Callable[[Iterable[RecordedEvent]], Iterable[Lookup]]


def nothing_ahead(_events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The needs of a projection that names none."""
    return ()


def question(module: ModuleType) -> Question:
    """The projection of a module."""
    return Question(
        module.NAME,
        module.VERSION,
        module.TABLES,
        module.apply,
        getattr(module, "needs", nothing_ahead),
    )


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
