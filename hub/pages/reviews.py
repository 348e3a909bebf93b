"""What waits for somebody to say whether two people are one, soonest needed first."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.pages.nav import Place
from hub.pages.paging import SIZE, begins_at
from hub.pages.render import page
from hub.review_page_reading import Pair, review_list_for

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Reviews", "/reviews", 5)

PAIR = re.compile(r"(P-\d{6,12})~(P-\d{6,12})", re.ASCII)


@router.get("/reviews")
@permits("duty", "auditor", "operator")
async def reviews(
    request: Request, number: int = 1, of: str = "", min_position: int = 0
) -> Response:
    """A page of those that the viewer may see; `of` two people names those whom they answered on a moment ago."""
    shown = await review_list_for(
        hub_of(request), viewer_of(request), begins_at(number), SIZE, pair_of(of), min_position
    )
    return await page(
        request,
        "reviews.html",
        asked=shown.rows,
        first=shown.first,
        number=shown.first // SIZE + 1,
        more=shown.more,
        answered=shown.answered,
    )


def pair_of(text: str) -> Pair | None:
    """Two people from an address; None for anything else."""
    found = PAIR.fullmatch(text)
    return (found[1], found[2]) if found else None
