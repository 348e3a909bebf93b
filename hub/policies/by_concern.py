"""Which rows of a policy can be set off at all by what is said of somebody: the others need not be looked at."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, Protocol, TypeVar


class Needy(Protocol):
    """What is asked of a row here: see hub.policies.document.Row."""

    @property
    def concerns_needed(self) -> frozenset[str] | None:
        """The concerns of a person without which none of their own triggers holds; None where one may."""

    @property
    def of_the_whole(self) -> bool:
        """Whether what is said of the contact as a whole may set it off."""

    @property
    def out_of_hours(self) -> bool:
        """Whether it is added beside others (R28), never set off by itself."""

    @property
    def at_capacity(self) -> bool:
        """Whether it is added where a queue is full (R30), never set off by itself."""


R = TypeVar("R", bound=Needy)


class RowsByConcern(Generic[R]):
    """The rows in the policy's order, of which few are looked at for any one person."""

    def __init__(self, rows: Mapping[str, R]) -> None:
        self._rows = [
            (row_id, row)
            for row_id, row in rows.items()
            if not (row.out_of_hours or row.at_capacity)
        ]
        self.for_person = lru_cache(maxsize=1024)(self._for_person)
        self.for_whole = lru_cache(maxsize=1024)(self._for_whole)

    def _for_person(self, concerns: frozenset[str]) -> tuple[tuple[str, R], ...]:
        """What the facts of a person of whom these concerns are said may set off."""
        return tuple((i, row) for i, row in self._rows if _may(row, concerns))

    def _for_whole(self, concerns: frozenset[str]) -> tuple[tuple[str, R], ...]:
        """What a contact of which as a whole these concerns are said may set off."""
        return tuple((i, row) for i, row in self._rows if row.of_the_whole or _may(row, concerns))


def _may(row: Needy, concerns: frozenset[str]) -> bool:
    needed = row.concerns_needed
    return needed is None or not needed.isdisjoint(concerns)
