"""Surges: where the contacts of a bulk list stand, locality by locality, until nothing is needed any more."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.nav import Place
from hub.pages.render import page
from hub.surges.stand import standing_of_all
from projections.surges import STAGES

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Surges", "/surges", 55, more=True)


@router.get("/surges")
@permits("duty", "auditor", "operator")
async def all_surges(request: Request) -> Response:
    """Every list that is followed up, and those that have ended."""
    hub = hub_of(request)
    found = await standing_of_all(hub, viewer_of(request))
    localities = (await hub.teams()).register.localities
    return await page(
        request,
        "surges.html",
        found=list(reversed(found)),
        stages=STAGES,
        localities={str(n): name for n, name in localities.names.items()} if localities else {},
    )
