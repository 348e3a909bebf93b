"""Separated families by seed: what differs from one to the next is what contacts leave out, and in which order they come."""

import random
from dataclasses import dataclass, field

from events.content import Mention, Relationship
from hub.families.view import FamilyView
from tests.linking.given import World, person, tie

FORENAMES = (
    "Ada",
    "Bea",
    "Cai",
    "Dee",
    "Eve",
    "Flo",
    "Gus",
    "Hal",
    "Ida",
    "Jon",
    "Kit",
    "Lou",
    "Max",
    "Ned",
    "Ola",
    "Pip",
)


def number(at: int) -> str:
    """A valid NHS number of its own for each."""
    for tail in range(at * 11, at * 11 + 11):
        digits = f"999{tail:06}"
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{digits}{check % 11}"
    raise AssertionError(at)


@dataclass
class Separated:
    """Two parents who live apart, the children they share, and who lives with either. Told in contacts of their own.

    said   whether anybody said that they parted
    """

    seed: int
    world: World = field(default_factory=World)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        town = self.chance.choice(("Grays", "Tilbury"))
        self.homes = {
            side: f"{self.chance.randint(1, 90)} {road} Road, {town}, RM1{n} {n}XX"
            for n, (side, road) in enumerate((("mum", "Mill"), ("dad", "Quarry")), 6)
        }
        self.children = [f"child{n}" for n in range(self.chance.randint(1, 3))]
        self.sides = {side: self.people_of(side) for side in self.homes}
        self.said = self.chance.random() < 0.6
        self.numbers = {w: n for n, w in enumerate((*self.sides["mum"], *self.sides["dad"], *self.children), 1)}  # fmt: skip
        contacts = [*self.of_a_side("mum"), *self.of_a_side("dad")]
        self.chance.shuffle(contacts)
        for people, relations in contacts:
            self.tell(people, relations)
        if self.said:
            self.tell(["mum", "dad"], [("mum", "ex-partner-of", "dad")])

    def people_of(self, side: str) -> list[str]:
        """Who lives with a parent or is of that side."""
        found = [side, f"{side}'s partner"]
        found += [f"{side}'s own {n}" for n in range(self.chance.randint(0, 2))]
        return found + ([f"{side}'s mother"] if self.chance.random() < 0.5 else [])

    def of_a_side(self, side: str) -> list[tuple[list[str], list[tuple[str, str, str]]]]:
        """The contacts of one household: parent and shared children, then who else lives there."""
        partner, own = f"{side}'s partner", [w for w in self.sides[side] if "own" in w]
        shared = [(side, "parent-of", c) for c in self.children]
        told = [([side, *self.children], shared)]
        new = [(side, "partner-of", partner)] if self.chance.random() < 0.6 else []
        new += [(partner, "step-parent-of", c) for c in self.children if self.chance.random() < 0.5]
        told.append(([side, partner, *self.children], [*shared, *new]))
        if own:
            kin = [(p, "parent-of", o) for o in own for p in (side, partner)]
            kin += [(o, "sibling-of", self.children[0]) for o in own if self.chance.random() < 0.5]
            told.append(([side, partner, *own, self.children[0]], kin))
        if f"{side}'s mother" in self.sides[side]:
            gran = f"{side}'s mother"
            child = self.children[0]
            kin = [(gran, "parent-of", side), (gran, "grandparent-of", child)]
            told.append(([gran, side, child], kin))
        return told

    def tell(self, who: list[str], relations: list[tuple[str, str, str]]) -> None:
        """One contact; the children are at the home of whichever parent it is about."""
        at = next((s for s in ("mum", "dad") for w in who if w.startswith(s)), "mum")
        names = list(who)
        self.chance.shuffle(names)
        refs = {w: f"p{n}" for n, w in enumerate(names, 1)}
        answers = self.world.tell(
            *(self.mention(w, refs[w], at) for w in names),
            relations=[tie_of(refs, r) for r in relations],
        )
        self.ids.update({w: answers[ref].person or "" for w, ref in refs.items()})

    def mention(self, who: str, ref: str, at: str) -> Mention:
        """A person as a contact of that household names them; a grandmother lives elsewhere."""
        n = self.numbers[who]
        born = (
            2012 + n % 5
            if "child" in who or "own" in who
            else 1950 + n
            if "mother" in who
            else 1980 + n
        )
        side = next((s for s in self.homes if who.startswith(s)), at)
        home = f"{n} Chapel Lane, Grays, RM17 9ZZ" if "mother" in who else self.homes[side]
        return person(ref, f"{FORENAMES[n % 16]} Fam{n}ly{self.seed}", f"{born}-0{n % 9 + 1}-1{n % 9}", home, nhs=number(n))  # fmt: skip

    def family(self, *who: str) -> FamilyView:
        """The family of these."""
        return self.world.family(*(self.ids[w] for w in who))

    def of(self, view: FamilyView) -> set[str]:
        """Who is shown together, by name."""
        names = {p: w for w, p in self.ids.items()}
        return {names[p.person] for p in view.people}


def tie_of(refs: dict[str, str], relation: tuple[str, str, str]) -> Relationship:
    """A relation of a contact."""
    one, type_, other = relation
    return tie(refs[one], type_, refs[other])
