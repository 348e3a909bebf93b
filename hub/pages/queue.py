"""The queue of a team: what waits, soonest due first, and what it has in hand."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.render import page
from hub.reading import queue_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/queues/{team}")
@permits("duty", "operator")
async def queue(request: Request, team: str, min_position: int = 0) -> Response:
    """What waits for the team and what it holds."""
    shown = await queue_for(hub_of(request), viewer_of(request), team, min_position)
    return await page(request, "queue.html", queue=shown)
