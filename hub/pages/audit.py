"""The log in plain sentences, from any position, as at any moment."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.family import moment_of
from hub.pages.render import page
from hub.reading import events_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

SIZE = 100


@router.get("/audit")
@permits("auditor", "operator")
async def audit(request: Request, after: int | None = None, as_at: str = "") -> Response:
    """What happened, in order; the last hundred where no position is named."""
    hub = hub_of(request)
    head = await hub.log.head()
    begin = max(head - SIZE, 0) if after is None else min(max(after, 0), head)
    events = await events_for(hub, viewer_of(request), begin, SIZE, moment_of(as_at))
    return await page(
        request,
        "audit.html",
        events=events,
        after=begin,
        head=head,
        size=SIZE,
        asked_as_at=as_at,
        shown_from=events[0].position if events else begin,
        shown_to=events[-1].position if events else begin,
    )
