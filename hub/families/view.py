"""A family as the engine sees it: its people, what relates them, where they live, what is open for them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """A referral that a team has and has not ended. `row` is the row of routing.md it was made for."""

    referral: str
    row: str
    team: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A home somebody was said to live at. `key` is the same for the same home (UPRN, else normalised address and postcode).

    second   a child lives there too, besides where it was last said to live: with the other of two parents who live apart
    """

    key: str
    lines: tuple[str, ...]
    postcode: str | None
    uprn: str | None
    position: int
    second: bool = False


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with what all contacts so far said of them, newest last; `positions` are the log positions it came from.

    refs           how this contact names them; empty where it does not
    births         every date of birth said, as said, newest last
    expected       an expected date of birth, where unborn
    flags          every flag ever said (shielded, adoptive_placement, deceased, unborn, works_with_children …)
    """

    person: str
    refs: tuple[str, ...]
    births: tuple[str, ...]
    expected: str | None
    sex: str | None
    flags: frozenset[str]
    homes: tuple[KnownHome, ...]
    open_referrals: tuple[OpenReferral, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KnownRelation:
    """`from_person` is TYPE `to_person`; `joins` says whether it joins two people into one family."""

    from_person: str
    type: str
    to_person: str
    since: str | None
    until: str | None
    hours_per_week: float | None
    position: int
    joins: bool


@dataclass(frozen=True, slots=True)
class FamilyView:
    """The people connected to those of one contact. `root` addresses the family: its longest known person.

    people      the whole family (the connected part), and people of the contact who join no family
    relations   every relation among them, and those that never join (ex-partner-of, alleged-to-harm)
    beyond      people outside the family that a relation of the family leads to, such as the children of one alleged to harm
    left_out    why somebody who might have been shown here is not, in plain words
    """

    root: str | None
    people: tuple[KnownPerson, ...]
    relations: tuple[KnownRelation, ...]
    beyond: tuple[KnownPerson, ...] = ()
    left_out: tuple[str, ...] = ()
