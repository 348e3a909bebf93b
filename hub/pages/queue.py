"""The queue of a team: what waits, soonest due first, and what it has in hand."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.family import moment_of
from hub.pages.paging import paged
from hub.pages.render import page
from hub.reading import queue_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/queues/{team}")
@permits("duty", "auditor", "operator")
async def queue(
    request: Request,
    team: str,
    as_at: str = "",
    min_position: int = 0,
    waiting: int = 1,
    held: int = 1,
) -> Response:
    """What waits for the team and what it holds, now or as at a moment; a page of each."""
    moment = moment_of(as_at)
    shown = await queue_for(hub_of(request), viewer_of(request), team, min_position, moment)
    return await page(
        request,
        "queue.html",
        queue=shown,
        waiting=paged(shown.waiting, waiting),
        held=paged(shown.held, held),
        asked_as_at=as_at,
    )
