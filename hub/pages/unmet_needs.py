"""What the council is short of: needs that no team could meet."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.access.unmet import FEW
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.nav import Place
from hub.pages.paging import paged
from hub.pages.render import page
from hub.team_reading import unmet_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Unmet needs", "/unmet-needs", 46, more=True)


@router.get("/unmet-needs")
@permits("duty", "auditor", "operator")
async def unmet_needs(request: Request, number: int = 1, min_position: int = 0) -> Response:
    """The counts by month, team, row and locality, the newest month first."""
    hub = hub_of(request)
    counts = await unmet_for(hub, viewer_of(request), min_position)
    localities = (await hub.teams()).register.localities
    return await page(
        request,
        "unmet_needs.html",
        counts=paged(counts, number),
        few=FEW,
        localities=localities.names if localities else {},
    )
