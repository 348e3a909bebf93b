"""Parents who live apart: their child belongs to both households, and neither household to the other.

Who is asked for says from where the family is seen. The child's own family is both households. Seen from one parent, or from
anybody on that side, the child is of the family, the other parent stands beyond it, and who is behind the other parent (a new
partner, their children, that side's grandparents) is left out.
"""

from collections.abc import Container, Iterable, Iterator, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING

from hub.families.relations import PARTED, PARTNER, joins_on
from hub.values import PartialDate, whole_years
from projections.table import Row

if TYPE_CHECKING:
    from hub.families.walk import Walk

PARENT = "parent-of"
ADULT = 18
MOST = 40
"""Nobody has more people behind them."""


def other_parents(
    walk: "Walk", people: Iterable[str], found: Container[str]
) -> dict[str, set[str]]:
    """Who has a child with one of these people, lives apart from them and is not found yet; from whom they live apart."""
    children = {(c, p) for p in people for c in ends(walk.relations(p), PARENT, p)}
    walk.load({child for child, _ in children})
    couples = {
        (parent, p)
        for child, p in children
        for parent in begins(walk.relations(child), PARENT, child)
        if parent not in found and walk.joined(p, child)
    }
    walk.load({parent for parent, _ in couples})
    apart: dict[str, set[str]] = {}
    for parent, p in sorted(couples):
        apart.setdefault(parent, set()).add(p)
    return {
        parent: others
        for parent, others in apart.items()
        if all(live_apart(walk, parent, p) for p in others)
    }


def live_apart(walk: "Walk", one: str, other: str) -> bool:
    """Whether two parents of one child live apart: it was said that they parted, or each has a home of their own."""
    if walk.joined(one, other):
        return False
    between = [r for r in walk.relations(one) if other in (r["from_person"], r["to_person"])]
    if any(r["type"] == PARTED or has_ended(walk, r) for r in between):
        return True
    homes = (walk.home(one), walk.home(other))
    return None not in homes and homes[0] != homes[1]


def second_homes(walk: "Walk", child: str) -> set[str]:
    """The homes, besides the last that was said, at which a child of parents who live apart was said to live with one of them."""
    row = walk.row(child)
    if len(row["homes"]) < 2 or not is_a_child(row["births"], walk.on):
        return set()
    last = walk.home(child)
    if last is None:
        return set()
    parents = {p for p in begins(walk.relations(child), PARENT, child) if walk.joined(p, child)}
    walk.load(parents)
    here = [p for p in parents if walk.home(p) == last]
    lived_at = {home["key"] for home in row["homes"]}
    there = {(p, home) for p in parents if (home := walk.home(p)) in lived_at - {last}}
    return {home for p, home in there if home and any(live_apart(walk, p, q) for q in here)}


def is_a_child(births: Sequence[str], on: date) -> bool:
    """Whether by every date of birth that was said somebody is under 18."""
    read = [PartialDate.parse(birth) for birth in births]
    return bool(read) and all(b is not None and whole_years(b.earliest(), on) < ADULT for b in read)


def has_ended(walk: "Walk", row: Row) -> bool:
    """Whether they were partners until some day before."""
    return row["type"] == PARTNER and not joins_on(walk.on, row["type"], row["since"], row["until"])


def behind(walk: "Walk", parent: str, from_: Set[str], found: Set[str]) -> set[str]:
    """A parent who lives apart from these people, and everybody on that side: joined to the parent, not to one of them directly."""
    side = {parent}
    frontier = [parent]
    while frontier and len(side) < MOST:
        near = {person: sorted(set(walk.beside(person)) - side - found) for person in frontier}
        walk.load({other for others in near.values() for other in others})
        fresh = {
            other
            for person, others in near.items()
            for other in others
            if walk.joined(person, other) and not any(walk.joined(p, other) for p in from_)
        }
        side |= fresh
        frontier = sorted(fresh)
    return side


def ends(rows: Iterable[Row], type_: str, person: str) -> Iterator[str]:
    """To whom a person stands in a relation."""
    return (r["to_person"] for r in rows if r["type"] == type_ and r["from_person"] == person)


def begins(rows: Iterable[Row], type_: str, person: str) -> Iterator[str]:
    """Who stands in a relation to a person."""
    return (r["from_person"] for r in rows if r["type"] == type_ and r["to_person"] == person)
