"""The action plan, and "you said, we did": what came of what people said about services."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.actions.advance import STEPS
from hub.actions.register import advance_action, plan, propose_action, waiting
from hub.actions.state import STAGES, Action
from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.pages.nav import Place
from hub.pages.render import known_viewer, page
from hub.teams.book import works_for
from hub.viewer import Viewer

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Action plan", "/actions", 50, more=True)


@router.get("/actions")
@permits("duty", "auditor", "operator")
async def action_plan(request: Request) -> Response:
    """Feedback that waits to be taken up, and each item with how far it has come."""
    hub, viewer = hub_of(request), viewer_of(request)
    known = await plan(hub.log)
    fresh = await waiting(hub, known)
    own = [one for one in fresh if viewer.role != "duty" or works_for(viewer.team, one.team)]
    return await page(
        request,
        "actions.html",
        stages={stage: [a for a in known.actions.values() if a.stage == stage] for stage in STAGES},
        fresh=own,
        elsewhere=len(fresh) - len(own),
        may_propose=viewer.role == "duty" and bool(own),
        steps={a.action: steps_for(viewer, a) for a in known.actions.values()},
    )


def steps_for(viewer: Viewer, action: Action) -> list[object]:
    """The steps that the viewer may take with an item."""
    if viewer.role != "duty":
        return []
    own = action.team is not None and works_for(viewer.team, action.team)
    leads = works_for(viewer.team, action.lead)
    return [
        step
        for verb, step in STEPS.items()
        if action.stage in step.after and (own or (leads and verb in ("begin", "done")))
    ]


@router.post("/actions")
@permits("duty")
async def propose(request: Request) -> Response:
    """Take feedback up as an item."""
    refuse_cross_site(request)
    form = await request.form()
    contacts = [value for value in form.getlist("contacts") if isinstance(value, str)]
    said = {name: str(form.get(name) or "") for name in ("you_said", "lead")}
    await propose_action(
        hub_of(request), viewer_of(request), said["you_said"], said["lead"], contacts
    )
    return RedirectResponse("/actions", 303)


@router.post("/actions/{action}/{verb}")
@permits("duty")
async def go_on(request: Request, action: str, verb: str) -> Response:
    """One step of an item."""
    refuse_cross_site(request)
    said = (await request.form()).get("said")
    given = said if isinstance(said, str) and said.strip() else None
    await advance_action(hub_of(request), viewer_of(request), action, verb, given)
    return RedirectResponse(f"/actions#{action}", 303)


@router.get("/you-said-we-did")
@permits()
async def you_said(request: Request) -> Response:
    """What people said and what was done about it: in words that name nobody, for anybody to read."""
    request.state.viewer = await known_viewer(request)
    known = (await plan(hub_of(request).log)).actions.values()
    done = sorted((a for a in known if a.stage == "done"), key=lambda a: a.since, reverse=True)
    doing = [a for a in known if a.stage in ("agreed", "in progress")]
    dropped = [a for a in known if a.stage == "dropped"]
    return await page(request, "you_said.html", done=done, doing=doing, dropped=dropped)
