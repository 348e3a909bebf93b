"""GET /v1/queues/{team}, /v1/people/{id}, /v1/families/{id}: what duty teams read, as data."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.positions import AsAt, MinPosition
from hub.reading import family_for, person_for, queue_for, refused_for
from projections.rows import Shown

router = APIRouter(route_class=GuardedRoute, tags=["reading"])


@router.get(
    "/v1/queues/{team}", summary="What waits for a team, soonest due first, now or as at a moment"
)
@permits("duty", "auditor", "operator")
async def get_queue(
    request: Request, team: str, as_at: AsAt = None, min_position: MinPosition = 0
) -> Response:
    """What the team was asked and has not ended: waiting, and in hand. An auditor names the moment."""
    return as_json(await queue_for(hub_of(request), viewer_of(request), team, min_position, as_at))


@router.get("/v1/people/{person}", summary="What was said of a person, now or as at a moment")
@permits("duty", "auditor", "operator")
async def get_person(
    request: Request, person: str, as_at: AsAt = None, min_position: MinPosition = 0
) -> Response:
    """What each contact said of one person, oldest first."""
    return as_json(
        await person_for(hub_of(request), viewer_of(request), person, min_position, as_at)
    )


@router.get("/v1/families/{person}", summary="A whole family, now or as at a moment")
@permits("duty", "auditor", "operator")
async def get_family(
    request: Request, person: str, as_at: AsAt = None, min_position: MinPosition = 0
) -> Response:
    """The people connected to one person, what relates them, and what happened around them."""
    return as_json(
        await family_for(hub_of(request), viewer_of(request), person, as_at, min_position)
    )


@router.get("/v1/quarantine", summary="Messages that could not be used")
@permits("partner", "duty", "auditor", "operator")
async def get_quarantine(request: Request) -> Response:
    """What could not be used, newest first, with the reasons; a partner sees its own."""
    messages = await refused_for(hub_of(request), viewer_of(request))
    return JSONResponse([m.model_dump(mode="json", by_alias=True) for m in messages])


def as_json(shown: Shown) -> Response:
    """A model as JSON."""
    return Response(shown.model_dump_json(by_alias=True), media_type="application/json")
