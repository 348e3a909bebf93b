"""Walks from person to person over what joins them: relations that hold on the day, then a home that they share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from hub.families.apart import behind, other_parents
from hub.families.relations import KINSHIP, PARTED, PARTNERS, joins_on
from hub.people.communal import is_communal
from hub.people.homes import is_a_dwelling
from hub.people.person import current_home, is_sealed
from hub.people.state import heads_at, load_people
from projections.kin import HOUSEHOLD
from projections.table import Row, Tables

FAMILY = 40
"""More people than this are not shown together: some home or relation among them says more than it should."""


@dataclass(slots=True)
class Walk:
    """One walk on one day. `communal` are names of homes that join nobody; `left_out` says what was not followed."""

    tables: Tables
    on: date
    communal: frozenset[str]
    left_out: list[str] = field(default_factory=list)
    apart: dict[str, None] = field(default_factory=dict)
    behind: set[str] = field(default_factory=set)
    _rows: dict[str, Row] = field(default_factory=dict)
    _homes: dict[str, str | None] = field(default_factory=dict)
    _stated: dict[str, list[Row]] = field(default_factory=dict)
    _loaded: set[str] = field(default_factory=set)

    def connected(self, seeds: Iterable[str]) -> list[str]:
        """Everybody joined to the seeds, who come first; nearest first, the longest known of the equally near first.

        Whoever is joined to a seed directly is of the family. From there on nobody is who stands behind a parent who lives apart
        from the one found first (hub.families.apart): `apart` are these parents, `behind` everybody on their side.
        """
        found = dict.fromkeys(seeds)
        self.apart, self.behind = {}, set()
        met = set(found)
        frontier = list(found)
        self.load(frontier)
        while frontier:
            near = {person: sorted(self.beside(person)) for person in frontier}
            self.load({other for others in near.values() for other in others})
            fresh = dict.fromkeys(
                other
                for person, others in near.items()
                for other in others
                if other not in found and other not in self.behind and self.joined(person, other)
            )
            frontier = self._within_cap(list(fresh), len(found))
            found.update(dict.fromkeys(frontier))
            self._stop_at_other_households(met | set(frontier), found)
            met = set()
        return list(found)

    def _stop_at_other_households(self, met: set[str], found: dict[str, None]) -> None:
        """Nobody is walked to who stands behind a parent who lives apart from somebody met."""
        told = list(self.left_out)
        for parent, apart_from in other_parents(self, met, found).items():
            if parent not in self.behind:
                self.apart[parent] = None
                self.behind |= behind(self, parent, apart_from, found.keys())
        self.left_out = told  # what is behind somebody else is not told of

    def load(self, people: Iterable[str]) -> None:
        """Fetch these people, with what the walk reads of them, but for those it has met."""
        new = set(people) - self._loaded
        if new:
            load_people(self.tables, new)
            self._loaded |= new

    def _within_cap(self, fresh: list[str], known: int) -> list[str]:
        room = max(FAMILY - known, 0)
        if len(fresh) > room:
            self.left_out.append(
                f"More than {FAMILY} people are connected: those furthest away are left out."
            )
        return fresh[:room]

    def beside(self, person: str) -> Iterator[str]:
        """Whom a relation or the home leads to, joined or not."""
        for row in self.relations(person):
            yield row["to_person"] if row["from_person"] == person else row["from_person"]
        home = self.home(person)
        if home and heads_at(self.tables, home) > HOUSEHOLD:
            self._leave_out(f"A home of more than {HOUSEHOLD} people joins nobody.")
        elif home:
            yield from (
                row["person"]
                for row in self.tables.find("lives_at", home=home)
                if row["person"] != person
            )

    def relations(self, person: str) -> list[Row]:
        """Every relation stated of a person, from either side."""
        if person not in self._stated:
            self._stated[person] = [
                *self.tables.find("person_relation", from_person=person),
                *self.tables.find("person_relation", to_person=person),
            ]
        return self._stated[person]

    def joined(self, one: str, other: str) -> bool:
        """Whether two people are joined directly."""
        between = [r for r in self.relations(one) if other in (r["from_person"], r["to_person"])]
        sealed = {p for p in (one, other) if is_sealed(self.row(p))}
        parted = max((r["position"] for r in between if r["type"] == PARTED), default=-1)
        together = max((r["position"] for r in between if r["type"] in PARTNERS), default=-1)
        if sealed and any(r["type"] in KINSHIP for r in between) and len(sealed) < 2:
            return False
        if any(self._holds(r, parted, sealed) for r in between):
            return True
        return parted <= together and self._share_home(one, other)

    def _holds(self, row: Row, parted: int, sealed: set[str]) -> bool:
        """Whether a relation joins now. Of a child in an adoptive placement only what was said of the placement counts."""
        if sealed and row["type"] in KINSHIP:
            return False
        if (row["from_person"] in sealed and not row["from_sealed"]) or (
            row["to_person"] in sealed and not row["to_sealed"]
        ):
            return False
        if row["type"] in PARTNERS and row["position"] < parted:
            return False
        return joins_on(self.on, row["type"], row["since"], row["until"])

    def _share_home(self, one: str, other: str) -> bool:
        home = self.home(one)
        return (
            home is not None
            and home == self.home(other)
            and heads_at(self.tables, home) <= HOUSEHOLD
        )

    def home(self, person: str) -> str | None:
        """The dwelling that may join a person to others: the latest, not communal, and the placement's for a sealed child."""
        if person not in self._homes:
            self._homes[person] = self._home_of(self.row(person))
        return self._homes[person]

    def _home_of(self, row: Row) -> str | None:
        home = current_home(row)
        if (
            home is None
            or not is_a_dwelling(home["key"])
            or (is_sealed(row) and not home["sealed"])
        ):
            return None
        if is_communal(home["names"], home["lines"], self.communal):
            self._leave_out("A communal home joins nobody.")
            return None
        return str(home["key"])

    def row(self, person: str) -> Row:
        """What is known of a person."""
        row = self._rows.get(person) or self.tables.get("known_person", person)
        if row is None:
            raise KeyError(person)
        self._rows[person] = row
        return row

    def _leave_out(self, reason: str) -> None:
        if reason not in self.left_out:
            self.left_out.append(reason)
