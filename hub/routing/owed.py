"""What is owed besides the routes: further clocks, duties towards others, and the whole-family rules' questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import cel

from events.decision import ObligationNeeded
from hub.policies.document import Policy
from hub.policies.row import Duty, Row
from hub.policies.whole_family import Words
from hub.routing.case import Case
from hub.routing.drafts import Draft, about, about_a_child
from hub.routing.people import Circle, Person
from hub.routing.rows import SetOff
from hub.routing.words import fill, listed


@dataclass(frozen=True, slots=True)
class Ground:
    """What every question of obligations and notices reads: the case, and the routes it came to."""

    case: Case
    routes: Sequence[Draft]
    set_off: Sequence[SetOff]
    blocked: Sequence[SetOff]

    @property
    def circle(self) -> Circle:
        """The people of the case."""
        return self.case.circle

    @property
    def policy(self) -> Policy:
        """The policy of the case."""
        return self.case.policy

    def holds(self, program: cel.Program | None, person: Person) -> bool:
        """Whether a condition is true of the person."""
        return self.case.conditions.holds(program, person)

    def sets_off(self, person: Person, rows: Sequence[str]) -> bool:
        """Whether the person's own facts set one of these rows off."""
        return any(s.person is person and s.row_id in rows for s in self.set_off)


def obligations(ground: Ground) -> tuple[ObligationNeeded, ...]:
    """Everything owed, each once: by route in rank order, then by the whole-family rules."""
    seen: dict[tuple[str, str | None, str | None], ObligationNeeded] = {}
    for owed in _all(ground):
        # A duty that asks about a row is owed once about a person, whoever's route it comes with.
        wording = None if owed.rule in {"F2", "F4"} else owed.does
        seen.setdefault((owed.rule, owed.about, wording), owed)
    return tuple(seen.values())


def _all(ground: Ground) -> Iterator[ObligationNeeded]:
    for draft in ground.routes:
        yield from _of_route(draft, ground)
    for set_off in ground.set_off:
        if set_off.row.only_obligation:
            yield from _of_obligation_row(set_off, ground)
    for draft in ground.routes:
        yield from _room(draft, ground)
        yield from _siblings(draft, ground)
    yield from _questions(ground)
    yield from _agreement(ground)
    yield from _dates_of_birth(ground)
    yield from _telling(ground)
    yield from _not_understood(ground)


def owe(
    rule: str, person: Person, words: Words, due: tuple[datetime | None, str | None], **more: str
) -> ObligationNeeded:
    """An obligation about a person in the policy's words."""
    return ObligationNeeded(
        rule=rule,
        about=about(person),
        person=person.pinned.person,
        due_at=due[0],
        clock=due[1],
        does=fill(words.does, person, **more),
        because=fill(words.because, person, **more),
    )


def _of_route(draft: Draft, ground: Ground) -> Iterator[ObligationNeeded]:
    """The row's further clocks and duties. Where a team holds the row already (F7), they run there."""
    if draft.set_off is None or draft.held:
        return
    row = draft.set_off.row
    for duty in (*row.further_clocks, *row.duties):
        yield from _of_duty(duty, draft, row, ground)
    if draft.row_id in ground.policy.whole_family.F3.rows:
        yield from _mirror(draft, ground)


def _of_duty(duty: Duty, draft: Draft, row: Row, ground: Ground) -> Iterator[ObligationNeeded]:
    if not ground.holds(duty.program, draft.person):
        return
    asked_about = ground.policy.rows.get(duty.row or "")
    due = ground.case.due(duty.clock, draft.person) if duty.clock else (draft.due_at, draft.clock)
    for person in around(duty, draft.person, ground.circle):
        if duty.row and ground.sets_off(person, (duty.row, *duty.unless)):
            continue
        if asked_about and person.fits(asked_about.ages) == "no":
            continue  # the row cannot be about them
        if duty.who == "children" and _is_not_another(person, draft, row):
            continue
        words = Words(does=duty.does, because=duty.because or draft.because)
        owed = owe(duty.row or draft.row_id, person, words, due)
        yield owed.model_copy(update={"row": draft.row_id}) if duty.by_its_team else owed


def around(duty: Duty, person: Person, circle: Circle) -> Sequence[Person]:
    """Whom a duty of a person's route is about."""
    match duty.who:
        case "self":
            return [person]
        case "parents":
            return [p for p in person.parents if not p.dead]
        case "siblings":
            return circle.siblings(person)
        case "children":
            return circle.children_near(person)
        case "household":
            return circle.household(person)
        case "carers":
            return person.bereaved if person.dead else person.carers
        case "cared-for-adults":
            return [p for p in person.cares_for if p.child != "yes"]
        case "cared-for-children":
            return [p for p in person.cares_for if p.child == "yes"]


def _of_obligation_row(set_off: SetOff, ground: Ground) -> Iterator[ObligationNeeded]:
    """A row that is no route of its own: it is attached to whatever route there is."""
    for duty in set_off.row.duties:
        words = Words(does=duty.does, because=duty.because or set_off.because)
        yield owe(
            set_off.row_id,
            set_off.person,
            words,
            ground.case.due(duty.clock or set_off.row.clock, set_off.person),
        )


def no_room(draft: Draft, ground: Ground) -> tuple[str, Row, str] | None:
    """R30, with why: the queue that this newly goes to is full, and the policy says what is owed then."""
    found = ground.policy.where_no_room
    if found is None or draft.held or draft.team not in ground.circle.facts.full:
        return None
    row_id, row = found
    holding = [t for t in row.triggers if ground.holds(t.program, draft.person)]
    return (row_id, row, " ".join(t.because for t in holding)) if holding else None


def _room(draft: Draft, ground: Ground) -> Iterator[ObligationNeeded]:
    """What the owner of a route owes whose queue is full. It names the team, never the locality: that says where somebody is."""
    found = no_room(draft, ground)
    if found is None:
        return
    row_id, row, because = found
    team = (draft.team or "").partition("-")[0]
    for duty in row.duties:
        due = ground.case.due(duty.clock or row.clock, draft.person)
        words = Words(does=duty.does, because=because)
        owed = owe(row_id, draft.person, words, due, team=team, row=draft.row_id)
        yield owed.model_copy(update={"row": draft.row_id})


def _mirror(draft: Draft, ground: Ground) -> Iterator[ObligationNeeded]:
    """F3: whoever a child cares for is offered an assessment of their own."""
    rules = ground.policy.whole_family.F3
    cared_for = [p for p in draft.person.cares_for if p.child != "yes"]
    for person in cared_for:
        yield owe("F3", person, rules.offer, (draft.due_at, draft.clock), carer=_lower_who(draft))
    if not draft.person.cares_for:
        yield owe("F3", draft.person, rules.find_out, (draft.due_at, draft.clock))


def _lower_who(draft: Draft) -> str:
    text = fill("{who}", draft.person)
    return text[0].lower() + text[1:]


def _siblings(draft: Draft, ground: Ground) -> Iterator[ObligationNeeded]:
    """F4: harm to one child is a question about the next, not a finding.

    Of a row that a team holds already it is asked again where this contact says something new, not where the family
    view alone sets it off.
    """
    if draft.set_off is None or not draft.set_off.row.asks_about_siblings:
        return
    if draft.held and not draft.set_off.concerns:
        return
    other = fill("{who}", draft.person)
    for child in ground.circle.other_children(draft.person):
        if _is_not_another(child, draft, draft.set_off.row):
            continue
        words = ground.policy.whole_family.F4
        yield owe(
            "F4",
            child,
            words,
            (draft.due_at, draft.clock),
            row=draft.row_id,
            other=other[0].lower() + other[1:],
        )


def _is_not_another(child: Person, draft: Draft, row: Row) -> bool:
    """Of a parent carer's children, the disabled child is not the other one."""
    return draft.person in child.parents and bool(child.concerns & set(row.except_children_with))


def _questions(ground: Ground) -> Iterator[ObligationNeeded]:
    """F2: whether children live with an adult in need, and whether a child gives care; what is unknown is asked."""
    rules = ground.policy.whole_family.F2
    said = ground.circle.facts.facts
    for person in adults_in_need(ground):
        children = said.children_in_household == "unknown" and not _child_at_home(
            person, ground.circle
        )
        caring = said.child_providing_care == "unknown" and not _child_cares(person, ground.circle)
        if children or caring:
            does = (
                rules.both if children and caring else rules.children if children else rules.caring
            )
            yield owe(
                "F2",
                person,
                Words(does=does, because=rules.because),
                _with_their_route(person, ground),
            )


def adults_in_need(ground: Ground) -> Iterator[Person]:
    """Whose need raises the questions: by what is said of them, or by a row that their facts set off."""
    rules = ground.policy.whole_family.F2
    whole = ground.circle.whole
    placed = {code for s in ground.set_off if s.person is not whole for code in s.concerns}
    for person in (*ground.circle.people, whole):
        concerns = person.concerns - placed if person is whole else person.concerns
        said = concerns & set(rules.concerns) or ground.sets_off(person, rules.rows)
        if said and person.child != "yes" and not person.dead:
            yield person


def _with_their_route(person: Person, ground: Ground) -> tuple[datetime | None, str | None]:
    """The question is owed with the person's own highest route that has a clock, else with the lead's."""
    own = [d for d in ground.routes if d.person is person]
    draft = next((d for d in (*own, *ground.routes) if d.due_at), None)
    return (draft.due_at, draft.clock) if draft else (None, None)


def _child_at_home(person: Person, circle: Circle) -> bool:
    return any(p.child == "yes" for p in circle.household(person))


def _child_cares(person: Person, circle: Circle) -> bool:
    carers = person.carers if person.at >= 0 else [c for p in circle.people for c in p.carers]
    return any(carer.child == "yes" for carer in carers)


def _agreement(ground: Ground) -> Iterator[ObligationNeeded]:
    """F8: what wants agreement and has none is no route; the obligation says what stands in its way, and asks."""
    words = ground.policy.whole_family.F8
    refused = ground.circle.facts.agreement == "refused"
    people = dict.fromkeys(s.person for s in ground.blocked)
    for person in people:
        rows = sorted(
            (s for s in ground.blocked if s.person is person), key=lambda s: int(s.row_id[1:])
        )
        due = min(
            (ground.case.due(s.row.clock, person) for s in rows),
            key=lambda d: d[0].isoformat() if d[0] else "9999",
        )
        listing = listed([f"{s.row.title} ({s.row_id})" for s in rows])
        yield owe("F8", person, words.refused if refused else words.unasked, due, rows=listing)


def _dates_of_birth(ground: Ground) -> Iterator[ObligationNeeded]:
    """Where rows turn on an age that cannot be told, the date is asked for; one obligation a person, which names them all."""
    drafts = {id(d.set_off): d for d in ground.routes if d.set_off}
    order = sorted(ground.set_off, key=lambda s: _place(s, ground.routes))
    asked: set[int] = set()
    for set_off in order:
        for person in set_off.unsure:
            if person.at in asked:
                continue
            asked.add(person.at)
            draft = drafts.get(id(set_off))
            due = (
                (draft.due_at, draft.clock)
                if draft and not draft.held
                else ground.case.due(set_off.row.clock, person)
            )
            turning = [s for s in order if person in s.unsure]
            instead = [row for s in turning if s.person is person for row in s.instead]
            rows = listed(list(dict.fromkeys((*(s.row_id for s in turning), *instead))))
            yield owe(
                set_off.row_id, person, ground.policy.whole_family.date_of_birth, due, rows=rows
            )


def _place(set_off: SetOff, routes: Sequence[Draft]) -> int:
    return next((at for at, draft in enumerate(routes) if draft.set_off is set_off), len(routes))


def _telling(ground: Ground) -> Iterator[ObligationNeeded]:
    """F9: whether parents and carers may be told is decided by a person where nobody has said, or somebody is hidden."""
    lead = told_of(ground.routes)
    informed = ground.circle.facts.facts.family_may_be_informed
    if lead and (
        informed == "unknown" or (informed == "yes" and hidden(ground.circle, ground.policy))
    ):
        yield owe(
            "F9", lead.person, ground.policy.whole_family.F9.decide, (lead.due_at, lead.clock)
        )


def told_of(routes: Sequence[Draft]) -> Draft | None:
    """The highest new route about a child: what parents and carers are told of (F9)."""
    return next(
        (d for d in routes if about_a_child(d) and not d.held and d.team),
        None,
    )


def hidden(circle: Circle, policy: Policy) -> bool:
    """F14: somebody here is shielded or placed for adoption, or the contact itself must not be seen at home."""
    flagged = any({"shielded", "adoptive_placement"} & set(p.pinned.flags) for p in circle.people)
    return flagged or any(c.code in policy.hidden_by_concern for c in circle.facts.concerns)


def _not_understood(ground: Ground) -> Iterator[ObligationNeeded]:
    """F1: a concern that set nothing off is read by whoever leads, so that nothing is lost."""
    if not ground.routes or any(d.row_id == "F1" for d in ground.routes):
        return  # the front door reads all of it
    lead = ground.routes[0]
    for person in (*ground.circle.named, ground.circle.whole):
        understood = {
            code
            for s in ground.set_off
            for code in s.concerns
            if _said_of(s, person, ground.circle)
        }
        if person.concerns - understood:
            yield owe(
                "F1",
                person,
                ground.policy.whole_family.F1_not_understood,
                (lead.due_at, lead.clock),
            )


def _said_of(set_off: SetOff, person: Person, circle: Circle) -> bool:
    """What is said of the whole may have been placed with one person."""
    return set_off.person is person or person is circle.whole
