"""What the engine sends out on a decision: a referral a route, and each obligation with the referral it belongs to."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from events.decision import Decision, ObligationNeeded, Route
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.policies.clock import ClockRules

NO_CLOCKS: Mapping[str, ClockRules] = {}


def open_referrals(
    decision: Decision,
    contact: str,
    family: str | None,
    received_at: datetime,
    front_door: str = "TF",
    clocks: Mapping[str, ClockRules] = NO_CLOCKS,
) -> tuple[list[ReferralSent], list[ObligationOpened]]:
    """One referral for each route that has a team, in rank order, the first leading; none for F7, where a team has it already.

    An obligation belongs to the one referral it goes with (R28, R30), else to the one about the same person, else to the lead one,
    else to the one F7 points at. Where something is owed and nobody was asked, as by R31 alone, the front door is: what is owed is
    always somebody's (F1).
    `clocks` are the policy's, by how they are shown: what meets each is written down with the ask.
    """
    routes = sorted((r for r in decision.routes if r.team and not r.held_by), key=lambda r: r.rank)
    held = sorted((r for r in decision.routes if r.held_by), key=lambda r: r.rank)
    if decision.obligations and not routes and not held:
        routes = [to_the_front_door(decision, front_door)]
    sent = [
        referral_for(route, number, contact, family, received_at, clocks)
        for number, route in enumerate(routes, 1)
    ]
    opened = [
        obligation_for(owed, number, contact, holder(owed, sent, held))
        for number, owed in enumerate(decision.obligations, 1)
    ]
    return sent, opened


def referral_for(
    route: Route,
    number: int,
    contact: str,
    family: str | None,
    received_at: datetime,
    clocks: Mapping[str, ClockRules] = NO_CLOCKS,
) -> ReferralSent:
    """The ask that a route makes; its clock began when the contact was received."""
    rules = clocks.get(route.clock or "")
    grace = rules.grace_minutes if rules else None
    return ReferralSent(
        referral=f"R{contact[1:]}-{number}", contact=contact, rule=route.rule, about=route.about, person=route.person,
        family=family, team=route.team or "", pathway=route.pathway, rank=route.rank, lead=number == 1,
        clock=route.clock, clock_started_at=received_at, due_at=route.due_at, because=route.because,
        met_by=rules.met_by if rules else None,
        missed_from=route.due_at + timedelta(minutes=grace) if route.due_at and grace else None,
    )  # fmt: skip


def to_the_front_door(decision: Decision, front_door: str) -> Route:
    """The ask that nobody else answers for, due with the first thing that is owed."""
    dues = [o.due_at for o in decision.obligations if o.due_at]
    return Route(
        rule="F1", about=None, person=None, team=front_door, pathway=None, rank=len(decision.routes) + 1,
        due_at=min(dues, default=None), clock=None, because="Something is owed and no team was asked.", row="F1",
    )  # fmt: skip


def obligation_for(
    owed: ObligationNeeded, number: int, contact: str, referral: str
) -> ObligationOpened:
    """The duty that the decision names, with the referral whose closing waits for it."""
    return ObligationOpened(
        obligation=f"O{contact[1:]}-{number}", contact=contact, referral=referral, rule=owed.rule, about=owed.about,
        person=owed.person, does=owed.does, because=owed.because, clock=owed.clock, due_at=owed.due_at,
    )  # fmt: skip


def holder(owed: ObligationNeeded, sent: list[ReferralSent], held: list[Route]) -> str:
    """The referral an obligation belongs to."""
    if asked := next((r.referral for r in sent if is_for(owed, r)), None):
        return asked
    own = [r.referral for r in sent if same_person(owed, r)]
    elsewhere = [r.held_by for r in held if r.held_by and same_person(owed, r)]
    rest = [*(r.referral for r in sent[:1]), *(r.held_by for r in held if r.held_by)]
    return next(iter((*own, *elsewhere, *rest)))


def is_for(owed: ObligationNeeded, asked: ReferralSent) -> bool:
    """Whether this is the very ask that an obligation goes with, where it goes with one alone."""
    return owed.row == asked.rule and (owed.person, owed.about) == (asked.person, asked.about)


def same_person(owed: ObligationNeeded, asked: ReferralSent | Route) -> bool:
    """Whether both are about one person, by their id, else by the contact's own word for them."""
    if owed.person or asked.person:
        return owed.person == asked.person
    return owed.about is not None and owed.about == asked.about
