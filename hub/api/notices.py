"""Notices: GET /v1/queues/{team}/notices, POST /v1/notices/{notice}/{given,received}."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from events.message_refused import Fault
from hub.api.body import read_body
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.positions import AsAt, MinPosition
from hub.errors import InvalidCommand
from hub.json_gate import parse
from hub.notices.act import give, receive
from hub.notices.waiting import Waiting, waiting_for

router = APIRouter(route_class=GuardedRoute, tags=["notices"])
EXAMPLE = Path(examples=["N-26-000001-R1-school"], description="as `contacts` names it")
HOW = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"how": {"type": "string"}},
                }
            }
        }
    }
}


@router.get("/v1/queues/{team}/notices", summary="What a team is to know")
@permits("duty", "auditor", "operator")
async def get_notices(
    request: Request, team: str, as_at: AsAt = None, min_position: MinPosition = 0
) -> Response:
    """The contacts that the team must be told of by a rule, and that nobody of it has said to have seen, now or as at a moment: what is
    new about people it has (F7) soonest due first, then the rest, oldest first; last, as `escalated`, what another team left unseen
    past its time, of which this one hears."""
    found = await waiting_for(hub_of(request), viewer_of(request), team, min_position, as_at)
    return JSONResponse([told(one) for one in found])


def told(one: Waiting) -> dict[str, Any]:
    """One of them for a script."""
    due_at = one.due_at and one.due_at.isoformat()
    return {**one.notice.model_dump(mode="json"), "due_at": due_at, "escalated": one.escalated}


@router.post("/v1/notices/{notice}/given", summary="Somebody was told", openapi_extra=HOW)
@permits("duty")
async def post_given(request: Request, notice: Annotated[str, EXAMPLE]) -> Response:
    """A team that was asked on the contact says that it told them, and `how`, in short. Said twice it stays as it was."""
    body = parse(await read_body(request))
    how = body.get("how") if isinstance(body, dict) and set(body) <= {"how"} else None
    if not isinstance(how, str):
        says = "The body is an object with the one member `how`, a text."
        raise InvalidCommand(says, [Fault(pointer="/how", code="missing", says=says)])
    position = await give(hub_of(request), viewer_of(request), notice, how)
    return JSONResponse({"notice": notice, "position": position})


@router.post("/v1/notices/{notice}/received", summary="A team has seen it")
@permits("duty")
async def post_received(request: Request, notice: Annotated[str, EXAMPLE]) -> Response:
    """The receipt of the team it is to. Said twice it stays as it was."""
    position = await receive(hub_of(request), viewer_of(request), notice)
    return JSONResponse({"notice": notice, "position": position})
