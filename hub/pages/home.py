"""`/` leads to sign-in, or to one's queue; an auditor to the audit, an operator to the operation."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, permits
from hub.pages.render import known_viewer

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/")
@permits()
async def home(request: Request) -> Response:
    """To where this viewer's work is."""
    return RedirectResponse(start_of(await known_viewer(request)), 303)


def start_of(viewer: object) -> str:
    """The first page of a viewer."""
    role, team = getattr(viewer, "role", None), getattr(viewer, "team", None)
    if role == "auditor":
        return "/audit"
    if role == "operator":
        return "/operation"
    if role == "duty" and team:
        return f"/queues/{team}"
    return "/sign-in"
