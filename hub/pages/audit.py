"""The log in plain sentences, from any position, as at any moment."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.errors import InvalidCommand
from hub.pages.family import moment_of
from hub.pages.render import page
from hub.reading import events_for, last_by

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

SIZE = 100


@router.get("/audit")
@permits("auditor", "operator")
async def audit(request: Request, after: str = "", as_at: str = "") -> Response:
    """What happened, in order; the last hundred, as at the moment asked for, where no position is named."""
    hub = hub_of(request)
    moment = moment_of(as_at)
    head = await last_by(hub, moment) if moment else await hub.log.head()
    begin = min(position_of(after), head) if after.strip() else max(head - SIZE, 0)
    events = await events_for(hub, viewer_of(request), begin, SIZE, moment)
    return await page(
        request,
        "audit.html",
        events=events,
        after=begin,
        head=head,
        size=SIZE,
        asked_after=after,
        asked_as_at=as_at,
        kept=f"&as_at={quote(as_at)}" if as_at else "",
        shown_from=events[0].position if events else begin,
        shown_to=events[-1].position if events else begin,
    )


def position_of(text: str) -> int:
    """The position somebody typed. Raises InvalidCommand."""
    said = text.strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise InvalidCommand("That is not a position: write a whole number, such as 120.")
    return int(said)
