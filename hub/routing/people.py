"""The people of a decision as the rules see them: how old, who cares for whom, who shares a home or a parent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from events.facts import PinnedFacts, PinnedPerson
from hub.policies.row import ADULT_AT, Ages
from hub.routing.deciders import DECIDER_VERSION, FIRST

Answer = Literal["yes", "no", "perhaps"]
CHILD = Ages(under=ADULT_AT)

CARES_FOR = "cares-for"
HARMS = "alleged-to-harm"
SIBLING = "sibling-of"
FOSTERS = "foster-carer-of"
RAISES = frozenset({"parent-of", "step-parent-of", "guardian-of"})
# Those a child is never said to be: who is one of these to somebody is no "other child" of a home.
GROWN_UP = frozenset({*RAISES, FOSTERS, "grandparent-of", "partner-of", "ex-partner-of", HARMS})
# Nobody becomes a parent, or a grandparent, younger than this: so a parent of a child of 8 is an adult.
YOUNGEST_PARENT = 12


@dataclass(slots=True, eq=False)
class Person:
    """One person with what relates them to the others. `at` is their place among the people; -1 is nobody in particular.

    `bereaved` cared for them until they died; `harmed` is what this very contact alleges, not what was alleged before.
    `youngest` and `oldest` are the ages they may have: narrower than what is pinned where a relation proves more.
    """

    at: int
    pinned: PinnedPerson
    youngest: int
    oldest: int | None
    concerns: set[str] = field(default_factory=set)
    carries: dict[str, int | bool | str] = field(default_factory=dict)
    cares_for: "list[Person]" = field(default_factory=list)
    carers: "list[Person]" = field(default_factory=list)
    parents: "list[Person]" = field(default_factory=list)
    children: "list[Person]" = field(default_factory=list)
    siblings: "list[Person]" = field(default_factory=list)
    fosters: "list[Person]" = field(default_factory=list)
    bereaved: "list[Person]" = field(default_factory=list)
    harmed: bool = False
    grown_up: bool = False
    concerned: bool = False

    @property
    def dead(self) -> bool:
        """Whether they have died: flagged, or a death is what is told of them."""
        return "deceased" in self.pinned.flags or "death" in self.concerns

    @property
    def child(self) -> Answer:
        """Whether they are under 18."""
        return _fits(CHILD, self.youngest, self.oldest)

    def fits(self, ages: Ages) -> Answer:
        """Whether their age is one of these."""
        if ages.born and self.pinned.unborn:
            return "no"
        return _fits(ages, self.youngest, self.oldest)

    def fits_as_told(self, ages: Ages) -> Answer:
        """The same by dates of birth alone, for whether the date must be asked for."""
        return _fits(ages, self.pinned.youngest, self.pinned.oldest)

    def may_be_a_child_here(self) -> bool:
        """Whether they count as one of the children of a home, where an age cannot be told too."""
        return self.child == "yes" or (self.child == "perhaps" and not self.grown_up)


def _fits(ages: Ages, youngest: int, oldest: int | None) -> Answer:
    low = ages.from_ or 0
    high = ages.under
    if (oldest is not None and oldest < low) or (high is not None and youngest >= high):
        return "no"
    inside = youngest >= low and (high is None or (oldest is not None and oldest < high))
    return "yes" if inside else "perhaps"


@dataclass(slots=True)
class Circle:
    """Everybody a decision is about, with the contact's own word."""

    facts: PinnedFacts
    people: list[Person]
    whole: Person
    alleged: list[Person]
    decider: str

    @classmethod
    def of(cls, facts: PinnedFacts, decider: str = DECIDER_VERSION) -> "Circle":
        """The people with their relations resolved, as a decider reads them."""
        people = [Person(at, p, p.youngest, p.oldest) for at, p in enumerate(facts.people)]
        whole = Person(-1, PinnedPerson(about="", person=None, named=True), 0, None)
        circle = cls(facts, people, whole, [], decider)
        circle._say_concerns()
        circle._relate()
        circle._narrow()
        circle._mark_concerned()
        return circle

    @property
    def as_the_first(self) -> bool:
        """Whether the facts are read as the first decider did.

        It took the first of several parents alone to tell how old somebody can be, a parent of 16 for nobody to ask about,
        a parent whose age cannot be told for a grown one, and a grown or a dead child for a parent carer's child.
        """
        return self.decider == FIRST

    @property
    def named(self) -> list[Person]:
        """Those the contact names."""
        return [p for p in self.people if p.pinned.named]

    def _say_concerns(self) -> None:
        for concern in self.facts.concerns:
            person = self.whole if concern.about is None else self.people[concern.about]
            person.concerns.add(concern.code)
            for name, value in concern.carries.items():
                person.carries[name] = _graver(person.carries.get(name), value)

    def _relate(self) -> None:
        for relation in self.facts.relations:
            a, b = self.people[relation.a], self.people[relation.b]
            a.grown_up = a.grown_up or relation.type in GROWN_UP
            if relation.type == CARES_FOR:
                if b.dead and not a.dead:
                    b.bereaved.append(a)
                if a.dead or b.dead or not (a.pinned.named or b.pinned.named):
                    continue  # care that has ended, or that this contact is not about
                a.cares_for.append(b)
                b.carers.append(a)
            elif relation.type in RAISES:
                a.children.append(b)
                b.parents.append(a)
            elif relation.type == FOSTERS:
                a.fosters.append(b)
            elif relation.type == SIBLING:
                a.siblings.append(b)
                b.siblings.append(a)
            elif relation.type == HARMS:
                b.harmed = b.harmed or relation.position == self.facts.position
                if a not in self.alleged:
                    self.alleged.append(a)

    def _narrow(self) -> None:
        """A parent is older than their child: who has no date of birth may still be told to be an adult, or a child."""
        for relation in self.facts.relations:
            a, b = self.people[relation.a], self.people[relation.b]
            years = {"parent-of": YOUNGEST_PARENT, "grandparent-of": 2 * YOUNGEST_PARENT}.get(
                relation.type
            )
            if years and a.oldest is None:
                a.youngest = max(a.youngest, b.pinned.youngest + years)
            if years and b.pinned.oldest is None and a.pinned.oldest is not None:
                oldest = max(a.pinned.oldest - years, 0)
                if b.oldest is None or (oldest < b.oldest and not self.as_the_first):
                    b.oldest = oldest

    def _mark_concerned(self) -> None:
        """A decision is about those the contact names, and those who live with them, care for them, are cared for by
        them, raise them or are raised by them."""
        for person in self.people:
            person.concerned = person.pinned.named
        for person in self.named:
            near = (person.cares_for, person.carers, person.parents, person.children)
            for other in (*(p for people in near for p in people), *self.household(person)):
                other.concerned = True

    def share_home(self, a: Person, b: Person) -> bool:
        """Whether they live together."""
        return a.at != b.at and any(home in b.pinned.homes for home in a.pinned.homes)

    def household(self, person: Person) -> list[Person]:
        """Those who live with the person; of nobody in particular, everybody the contact names."""
        if person.at < 0:
            return [p for p in self.named if not p.dead]
        return [p for p in self.people if self.share_home(person, p) and not p.dead]

    def other_children(self, person: Person) -> list[Person]:
        """F4: every other child who shares a home or a parent, and every child of the one alleged to harm.

        A parent of 16 or 17 who shares the home is one of them: who is told to be a child counts, whatever they are beside it.
        """
        alleged = {c.at for one in self.alleged for c in (*one.children, *one.fosters)}
        near = {p.at for p in (*self.household(person), *person.siblings, *person.children)}
        near |= {child.at for parent in person.parents for child in parent.children}
        if self.as_the_first:
            near -= {p.at for p in person.parents}
        return [
            p
            for p in self.people
            if p is not person and p.at in near | alleged and p.may_be_a_child_here() and not p.dead
        ]

    def siblings(self, person: Person) -> list[Person]:
        """The other children of the home and of the parents, those of the one alleged to harm left out."""
        own = {p.at for p in (*self.household(person), *person.siblings)}
        own |= {child.at for parent in person.parents for child in parent.children}
        own -= {p.at for p in person.parents}
        return [p for p in self.other_children(person) if p.at in own]

    def children_near(self, person: Person) -> list[Person]:
        """The children an adult raises, fosters or lives with."""
        near = {p.at for p in (*self.household(person), *person.children, *person.fosters)}
        return [p for p in self.people if p.at in near and p.may_be_a_child_here() and not p.dead]


def _graver(held: int | bool | str | None, value: int | bool | str) -> int | bool | str:
    """Of two values of one marker, the one that weighs more: said twice, it is the higher that counts."""
    if held is None or type(held) is not type(value):
        return value
    return max(held, value)


def as_seen(person: Person, circle: Circle) -> dict[str, Any]:
    """The person as the variable `p` of a condition. Every word in it is one that a policy may use."""
    return {member: tell(person, circle) for member, tell in AS_SEEN.items()}


def may_be_young_carer(person: Person) -> bool:
    """Whether somebody who cares and whose age cannot be told is taken for a child: the safer of the two (R8)."""
    return person.child == "perhaps"


def _cares_for_child(person: Person, circle: Circle) -> bool:
    """Caring for another's child, or as a child; a grown parent's care for their own is no caring role."""
    young = person.child == "yes" or (may_be_young_carer(person) and not circle.as_the_first)
    return any(c.child == "yes" and (young or c not in person.children) for c in person.cares_for)


def _cared_for_by_child(person: Person) -> bool:
    return _any(person.carers, "yes") or any(may_be_young_carer(c) for c in person.carers)


def _any(people: Sequence[Person], *answers: Answer) -> bool:
    return any(person.child in answers for person in people)


def _concerns(people: Iterable[Person]) -> list[str]:
    return sorted({code for person in people for code in person.concerns})


def _number(value: int | bool | str | None) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def in_order(people: Iterable[Person]) -> list[Person]:
    """The eldest first, those without a date of birth last."""
    return sorted(people, key=birth_order)


def birth_order(person: Person) -> tuple[str, int]:
    """Ties are settled by birth date, then by the contact's own words for people."""
    return (person.pinned.born_from or "9999-12-31", person.at)


AS_SEEN: Mapping[str, Callable[[Person, Circle], Any]] = {
    "concerns": lambda p, _: sorted(p.concerns),
    "flags": lambda p, _: list(p.pinned.flags),
    "named": lambda p, _: p.pinned.named and p.at >= 0,
    "child": lambda p, _: p.child,
    "unborn": lambda p, _: p.pinned.unborn,
    "youngest": lambda p, _: p.youngest,
    "oldest": lambda p, _: -1 if p.oldest is None else p.oldest,
    "cares_for_adult": lambda p, _: _any(p.cares_for, "no", "perhaps"),
    "cares_for_child": _cares_for_child,
    "grown_up": lambda p, _: p.grown_up,
    "alleged_harmed": lambda p, _: p.harmed,
    "cared_for_by_child": lambda p, _: _cared_for_by_child(p),
    "cared_for_by_adult": lambda p, _: _any(p.carers, "no"),
    "has_parent": lambda p, _: bool(p.parents),
    "has_children_near": lambda p, circle: p.at >= 0 and bool(circle.children_near(p)),
    "concerns_of_children": lambda p, circle: _concerns(
        c for c in p.children if circle.as_the_first or (c.child != "no" and not c.dead)
    ),
    "concerns_of_parents": lambda p, _: _concerns(p.parents),
    "concerns_at_home": lambda p, circle: _concerns(circle.household(p)) if p.at >= 0 else [],
    "dash": lambda p, _: _number(p.carries.get("dash")),
    "pathway": lambda p, _: _number(p.carries.get("pathway")),
    "marks": lambda p, _: sorted(name for name, value in p.carries.items() if value is True),
}
"""The members of the variable `p` of a condition."""
