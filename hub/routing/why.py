"""Why a rule was set off by a contact, and why not: in sentences, from the facts that the decision pinned. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cel

from events.contact_routed import ContactRouted
from hub.clocks import Calendar
from hub.policies.document import Policy
from hub.policies.row import Row
from hub.policies.said import Holds, in_words, lacking
from hub.routing.decide import ground_of
from hub.routing.drafts import about
from hub.routing.owed import Ground
from hub.routing.people import Person
from hub.routing.why_family import why_family
from hub.teams.document import Register

ROOM = "No queue that was asked is known to be full."
FAMILY_RULES = tuple(f"F{n}" for n in range(1, 16))


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence about one rule. `about` is the contact's own ref, else a person id, else None; `applies`: it was set off."""

    rule: str
    about: str | None
    applies: bool
    says: str


def rules_of(policy: Policy) -> tuple[str, ...]:
    """Every rule that may be asked about: the policy's rows, then the whole-family rules."""
    return (*policy.rows, *FAMILY_RULES)


def why(
    routed: ContactRouted,
    policy: Policy,
    calendar: Calendar,
    rule: str,
    register: Register | None = None,
) -> tuple[Reason, ...]:
    """What a rule has to do with a contact, person by person; empty where the policy has no such rule."""
    ground = ground_of(routed.facts, policy, calendar, register, routed.decider)
    if rule in FAMILY_RULES:
        return tuple(Reason(rule, *told) for told in why_family(rule, routed, ground))
    row = policy.rows.get(rule)
    if row is None:
        return ()
    told = [*applied(rule, routed), *_blocked(rule, ground)]
    seen = {reason.about for reason in told}
    if told and None in seen:
        return tuple(told)
    return (*told, *_not_set_off(rule, row, ground, seen, bool(told)))


def applied(rule: str, routed: ContactRouted) -> Iterator[Reason]:
    """The routes and obligations of the decision that the rule is the reason of."""
    for r in routed.decision.routes:
        if r.row == rule:
            to = f"It goes to {r.team}" if r.team else "No queue takes it"
            yield Reason(rule, r.about, True, f"{to}: {r.because}")
    for o in routed.decision.obligations:
        if o.rule == rule:
            yield Reason(rule, o.about, True, f"It is owed: {o.does} {o.because}")


def _blocked(rule: str, ground: Ground) -> Iterator[Reason]:
    agreement = ground.circle.facts.agreement
    stands = "was refused" if agreement == "refused" else "is not known"
    for set_off in ground.blocked:
        if set_off.row_id == rule:
            says = f"{set_off.because} But agreement {stands}, and this service needs it (F8)."
            yield Reason(rule, about(set_off.person), False, says)


def _not_set_off(
    rule: str, row: Row, ground: Ground, seen: set[str | None], partly: bool
) -> Iterator[Reason]:
    """Why not, of everybody the contact names; the same sentence once, of all whom it is about."""
    if row.out_of_hours or row.at_capacity:
        if not partly:
            says = _within_hours(ground) if row.out_of_hours else ROOM
            yield Reason(rule, None, False, says)
        return
    said: dict[str, list[str]] = {}
    for person in ground.circle.named:
        if person.pinned.about not in seen:
            said.setdefault(why_not(row, person, ground), []).append(person.pinned.about)
    whole = [t for t in row.triggers if t.whole]
    if whole and not partly:
        lacks = "; ".join(dict.fromkeys(in_words(t.when) for t in whole))
        yield Reason(
            rule, None, False, f"It would be set off for the contact as a whole where {lacks}."
        )
    for says, people in said.items():
        for one in people:
            yield Reason(rule, one, False, says)
    if not said and not whole and not partly:
        yield Reason(rule, None, False, "The contact names nobody whom it could be about.")


def why_not(row: Row, person: Person, ground: Ground) -> str:
    """The reason why a row is not set off by what is known of one person."""
    if person.dead and not row.of_the_dead:
        return "They have died: every other row stops (R31)."
    if row.of_the_dead and not person.dead:
        return "Nobody says that they have died."
    if person.fits(row.ages) == "no":
        return f"It is for those {ages_in_words(row)}; they are {age_in_words(person)}."
    lacks = [list(lacking(t.when, holder(ground, person))) for t in row.own_triggers]
    wanting = [clauses for clauses in lacks if clauses]
    if len(wanting) < len(lacks):
        return _gave_way(row, ground, person)
    ways = " — or where ".join(" and ".join(dict.fromkeys(clauses)) for clauses in wanting)
    return (
        f"It would be set off where {ways}."
        if ways
        else "What is said of one person never sets it off."
    )


def _gave_way(row: Row, ground: Ground, person: Person) -> str:
    safer = [s.row_id for s in ground.set_off if s.person is person and s.row_id in row.yields_to]
    if safer:
        return f"Their age cannot be told, and {' and '.join(safer)}, the safer way, was taken instead."
    return "It is set off through somebody else of this contact."


def holder(ground: Ground, person: Person) -> Holds:
    """Whether a part of a condition is true of somebody."""
    return lambda part: ground.case.conditions.holds(cel.compile(part), person)


def ages_in_words(row: Row) -> str:
    """`under 18`, `from 16 to under 18`, `of 18 or over`."""
    low, high = row.ages.from_, row.ages.under
    if low and high:
        return f"from {low} to under {high}"
    return f"under {high}" if high else f"of {low} or over" if low else "who are born"


def age_in_words(person: Person) -> str:
    """`unborn`, `44`, `between 12 and 17`."""
    if person.pinned.unborn:
        return "unborn"
    if person.youngest == person.oldest:
        return str(person.youngest)
    return (
        f"between {person.youngest} and {person.oldest}"
        if person.oldest is not None
        else f"{person.youngest} at least"
    )


def _within_hours(ground: Ground) -> str:
    teams = [d.team for d in ground.routes if d.team]
    shut: Sequence[str] = [t for t in teams if not ground.case.is_open(t)]
    if shut:
        return f"{', '.join(dict.fromkeys(shut))} was closed, but what is asked of it can wait until it opens."
    return "Every team that was asked was open when the contact was received."
