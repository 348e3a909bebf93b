"""Who else must be told, and who must not."""

from collections.abc import Iterator, Sequence

from events.decision import Notice
from hub.policies.document import Policy
from hub.routing.drafts import Draft, about, about_a_child
from hub.routing.owed import Ground, hidden, no_room, told_of
from hub.routing.people import Person
from hub.routing.words import fill

REFERRER, FAMILY, PERSON, PRACTICE = "referrer", "family", "person", "gp"


def notices(ground: Ground) -> tuple[Notice, ...]:
    """Every notice once, in the order of the routes. Nothing goes to the family or a person where F9 or F14 forbid it."""
    told: dict[tuple[str, str | None, str], Notice] = {}
    for notice in _all(ground):
        told.setdefault((notice.rule, notice.about, notice.to), notice)
    return tuple(told.values())


def _all(ground: Ground) -> Iterator[Notice]:
    for draft in ground.routes:
        yield from _of_route(draft, ground)
        yield from _no_room(draft, ground)
    yield from _feedback(ground.routes, ground.policy)
    yield from _family(ground)


def _of_route(draft: Draft, ground: Ground) -> Iterator[Notice]:
    """Those whom the row names.

    Where a team holds the row already (F7), it has told them, and who refers is answered; but what cannot wait is told
    again to all, because an open case must not silence new danger.
    """
    if draft.set_off is None:
        return
    row = draft.set_off.row
    for told in row.tell:
        if draft.held and not row.cannot_wait and told.to != REFERRER:
            continue
        if told.to in (FAMILY, PERSON) and not _may_reach_home(ground):
            continue
        if ground.holds(told.program, draft.person):
            yield _notice(draft.row_id, draft.person, told.to, told.because)


def _no_room(draft: Draft, ground: Ground) -> Iterator[Notice]:
    """Who is told that the queue is full."""
    found = no_room(draft, ground)
    if found is None:
        return
    row_id, row, _ = found
    for told in row.tell:
        if told.to in (FAMILY, PERSON) and not _may_reach_home(ground):
            continue
        if ground.holds(told.program, draft.person):
            yield _notice(row_id, draft.person, told.to, told.because)


def _may_reach_home(ground: Ground) -> bool:
    informed = ground.circle.facts.facts.family_may_be_informed
    return informed != "no" and not hidden(ground.circle, ground.policy)


def _notice(rule: str, person: Person, to: str, because: str) -> Notice:
    code = person.pinned.gp if to == PRACTICE and person.pinned.gp else to
    return Notice(
        rule=rule,
        about=about(person),
        person=person.pinned.person,
        to=code,
        because=fill(because, person),
    )


def _feedback(routes: Sequence[Draft], policy: Policy) -> Iterator[Notice]:
    """F10: who refers a child hears within a working day, whatever row it is."""
    answered = {
        id(d.person)
        for d in routes
        if d.set_off and any(t.to == REFERRER for t in d.set_off.row.tell)
    }
    for draft in routes:
        if about_a_child(draft) and id(draft.person) not in answered:
            answered.add(id(draft.person))
            yield _notice("F10", draft.person, REFERRER, policy.whole_family.F10)


def _family(ground: Ground) -> Iterator[Notice]:
    """F9: parents and carers are told of a referral about their child, where somebody said that they may be."""
    lead = told_of(ground.routes)
    said_yes = ground.circle.facts.facts.family_may_be_informed == "yes"
    if lead and said_yes and _may_reach_home(ground):
        yield _notice("F9", lead.person, FAMILY, ground.policy.whole_family.F9.tell)
