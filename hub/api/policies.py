"""GET /v1/policies and GET /v1/policies/{policy}: the policies and drafts that the log knows."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from hub.access import see_shadow
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.policies.register import policies

router = APIRouter(route_class=GuardedRoute, tags=["policies"])


@router.get("/v1/policies", summary="Policies and drafts")
@permits("duty", "auditor", "operator")
async def get_policies(request: Request) -> Response:
    """Every policy that was in force and every draft, oldest first, with how far each has come; without the documents."""
    known = await policies(hub_of(request).log)
    return JSONResponse([draft.told(known.in_force) for draft in known.known.values()])


@router.get("/v1/policies/{policy}", summary="A policy or draft")
@permits("duty", "auditor", "operator")
async def get_policy(
    request: Request,
    policy: Annotated[str, Path(description="its hash, or the first six signs of it at least")],
) -> Response:
    """The whole document, the faults that the last check found, and what the last run over history came to; which contacts it
    would have changed is told to operators alone."""
    known = await policies(hub_of(request).log)
    draft = known.find(policy)
    faults = (
        None if draft.faults is None else [f.model_dump(exclude_none=True) for f in draft.faults]
    )
    seen = see_shadow(draft.shadowed, viewer_of(request))
    shadowed = seen.model_dump(mode="json") if seen else None
    return JSONResponse(
        {**draft.told(known.in_force), "document": draft.document, "faults": faults, "shadowed": shadowed}
    )  # fmt: skip
