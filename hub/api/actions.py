"""The action plan: GET and POST /v1/actions, POST /v1/actions/{action}/{verb}."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from events.message_refused import Fault
from hub.actions.advance import STEPS
from hub.actions.register import advance_action, plan, propose_action, waiting
from hub.actions.state import Action
from hub.api.body import read_body
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.errors import InvalidCommand
from hub.json_gate import parse

router = APIRouter(route_class=GuardedRoute, tags=["the action plan"])

TEXT = {"type": "string"}


def body_of(**properties: Any) -> dict[str, Any]:
    """The description of a JSON body."""
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


@router.get("/v1/actions", summary="The action plan")
@permits("duty", "auditor", "operator")
async def get_actions(request: Request) -> Response:
    """Every item, oldest first, and the feedback that no item takes up yet."""
    hub = hub_of(request)
    known = await plan(hub.log)
    fresh = [one.model_dump(mode="json") for one in await waiting(hub, known)]
    return JSONResponse({"actions": [told(a) for a in known.actions.values()], "waiting": fresh})


@router.post(
    "/v1/actions",
    status_code=201,
    summary="Take feedback up",
    openapi_extra=body_of(you_said=TEXT, lead=TEXT, contacts={"type": "array", "items": TEXT}),
)
@permits("duty")
async def post_action(request: Request) -> Response:
    """Feedback (R29) becomes an item: `you_said` in words that name nobody, `lead` a team's code or a partner, and the contacts."""
    said = object_of(await read_body(request), {"you_said", "lead", "contacts"})
    contacts = said.get("contacts")
    if not isinstance(contacts, list) or not all(isinstance(c, str) for c in contacts):
        raise fault("contacts", "It is a list of contacts' ids.")
    action = await propose_action(
        hub_of(request), viewer_of(request), text(said, "you_said"), text(said, "lead"), contacts
    )
    return JSONResponse(told(action), 201)


@router.post(
    "/v1/actions/{action}/{verb}",
    summary="An item goes on",
    openapi_extra=body_of(by_when=TEXT, we_did=TEXT, reason=TEXT),
)
@permits("duty")
async def post_step(
    request: Request,
    action: Annotated[str, Path(examples=["A-26-000001"])],
    verb: Annotated[str, Path(description="agree, begin, done or drop")],
) -> Response:
    """`agree` may name the day (`by_when`), `done` says what was done (`we_did`), `drop` why not (`reason`)."""
    raw = await read_body(request)
    step = STEPS.get(verb)
    asked = (step.needs or step.may) if step else None
    members = {asked} if asked else set[str]()
    said = object_of(raw, members) if step and raw.strip() else {}
    given = text(said, asked) if asked and asked in said else None
    done = await advance_action(hub_of(request), viewer_of(request), action, verb, given)
    return JSONResponse(told(done))


def object_of(raw: bytes, members: set[str]) -> dict[str, Any]:
    """The JSON object of a body; raises InvalidCommand for anything else, and for a member that is not taken."""
    said = parse(raw)
    if not isinstance(said, dict):
        raise fault("", "The body is a JSON object.")
    for name in said:
        if name not in members:
            takes = ", ".join(sorted(members)) or "nothing"
            raise fault(str(name)[:80], f"This does not apply here. It takes {takes}.")
    return said


def text(said: dict[str, Any], member: str) -> str:
    """A member that is a text; raises InvalidCommand."""
    value = said.get(member)
    if not isinstance(value, str):
        raise fault(member, "This is a text, and needed.")
    return value


def fault(member: str, says: str) -> InvalidCommand:
    pointer = f"/{member.replace('~', '~0').replace('/', '~1')}" if member else ""
    return InvalidCommand(says, [Fault(pointer=pointer, code="not-taken", says=says)])


def told(action: Action) -> dict[str, Any]:
    """One item for a script."""
    said = asdict(action)
    del said["version"]
    return {
        **said,
        "proposed_at": action.proposed_at.isoformat(),
        "since": action.since.isoformat(),
    }
