"""What a reading answers: routes, obligations and tells that must be, and those that the text leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ANY = "*"
"""Stands for whatever the text leaves open: a person, a team or a time."""

Due = datetime | None | str


@dataclass(frozen=True)
class Route:
    """A row set off, about one person, with the teams and the times that the text allows."""

    rule: str
    about: str | None
    teams: tuple[str | None, ...]
    due: tuple[Due, ...]


@dataclass
class Answer:
    """Everything one contact sets off, as this reading has it."""

    routes: dict[tuple[str, str | None], Route] = field(default_factory=dict)
    some: set[str] = field(default_factory=set)
    """Rows of which at least one route must be there, about whomever."""
    obligations: set[tuple[str, str | None]] = field(default_factory=set)
    either: set[frozenset[tuple[str, str]]] = field(default_factory=set)
    """Sets of obligations of which at least one must be there."""
    dates: set[str] = field(default_factory=set)
    """People whose birth date an obligation must ask for."""
    tells: set[tuple[str, str]] = field(default_factory=set)
    """Row and recipient of what must be told."""
    silent: bool = False
    """Nothing may be told to the family or the person."""
    open_routes: dict[tuple[str, str | None], str] = field(default_factory=dict)
    open_obligations: dict[tuple[str, str | None], str] = field(default_factory=dict)
    open_dates: set[str] = field(default_factory=set)
    order: list[tuple[str, str | None]] = field(default_factory=list)

    def may_route(self, rule: str, about: str | None, point: str) -> None:
        self.open_routes.setdefault((rule, about), point)

    def may_owe(self, rule: str, about: str | None, point: str) -> None:
        self.open_obligations.setdefault((rule, about), point)

    def has(self, rule: str, about: str | None) -> bool:
        return (rule, about) in self.routes

    def about(self, rule: str) -> list[str]:
        """The people about whom a row is set off."""
        return sorted(ref for r, ref in self.routes if r == rule and ref)
