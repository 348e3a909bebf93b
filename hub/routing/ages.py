"""How old somebody may be, by every date of birth that was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hub.values import PartialDate, whole_years

# Nobody in England is older; such dates, 1 January 1900 above all, are what systems put where they know none.
OLDEST = 119


@dataclass(frozen=True, slots=True)
class AgesTold:
    """The first day they may have been born on, and the lowest and highest age in whole years that they may have."""

    born_from: date
    youngest: int
    oldest: int


def ages_told(births: Iterable[str], day: date) -> AgesTold | None:
    """The ages somebody may have on `day`; None where nothing can be told.

    Dates that fit together (`2012` and `2012-02-03`) narrow each other. Dates that contradict each other leave all the
    days between them possible: which one is wrong is not for the hub to guess.
    """
    return _ages_told(frozenset(births), day)


@lru_cache(maxsize=8192)
def _ages_told(births: frozenset[str], day: date) -> AgesTold | None:
    read = [
        birth for text in births if (birth := PartialDate.parse(text)) and _possible(birth, day)
    ]
    if not read:
        return None
    first, last = max(b.earliest() for b in read), min(b.latest() for b in read)
    if first > last:
        first, last = min(b.earliest() for b in read), max(b.latest() for b in read)
    return AgesTold(first, youngest=whole_years(last, day), oldest=whole_years(first, day))


def _possible(birth: PartialDate, day: date) -> bool:
    return whole_years(birth.earliest(), day) <= OLDEST
