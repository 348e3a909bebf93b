"""GET /v1/unmet-needs: what the council is short of, as data."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from hub.access.unmet import FEW
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.positions import MinPosition
from hub.team_reading import unmet_for

router = APIRouter(route_class=GuardedRoute, tags=["reading"])


@router.get("/v1/unmet-needs", summary="What no team could meet, by team, row, locality and month")
@permits("duty", "auditor", "operator")
async def get_unmet_needs(request: Request, min_position: MinPosition = 0) -> Response:
    """How many needs could not be met, the newest month first; it names nobody. `many` is null where there are fewer than
    `fewer_than` and the viewer's team is not cleared for hidden people."""
    counts = await unmet_for(hub_of(request), viewer_of(request), min_position)
    return JSONResponse({"fewer_than": FEW, "unmet": [u.model_dump(mode="json") for u in counts]})
