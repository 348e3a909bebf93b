"""The whole-family rules F1 to F10 and the column "must also", read over the rows that a contact sets off."""

from __future__ import annotations

from tests.routing.plain.answer import ANY, Answer, Route
from tests.routing.plain.days import office_is_open, thurrock_first_is_open
from tests.routing.plain.family import UNKNOWN, YES, Contact
from tests.routing.plain.rows import RAISING, seen_caring, set_off

PREVENTIVE = ("R3", "R17", "R18")
CHILD_LEVEL = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R10")
ASKING = (
    "care-need",
    "mental-ill-health",
    "substance-use",
    "hospital-discharge",
    "mental-health-crisis",
)
ALSO_ASKING = ("R9", "R11", "R21", "R24")
PERHAPS_ASKING = ("R12", "R13", "R14", "R19", "R22", "R23", "R25", "R0", "R16", "R27", "R10")
ALSO = {
    "R0": "R0", "R2": "R8 R10 R20", "R3": "R17", "R8": "R2 F3 R11", "R9": "R11 F2", "R10": "R8", "R11": "F2 F3",
    "R12": "R1 R2 F2", "R14": "R12", "R15": "R1 R2", "R16": "R2", "R20": "R10", "R21": "F2", "R23": "R5 F2", "R24": "F2",
    "R26": "R9 R8", "R27": "R2", "R32": "R32", "R13": "F2", "R19": "F2", "R22": "F2",
}  # fmt: skip
"""What stands in the column "must also" of a row that is itself open."""
PERHAPS_ALSO = {
    "R3": "R17", "R9": "R11", "R11": "R9", "R12": "R1 R2", "R14": "R12", "R15": "R1 R2", "R16": "R1 R2", "R23": "R5 R12",
    "R27": "R2", "R31": "R31", "R32": "R32", "R8": "F3",
}  # fmt: skip
"""Entries under a condition, or about people whose age or place in the family is not settled."""
MUST_ALSO = (
    ("R2", "siblings", "R8"), ("R9", "cared-for", "R11"), ("R10", "others", "R8"), ("R20", "parents", "R10"),
    ("R26", "parents", "R9"), ("R26", "siblings", "R8"), ("R23", "children", "R5"), ("R27", "children", "R2"),
    ("R32", "siblings", "R32"),
)  # fmt: skip
"""Row, those around the person whom it is about, and the row that is asked about them."""
GRAVER = {"R2": "R1", "R1": "R2", "R5": "R1", "R11": "R12", "R9": "R8 R10"}
HIDDEN = ("shielded", "adoptive_placement")
DISCREET = (
    "domestic-abuse",
    "missing-child",
    "exploitation",
    "radicalisation",
    "professional-allegation",
)
EMERGENCY_DUTY = ("R0", "R23", "R24")
"""Rows whose own route column names EDT out of hours."""
FURTHER_CLOCKS = ("R1", "R2", "R3", "R8", "R11")
CHILD_REFERRALS = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R20")


def agreement(contact: Contact, answer: Answer) -> None:
    """F8: R3, R17 and R18 wait for agreement; a duty in law never does."""
    if contact.agreement() in ("given", "overridden"):
        return
    for key in [k for k in answer.routes if k[0] in PREVENTIVE]:
        del answer.routes[key]
        answer.obligations.add(("F8", key[1]))
    for rule, about in [k for k in answer.open_routes if k[0] in PREVENTIVE]:
        answer.may_owe("F8", about, answer.open_routes.pop((rule, about)))


def ask_the_question(contact: Contact, answer: Answer) -> None:
    """F2: unknown is not no; about the adult whose need raised the question."""
    raised = {ref for ref in contact.about(*ASKING) if contact.is_adult(ref)}
    raised |= {ref for rule in ALSO_ASKING for ref in answer.about(rule) if contact.is_adult(ref)}
    perhaps = {ref for ref in contact.about(*ASKING) if contact.age_unknown(ref)}
    perhaps |= {r for rule in PERHAPS_ASKING for r in answer.about(rule) if not contact.is_child(r)}
    perhaps |= {ref for rule, ref in answer.open_routes if ref and ref != ANY}
    for ref in sorted((raised | perhaps) - contact.dead):
        home, care = contact.fact("children_in_household"), contact.fact("child_providing_care")
        if UNKNOWN not in (home, care):
            continue
        at_home = any(contact.under(other, 18) == YES for other in contact.housemates(ref))
        caring = any(
            cared == ref for carer, cared in contact.pairs("cares-for") if contact.is_child(carer)
        )
        answered = (home != UNKNOWN or at_home) and (care != UNKNOWN or caring)
        if ref in raised and not answered:
            answer.obligations.add(("F2", ref))
        else:
            answer.may_owe("F2", ref, "F2-relations" if ref in raised else "F2-needs")


def mirror_assessment(contact: Contact, answer: Answer) -> None:
    """F3: a child seen caring, so the cared-for person is offered an assessment."""
    carers = seen_caring(contact) - contact.dead
    for carer, cared in contact.pairs("cares-for"):
        if carer not in carers or cared in contact.dead:
            continue
        if contact.is_adult(cared):
            answer.obligations.add(("F3", cared))
        else:
            answer.may_owe("F3", cared, "F3-child")
        if contact.is_child(cared):
            owe(contact, answer, "R2", cared)
        else:
            answer.may_owe("R2", cared, "F3-child")
    for rule, about in (*answer.routes, *answer.open_routes):
        if rule == "R8":
            answer.may_owe("F3", about, "F3-child")


def siblings(contact: Contact, answer: Answer) -> None:
    """F4: every other child who shares a home or a parent, and every child of the one alleged to harm."""
    harming = contact.pairs("alleged-to-harm")
    for rule in CHILD_LEVEL:
        for ref in answer.about(rule):
            near = contact.beside(ref) | (contact.children_of(ref) - contact.dead)
            for harmer in {a for a, harmed in harming if harmed == ref}:
                near |= {c for c in contact.children_of(harmer) if c != ref} - contact.dead
            for child in sorted(near):
                if rule == "R10" and child in contact.about("child-disability"):
                    answer.may_owe("F4", child, "F4-own-row")
                else:
                    owe_sibling(contact, answer, child)
    if harming or any(rule in CHILD_LEVEL for rule, _ in answer.open_routes):
        answer.may_owe("F4", ANY, "alleged")
    set_off_or_open = {rule for rule, _ in (*answer.open_routes, *answer.routes)}
    if set_off_or_open & set(CHILD_LEVEL) and contact.pairs(*RAISING):
        for _, child in contact.pairs("parent-of", *RAISING):
            answer.may_owe("F4", child, "raising")
    if any(rule in CHILD_LEVEL for rule, _ in answer.open_routes):
        answer.may_owe("F4", ANY, "F4-own-row")


def owe_sibling(contact: Contact, answer: Answer, child: str) -> None:
    if contact.age_unknown(child):
        answer.may_owe("F4", child, "F4-age")
    else:
        answer.obligations.add(("F4", child))


def capacity(contact: Contact, answer: Answer) -> None:
    """R25 is an obligation only: doubt about one decision of somebody of 16 or over."""
    for ref in contact.about("capacity-doubt"):
        if ref in contact.dead:
            continue
        young = contact.under(ref, 16)
        if young != YES:
            answer.obligations.add(("R25", ref))
            if young == UNKNOWN:
                answer.dates.add(ref)
        else:
            answer.may_owe("R25", ref, "wrong-age")


def further_clocks(contact: Contact, answer: Answer) -> None:
    """A row's clocks after the first are obligations about the same person."""
    for rule, about in answer.routes:
        if rule in FURTHER_CLOCKS:
            answer.obligations.add((rule, about))
        else:
            answer.may_owe(rule, about, "further-clocks")
    for rule, about in answer.open_routes:
        answer.may_owe(rule, about, "further-clocks")


def must_also(contact: Contact, answer: Answer) -> None:
    """Entries of "must also" that name a row: obligations about that person, unless own facts set it off."""
    around = {
        "siblings": contact.siblings,
        "parents": contact.parents,
        "children": contact.children_around,
        "cared-for": lambda ref: {b for a, b in contact.pairs("cares-for") if a == ref},
        "others": lambda ref: contact.children_of(ref) - set(contact.about("child-disability")),
    }
    for source, who, rule in MUST_ALSO:
        for ref in answer.about(source):
            for about in sorted(around[who](ref)):
                owe(contact, answer, rule, about)
    for ref in answer.about("R0"):
        answer.obligations |= {("R0", other) for other in contact.housemates(ref) - contact.dead}
    for ref in answer.about("R12"):
        for child in contact.children_around(ref):
            owe_either(contact, answer, child)


def owe_either(contact: Contact, answer: Answer, child: str) -> None:
    """R12: children → R1/R2."""
    if contact.is_child(child) and not (answer.has("R1", child) or answer.has("R2", child)):
        answer.either.add(frozenset({("R1", child), ("R2", child)}))
    answer.may_owe("R1", child, "must-also-if")
    answer.may_owe("R2", child, "must-also-if")


def perhaps_also(contact: Contact, answer: Answer) -> None:
    """What may be owed besides: under conditions the contact cannot show, and for rows that are themselves open."""
    raising = ("parent-of", *RAISING)
    mates = {c for c in contact.people if contact.siblings(c) | contact.housemates(c)}
    near: dict[str, set[str | None]] = {
        "R9": {a for a, _ in contact.pairs("cares-for", *raising)},
        "R10": {a for a, _ in contact.pairs(*raising)},
        "R12": {b for _, b in contact.pairs("cares-for")} | set(contact.about("domestic-abuse")),
        "R8": {
            c for c in mates | {b for _, b in contact.pairs(*raising)} if not contact.is_adult(c)
        },
        "F1": {c.get("about") for c in contact.concerns},
    }
    for rule, people in near.items():
        for about in people:
            answer.may_owe(rule, about, "must-also-if")
    for rule, _ in (*answer.routes, *answer.open_routes):
        for owed in PERHAPS_ALSO.get(rule, "").split():
            answer.may_owe(owed, ANY, "must-also-if")
    for rule, _ in answer.open_routes:
        for owed in ALSO.get(rule, "").split():
            answer.may_owe(owed, ANY, "must-also-if")
    if contact.fact("family_may_be_informed") != "no":
        answer.may_owe("F9", ANY, "whole-family")


def owe(contact: Contact, answer: Answer, rule: str, about: str) -> None:
    """An obligation about somebody alive, unless that person's own facts set the row off."""
    if about in contact.dead or (rule, about) in answer.open_routes:
        return
    if answer.has(rule, about):
        answer.may_owe(rule, about, "further-clocks")
    elif any(
        answer.has(other, about) or {(other, about), (other, ANY)} & answer.open_routes.keys()
        for other in GRAVER.get(rule, "").split()
    ):
        answer.may_owe(rule, about, "graver-row")
    elif contact.age_unknown(about):
        answer.may_owe(rule, about, "F4-age")
    elif (
        contact.is_adult(about) == (rule in ("R9", "R10", "R11"))
        and not contact.people[about].unborn
    ):
        answer.obligations.add((rule, about))
    else:
        answer.may_owe(rule, about, "must-also-if")


def tells(contact: Contact, answer: Answer) -> None:
    """Who must be told, as far as the columns name a team; nobody of the family where F9, R14 or R16 forbid."""
    rules = {rule for rule, _ in answer.routes}
    answer.silent = contact.fact("family_may_be_informed") == "no" or bool(rules & {"R14", "R16"})
    if rules & set(CHILD_REFERRALS):
        answer.tells.add((ANY, "referrer"))
        hidden = {flag for p in contact.data["people"] for flag in p.get("flags", ())} & set(HIDDEN)
        if (
            contact.fact("family_may_be_informed") == YES
            and not hidden
            and not contact.said(*DISCREET)
        ):
            answer.tells.add(("F9", "family"))
    if "R13" in rules:
        answer.tells.add(("R13", "referrer"))
    if "R5" in rules:
        answer.tells.add(("R5", "HOU"))
    if "R19" in rules:
        answer.tells.add(("R19", "HOU"))
    for rule in ("R14", "R16"):
        for ref in answer.about(rule):
            around = contact.children_around(ref)
            if any(contact.is_child(child) for child in around) and contact.is_adult(ref):
                answer.tells.add((rule, "MASH"))
    for ref in answer.about("R15"):
        if any(contact.is_child(child) for child in contact.children_around(ref)):
            answer.tells.add(("R15", "MASH"))


def out_of_hours(contact: Contact, answer: Answer) -> None:
    """R28: beside the row that cannot wait, outside the hours of that row's team."""
    if office_is_open(contact.received):
        return
    for rule in EMERGENCY_DUTY:
        for ref in answer.about(rule):
            set_off(contact, answer, "R28", ref)
            answer.obligations.add(("R28", ref))
    for about in (None, *contact.people):
        answer.may_route("R28", about, "R28-which")
        answer.may_owe("R28", about, "R28-which")
    if (
        contact.fact("out_of_hours_cannot_wait") == YES
        and answer.order
        and not answer.open_routes.keys() - {("R28", about) for about in (None, *contact.people)}
    ):
        team = answer.routes[answer.order[0]].teams[0]
        if team and not (team == "TF" and thurrock_first_is_open(contact.received)):
            answer.some.add("R28")


def no_wrong_door(contact: Contact, answer: Answer) -> None:
    """F1: a contact that no team takes goes to the front door."""
    if not any(route.teams != (None,) for route in answer.routes.values()):
        answer.may_route("F1", ANY, "F1")
        answer.may_owe("F1", ANY, "F1")


def routes_in_order(answer: Answer, contact: Contact) -> list[tuple[str, str | None]]:
    """Rank: the groups of "how to read the table", ties by due time, row and birth date."""

    def place(route: Route) -> tuple[int, float, int, str, str]:
        due = route.due[0]
        when = due.timestamp() if due is not None and not isinstance(due, str) else float("inf")
        born = contact.people[route.about].earliest if route.about else None
        return group(route.rule), when, int(route.rule[1:]), str(born or "9999"), route.about or ""

    return [(r.rule, r.about) for r in sorted(answer.routes.values(), key=place)]


def group(rule: str) -> int:
    """R0; R1, R12, R5, R6, R14 to R16, R24; R4, R23; the rest; R3, R17, R18."""
    groups = (("R0",), ("R1", "R12", "R5", "R6", "R14", "R15", "R16", "R24"), ("R4", "R23"))
    for number, rules in enumerate(groups):
        if rule in rules:
            return number
    return 4 if rule in PREVENTIVE else 3


WHOLE_FAMILY = (
    agreement, ask_the_question, mirror_assessment, siblings, capacity, further_clocks, must_also, perhaps_also, tells,
    no_wrong_door,
)  # fmt: skip
