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
    pages = pages_for(len(items))
    shown = min(max(number, 1), pages)
    return Paged(items[(shown - 1) * SIZE : shown * SIZE], shown, pages, len(items))


def page_of(items: Sequence[Item], first: int, total: int) -> Paged[Item]:
    """The page that these items make, the first of which has that place in the whole list, from 0."""
    return Paged(items, first // SIZE + 1, pages_for(total), total)


def begins_at(number: int) -> int:
    """The place of the first item of the page of that number, from 0."""
    return (max(number, 1) - 1) * SIZE


def pages_for(total: int) -> int:
    """How many pages so many items make."""
    return max(-(-total // SIZE), 1)
