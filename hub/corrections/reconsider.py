"""What a correction or a withdrawal changes in the work: who is asked besides, and who must look again. Pure.

What was decided stays; no ask is taken back by the program, and no clock that runs begins anew (F11). What is newly decided is sent
at once, for danger must not wait: its clocks begin with the receipt of the correction.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from events.contact_reconsidered import RouteNamed
from events.content import ContactContent
from events.decision import Decision, ObligationNeeded, Route
from events.facts import PinnedFacts
from events.mentions_linked import LinkedMention
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.clocks import Calendar
from hub.corrections.owed import CLOCK
from hub.people.told import Told, next_owed
from hub.policies.clock import ClockRules
from hub.referrals.sent import is_for, obligation_for, referral_for, same_person, to_the_front_door
from projections.referrals_and_clocks import CORRECTION, number_of
from projections.table import Row, Tables

GONE = "The contact was corrected: by what it says now you would not be asked this."
ANOTHER = "The contact was corrected: whom you were asked about is another person than was thought."
OTHERWISE = "The contact was corrected: something else is said of the person you were asked about."
WITHDRAWN = "The contact was withdrawn by whoever told of it."
DOES = "Look again: read what the contact says now, and change what was decided on what it said before."
A_THOUSAND = 1000
"""What a correction sends is numbered from the next thousand on, so that no team's hand-on takes the same number meanwhile."""


class Decided(NamedTuple):
    """A route as it was decided before."""

    row: str
    about: str | None
    person: str | None
    team: str | None
    held_by: str | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What is decided now and was not before, and what is decided no longer."""

    newly: tuple[Route, ...]
    no_longer: tuple[Decided, ...]

    @property
    def named(self) -> tuple[tuple[RouteNamed, ...], tuple[RouteNamed, ...]]:
        """Both, as the event has them."""
        return tuple(map(named, self.newly)), tuple(map(named, self.no_longer))


def named(route: Route | Decided) -> RouteNamed:
    """A route by its row, whom it is about, and its team."""
    return RouteNamed(row=route.row, about=route.about, person=route.person, team=route.team)


def decided_before(told: Row) -> tuple[Decided, ...]:
    """The routes that were decided on a contact last."""
    return tuple(Decided(*route) for route in told["decided"]["routes"])


def differences(before: Sequence[Decided], decision: Decision) -> Differences:
    """A route is the same where its row is, and the contact's own word for the person, or the person."""
    then = {key for route in before for key in keys_of(route)}
    now = {key for route in decision.routes for key in keys_of(route)}
    return Differences(
        tuple(r for r in decision.routes if then.isdisjoint(keys_of(r))),
        tuple(r for r in before if now.isdisjoint(keys_of(r))),
    )


def keys_of(route: Route | Decided) -> set[tuple[str, str, str | None]]:
    """What makes two routes the same: any one of these."""
    keys: set[tuple[str, str, str | None]] = {(route.row, "about", route.about)}
    return keys | ({(route.row, "person", route.person)} if route.person else set())


def without_own(facts: PinnedFacts, contact: str) -> PinnedFacts:
    """The facts without what this contact itself led to: what would be decided had it never been."""
    people = tuple(
        p.model_copy(update={"open": tuple(o for o in p.open if contact_of(o.referral) != contact)})
        for p in facts.people
    )
    return facts.model_copy(update={"people": people})


def contact_of(referral: str) -> str:
    """`C-26-000001` of `R-26-000001-3`."""
    return "C" + referral.rpartition("-")[0][1:]


def asked_on(tables: Tables, contact: str) -> list[Row]:
    """What teams were asked on a contact and did not pass on, the oldest first."""
    asked = tables.find("asked_referral", contact=contact)
    return sorted(asked, key=lambda row: number_of(row["referral"]))


def is_asked(asked: Iterable[Row], route: Route) -> bool:
    """Whether somebody was asked this already, on this contact."""
    return any(
        row["row"] == route.row
        and (row["about"] == route.about or (row["person"] and row["person"] == route.person))
        for row in asked
    )


def further(
    tables: Tables,
    told: Row,
    decision: Decision,
    newly: Sequence[Route],
    family: str | None,
    received_at: datetime,
    clocks: Mapping[str, ClockRules],
) -> tuple[list[ReferralSent], list[ObligationOpened]]:
    """The asks and obligations that are newly decided, each once; what is owed is always somebody's (F1)."""
    contact, asked = told["contact"], asked_on(tables, told["contact"])
    owed = newly_owed(told, decision)
    routes = sorted(
        (r for r in newly if r.team and not r.held_by and not is_asked(asked, r)),
        key=lambda r: r.rank,
    )
    held = [r for r in decision.routes if r.held_by]
    if owed and not (routes or held or asked):
        routes = [to_the_front_door(decision, "TF")]
    begin = told["amended"] * A_THOUSAND
    sent = [
        referral_for(route, begin + n, contact, family, received_at, clocks).model_copy(
            update={"lead": n == 1 and not asked}
        )
        for n, route in enumerate(routes, 1)
    ]
    number = next_owed(tables, contact)
    opened = [
        obligation_for(each, number + n, contact, holder_of(each, sent, asked, held))
        for n, each in enumerate(owed)
    ]
    return sent, opened


def newly_owed(told: Row, decision: Decision) -> list[ObligationNeeded]:
    """What is owed by the decision now and was not before."""
    before = {tuple(each) for each in told["decided"]["owed"]}
    about = {(rule, about, does) for rule, about, _, does in before}
    person = {(rule, person, does) for rule, _, person, does in before if person}
    return [
        o
        for o in decision.obligations
        if (o.rule, o.about, o.does) not in about and (o.rule, o.person, o.does) not in person
    ]


def holder_of(
    owed: ObligationNeeded,
    sent: Sequence[ReferralSent],
    asked: Sequence[Row],
    held: Sequence[Route],
) -> str:
    """The referral that an obligation belongs to: one about the same person, else the first that there is, open ones first."""
    very = [r.referral for r in sent if is_for(owed, r)]
    own = [r.referral for r in sent if same_person(owed, r)]
    of_them = [r for r in asked if r["person"] == owed.person and r["about"] == owed.about]
    ranked = sorted(asked, key=lambda r: not r["open"])
    found: tuple[str, ...] = (
        *very,
        *own,
        *(r["referral"] for r in of_them),
        *(r.held_by for r in held if r.held_by and same_person(owed, r)),
        *(r["referral"] for r in ranked),
        *(r.referral for r in sent),
        *(r.held_by for r in held if r.held_by),
    )
    return found[0]


def told_otherwise(
    before: Told, now: ContactContent, mentions: Sequence[LinkedMention]
) -> tuple[Set[str], Set[str]]:
    """The contact's words that mean another person now, or nobody; and those of whom something else is said."""
    was = {m.ref: m for m in before.content.people}
    said = {m.ref: m for m in now.people}
    after = {m.ref: m.person for m in mentions}
    another = {ref for ref, person in before.people.items() if after.get(ref) != person}
    return another, {ref for ref in was if ref in said and was[ref] != said[ref]} - another


def why_again(
    row: Row, no_longer: Sequence[Decided], another: Set[str], otherwise: Set[str]
) -> str | None:
    """Why a team that was asked this must look again; None where it need not."""
    gone = {key for route in no_longer for key in keys_of(route)}
    asked = Decided(row["row"], row["about"], row["person"], row["team"], None)
    if not gone.isdisjoint(keys_of(asked)):
        return GONE
    if row["about"] in another:
        return ANOTHER
    return OTHERWISE if row["open"] and row["about"] in otherwise else None


def look_again(
    tables: Tables,
    contact: str,
    reasons: Sequence[tuple[Row, str]],
    at: datetime,
    calendar: Calendar,
    opened: int = 0,
) -> list[ObligationOpened]:
    """One obligation for each team, with the referral that gives the most reason; `opened` were numbered just now."""
    weightiest = [ANOTHER, GONE, WITHDRAWN, OTHERWISE]
    chosen: dict[str, tuple[Row, str]] = {}
    for row, why in sorted(
        reasons, key=lambda each: (weightiest.index(each[1]), not each[0]["open"])
    ):
        chosen.setdefault(row["team"], (row, why))
    number, due = next_owed(tables, contact) + opened, CLOCK.due(at, calendar)
    return [
        ObligationOpened(
            obligation=f"O{contact[1:]}-{number + n}", contact=contact, referral=row["referral"], rule=CORRECTION,
            about=row["about"], person=row["person"], does=DOES, because=why, clock=CLOCK.name, due_at=due,
        )
        for n, (row, why) in enumerate(chosen[team] for team in sorted(chosen))
    ]  # fmt: skip


def leant_on(routes: Iterable[Decided]) -> list[Row]:
    """The open asks of other contacts that these routes were answered by (F7), as if they had been made on this one."""
    held = [r for r in routes if r.held_by]
    return [
        {
            "referral": r.held_by, "contact": contact_of(r.held_by or ""), "about": r.about, "person": r.person,
            "row": r.row, "team": r.team, "open": True,
        }
        for r in held
        if r.team
    ]  # fmt: skip
