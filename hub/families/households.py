"""Who was said to live with whom, and from when to when: read from what a viewer may see of a family, and from nothing else.

A household has as many people as were said to live at a home, and a person as many households as homes. Nothing is settled here:
a home that was said last in March, and another since, may be left or be the second of two.
"""

from dataclasses import dataclass
from datetime import datetime

from events.content import Address
from projections.family_view import FamilyShown, PersonShown
from projections.kin import home_marks


@dataclass(frozen=True, slots=True)
class Lives:
    """A person at a home: when it was first said and when last, and whether no other home was said since."""

    person: str
    first_at: datetime
    last_at: datetime
    newest: bool


@dataclass(slots=True)
class Household:
    """A home in its newest words, told by `marks`, with those who were said to live there."""

    address: Address
    marks: set[str]
    people: tuple[Lives, ...] = ()


def households_of(family: FamilyShown) -> list[Household]:
    """The homes at which more than one of the family was said to live, that of most people first."""
    found: list[Household] = []
    for address in addresses_in(family):
        marks = set(home_marks(address))
        same = [household for household in found if household.marks & marks]
        for other in same:
            found.remove(other)
            marks |= other.marks
        if marks:
            found.append(Household(address, marks))
    for household in found:
        lives = (lives_at(p, household.marks) for p in family.people)
        household.people = tuple(each for each in lives if each)
    shared = [household for household in found if len(household.people) > 1]
    return sorted(shared, key=lambda h: (-len(h.people), sorted(h.marks)))


def addresses_in(family: FamilyShown) -> list[Address]:
    """Every home that was said, the newest last."""
    said = sorted((s for p in family.people for s in p.said), key=lambda s: (s.at, s.position))
    return [s.mention.address for s in said if s.mention.address]


def lives_at(person: PersonShown, marks: set[str]) -> Lives | None:
    """When a person was said to live at a home; None where nobody said so."""
    told = [(s.at, s.mention.address) for s in person.said if s.mention.address]
    here = [at for at, address in told if not marks.isdisjoint(home_marks(address))]
    if not here:
        return None
    newest = not marks.isdisjoint(home_marks(told[-1][1]))
    return Lives(person.person, here[0], here[-1], newest)
