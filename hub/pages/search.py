"""Find a person by name, NHS number or date of birth. What is asked is posted: a name stands in no address and no log."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import (
    GuardedRoute,
    hub_of,
    only_reads,
    permits,
    refuse_cross_site,
    viewer_of,
)
from hub.pages.nav import Place
from hub.pages.render import page
from hub.reading import Found, search_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Find a person", "/search", 10)

LONGEST = 200


@router.get("/search")
@permits("duty", "auditor", "operator")
async def ask(request: Request) -> Response:
    """The question."""
    return await answered(request, "", None)


@router.post("/search")
@permits("duty", "auditor", "operator")
@only_reads
async def find(request: Request) -> Response:
    """Whoever fits every word, as far as the viewer may find them."""
    refuse_cross_site(request)
    asked = str((await request.form()).get("who") or "").strip()[:LONGEST]
    found = await search_for(hub_of(request), viewer_of(request), asked)
    return await answered(request, asked, found)


async def answered(request: Request, asked: str, found: Found | None) -> Response:
    """The page, with what was found."""
    return await page(request, "search.html", asked=asked, found=found)
