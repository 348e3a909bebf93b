"""Find a person by name, NHS number or date of birth. What is asked is posted: a name stands in no address and no log."""

from datetime import datetime
from urllib.parse import urlencode

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
from hub.pages import words
from hub.pages.moments import moment_of
from hub.pages.nav import Place
from hub.pages.render import page
from hub.reading import Found, search_for
from projections.person_index import asked_words

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Find a person", "/search", 10)

LONGEST = 200


@router.get("/search")
@permits("duty", "auditor", "operator")
async def ask(request: Request, as_at: str = "") -> Response:
    """The question, of now or of a moment."""
    return await answered(request, "", None, moment_of(as_at))


@router.post("/search")
@permits("duty", "auditor", "operator")
@only_reads
async def find(request: Request) -> Response:
    """Whoever fits every word, as far as the viewer may find them."""
    refuse_cross_site(request)
    form = await request.form()
    asked = str(form.get("who") or "").strip()[:LONGEST]
    moment = moment_of(str(form.get("as_at") or ""))
    found = None
    if asked_words(
        asked
    ):  # that nobody was found would be untrue of a question that asks for nobody
        found = await search_for(hub_of(request), viewer_of(request), asked, moment)
    return await answered(request, asked, found, moment)


async def answered(
    request: Request, asked: str, found: Found | None, moment: datetime | None
) -> Response:
    """The page, with what was found; what it leads to is of the same moment."""
    kept = f"?{urlencode({'as_at': words.moment_said(moment)})}" if moment else ""
    return await page(
        request,
        "search.html",
        asked=asked,
        found=found,
        as_at=moment,
        kept_moment=kept,
        unasked=request.method == "POST" and found is None,
    )
