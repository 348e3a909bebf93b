"""A contact with its reasons, and the loop's buttons for the team that has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.explaining import may_ask, policy_of, reasons_for, routed_of
from hub.notices.act import notice_id, of_contact
from hub.pages.amended import changed, reconsidered
from hub.pages.buttons import MEMBERS, Button, buttons, clock_words, may_act, team_choices
from hub.pages.directory import services_beside
from hub.pages.moments import moment_of
from hub.pages.render import page
from hub.paging.stands import pages_about
from hub.policies import Policy
from hub.policies.register import policy_in_force
from hub.reading import contact_for
from hub.referrals.act import act
from hub.routing.why import Reason, rules_of
from hub.services import Hub
from hub.team_reading import full_for, was_full
from hub.viewer import Viewer
from projections.contact_view import ContactView
from projections.notices import HELD, Notice
from projections.referrals_and_clocks import Obligation, Referral

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

OFFERED = {
    "sent": ("accept", "decline", "override", "seen"),
    "seen": ("accept", "decline", "override"),
    "accepted": ("done", "hand-on", "withdraw"),
}


MANY = 20
"""Where more than this was asked and is owed, the forms that are seldom used are opened one at a time, so that the page stays light."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who must be told: why, and of whom."""

    to: str
    rule: str
    because: str
    about: tuple[str, ...]
    receipt: Notice | None = None
    notice: str = ""


@router.get("/contacts/{contact}")
@permits("duty", "auditor", "operator")
async def contact(
    request: Request,
    contact: str,
    as_at: str = "",
    min_position: int = 0,
    why: str = "",
    opened: Annotated[str, Query(alias="act")] = "",
    full: str = "",
) -> Response:
    """What was said, who it is, why it went where and, of a rule asked about, why not; and what can be done: of the past
    nothing can. `full`: it was just sent on to a queue that is."""
    hub, viewer, moment = hub_of(request), viewer_of(request), moment_of(as_at)
    view = await contact_for(hub, viewer, contact, min_position, moment)
    names = names_of(view)
    acts = moment is None and any(may_act(viewer, r.team) for r in view.referrals)
    policy = await policy_in_force(hub.log) if acts else None
    asked = await asked_about(hub, viewer, view, why)
    lead, *others = view.decision.routes if view.decision and view.decision.routes else (None,)
    receipts = await of_contact(hub, viewer, view.contact)
    news = news_of(view, viewer, receipts.values())
    to_meet = can_meet(view, viewer, policy) if moment is None else {}
    return await page(
        request,
        "contact.html",
        contact=view,
        can_act={
            r.referral: [
                *buttons("referral", OFFERED.get(r.status, ())),
                *clock_buttons("referral", r, policy),
            ]
            for r in view.referrals
            if r.is_open and may_act(viewer, r.team) and moment is None
        },
        pages={}
        if moment
        else await pages_about(
            hub, [r.referral for r in view.referrals] + [n.notice for n in news]
        ),
        news=[] if moment else news,
        can_see=[n.notice for n in news if n.received_at is None and may_act(viewer, n.to)],
        can_meet=to_meet,
        many=len(view.referrals) + len(view.obligations) > MANY,
        mentions={m.ref: m for m in view.mentions},
        names=names,
        people={m.person: names.get(m.ref) for m in view.mentions if m.person},
        lead=lead,
        others=others,
        told=told_once(view, names, receipts),
        may_tell=moment is None and any(may_act(viewer, r.team) for r in view.referrals),
        changed=changed(view),
        reconsidered=reconsidered(view),
        safe=safe_to_call(view),
        labels=MEMBERS,
        teams=team_choices(await full_for(hub, viewer) if acts else frozenset()),
        sent_to_full=bool(full) and acts,
        short={a.referral for a in view.answers if a.kind == "unmet"},
        as_at=moment,
        opened=opened,
        asked=asked,
        services=await services_beside(hub, viewer, view) if moment is None else [],
    )


@router.post("/referrals/{referral}/{verb}")
@router.post("/obligations/{referral}/{verb}")
@permits("duty")
async def act_on(request: Request, referral: str, verb: str) -> Response:
    """Do it, and back to the contact as it stands after."""
    refuse_cross_site(request)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    hub, viewer = hub_of(request), viewer_of(request)
    outcome = await act(hub.log, viewer, verb, referral, form)
    full = "&full=yes" if await was_full(hub, viewer, outcome.sent_on) else ""
    return RedirectResponse(
        f"/contacts/{outcome.contact}?min_position={outcome.position}{full}", 303
    )


def clock_buttons(
    subject: str, shown: Referral | Obligation, policy: Policy | None
) -> list[Button]:
    """What can be done to the clock of an ask or of what is owed."""
    words, rules = clock_words(shown, policy)
    return buttons(subject, words, rules)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """The rules that may be asked about, with the policy's names for them, and what is said of the one that was."""

    rules: tuple[tuple[str, str], ...]
    rule: str
    reasons: tuple[Reason, ...]


async def asked_about(hub: Hub, viewer: Viewer, view: ContactView, rule: str) -> AskedAbout | None:
    """Nothing of a contact that is not decided yet, nor for whoever may not see all of it."""
    if view.decision is None:
        return None
    routed = await routed_of(hub.log, view.contact)
    if not await may_ask(hub, viewer, routed):
        return None
    policy = await policy_of(hub.log, routed)
    titles = {row: f"{row} {of.title}" for row, of in policy.rows.items()}
    rules = tuple((each, titles.get(each, each)) for each in rules_of(policy))
    known = rule if rule in dict(rules) else ""
    reasons = await reasons_for(hub, viewer, view.contact, [known]) if known else ()
    return AskedAbout(rules, known, reasons)


def can_meet(
    view: ContactView, viewer: Viewer, policy: Policy | None = None
) -> Mapping[str, list[Button]]:
    """The buttons of each open obligation that the viewer's team has to meet."""
    teams = {r.referral: r.team for r in view.referrals}
    return {
        o.obligation: [
            *buttons("obligation", ("done", "waive")),
            *clock_buttons("obligation", o, policy),
        ]
        for o in view.obligations
        if o.status == "open" and may_act(viewer, o.owner or teams.get(o.referral))
    }


def told_once(
    view: ContactView, names: Mapping[str, str], receipts: Mapping[str, Notice]
) -> list[Told]:
    """Who else must be told, each once for each reason, with all the people it is about and the receipts."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for t in view.decision.tell if view.decision else ():
        about = names.get(t.about or "", "")
        found.setdefault((t.to, t.rule, t.because), []).extend([about] if about else [])
    told = []
    for (to, rule, because), people_about in found.items():
        name = notice_id(view.contact, rule, to)
        people = tuple(dict.fromkeys(people_about))
        told.append(Told(to, rule, because, people, receipts.get(name), name))
    return told


def news_of(view: ContactView, viewer: Viewer, receipts: Iterable[Notice]) -> list[Notice]:
    """What is new here of people whom teams have already (F7): of those teams that the viewer may know have them."""
    having = {r.team for decision in view.decisions for r in decision.routes if r.held_by}
    return [n for n in receipts if n.rule == HELD and (n.to in having or may_act(viewer, n.to))]


def safe_to_call(view: ContactView) -> str:
    """What the contact says of calling, in words."""
    said = view.content.facts.safe_to_call if view.content else "unknown"
    return {"yes": "Yes", "no": "No: it is NOT safe to call", "unknown": "Not said"}[said]


def names_of(view: ContactView) -> dict[str, str]:
    """The contact's people by its own words for them."""
    people = view.content.people if view.content else ()
    said = {p.ref: " ".join((*p.name.given, p.name.family or "")).strip() for p in people if p.name}
    return {ref: name for ref, name in said.items() if name}
