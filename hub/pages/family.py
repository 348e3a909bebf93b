"""A whole family, now or as it was known at a moment; and one person."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.as_at import read_moment
from hub.errors import InvalidCommand
from hub.families.relations import said
from hub.pages.render import page
from hub.reading import family_for, person_for
from hub.values import LONDON

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/families/{person}")
@permits("duty", "auditor", "operator")
async def family(request: Request, person: str, as_at: str = "", min_position: int = 0) -> Response:
    """The people connected to one person, what relates them, and what happened."""
    moment = moment_of(as_at)
    shown = await family_for(hub_of(request), viewer_of(request), person, moment, min_position)
    everybody = (*shown.family.people, *shown.family.beyond)
    return await page(
        request,
        "family.html",
        family=shown.family,
        timeline=shown.timeline,
        as_at=moment,
        asked_as_at=as_at,
        names={p.person: p.name for p in everybody if p.name},
        relation=said,
    )


@router.get("/people/{person}")
@permits("duty", "auditor", "operator")
async def one_person(
    request: Request, person: str, as_at: str = "", min_position: int = 0
) -> Response:
    """What each contact said of one person, now or by a moment."""
    moment = moment_of(as_at)
    shown = await person_for(hub_of(request), viewer_of(request), person, min_position, moment)
    return await page(request, "person.html", person=shown, as_at=moment, asked_as_at=as_at)


def moment_of(text: str) -> datetime | None:
    """The moment somebody typed; None for nothing. Raises InvalidCommand."""
    try:
        return read_moment(text, LONDON)
    except ValueError:
        raise InvalidCommand("That is not a time: write it like 2026-03-04T10:15.") from None
