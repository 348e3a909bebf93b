"""Made-up people to try a policy's conditions on: of every age that matters, alone and in every relation the words know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from events.content import ContactFacts
from events.facts import PinnedConcern, PinnedFacts, PinnedPerson, PinnedRelation
from hub.routing.people import Circle, Person

Age = tuple[int, int | None]
Place = int | None
RECEIVED = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Probe:
    """One made-up case, with the person it is about."""

    circle: Circle
    person: Person


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a condition, by kind."""

    concerns: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """Which ages and relations are tried, with whom, which numbers, and of whom the concerns are told.

    near    a relation to one other person, and whether it leads from the one who is asked about
    about   places among the people; None is the contact as a whole
    """

    ages: tuple[Age, ...]
    near: tuple[tuple[str, bool], ...]
    others: tuple[Age, ...]
    carried: tuple[dict[str, int], ...]
    about: tuple[tuple[Place, ...], ...]


NEAR = (
    ("", False), ("cares-for", True), ("cares-for", False), ("parent-of", True), ("parent-of", False), ("lives-with", True),
    ("alleged-to-harm", False), ("partner-of", True), ("ex-partner-of", True), ("sibling-of", True), ("grandparent-of", True),
    ("foster-carer-of", True), ("guardian-of", False),
)  # fmt: skip
FEW = Tried(
    ages=((9, 9), (40, 40), (17, 17), (0, 0)), near=NEAR, others=((9, 9), (40, 40)), carried=({}, {"dash": 24}),
    about=((0, 1), (0,)),
)  # fmt: skip
ALL = Tried(
    ages=(
        (9, 9), (40, 40), (17, 17), (0, 0), (3, 3), (15, 15), (16, 16), (18, 18), (25, 25), (65, 65), (85, 85), (0, None),
    ),
    near=NEAR,
    others=((9, 9), (40, 40), (17, 17)),
    carried=({}, {"dash": 24}, {"dash": 13}, {"dash": 0}, {"pathway": 0}, {"pathway": 3}),
    about=((0,), (1,), (0, 1), (None,)),
)  # fmt: skip


def probes(words: Words) -> Iterator[Probe]:
    """Cases in which these words are said, the likeliest first: of the person, of the other, of both, and of the contact."""
    yield from _probes(words, FEW)
    yield from _probes(words, ALL)


def _probes(words: Words, tried: Tried) -> Iterator[Probe]:
    said = product(
        choices(words.concerns), choices(words.flags), answers(words.facts), choices(words.marks)
    )
    for concerns, flags, facts, marks in said:
        for carried, (near, own), age in product(
            tried.carried if concerns else ({},), tried.near, tried.ages
        ):
            marked: dict[str, int | bool | str] = {**carried, **dict.fromkeys(marks, True)}
            for other in tried.others if near else tried.others[:1]:
                for about in tried.about if near else ((0,), (None,)):
                    people, relations = pair(flags, near, own, age, other)
                    yield from _cases(
                        PinnedFacts(
                            received_at=RECEIVED, position=7, people=people, relations=relations, agreement="given",
                            concerns=tuple(
                                PinnedConcern(code=c, about=at, carries=marked) for c in concerns for at in about
                            ),
                            facts=ContactFacts.model_validate(facts),
                        )
                    )  # fmt: skip


def _cases(facts: PinnedFacts) -> Iterator[Probe]:
    circle = Circle.of(facts)
    yield Probe(circle, circle.people[0])
    yield Probe(circle, circle.whole)


def choices(words: Sequence[str]) -> list[tuple[str, ...]]:
    """All together, each alone, none."""
    each = [(word,) for word in words]
    return [*([tuple(words)] if len(words) > 1 else []), *each, ()]


def answers(names: Sequence[str]) -> list[dict[str, str]]:
    """Nothing said, and each fact said to be so and not to be so."""
    return [{}, *({name: answer} for name in names for answer in ("yes", "no"))]


def pair(
    flags: Sequence[str], near: str, own: bool, age: Age, other: Age
) -> tuple[tuple[PinnedPerson, ...], tuple[PinnedRelation, ...]]:
    """Somebody, and where a relation is tried the other one at the same home."""
    person = PinnedPerson(
        about="p1", person="P-000001", named=True, youngest=age[0], oldest=age[1], flags=tuple(flags),
        unborn="unborn" in flags, homes=(0,),
    )  # fmt: skip
    if not near:
        return (person,), ()
    second = PinnedPerson(
        about="p2", person="P-000002", named=True, youngest=other[0], oldest=other[1], homes=(0,)
    )
    a, b = (0, 1) if own else (1, 0)
    return (person, second), (PinnedRelation(a=a, type=near, b=b, position=7),)
