"""POST /v1/referrals/{id}/{verb} and POST /v1/obligations/{id}/{verb}: a team acts, and the loop goes on."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from hub.api.body import read_body
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.errors import NotKnown
from hub.json_gate import parse
from hub.referrals.act import Outcome, act
from hub.team_reading import was_full

router = APIRouter(route_class=GuardedRoute, tags=["the loop"])

BODY = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "rule": {"type": "string", "description": "the rule of the policy to pause by: owed by pause"},
                        "reason": {"type": "string", "description": "owed by decline, override, hand-on, withdraw, waive and pause"},
                        "next": {"type": "string", "description": "the next team: owed by override and hand-on, may be given by decline"},
                        "outcome": {"type": "string", "description": "owed by done"},
                        "note": {"type": "string"},
                    },
                }
            }
        }
    }
}  # fmt: skip


@router.post("/v1/referrals/{referral}/{verb}", summary="Act on a referral", openapi_extra=BODY)
@permits("duty", "operator")
async def act_on_referral(
    request: Request,
    referral: Annotated[str, Path(examples=["R-26-000001-1"])],
    verb: Annotated[
        str,
        Path(
            description="seen, accept, decline, override, hand-on, done, withdraw, pause or resume"
        ),
    ],
) -> Response:
    """One step of a referral. The members of the body apply as the step needs them; what the state does not permit is 409.

    `full` is true where it went on to a queue that has no room: it stays there, and an unmet need is recorded (R30). Null: not known."""
    return await _act(request, "R", verb, referral)


@router.post(
    "/v1/obligations/{obligation}/{verb}", summary="Meet an obligation", openapi_extra=BODY
)
@permits("duty", "operator")
async def act_on_obligation(
    request: Request,
    obligation: Annotated[str, Path(examples=["O-26-000001-1"])],
    verb: Annotated[str, Path(description="done, waive, pause or resume")],
) -> Response:
    """Done, or waived with a reason; or its clock stands still by a rule of the policy, and goes on."""
    return await _act(request, "O", verb, obligation)


async def _act(request: Request, kind: str, verb: str, subject: str) -> Response:
    if not subject.startswith(kind):
        raise NotKnown
    raw = await read_body(request)
    body = parse(raw) if raw.strip() else None
    hub, viewer = hub_of(request), viewer_of(request)
    outcome = await act(hub.log, viewer, verb, subject, body)
    return JSONResponse(answer_of(outcome, await was_full(hub, viewer, outcome.sent_on)))


def answer_of(outcome: Outcome, full: bool | None) -> dict[str, Any]:
    """What happened: the position to read from (`?min_position=`), the next referral where one opened, whether its queue was full, and the
    events."""
    return {
        "contact": outcome.contact,
        "position": outcome.position,
        "opens": outcome.opens,
        "full": full,
        "events": [
            {"type": event.TYPE, **event.model_dump(include=NAMED)} for event in outcome.events
        ],
    }


# The next referral's locality, family and reasons are read from the contact, which is shown as far as the viewer may see.
NAMED = {"referral", "obligation", "contact", "opens", "follows"}
