"""GET /v1/surges and GET /v1/surges/{surge}: where the contacts of a bulk list stand, by locality."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.surges.stand import standing, standing_of_all

router = APIRouter(route_class=GuardedRoute, tags=["surges"])


@router.get("/v1/surges", summary="Bulk lists")
@permits("duty", "auditor", "operator")
async def get_surges(request: Request) -> Response:
    """Every bulk list, oldest first, and how far its contacts have come: received, asked, in hand, no longer needed."""
    return JSONResponse(
        [one.told() for one in await standing_of_all(hub_of(request), viewer_of(request))]
    )


@router.get("/v1/surges/{surge}", summary="A bulk list")
@permits("duty", "auditor", "operator")
async def get_surge(
    request: Request, surge: Annotated[str, Path(examples=["shielding-2026"])]
) -> Response:
    """The same of one list, by locality too. Of a list of fewer than five, where they are is told to those cleared for hidden people
    alone."""
    return JSONResponse((await standing(hub_of(request), viewer_of(request), surge)).told())
