"""The receipts of notices, as forms: told, and seen."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.notices.act import give, parts, receive

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.post("/notices/given")
@permits("duty")
async def given(request: Request) -> Response:
    """Somebody was told; back to the contact."""
    refuse_cross_site(request)
    form = await request.form()
    notice, how = str(form.get("notice") or ""), str(form.get("how") or "")
    position = await give(hub_of(request), viewer_of(request), notice, how)
    return RedirectResponse(
        f"/contacts/{parts(notice)[0]}?min_position={position}#must-be-told", 303
    )


@router.post("/notices/{notice}/received")
@permits("duty")
async def received(request: Request, notice: str) -> Response:
    """The team has seen it; back to its queue, or to the contact where it was read."""
    refuse_cross_site(request)
    back = (await request.form()).get("back")
    viewer = viewer_of(request)
    position = await receive(hub_of(request), viewer, notice)
    where = f"contacts/{parts(notice)[0]}" if back == "contact" else f"queues/{viewer.team}"
    return RedirectResponse(f"/{where}?min_position={position}", 303)
