"""GET /v1/directory: the services near people, searched; and GET /v1/contacts/{id}/services: those that may fit, with reasons."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.positions import MinPosition
from hub.directory.shown import for_contact, read_asked, search, service_for
from hub.pages.paging import paged

router = APIRouter(route_class=GuardedRoute, tags=["directory"])


@router.get("/v1/directory", summary="Services")
@permits("duty", "auditor", "operator")
async def get_directory(
    request: Request,
    need: Annotated[str, Query(description="A concern of the vocabulary.")] = "",
    postcode: Annotated[str, Query(description="A postcode, or a part such as RM17.")] = "",
    age: Annotated[str, Query(description="Whole years.")] = "",
    q: Annotated[str, Query(description="Words that must stand in it.")] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    min_position: MinPosition = 0,
) -> Response:
    """The services of the directory, 50 a page, best first: those that nobody has checked for long come last. `room` is
    `available` only where a directory said not long ago that there is room; a capacity that is not known is `not-known`."""
    found = await search(hub_of(request), read_asked(need, postcode, age, q), min_position)
    shown = paged(found, page)
    services = [s.model_dump(mode="json") for s in shown.items]
    told = {"total": shown.total, "page": shown.number, "pages": shown.pages, "services": services}
    return JSONResponse(told)


@router.get("/v1/directory/{service}", summary="A service")
@permits("duty", "auditor", "operator")
async def get_service(
    request: Request,
    service: Annotated[str, Path(examples=["6f1d2a34-0000-4000-8000-000000000001"])],
) -> Response:
    """One service, as its directory has it."""
    return JSONResponse((await service_for(hub_of(request), service)).model_dump(mode="json"))


@router.get("/v1/contacts/{contact}/services", summary="Services that may fit")
@permits("duty", "auditor", "operator")
async def get_services(request: Request, contact: str, min_position: MinPosition = 0) -> Response:
    """For each person of a contact with a need that the directory has words for, the services that may fit: why, and what is not
    known. Where somebody hidden is near, where they live does not count (`by_council`). `unmet`: none that fits is known to take them."""
    found = await for_contact(hub_of(request), viewer_of(request), contact, min_position)
    return JSONResponse({"contact": contact, "people": [one.told() for one in found]})
