"""Whether the hub is at work: how far each part has come, and what stopped, where and why."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits
from hub.pages.nav import LOOKS_ON, Place
from hub.pages.render import page
from hub.paging.stands import paging_of
from hub.reading import operation_of

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Operation", "/operation", 40, LOOKS_ON)


@router.get("/operation")
@permits("auditor", "operator")
async def operation(request: Request) -> Response:
    """The engine and each projection with its lag behind the log, and the pages that did not go out."""
    hub = hub_of(request)
    return await page(
        request, "operation.html", operation=await operation_of(hub), paging=await paging_of(hub)
    )
