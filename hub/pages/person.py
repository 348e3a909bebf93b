"""One person: what each contact said of them, and what was asked for them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.page_reading import person_page_for
from hub.pages.moments import moment_of
from hub.pages.paging import paged
from hub.pages.render import page

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/people/{person}")
@permits("duty", "auditor", "operator")
async def one_person(
    request: Request, person: str, as_at: str = "", min_position: int = 0, said: int = 1
) -> Response:
    """What each contact said of one person, now or by a moment."""
    moment, viewer = moment_of(as_at), viewer_of(request)
    shown = await person_page_for(hub_of(request), viewer, person, min_position, moment)
    return await page(
        request,
        "person.html",
        person=shown.person,
        said=paged(shown.person.said[::-1], said),
        asked=[r for r in shown.referrals if r.is_open],
        ended=[r for r in shown.referrals if not r.is_open],
        owed=[o for o in shown.obligations if o.is_open],
        as_at=moment,
        kept={"as_at": as_at} if as_at else {},
    )
