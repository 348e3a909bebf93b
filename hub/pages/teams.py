"""The register of teams in force: who they are, when somebody is there, and how much room they have."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.nav import Place
from hub.pages.render import page
from hub.team_reading import teams_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Teams", "/teams", 44)


@router.get("/teams")
@permits("duty", "auditor", "operator")
async def teams(request: Request) -> Response:
    """Every team with its number, its hours in words, whether it is open now, and the room in its queues."""
    hub, viewer = hub_of(request), viewer_of(request)
    book = await hub.teams()
    localities = book.register.localities
    return await page(
        request,
        "teams.html",
        teams=await teams_for(hub, viewer),
        localities=localities.names if localities else {},
        register=book.register.hash[:12],
    )
