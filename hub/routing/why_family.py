"""Why a whole-family rule (F1 to F15) had something to say of a contact, and why not. Pure."""

from collections.abc import Callable, Iterator, Mapping

from events.contact_routed import ContactRouted
from events.decision import Decision
from hub.routing.owed import Ground, adults_in_need, hidden, told_of
from hub.routing.words import listed

Told = tuple[str | None, bool, str]
"""About whom (the contact's own ref, else a person id, else nobody in particular), whether it applies, and the sentence."""


def why_family(rule: str, routed: ContactRouted, ground: Ground) -> tuple[Told, ...]:
    """What the rule has to do with the contact: what it led to, else why it led to nothing."""
    led_to = tuple(_led_to(rule, routed.decision))
    return led_to or tuple(_OTHERWISE[rule](routed, ground))


def _led_to(rule: str, decision: Decision) -> Iterator[Told]:
    for r in decision.routes:
        if r.rule == rule:
            yield r.about, True, f"It goes to {r.team or 'no team'}: {r.because}"
    for o in decision.obligations:
        if o.rule == rule:
            yield o.about, True, f"It is owed: {o.does} {o.because}"
    for t in decision.tell:
        if t.rule == rule:
            yield t.about, True, f"To be told: {t.to}. {t.because}"


def _f1(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    teams = list(dict.fromkeys(d.team for d in ground.routes if d.team))
    yield (
        None,
        False,
        f"No front door was needed: {listed(teams)} {'has' if len(teams) == 1 else 'have'} it.",
    )


def _f2(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    said = ground.circle.facts.facts
    if any(True for _ in adults_in_need(ground)):
        children, caring = said.children_in_household, said.child_providing_care
        yield (
            None,
            False,
            (
                "Both questions are answered, by the contact or by the family that is known"
                f" (children in the household: {children}; a child gives care: {caring})."
            ),
        )
    else:
        yield None, False, "No adult with a need that raises the questions is told of."


def _f3(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    rows = ground.policy.whole_family.F3.rows
    if any(d.row_id in rows and d.held for d in ground.routes):
        yield None, False, "The team that has the young carer already has offered it (F7)."
    else:
        yield (
            None,
            False,
            f"No child is known to care for anybody ({listed(rows)} was not set off).",
        )


def _f4(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    asking = [d for d in ground.routes if d.set_off and d.set_off.row.asks_about_siblings]
    if asking:
        rows = listed(list(dict.fromkeys(d.row_id for d in asking)))
        yield (
            None,
            False,
            f"{rows} asks about other children, and no other child of the home or the parents is known.",
        )
    else:
        yield None, False, "No row that asks about other children was set off."


def _f5(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    routes = len(routed.decision.routes)
    lead = routed.decision.routes[0].team if routes else None
    many = f"{routes} routes side by side, one a person and need" if routes > 1 else "one route"
    yield None, routes > 1, f"One contact of one family: {many}, led by {lead or 'no team'}."


def _f6(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    order = listed([r.row for r in routed.decision.routes] or ["nothing"])
    yield (
        None,
        len(routed.decision.routes) > 1,
        f"The gravest leads and nothing is averaged: in this order {order}.",
    )


def _f7(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    held = [r.row for p in ground.circle.people for r in p.pinned.open]
    if held:
        yield (
            None,
            False,
            f"What is open for these people ({listed(list(dict.fromkeys(held)))}) is none of the rows set off now.",
        )
    else:
        yield None, False, "No referral was open for these people when the contact was received."


def _f8(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    needing = list(dict.fromkeys(s.row_id for s in ground.set_off if s.row.needs_agreement))
    if needing:
        yield (
            None,
            False,
            f"{listed(needing)} needs agreement, and it was {ground.circle.facts.agreement}.",
        )
    else:
        yield (
            None,
            False,
            "No row that needs agreement was set off: what was set off never waits for it.",
        )


def _f9(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    informed = ground.circle.facts.facts.family_may_be_informed
    if told_of(ground.routes) is None:
        yield None, False, "No new referral is about a child."
    elif informed == "no":
        yield (
            None,
            True,
            "The contact says that the family may not be informed: nobody at home is told.",
        )
    else:
        yield None, False, "There is nothing to decide and nobody to tell."


def _f10(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    told = [t for t in routed.decision.tell if t.to == "referrer"]
    says = "Who refers is told by the row itself." if told else "No route is about a child."
    yield None, bool(told), says


def _f11(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    yield (
        None,
        True,
        "Every clock started when the contact was received, and goes on where the ask moves on.",
    )


def _f12(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    yield None, False, "This is a contact; a referral is each ask that was made of a team on it."


def _f13(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    moved = [d for d in ground.routes if d.row_id == "R32"]
    says = (
        "It is handed to the home council with a receipt (R32)."
        if moved
        else "Nobody is said to have moved away (R32)."
    )
    yield None, bool(moved), says


def _f14(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    found = hidden(ground.circle, ground.policy)
    yield (
        None,
        found,
        (
            "Somebody here may have to stay hidden: what is shown and who is told is decided viewer by viewer."
            if found
            else "Nobody here is marked as hidden, and nothing said asks for it."
        ),
    )


def _f15(routed: ContactRouted, ground: Ground) -> Iterator[Told]:
    yield (
        None,
        True,
        "The hub proposes; the team that accepts confirms, or overrides with a reason.",
    )


_OTHERWISE: Mapping[str, Callable[[ContactRouted, Ground], Iterator[Told]]] = {
    "F1": _f1, "F2": _f2, "F3": _f3, "F4": _f4, "F5": _f5, "F6": _f6, "F7": _f7, "F8": _f8, "F9": _f9, "F10": _f10,
    "F11": _f11, "F12": _f12, "F13": _f13, "F14": _f14, "F15": _f15,
}  # fmt: skip
