"""One contact as this reading sees it: people with the ages that can be told, homes, and who is whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.routing.plain.days import london_day

YES, NO, UNKNOWN = "yes", "no", "unknown"
OLDEST = 119
GENERATIONS = {"parent-of": 12, "grandparent-of": 24}


@dataclass(frozen=True)
class Person:
    """One person of the contact, with the earliest and the latest day on which they can have been born."""

    ref: str
    earliest: date | None
    latest: date | None
    unborn: bool
    dead: bool
    works_with_children: bool
    address: Mapping[str, Any] | None = field(hash=False, compare=False)

    @property
    def born(self) -> date | None:
        return self.earliest if self.earliest == self.latest else None


def person(said: Mapping[str, Any]) -> Person:
    """A person as said, with a partial birth date read as the span that it leaves."""
    earliest, latest = span(said.get("dob"))
    flags = said.get("flags", ())
    return Person(
        ref=said["ref"],
        earliest=earliest,
        latest=latest,
        unborn="unborn" in flags,
        dead="deceased" in flags,
        works_with_children="works_with_children" in flags,
        address=said.get("address"),
    )


def span(dob: str | None) -> tuple[date | None, date | None]:
    """The first and last day that a birth date, whole or partial, can mean."""
    if not dob:
        return None, None
    parts = [int(part) for part in dob.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 2:
        year, month = parts
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def years(born: date, day: date) -> int:
    """Age in whole years; somebody born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Contact:
    """What one contact says, asked in the words of routing.md."""

    def __init__(
        self, data: Mapping[str, Any], received: datetime, localities: Mapping[str, int]
    ) -> None:
        self.data = data
        self.received = received
        self.day = london_day(received)
        self.localities = localities
        self.people = {said["ref"]: person(said) for said in data.get("people", ())}
        self.concerns = list(data.get("concerns", ()))
        dead = {c["about"] for c in self.concerns if c["code"] == "death" and c.get("about")}
        self.dead = dead | {p.ref for p in self.people.values() if p.dead}
        self.relations = [r for r in data.get("relationships", ()) if self.holds(r)]
        self.ages = {ref: self.by_relation(ref) for ref in self.people}
        self.home = self.homes()

    # what is said

    def holds(self, relation: Mapping[str, Any]) -> bool:
        """Whether a relation is still so on the day of receipt."""
        until, since = relation.get("until"), relation.get("since")
        return not (until and until < self.day.isoformat()) and not (
            since and since > self.day.isoformat()
        )

    def fact(self, name: str) -> str:
        """A fact of the contact; absent means unknown, never no."""
        return str(self.data.get("facts", {}).get(name, UNKNOWN))

    def agreement(self) -> str:
        return str(self.data.get("agreement", {}).get("to_service", "not-asked"))

    def said(self, *codes: str) -> list[tuple[str | None, Mapping[str, Any]]]:
        """Who a concern of these codes is about, with the concern."""
        return [(c.get("about"), c) for c in self.concerns if c["code"] in codes]

    def about(self, *codes: str) -> list[str]:
        """The people whom a concern of these codes names."""
        return sorted({ref for ref, _ in self.said(*codes) if ref})

    def said_of_all(self, *codes: str) -> bool:
        """Whether such a concern is said about the contact as a whole."""
        return any(ref is None for ref, _ in self.said(*codes))

    # ages

    def under(self, ref: str, limit: int) -> str:
        """Whether a person is younger than that on the London day of receipt: yes, no or unknown."""
        if self.people[ref].unborn:
            return YES
        youngest, oldest = self.ages[ref]
        if oldest < limit:
            return YES
        return NO if youngest >= limit else UNKNOWN

    def told(self, ref: str) -> tuple[int, int]:
        """The ages that the birth date alone leaves possible."""
        somebody = self.people[ref]
        if somebody.earliest is None or somebody.latest is None:
            return 0, OLDEST
        return years(min(somebody.latest, self.day), self.day), years(somebody.earliest, self.day)

    def by_relation(self, ref: str) -> tuple[int, int]:
        """A parent is older than their child, so an age without a date may still be told (ages-by-relation)."""
        youngest, oldest = self.told(ref)
        if self.people[ref].earliest is None and not self.people[ref].unborn:
            for kind, apart in GENERATIONS.items():
                for elder, younger in self.pairs(kind):
                    if elder == ref:
                        youngest = max(youngest, self.told(younger)[0] + apart)
                    if younger == ref and self.people[elder].earliest:
                        oldest = min(oldest, max(0, self.told(elder)[1] - apart))
        return youngest, oldest

    def date_says(self, ref: str) -> bool:
        """Whether the birth date by itself tells a child from an adult."""
        youngest, oldest = self.told(ref)
        return self.people[ref].unborn or youngest >= 18 or oldest < 18

    def is_child(self, ref: str) -> bool:
        return self.under(ref, 18) == YES and not self.people[ref].unborn

    def is_adult(self, ref: str) -> bool:
        return self.under(ref, 18) == NO

    def may_be_child(self, ref: str) -> bool:
        """A child, or one whose age cannot be told; not one yet to be born."""
        return self.under(ref, 18) != NO and not self.people[ref].unborn

    def may_be_adult(self, ref: str) -> bool:
        return self.under(ref, 18) != YES

    def age_unknown(self, ref: str) -> bool:
        return self.under(ref, 18) == UNKNOWN

    def between(self, ref: str, low: int, high: int) -> str:
        """Whether a person is at least so old and younger than that."""
        young, old = self.under(ref, high), self.under(ref, low)
        if young == NO or old == YES:
            return NO
        return YES if (young, old) == (YES, NO) else UNKNOWN

    # who is whose

    def pairs(self, *types: str) -> list[tuple[str, str]]:
        return [(r["from"], r["to"]) for r in self.relations if r["type"] in types]

    def parents(self, ref: str) -> set[str]:
        return {parent for parent, child in self.pairs("parent-of") if child == ref}

    def children_of(self, ref: str) -> set[str]:
        """Those under 18 or unborn, or of an age that cannot be told, whose parent this person is."""
        return {
            c for parent, c in self.pairs("parent-of") if parent == ref and not self.is_adult(c)
        }

    def homes(self) -> dict[str, str]:
        """Each person's home, named for one who lives there: by lives-with, by fostering, and by address."""
        home = {ref: ref for ref in self.people}
        refs = list(self.people)
        together = self.pairs("lives-with", "foster-carer-of")
        together += [
            (a, b) for i, a in enumerate(refs) for b in refs[i + 1 :] if self.same_address(a, b)
        ]
        for one, other in together:
            old, new = home[one], home[other]
            home = {ref: new if at == old else at for ref, at in home.items()}
        return home

    def same_address(self, one: str, other: str) -> bool:
        here, there = self.people[one].address, self.people[other].address
        return bool(here and there) and (
            (here.get("lines"), here.get("postcode")) == (there.get("lines"), there.get("postcode"))
        )

    def housemates(self, ref: str) -> set[str]:
        home = self.home.get(ref)
        return {other for other in self.people if other != ref and self.home[other] == home}

    def siblings(self, ref: str) -> set[str]:
        """Those who share a parent, or are said to be a brother or a sister."""
        shared = {
            child
            for parent in self.parents(ref)
            for p, child in self.pairs("parent-of")
            if p == parent
        }
        named = {b if a == ref else a for a, b in self.pairs("sibling-of") if ref in (a, b)}
        return (shared | named) - {ref} - self.parents(ref)

    def beside(self, ref: str) -> set[str]:
        """Every other one not grown up who shares a home or a parent with this person (F4)."""
        near = self.housemates(ref) | self.siblings(ref)
        return {other for other in near if not self.is_adult(other)} - self.dead

    def children_around(self, ref: str) -> set[str]:
        """The children of a person and those in the person's home."""
        near = self.housemates(ref) | self.children_of(ref)
        return {other for other in near if not self.is_adult(other)} - self.dead - {ref}

    def sectors_of(self, ref: str | None) -> set[str]:
        """The postcode sectors that a person's home may be in: by their own address, else by the others' of the home."""
        own = self.sector(ref) if ref else None
        others = (self.sector(other) for other in self.housemates(ref or ""))
        return {own} if own else {sector for sector in others if sector}

    def locality(self, sector: str) -> int | None:
        """The locality of a sector, else of its district."""
        return self.localities.get(sector, self.localities.get(sector.split(" ", maxsplit=1)[0]))

    def sector(self, ref: str) -> str | None:
        """The postcode sector of a person's own address: RM16 4."""
        postcode = str((self.people[ref].address or {}).get("postcode", ""))
        return postcode[:-2] if postcode else None
