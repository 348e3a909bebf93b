"""Policies: the one in force, drafts and what they would change, and the rule book of each."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.access import see_shadow
from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.clocks import england
from hub.pages.nav import Place
from hub.pages.render import page
from hub.policies import InvalidPolicy, read_policy
from hub.policies.book import book
from hub.policies.differences import differences
from hub.policies.register import agree, may_agree, policies
from hub.policies.state import Policies, PolicyDraft
from hub.services import Hub
from hub.teams.register import read_staff

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Policy", "/policies", 45, more=True)


@router.get("/policies")
@permits("duty", "auditor", "operator")
async def all_policies(request: Request) -> Response:
    """The policy in force first, then the drafts, then those that were in force before."""
    hub = hub_of(request)
    known = await policies(hub.log)
    return await page(
        request,
        "policies.html",
        known=known,
        in_force=known.known.get(known.in_force or ""),
        earlier=[
            p
            for p in reversed(list(known.known.values()))
            if p.published and p.hash != known.in_force
        ],
        names=await names_of(hub),
    )


@router.get("/policies/{policy}")
@permits("duty", "auditor", "operator")
async def one_policy(request: Request, policy: str) -> Response:
    """One policy: how far it has come, what it says otherwise than the one in force, what it would have changed, its rules."""
    hub, viewer = hub_of(request), viewer_of(request)
    known = await policies(hub.log)
    draft = known.find(policy)
    return await page(
        request,
        "policy.html",
        policy=draft,
        shadowed=see_shadow(draft.shadowed, viewer),
        stands=draft.stands(known.in_force),
        in_force=draft.hash == known.in_force,
        instead_of=known.in_force or "",
        rows=book_of(draft),
        changes=changes_of(draft, known),
        may_agree=draft.hash != known.in_force
        and viewer.id in await may_agree(hub.log)
        and viewer.id not in draft.agreed
        and not draft.faults,
        names=await names_of(hub),
    )


@router.post("/policies/{policy}/agree")
@permits("operator")
async def agree_to(request: Request, policy: str) -> Response:
    """Agree that it comes into force instead of the one that the page compared it with; with the second person it does."""
    refuse_cross_site(request)
    read_against = (await request.form()).get("instead_of")
    instead_of = read_against if isinstance(read_against, str) and read_against else None
    draft = (await policies(hub_of(request).log)).find(policy)
    by = viewer_of(request).id
    await agree(hub_of(request).log, draft.hash, by, england(), instead_of=instead_of)
    return RedirectResponse(f"/policies/{draft.hash}", 303)


def book_of(draft: PolicyDraft) -> object:
    """The rules in sentences; nothing of a draft that cannot be read any more."""
    try:
        return book(read_policy(draft.document))
    except InvalidPolicy:
        return ()


def changes_of(draft: PolicyDraft, known: Policies) -> object:
    """What it says otherwise than the policy in force."""
    current = known.known.get(known.in_force or "")
    if current is None or current.hash == draft.hash:
        return ()
    try:
        return differences(read_policy(current.document), read_policy(draft.document))
    except InvalidPolicy:
        return ()


async def names_of(hub: Hub) -> Mapping[str, str]:
    """What staff are called, those who left among them."""
    return {id_: m.name for id_, m in (await read_staff(hub.log)).members.items()}
