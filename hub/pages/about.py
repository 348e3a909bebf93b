"""What a demonstration is: what is made up, how much of it there is, and how to look around."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from events.log_created import LogCreated
from hub.api.permissions import GuardedRoute, hub_of, permits
from hub.errors import NotKnown
from hub.pages.nav import Place
from hub.pages.render import known_viewer, page

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("About", "/about", 70, demonstration=True, more=True)


@router.get("/about")
@permits()
async def about(request: Request) -> Response:
    """Of a demonstration alone."""
    hub = hub_of(request)
    if not hub.demonstration:
        raise NotKnown("There is no page at this address.")
    request.state.viewer = await known_viewer(request)
    [first] = await hub.log.read(0, 1)
    began = first.event if isinstance(first.event, LogCreated) else None
    return await page(request, "about.html", began=began, head=await hub.log.head())
