"""GET /v1/contacts/{id}/why/{rule}: why a rule was set off by a contact, and why not."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.explaining import reasons_for

router = APIRouter(route_class=GuardedRoute, tags=["contacts"])


@router.get("/v1/contacts/{contact}/why/{rule}", summary="Why a rule, or why not")
@permits("duty", "auditor", "operator")
async def get_why(
    request: Request,
    contact: str,
    rule: Annotated[str, Path(examples=["R17"], description="a row R0 to R32, or F1 to F15")],
) -> Response:
    """A sentence for each person it could be about, from the facts that the decision pinned, under the policy of the day.

    403 for whoever may not see all of the contact: what a rule lacks would tell what is hidden.
    """
    reasons = await reasons_for(hub_of(request), viewer_of(request), contact, [rule])
    return JSONResponse({"contact": contact, "rule": rule, "why": [asdict(r) for r in reasons]})
