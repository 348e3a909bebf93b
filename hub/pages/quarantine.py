"""Messages that could not be used, with the reason."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.render import page
from hub.reading import refused_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/quarantine")
@permits("duty", "auditor", "operator")
async def quarantine(request: Request) -> Response:
    """What came and could not be used, newest first."""
    return await page(
        request, "quarantine.html", refused=await refused_for(hub_of(request), viewer_of(request))
    )
