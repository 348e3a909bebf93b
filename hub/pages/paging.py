"""A long list in pages: which of them is shown, and which come before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

SIZE = 50


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """One page of a list: its items, its number from 1, how many pages there are, and how many items on all of them."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """The place of its first item in the whole list, from 1; 0 where there is none."""
        return (self.number - 1) * SIZE + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The place of its last item."""
        return (self.number - 1) * SIZE + len(self.items)


def paged(items: Sequence[Item], number: int) -> Paged[Item]:
    """The page of that number; the nearest there is, where there is none of it."""
    pages = max(-(-len(items) // SIZE), 1)
    shown = min(max(number, 1), pages)
    return Paged(items[(shown - 1) * SIZE : shown * SIZE], shown, pages, len(items))
