"""Which rows of the policy are set off, about whom, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cel

from hub.policies.document import Policy
from hub.policies.needs import Atom
from hub.policies.row import ADULT_AT, Row, TeamsByAge, Trigger
from hub.routing.people import AS_SEEN, Circle, Person, as_seen
from hub.routing.words import fill


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
        self._contact: dict[str, Any] | None = None
        self._contexts: dict[tuple[tuple[int, int, int | None] | None, bool], cel.Context] = {}
        self._seen: dict[tuple[int, int, int | None], dict[str, Any]] = {}

    def sets_off(self, trigger: Trigger, person: Person) -> bool:
        """Whether the trigger's condition holds. Most need one thing, a concern say: without it they are not worked out."""
        needs = trigger.needs
        if needs is None:
            return self.holds(trigger.program, person)
        if needs.concerns.isdisjoint(person.concerns) and not self._has(person, needs.others):
            return False
        return needs.alone or self.holds(trigger.program, person)

    def holds(self, program: cel.Program | None, person: Person) -> bool:
        """Whether the condition is true of the person; no condition always is."""
        return program is None or program.execute(self._context(person, program)) is True

    def problem(self, condition: str, person: Person) -> str | None:
        """What is wrong with a condition when it is asked of the person; None where it answers true or false."""
        try:
            program = cel.compile(condition)
            answer = program.execute(self._context(person, program))
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            return f"The condition breaks: {error}."
        return None if isinstance(answer, bool) else "The condition gives neither true nor false."

    def _has(self, person: Person, atoms: Sequence[Atom]) -> bool:
        """Whether any of these is true of the person."""
        if not atoms:
            return False
        seen = self._seen.setdefault((person.at, person.youngest, person.oldest), {})
        for member, word in atoms:
            if member not in seen:
                seen[member] = AS_SEEN[member](person, self._circle)
            if seen[member] is True if word is None else word in seen[member]:
                return True
        return False

    def _context(self, person: Person, program: cel.Program) -> cel.Context:
        """What the condition reads, and no more: it is this that costs, not the working out."""
        read = program.variables()
        of_person, of_contact = "p" in read, "c" in read
        who = (person.at, person.youngest, person.oldest) if of_person else None
        context = self._contexts.get((who, of_contact))
        if context is None:
            variables: dict[str, Any] = {}
            if of_person:
                variables["p"] = as_seen(person, self._circle)
            if of_contact:
                variables["c"] = self._of_the_contact()
            context = self._contexts[who, of_contact] = cel.Context(variables=variables)
        return context

    def _of_the_contact(self) -> dict[str, Any]:
        if self._contact is None:
            facts = self._circle.facts
            self._contact = {
                "facts": facts.facts.model_dump(),
                "agreement": facts.agreement or "",
                "concerns": sorted({concern.code for concern in facts.concerns}),
                "full": list(facts.full),
            }
        return self._contact


def rows_set_off(circle: Circle, policy: Policy, conditions: Conditions) -> list[SetOff]:
    """Every row set off, about everybody; the dead set off nothing but the rows that are about a death."""
    found: list[SetOff] = []
    for person in circle.people:
        if person.concerned:
            standing = _yielded(list(_of_person(person, policy, conditions)))
            _name_what_else(person, standing, policy, conditions)
            found += standing
    for row_id, row in policy.rows_by_concern.for_whole(frozenset(circle.whole.concerns)):
        found += _of_the_whole(row_id, row, circle, conditions, found)
    return found


def _of_person(person: Person, policy: Policy, conditions: Conditions) -> Iterator[SetOff]:
    dead = person.dead
    for row_id, row in policy.rows_by_concern.for_person(frozenset(person.concerns)):
        if row.of_the_dead != dead or person.fits(row.ages) == "no":
            continue
        holding = [t for t in row.own_triggers if conditions.sets_off(t, person)]
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
