"""The rows R0 to R32 of routing.md 3.3, each as one small reading of its trigger facts.

Every row answers which people it is about; what the text leaves open goes to the answer as open.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.routing.plain.answer import ANY, Answer, Route
from tests.routing.plain.clocks import due, teams
from tests.routing.plain.family import NO, UNKNOWN, YES, Contact
from tests.routing.plain.words import CODES

Row = Callable[[Contact, Answer], None]

RAISING = ("step-parent-of", "guardian-of", "foster-carer-of")
GROWN = (*RAISING, "parent-of", "grandparent-of", "partner-of", "ex-partner-of", "alleged-to-harm")
ABOVE_THE_LINE = ("professional_judgement", "escalating", "repeat_within_12_months")
LINK_WORKER = ("loneliness", "low-mood-anxiety", "bereavement", "unemployment", "money-benefits")
INTRODUCTION = ("loneliness", "community-connection", "essential-supplies")
RISK_FACTORS = ("domestic-abuse", "mental-ill-health", "mental-health-crisis", "substance-use")


def set_off(contact: Contact, answer: Answer, rule: str, about: str | None) -> None:
    """A row is set off about somebody; nothing is set off about the dead but R31."""
    if about in contact.dead and rule != "R31":
        answer.may_route(rule, about, "dead")
        return
    answer.routes[rule, about] = Route(
        rule, about, teams(contact, rule, about), due(contact, rule, about)
    )


def for_children(contact: Contact, answer: Answer, rule: str, *codes: str) -> None:
    """A row for children, the unborn included (F4): set off for one of unknown age too, and the date is asked for."""
    for ref in contact.about(*codes):
        if contact.people[ref].unborn or contact.may_be_child(ref):
            set_off(contact, answer, rule, ref)
            ask_date(contact, answer, ref)
        else:
            answer.may_route(rule, ref, "wrong-age")


def for_adults(contact: Contact, answer: Answer, rule: str, *codes: str) -> None:
    """A row for adults only: set off for one of unknown age too, and the date is asked for."""
    for ref in contact.about(*codes):
        if contact.is_adult(ref):
            set_off(contact, answer, rule, ref)
            ask_date(contact, answer, ref)
        elif contact.age_unknown(ref):
            answer.may_route(rule, ref, "safer-adult")
            ask_date(contact, answer, ref)
        else:
            answer.may_route(rule, ref, "wrong-age")


def for_anyone(contact: Contact, answer: Answer, rule: str, *codes: str) -> None:
    for ref in contact.about(*codes):
        set_off(contact, answer, rule, ref)


def ask_date(contact: Contact, answer: Answer, ref: str) -> None:
    if not contact.age_unknown(ref):
        if not contact.date_says(ref):
            answer.open_dates.add(ref)
    else:
        (answer.open_dates if ref in contact.dead else answer.dates).add(ref)


def life_at_risk(contact: Contact, answer: Answer) -> None:
    """R0: the concern about a person, or the fact of the whole contact."""
    for_anyone(contact, answer, "R0", "immediate-danger")
    for ref in answer.about("R0"):
        ask_date(contact, answer, ref)
    if contact.fact("immediate_danger") == YES:
        answer.some.add("R0")
        answer.open_dates |= set(contact.people)
        for about in (None, *contact.people):
            answer.may_route("R0", about, "danger-about")


def child_rows(contact: Contact, answer: Answer) -> None:
    """R1, R2, R3: a child harmed, a child in need or disabled, a child with additional needs."""
    for_children(contact, answer, "R1", "child-harm")
    for_children(contact, answer, "R2", "child-need", "child-disability")
    for ref in contact.about("early-help"):
        if contact.may_be_child(ref):
            set_off(contact, answer, "R3", ref)
            answer.open_dates.add(ref)
        else:
            answer.may_route("R3", ref, "early-help-adult")


def unborn(contact: Contact, answer: Answer) -> None:
    """R4: an unborn child and a risk factor of a parent's, or the concern itself."""
    for ref in contact.about("unborn-risk"):
        if contact.people[ref].unborn:
            set_off(contact, answer, "R4", ref)
        else:
            answer.may_route("R4", ANY, "unborn-risk-about")
    risky = set(contact.about(*RISK_FACTORS))
    for ref, somebody in contact.people.items():
        if somebody.unborn and risky & contact.parents(ref):
            set_off(contact, answer, "R4", ref)
        elif somebody.unborn and contact.said(*RISK_FACTORS):
            answer.may_route("R4", ref, "unborn-factor")


def nobody_to_care(contact: Contact, answer: Answer) -> None:
    """R5: nobody able to care for a child; a homeless 16 or 17 year old. R27: everyone else homeless."""
    for_children(contact, answer, "R5", "no-one-to-care")
    for ref in contact.about("homeless-16-17", "homelessness"):
        young = contact.between(ref, 16, 18)
        if young != NO:
            set_off(contact, answer, "R5", ref)
            ask_date(contact, answer, ref)
        elif contact.under(ref, 18) == YES:
            answer.may_route("R5", ref, "under-16-homeless")
    for ref in contact.about("homeless-16-17"):
        if contact.is_adult(ref) or contact.between(ref, 16, 18) == YES:
            set_off(contact, answer, "R27", ref)
        else:
            answer.may_route("R27", ref, "homeless-16-17")
    for_anyone(contact, answer, "R27", "homelessness")


def missing_or_exploited(contact: Contact, answer: Answer) -> None:
    """R6."""
    for_children(contact, answer, "R6", "missing-child")
    for ref in contact.about("exploitation"):
        if contact.may_be_child(ref):
            set_off(contact, answer, "R6", ref)
            answer.open_dates.add(ref)
        else:
            answer.may_route("R6", ref, "exploitation-adult")


def private_fostering(contact: Contact, answer: Answer) -> None:
    """R7: younger than 16."""
    for ref in contact.about("private-fostering"):
        young = contact.under(ref, 16)
        if contact.people[ref].unborn or young == NO:
            answer.may_route("R7", ref, "wrong-age")
        else:
            set_off(contact, answer, "R7", ref)
            if young == UNKNOWN:
                answer.dates.add(ref)


def young_carers(contact: Contact, answer: Answer) -> None:
    """R8: whoever is under 18 and cares for anyone, whatever concern is named; R26 from 16."""
    for ref in contact.about("young-carer"):
        if not contact.may_be_child(ref):
            answer.may_route("R9", ref, "wrong-age")
            answer.may_route("R8", ref, "wrong-age")
            answer.may_route("R26", ref, "wrong-age")
    for ref in contact.about("adult-carer"):
        if contact.is_child(ref):
            answer.may_route("R8", ref, "wrong-age")
    for ref in sorted(seen_caring(contact)):
        set_off(contact, answer, "R8", ref)
        ask_date(contact, answer, ref)
        old = contact.between(ref, 16, 18)
        if old == YES:
            set_off(contact, answer, "R26", ref)
        elif old == UNKNOWN:
            answer.may_route("R26", ref, "R26-unknown")


def seen_caring(contact: Contact) -> set[str]:
    """Those under 18, or of unknown age, who care."""
    carers = {carer for carer, cared in contact.pairs("cares-for") if cared not in contact.dead}
    return {ref for ref in carers | set(contact.about("young-carer")) if contact.may_be_child(ref)}


def adult_carers(contact: Contact, answer: Answer) -> None:
    """R9: an adult who gives care to an adult."""
    for ref in contact.about("adult-carer"):
        if contact.is_adult(ref):
            set_off(contact, answer, "R9", ref)
        else:
            answer.may_route("R9", ref, "wrong-age")
            ask_date(contact, answer, ref)
    for carer, cared in contact.pairs("cares-for"):
        if carer in contact.dead:
            continue
        if not contact.is_adult(carer) or cared in contact.dead:
            answer.open_dates |= {carer, cared}
            answer.may_route("R9", carer, "dead" if cared in contact.dead else "wrong-age")
        elif contact.is_adult(cared):
            set_off(contact, answer, "R9", carer)
            ask_date(contact, answer, carer)
            ask_date(contact, answer, cared)
        elif contact.age_unknown(cared):
            answer.may_route("R9", carer, "safer-adult")
            answer.dates.add(cared)


def parent_carers(contact: Contact, answer: Answer) -> None:
    """R10: the concern itself; a parent of a child whose disability is named."""
    for_anyone(contact, answer, "R10", "parent-carer")
    for ref in contact.about("child-disability"):
        if contact.is_adult(ref) or ref in contact.dead:
            continue
        for parent, child in contact.pairs("parent-of", *RAISING):
            if child != ref:
                continue
            if parent in contact.parents(ref) and contact.is_adult(parent):
                set_off(contact, answer, "R10", parent)
            else:
                answer.may_route("R10", parent, "parent-carer")


def care_needs(contact: Contact, answer: Answer) -> None:
    """R11: an adult who appears to need care; being cared for by a child is an appearance of need (F3)."""
    for_adults(contact, answer, "R11", "care-need", "substance-use", "mental-ill-health")
    for carer, cared in contact.pairs("cares-for"):
        if carer not in seen_caring(contact) or carer in contact.dead:
            continue
        if contact.is_adult(cared):
            set_off(contact, answer, "R11", cared)
        elif contact.age_unknown(cared):
            answer.may_route("R11", cared, "safer-adult")
            ask_date(contact, answer, cared)


def adult_safety(contact: Contact, answer: Answer) -> None:
    """R12 and R13: an adult abused or neglected, and a worry below that line."""
    for_adults(contact, answer, "R12", "adult-abuse")
    for_adults(contact, answer, "R13", "worry-below-threshold")
    for ref in answer.about("R13"):
        if answer.has("R12", ref):
            del answer.routes["R13", ref]
            answer.may_route("R13", ref, "graver-row")


def domestic_abuse(contact: Contact, answer: Answer) -> None:
    """R14 at or above its line; below it the children R2, the adult R13."""
    for ref, said in contact.said("domestic-abuse"):
        if ref is None:
            continue
        if not above_the_line(said):
            continue
        if contact.under(ref, 16) == NO:
            set_off(contact, answer, "R14", ref)
        else:
            answer.may_route("R14", ref, "R14-age")
    for ref in contact.about("domestic-abuse"):
        children = contact.children_around(ref)
        for raising, child in contact.pairs(*RAISING):
            if raising == ref:
                answer.may_route("R2", child, "raising")
                answer.open_dates.add(child)
        if (answer.has("R14", ref) or ("R14", ref) in answer.open_routes) and not contact.is_adult(
            ref
        ):
            answer.may_route("R2", ref, "R14-children")
            answer.may_route("R13", ref, "R14-age")
            answer.open_dates.add(ref)
        sure = answer.has("R14", ref)
        if sure or ("R14", ref) in answer.open_routes:
            for child in children:
                if sure and contact.is_child(child):
                    set_off(contact, answer, "R2", child)
                else:
                    answer.may_route("R2", child, "R14-children")
                answer.open_dates.add(child)
            continue
        if ref in contact.dead:
            answer.may_route("R2", ANY, "dead")
            continue
        if contact.is_adult(ref) and answer.has("R12", ref):
            answer.may_route("R13", ref, "graver-row")
        elif contact.is_adult(ref):
            set_off(contact, answer, "R13", ref)
            ask_date(contact, answer, ref)
        elif contact.people[ref].unborn:
            set_off(contact, answer, "R2", ref)
        elif contact.may_be_child(ref):
            set_off(contact, answer, "R2", ref)
            ask_date(contact, answer, ref)
            answer.may_route("R13", ref, "safer-adult")
        for child in sorted(children):
            if contact.age_unknown(child) and child in {a for a, _ in contact.pairs(*GROWN)}:
                answer.may_route("R2", child, "F4-age")
                answer.open_dates.add(child)
            else:
                set_off(contact, answer, "R2", child)
                ask_date(contact, answer, child)


def above_the_line(said: object) -> bool:
    """DASH 14 or more, professional judgement, or repeat or escalation within 12 months."""
    assert isinstance(said, dict)
    return said.get("dash", 0) >= 14 or any(said.get(marker) for marker in ABOVE_THE_LINE)


def restricted(contact: Contact, answer: Answer) -> None:
    """R15 and R16."""
    for_anyone(contact, answer, "R15", "professional-allegation")
    for_anyone(contact, answer, "R16", "radicalisation")


def community(contact: Contact, answer: Answer) -> None:
    """R17 and R18, for adults who agree; substance use may be a link worker's too."""
    for_adults(contact, answer, "R17", *LINK_WORKER, "substance-use")
    for_adults(contact, answer, "R18", *INTRODUCTION)


def equipment(contact: Contact, answer: Answer) -> None:
    """R19 for an adult, R20 for a child and for a disabled child."""
    for_children(contact, answer, "R20", "equipment-adaptation", "child-disability")
    for ref in contact.about("equipment-adaptation"):
        if contact.is_adult(ref):
            set_off(contact, answer, "R19", ref)
        else:
            answer.may_route("R19", ref, "safer-adult")


def hospital_and_home(contact: Contact, answer: Answer) -> None:
    """R21, R22, R23, R24."""
    for_anyone(contact, answer, "R21", "hospital-discharge")
    for ref in contact.about("regain-skills", "delegated-health-task"):
        if contact.is_child(ref) or contact.people[ref].unborn:
            answer.may_route("R22", ref, "wrong-age")
        else:
            set_off(contact, answer, "R22", ref)
            answer.open_dates.add(ref)
    for_anyone(contact, answer, "R23", "care-breakdown")
    for_anyone(contact, answer, "R24", "mental-health-crisis")


def transition(contact: Contact, answer: Answer) -> None:
    """R26 by its concern: a young person, from any age."""
    for ref in contact.about("transition"):
        if contact.may_be_child(ref):
            set_off(contact, answer, "R26", ref)
            answer.open_dates.add(ref)
        else:
            answer.may_route("R26", ref, "wrong-age")


def whole_life(contact: Contact, answer: Answer) -> None:
    """R29, R31, R32."""
    for_anyone(contact, answer, "R29", "feedback")
    if contact.said_of_all("feedback"):
        answer.some.add("R29")
        answer.may_route("R29", ANY, "whole-contact")
    for ref in sorted(contact.dead):
        set_off(contact, answer, "R31", ref)
    for_anyone(contact, answer, "R32", "moved-away")
    for ref in answer.about("R32"):
        ask_date(contact, answer, ref)


def alleged(contact: Contact, answer: Answer) -> None:
    """R1: a child whom somebody is alleged to harm, for relations set rows off too. Of anybody else it is open."""
    for harming, harmed in contact.pairs("alleged-to-harm"):
        if contact.is_child(harmed):
            set_off(contact, answer, "R1", harmed)
        answer.may_route("R1" if not contact.is_adult(harmed) else "R12", harmed, "alleged")
        answer.may_route("R12", harmed, "alleged")
        answer.open_dates.add(harmed)
        if contact.people[harming].works_with_children:
            answer.may_route("R15", harming, "alleged")


def wrong_age(contact: Contact, answer: Answer) -> None:
    """An adult's concern about a child, or a child's about an adult: what else it may set off."""
    adult_rows = {"adult-abuse": "R1", "worry-below-threshold": "R2", "care-need": "R2"}
    adult_rows |= {"substance-use": "R2", "mental-ill-health": "R2", "loneliness": "R2"}
    for code, rule in adult_rows.items():
        for ref in contact.about(code):
            if not contact.is_adult(ref):
                answer.may_route(rule, ref, "wrong-age")
    for ref in contact.about(*LINK_WORKER, *INTRODUCTION):
        if contact.between(ref, 16, 18) != NO:
            answer.may_route("R17", ref, "usually-18")
    child_rows = {"child-harm": "R12", "child-need": "R11", "child-disability": "R11"}
    for code, rule in child_rows.items():
        for ref in contact.about(code):
            if contact.is_adult(ref):
                answer.may_route(rule, ref, "wrong-age")


def child_seen_to_care(contact: Contact, answer: Answer) -> None:
    """child_providing_care: yes is a young carer, though nobody is named: facts set rows off too."""
    if contact.fact("child_providing_care") == YES:
        answer.some.add("R8")
        answer.may_route("R8", None, "providing-care")
        for ref in contact.people:
            if contact.may_be_child(ref):
                answer.may_route("R8", ref, "providing-care")
                answer.open_dates.add(ref)


def whole_contact(contact: Contact, answer: Answer) -> None:
    """Concerns about nobody in particular: every row that the vocabulary names for them is open."""
    for ref, said in contact.said(*CODES):
        if ref is None and said["code"] != "feedback":
            answer.open_dates |= set(contact.people)
            for rule in CODES[said["code"]].split():
                answer.may_route(rule, ANY, "whole-contact")


ROWS: tuple[Row, ...] = (
    life_at_risk, child_rows, unborn, nobody_to_care, missing_or_exploited, private_fostering, young_carers,
    adult_carers, parent_carers, care_needs, adult_safety, domestic_abuse, restricted, community, equipment,
    hospital_and_home, transition, whole_life, alleged, wrong_age, child_seen_to_care, whole_contact,
)  # fmt: skip
