"""Routes before they are ranked: whose queue takes a row, by when, and whether somebody has it already."""

from dataclasses import dataclass
from datetime import datetime

from events.decision import Route
from events.facts import PinnedReferral
from hub.clocks import Calendar
from hub.policies.document import Policy, TeamsByAge
from hub.routing.people import Circle, Person, birth_order
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


def draft_of(
    set_off: SetOff, circle: Circle, policy: Policy, calendar: Calendar, conditions: Conditions
) -> Draft:
    """The route that a row makes about a person."""
    row, person = set_off.row, set_off.person
    team = queue_for(row.team, person, circle, policy)
    draft = timed(
        set_off.row_id,
        person,
        team,
        row.pathway,
        row.clock,
        set_off.because,
        circle,
        policy,
        calendar,
    )
    draft.set_off = set_off
    return held_already(draft, policy)


def timed(
    row_id: str, person: Person, team: str | None, pathway: str, clock_name: str | None, because: str,
    circle: Circle, policy: Policy, calendar: Calendar,
) -> Draft:  # fmt: skip
    """A draft with its clock counted from receipt, and a warning where the calendar does not reach that far."""
    received_at = circle.facts.received_at
    clock = policy.clock(clock_name)
    if clock and not clock.certain(received_at, calendar):
        because = f"{because} {policy.whole_family.calendar_ends}"
    due_at = clock.due(received_at, calendar) if clock else None
    return Draft(
        row_id, person, team, pathway, due_at, clock.name if clock else None, because, None
    )


def held_already(draft: Draft, policy: Policy) -> Draft:
    """F7: while a referral of the same row about the same person is open, it goes to the team that holds it.

    Its clock goes on there (F11): nothing new is due.
    """
    held = next((r for r in draft.person.pinned.open if r.row == draft.row_id), None)
    if held is None:
        return draft
    return Draft(
        draft.row_id, draft.person, held.team, draft.pathway, None, None,
        because=f"{draft.because} {fill(policy.whole_family.F7, draft.person, row=draft.row_id)}",
        set_off=draft.set_off, held=held,
    )  # fmt: skip


def queue_for(
    team: str | TeamsByAge | None, person: Person, circle: Circle, policy: Policy
) -> str | None:
    """The queue of the row's team for this person's home. Where an age cannot be told, the children's team."""
    if team is None:
        return None
    if isinstance(team, TeamsByAge):
        children = (
            person.child != "no" if person.at >= 0 else any(p.child != "no" for p in circle.named)
        )
        team = team.child if children else team.adult
    return policy.queue(team, sector_of(person, circle))


def sector_of(person: Person, circle: Circle) -> str | None:
    """The person's postcode sector; for nobody in particular, the one that all whom the contact names agree on."""
    if person.at >= 0:
        return person.pinned.sector
    sectors = {p.pinned.sector for p in circle.named} - {None}
    return next(iter(sectors)) if len(sectors) == 1 else None


def front_door(circle: Circle, blocked: list[SetOff], policy: Policy, calendar: Calendar) -> Draft:
    """F1: a contact left without any team goes to the front door, for children where it is about one."""
    person = _whom_it_is_about(circle, blocked)
    doors = policy.front_doors
    child = _about_a_child(person, circle, blocked)
    team = policy.queue(doors.children if child else doors.adults, sector_of(person, circle))
    because = fill(policy.whole_family.F1_front_door, person)
    draft = timed(
        FRONT_DOOR, person, team, doors.pathway, doors.clock, because, circle, policy, calendar
    )
    return held_already(draft, policy)


def _whom_it_is_about(circle: Circle, blocked: list[SetOff]) -> Person:
    """Children first, then those whose row was blocked, then whom a concern names, then the only one named."""
    worried = [p for p in circle.named if p.concerns]
    for people in ([s.person for s in blocked if s.person.at >= 0], worried, circle.named):
        children = [p for p in people if p.child == "yes"]
        if children or people:
            first = sorted(children or people, key=birth_order)
            return (
                first[0]
                if children or people is not circle.named or len(people) == 1
                else circle.whole
            )
    return circle.whole


def _about_a_child(person: Person, circle: Circle, blocked: list[SetOff]) -> bool:
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


def ranked(drafts: list[Draft], beside: list[tuple[Draft, Draft]], policy: Policy) -> list[Draft]:
    """All in rank order; what stands beside a row comes just below it."""
    below = {id(draft): added for draft, added in beside}
    order = []
    for draft in sorted(drafts, key=lambda d: rank_order(d, policy)):
        order.append(draft)
        if id(draft) in below:
            order.append(below[id(draft)])
    return order


def out_of_hours(
    drafts: list[Draft], circle: Circle, policy: Policy, calendar: Calendar
) -> list[tuple[Draft, Draft]]:
    """R28: the emergency duty team beside what cannot wait for a team that is closed when the contact is received.

    A row that by its nature cannot wait has it beside it, once a person. Where the contact says that it cannot wait,
    it stands beside the highest route whose team is closed.
    """
    row = next(((i, r) for i, r in policy.rows.items() if r.out_of_hours), None)
    if row is None:
        return []
    row_id, rules = row
    order = sorted(drafts, key=lambda d: rank_order(d, policy))
    closed = [d for d in order if d.team and not _open(d.team, circle, policy, calendar)]
    urgent: dict[int, Draft] = {}
    for draft in closed:
        if draft.set_off and draft.set_off.row.cannot_wait:
            urgent.setdefault(draft.person.at, draft)
    because = policy.whole_family.cannot_wait
    if not urgent and circle.facts.facts.out_of_hours_cannot_wait == "yes" and closed:
        urgent[closed[0].person.at] = closed[0]
        because = rules.triggers[0].because
    added = []
    for draft in urgent.values():
        team = queue_for(rules.team, draft.person, circle, policy)
        set_off = SetOff(row_id, rules, draft.person, fill(because, draft.person), frozenset())
        new = timed(
            row_id,
            draft.person,
            team,
            rules.pathway,
            rules.clock,
            set_off.because,
            circle,
            policy,
            calendar,
        )
        new.set_off = set_off
        added.append((draft, held_already(new, policy)))
    return added


def _open(team: str, circle: Circle, policy: Policy, calendar: Calendar) -> bool:
    return policy.hours(team).open_at(circle.facts.received_at, calendar)
