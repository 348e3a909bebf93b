"""Routes before they are ranked: whose queue takes a row, by when, and whether somebody has it already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.decision import Route
from events.facts import PinnedReferral
from hub.policies.document import Policy
from hub.policies.row import TeamsByAge
from hub.routing.case import Case
from hub.routing.people import Circle, Person, birth_order
from hub.routing.queues import Home
from hub.routing.rows import SetOff
from hub.routing.words import fill

FRONT_DOOR = "F1"
LAST = "9999"


@dataclass(slots=True, eq=False)
class Draft:
    """A route to be. `set_off` is None for the front door; `held` the open referral that already answers (F7)."""

    row_id: str
    person: Person
    team: str | None
    pathway: str | None
    due_at: datetime | None
    clock: str | None
    because: str
    set_off: SetOff | None
    held: PinnedReferral | None = None

    def route(self, rank: int) -> Route:
        """The route as it is recorded."""
        return Route(
            rule="F7" if self.held else self.row_id,
            about=about(self.person),
            person=self.person.pinned.person,
            team=self.team,
            pathway=self.pathway,
            rank=rank,
            due_at=self.due_at,
            clock=self.clock,
            because=self.because,
            row=self.row_id,
            held_by=self.held.referral if self.held else None,
        )


def about(person: Person) -> str | None:
    """The contact's own ref, else the person id, else nobody."""
    return person.pinned.about if person.at >= 0 else None


def about_a_child(draft: Draft) -> bool:
    """Whether the referral is a child's: by age, and where that cannot be told by its being a row for children alone."""
    if draft.person.child != "perhaps":
        return draft.person.child == "yes"
    return draft.set_off is not None and draft.set_off.row.for_children


def draft_of(set_off: SetOff, case: Case) -> Draft:
    """The route that a row makes about a person."""
    row, person = set_off.row, set_off.person
    sooner = row.sooner and case.conditions.holds(row.sooner.program, person)
    clock = row.sooner.clock if row.sooner and sooner else row.clock
    team = queue_for(row.team, person, case)
    draft = timed(set_off.row_id, person, team, row.pathway, clock, set_off.because, case)
    draft.set_off = set_off
    return held_already(draft, case)


def timed(
    row_id: str, person: Person, team: str | None, pathway: str, clock_name: str | None, because: str, case: Case
) -> Draft:  # fmt: skip
    """A draft with its clock counted from receipt, and a warning where the calendar does not reach that far."""
    if not case.certain(clock_name):
        because = f"{because} {case.policy.whole_family.calendar_ends}"
    due_at, name = case.due(clock_name, person)
    return Draft(row_id, person, team, pathway, due_at, name, because, None)


def held_already(draft: Draft, case: Case) -> Draft:
    """F7: while a referral of the same row about the same person is open, it goes to the team that holds it.

    Its clock goes on there (F11): nothing new is due.
    """
    held = next((r for r in draft.person.pinned.open if r.row == draft.row_id), None)
    if held is None:
        return draft
    because = fill(case.policy.whole_family.F7, draft.person, row=draft.row_id)
    return replace(
        draft,
        team=held.team,
        due_at=None,
        clock=None,
        because=f"{draft.because} {because}",
        held=held,
    )


def queue_for(team: str | TeamsByAge | None, person: Person, case: Case) -> str | None:
    """The queue of the row's team for this person's home. Where an age cannot be told, the children's team."""
    if team is None:
        return None
    if isinstance(team, TeamsByAge):
        named = [person] if person.at >= 0 else case.circle.named
        team = team.child if any(p.child != "no" for p in named) else team.adult
    return case.queues.queue(team, home_of(person, case.circle))


def home_of(person: Person, circle: Circle) -> Home:
    """Where the person lives; for nobody in particular, what all whom the contact names agree on."""
    if person.at >= 0:
        return Home(person.pinned.sector, person.pinned.ward)
    sectors = {p.pinned.sector for p in circle.named} - {None}
    wards = {p.pinned.ward for p in circle.named} - {None}
    return Home(
        next(iter(sectors)) if len(sectors) == 1 else None,
        next(iter(wards)) if len(wards) == 1 else None,
    )


def front_door(blocked: Sequence[SetOff], case: Case) -> Draft:
    """F1: a contact left without any team goes to the front door, for children where it is about one."""
    person = _whom_it_is_about(case.circle, blocked)
    doors = case.policy.front_doors
    child = _about_a_child(person, case.circle, blocked)
    team = case.queues.queue(
        doors.children if child else doors.adults, home_of(person, case.circle)
    )
    because = fill(case.policy.whole_family.F1_front_door, person)
    draft = timed(FRONT_DOOR, person, team, doors.pathway, doors.clock, because, case)
    return held_already(draft, case)


def _whom_it_is_about(circle: Circle, blocked: Sequence[SetOff]) -> Person:
    """Whose row was blocked, else whom a concern names, else the only one named; of several, children first."""
    stopped = [s.person for s in blocked if s.person.at >= 0]
    worried = [p for p in circle.named if p.concerns]
    only = circle.named if len(circle.named) == 1 else []
    people = stopped or worried or only
    children = [p for p in people if p.child == "yes"]
    return min(children or people, key=birth_order, default=circle.whole)


def _about_a_child(person: Person, circle: Circle, blocked: Sequence[SetOff]) -> bool:
    """Whether the front door is the children's: by age; where none is known, by the row that was blocked."""
    if person.at < 0:
        return any(p.child == "yes" for p in circle.named)
    if person.child != "perhaps":
        return person.child == "yes"
    if person.oldest is not None:
        return True
    return any(s.person is person and s.row.ages.under is not None for s in blocked)


def rank_order(draft: Draft, policy: Policy) -> tuple[int, str, int, tuple[str, int]]:
    """By tier, then due time, then row, then birth date."""
    due = draft.due_at.isoformat() if draft.due_at else LAST
    number = int(draft.row_id[1:]) if draft.row_id.startswith("R") else 99
    return (policy.tiers[draft.row_id], due, number, birth_order(draft.person))


def ranked(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """All in rank order, the emergency duty team just below what cannot wait."""
    order = sorted(drafts, key=lambda d: rank_order(d, case.policy))
    beside = out_of_hours(order, case)
    return [d for draft in order for d in (draft, beside.get(id(draft))) if d]


def out_of_hours(order: Sequence[Draft], case: Case) -> dict[int, Draft]:
    """R28: the emergency duty team beside what cannot wait for a team that is closed when the contact is received.

    A row that by its nature cannot wait has it beside it, once a person. Where the contact says that it cannot wait,
    it stands beside the highest route whose team is closed.
    """
    found = next(((i, r) for i, r in case.policy.rows.items() if r.out_of_hours), None)
    closed = [d for d in order if d.team and not case.is_open(d.team)]
    if found is None or not closed:
        return {}
    row_id, row = found
    urgent: dict[int, Draft] = {}
    for draft in closed:
        if draft.set_off and draft.set_off.row.cannot_wait:
            urgent.setdefault(draft.person.at, draft)
    because = case.policy.whole_family.cannot_wait
    if not urgent and case.circle.facts.facts.out_of_hours_cannot_wait == "yes":
        urgent = {0: closed[0]}
        because = row.triggers[0].because
    return {
        id(draft): draft_of(
            SetOff(row_id, row, draft.person, fill(because, draft.person), frozenset()), case
        )
        for draft in urgent.values()
    }
