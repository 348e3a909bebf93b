"""Which rows of the policy are set off, about whom, and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import cel

from hub.policies.document import ADULT_AT, Policy, Row, TeamsByAge, Trigger
from hub.routing.people import Circle, Person, as_seen
from hub.routing.words import fill

BEGINS_WITH = re.compile(r"'([a-z0-9_-]+)' in p\.concerns(?![\w.\[])")
ONE_OF = re.compile(r"\[((?:'[a-z0-9_-]+'(?:, )?)+)\]\.exists\((\w+), \2 in p\.concerns\)")
QUOTED = re.compile(r"'([a-z0-9_-]+)'")
BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(slots=True, eq=False)
class SetOff:
    """A row that the facts of one person, or of the contact as a whole, set off.

    unsure    those whose age the row turns on and cannot be told: their date of birth is asked for
    instead   rows that another age would set off in its place: they are named where the date is asked for
    """

    row_id: str
    row: Row
    person: Person
    because: str
    concerns: frozenset[str]
    unsure: list[Person] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)


class Conditions:
    """The policy's conditions over one decision: a prepared context a person, each condition compiled once."""

    def __init__(self, circle: Circle) -> None:
        self._circle = circle
        facts = circle.facts
        self._contact = {
            "facts": facts.facts.model_dump(),
            "agreement": facts.agreement or "",
            "concerns": sorted({concern.code for concern in facts.concerns}),
        }
        self._contexts: dict[tuple[int, int, int | None], cel.Context] = {}

    def sets_off(self, trigger: Trigger, person: Person) -> bool:
        """Whether the trigger's condition holds. Most hang on a concern: without it no expression need be asked."""
        asked = concerns_asked(trigger.when)
        if asked is None:
            return self.holds(trigger.program, person)
        if asked.any_of.isdisjoint(person.concerns):
            return False
        return asked.nothing_else or self.holds(trigger.program, person)

    def holds(self, program: cel.Program | None, person: Person) -> bool:
        """Whether the condition is true of the person; no condition always is."""
        return program is None or program.execute(self._context(person)) is True

    def problem(self, condition: str, person: Person) -> str | None:
        """What is wrong with a condition when it is asked of the person; None where it answers true or false."""
        try:
            answer = cel.compile(condition).execute(self._context(person))
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            return f"The condition breaks: {error}."
        return None if isinstance(answer, bool) else "The condition gives neither true nor false."

    def _context(self, person: Person) -> cel.Context:
        key = (person.at, person.youngest, person.oldest)
        context = self._contexts.get(key)
        if context is None:
            variables: dict[str, Any] = {"p": as_seen(person, self._circle), "c": self._contact}
            context = self._contexts[key] = cel.Context(variables=variables)
        return context


@dataclass(frozen=True, slots=True)
class Asked:
    """What a condition wants first: any of these concerns, and whether it wants nothing else."""

    any_of: frozenset[str]
    nothing_else: bool


@lru_cache(maxsize=4096)
def concerns_asked(condition: str) -> Asked | None:
    """The concerns of the person without which a condition is false; None where it may be true without any.

    `'a' in p.concerns`, alone or with `&&` after it, and `['a', 'b'].exists(x, x in p.concerns)`; CEL's `false && …` is
    false whatever follows.
    """
    if one := ONE_OF.fullmatch(condition):
        return Asked(frozenset(QUOTED.findall(one[1])), nothing_else=True)
    found = BEGINS_WITH.match(condition)
    if found is None:
        return None
    rest, inner = QUOTED.sub("word", condition[found.end() :]), ""
    if "'" in rest or '"' in rest:
        return None  # a text that may hold brackets or operators of its own
    while rest != inner:  # what stands in brackets binds tighter
        inner, rest = rest, BRACKETED.sub("", rest)
    if not rest:
        return Asked(frozenset([found[1]]), nothing_else=True)
    bound = rest.startswith(" &&") and "||" not in rest and "?" not in rest
    return Asked(frozenset([found[1]]), nothing_else=False) if bound else None


def rows_set_off(circle: Circle, policy: Policy, conditions: Conditions) -> list[SetOff]:
    """Every row set off, about everybody; the dead set off nothing but the rows that are about a death."""
    found: list[SetOff] = []
    for person in circle.people:
        if person.concerned:
            standing = _yielded(list(_of_person(person, policy, conditions)))
            _name_what_else(person, standing, policy, conditions)
            found += standing
    for row_id, row in policy.rows.items():
        found += _of_the_whole(row_id, row, circle, conditions, found)
    return found


def _of_person(person: Person, policy: Policy, conditions: Conditions) -> Iterator[SetOff]:
    dead = person.dead
    for row_id, row in policy.rows.items():
        if row.out_of_hours or row.of_the_dead != dead or person.fits(row.ages) == "no":
            continue
        holding = [t for t in row.triggers if not t.whole and conditions.sets_off(t, person)]
        if holding:
            yield _set_off(row_id, row, person, holding)


def _set_off(row_id: str, row: Row, person: Person, holding: Sequence[Trigger]) -> SetOff:
    return SetOff(
        row_id,
        row,
        person,
        because=" ".join(dict.fromkeys(fill(t.because, person) for t in holding)),
        concerns=frozenset().union(*(t.words for t in holding)) & person.concerns,
        unsure=[
            *([person] if turns_on_age_of(row, person) else []),
            *(p for t in holding if t.turns_on for p in person.cares_for if not told(p)),
        ],
    )


def turns_on_age_of(row: Row, person: Person) -> bool:
    """Whether the row, or its team, would be another if the person's unknown age were known."""
    if person.at < 0 or person.pinned.unborn:
        return False
    return person.fits_as_told(row.ages) == "perhaps" or (
        isinstance(row.team, TeamsByAge) and not told(person)
    )


def told(person: Person) -> bool:
    """Whether the dates of birth tell a child from an adult."""
    youngest, oldest = person.pinned.youngest, person.pinned.oldest
    return youngest >= ADULT_AT or (oldest is not None and oldest < ADULT_AT)


def _yielded(found: list[SetOff]) -> list[SetOff]:
    """Where an age cannot be told, the safer of two rows stands."""
    standing = {s.row_id: s for s in found}
    kept = []
    for set_off in found:
        safer = [standing[r] for r in set_off.row.yields_to if r in standing]
        if safer and set_off.person.child == "perhaps":
            safer[0].concerns |= set_off.concerns
        else:
            kept.append(set_off)
    return kept


def _name_what_else(
    person: Person, standing: Sequence[SetOff], policy: Policy, conditions: Conditions
) -> None:
    """Where an age cannot be told, what a child's or an adult's age would set off and this does not is named with it."""
    asking = next((s for s in standing if person in s.unsure), None)
    if asking is None or person.child != "perhaps":
        return
    rows = {s.row_id for s in standing}
    for guess in (replace(person, oldest=ADULT_AT - 1), replace(person, youngest=ADULT_AT)):
        rows_then = [s.row_id for s in _of_person(guess, policy, conditions)]
        asking.instead += [r for r in rows_then if r not in (*rows, *asking.instead)]


def _of_the_whole(
    row_id: str, row: Row, circle: Circle, conditions: Conditions, found: Sequence[SetOff]
) -> Iterator[SetOff]:
    """A row that what is said of the contact as a whole sets off, unless somebody's own facts have placed it already.

    It is about the one person of the contact whom it can be about; about nobody in particular where there are several
    or none, because whom it is about is not the hub's to guess.
    """
    if row.out_of_hours:
        return
    holding = [t for t in row.triggers if conditions.sets_off(t, circle.whole)]
    words = frozenset().union(*(t.words for t in holding)) & circle.whole.concerns
    placed = [s for s in found if s.row_id == row_id]
    for set_off in placed:
        if not set_off.concerns or set_off.concerns & words:
            set_off.concerns |= words  # the very thing that is said of the whole
    if placed or not holding:
        return
    person = _the_one(row, circle, guess=not all(t.whole for t in holding))
    yield SetOff(
        row_id,
        row,
        person,
        because=" ".join(dict.fromkeys(fill(t.because, person) for t in holding)),
        concerns=words,
        unsure=[person] if turns_on_age_of(row, person) else [],
    )


def _the_one(row: Row, circle: Circle, guess: bool) -> Person:
    alive = [p for p in circle.named if row.of_the_dead or not p.dead]
    sure = [p for p in alive if p.fits(row.ages) == "yes"]
    if len(sure) == 1:
        return sure[0]
    if guess and len(alive) == 1 and alive[0].fits(row.ages) == "perhaps":
        return alive[0]
    return circle.whole
