"""Decides: facts, policy, calendar and teams in; routes, obligations and notices out. Pure, and the same bytes every time."""

from collections.abc import Callable, Iterable

from events.decision import Decision
from events.facts import PinnedFacts
from hub.clocks import Calendar
from hub.policies.document import Policy
from hub.routing.case import Case
from hub.routing.deciders import DECIDER_VERSION
from hub.routing.drafts import Draft, draft_of, front_door, ranked
from hub.routing.notices import notices
from hub.routing.owed import Ground, obligations
from hub.routing.people import Circle
from hub.routing.queues import Queues
from hub.routing.rows import Conditions, SetOff, rows_set_off
from hub.teams.document import Register

AGREED = ("given", "overridden")


def decide(
    facts: PinnedFacts,
    policy: Policy,
    calendar: Calendar,
    register: Register | None = None,
    decider: str = DECIDER_VERSION,
) -> Decision:
    """Which teams a contact goes to, what else must be done, and who must be told. A person confirms or overrides it (F15).
    The register's localities and hours go ahead of the policy's.

    The same facts in another order, or by another door, give the same decision. An older decider decides as it did.
    """
    ground = ground_of(facts, policy, calendar, register, decider)
    return Decision(
        routes=tuple(draft.route(rank) for rank, draft in enumerate(ground.routes, 1)),
        obligations=obligations(ground),
        tell=notices(ground),
    )


def ground_of(
    facts: PinnedFacts,
    policy: Policy,
    calendar: Calendar,
    register: Register | None = None,
    decider: str = DECIDER_VERSION,
) -> Ground:
    """What the facts come to before it is put into words: the rows set off, those that are blocked, the routes in rank order."""
    circle = Circle.of(facts, decider)
    case = Case(circle, policy, calendar, Conditions(circle), Queues(policy, register))
    set_off = rows_set_off(circle, policy, case.conditions)
    blocked = [s for s in set_off if s.row.needs_agreement and facts.agreement not in AGREED]
    standing = [s for s in set_off if s not in blocked and not s.row.only_obligation]
    routes = ranked(_with_an_owner([draft_of(s, case) for s in standing], blocked, case), case)
    return Ground(case, routes, set_off, blocked)


def decide_with_room(
    facts: PinnedFacts,
    policy: Policy,
    calendar: Calendar,
    register: Register | None,
    full_of: Callable[[set[str]], Iterable[str]],
) -> tuple[PinnedFacts, Decision]:
    """The same, where those of the queues that it newly sends to which are full are a fact too: the facts with it, and the decision.

    A full queue changes no route: a duty waits for nobody's room. It adds what is owed and who is told (R30).
    """
    decision = decide(facts, policy, calendar, register)
    asked = {r.team for r in decision.routes if r.team and not r.held_by}
    full = tuple(sorted(full_of(asked)))
    if not full:
        return facts, decision
    facts = facts.model_copy(update={"full": full})
    return facts, decide(facts, policy, calendar, register)


def _with_an_owner(drafts: list[Draft], blocked: list[SetOff], case: Case) -> list[Draft]:
    """The front door too, where nobody else has the contact (F1)."""
    return drafts if any(d.team for d in drafts) else [*drafts, front_door(blocked, case)]
