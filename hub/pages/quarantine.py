"""Messages that could not be used, with the reason; an operator can send one again, once what was in its way is mended."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.contacts.again import send_again
from hub.errors import HubError, NotKnown
from hub.pages.moments import moment_of
from hub.pages.nav import Place
from hub.pages.paging import paged
from hub.pages.render import page
from hub.reading import hidden_for, kept_message, refused_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Quarantine", "/quarantine", 50, more=True)

CONTACT = re.compile(r"C-\d\d-\d{6,12}", re.ASCII)
SLUG = re.compile(r"[a-z][a-z-]{0,60}", re.ASCII)


@router.get("/quarantine")
@permits("duty", "auditor", "operator")
async def quarantine(
    request: Request, number: int = 1, taken: str = "", still: str = "", as_at: str = ""
) -> Response:
    """What came and could not be used by now or by a moment, newest first; what became of one that was sent again."""
    viewer, moment = viewer_of(request), moment_of(as_at)
    kept = await refused_for(hub_of(request), viewer)
    refused = [m for m in kept if moment is None or m.refused_at <= moment]
    return await page(
        request,
        "quarantine.html",
        refused=paged(refused, number),
        taken=taken if CONTACT.fullmatch(taken) else "",
        still=still if SLUG.fullmatch(still) else "",
        may_send=viewer.role == "operator" and moment is None,
        as_at=moment,
        kept={"as_at": as_at} if as_at else {},
    )


@router.post("/quarantine/{refusal}/send-again")
@permits("operator")
async def again(request: Request, refusal: str) -> Response:
    """Send a kept message through the door again, as its sender's."""
    refuse_cross_site(request)
    hub, viewer = hub_of(request), viewer_of(request)
    message = await kept_message(hub, refusal)
    raw = await hub.log.raw(message.body_sha256 or "")
    if raw is None:
        raise NotKnown("The bytes of this message are not kept here.")
    sources = await hub.partners.known_sources(message.partner) if message.partner else None
    try:
        answer = await send_again(hub.intake, message, raw, viewer.id, sources)
    except HubError as error:
        return RedirectResponse(f"/quarantine?still={error.slug}", 303)
    await hidden_for(hub, answer)
    return RedirectResponse(f"/quarantine?taken={answer.contact}", 303)
