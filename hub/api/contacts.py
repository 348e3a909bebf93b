"""POST /v1/contacts and GET /v1/contacts/{id}: a contact comes in, and its sender hears who has it."""

import re
from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from hub.api.body import read_body
from hub.api.permissions import GuardedRoute, header, hub_of, permits, place_of, viewer_of
from hub.api.positions import AsAt, MinPosition
from hub.contacts.cloud_event import (
    TAKEN_BINARY,
    TAKEN_STRUCTURED,
    Message,
    binary_attributes,
    refuse_content_encoding,
    refuse_content_type,
)
from hub.contacts.intake import Answer
from hub.contacts.schema import contact_schema, correction_schema, withdrawal_schema
from hub.errors import HubError
from hub.reading import contact_for, hidden_for, settled_for
from hub.services import Hub
from hub.viewer import Viewer

router = APIRouter(route_class=GuardedRoute, tags=["contacts"])

WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})", re.IGNORECASE)
LONGEST_WAIT = 60.0
BODY = {
    "requestBody": {
        "required": True,
        "description": "One CloudEvent: structured (application/cloudevents+json), or binary (ce- headers, the contact as body).",
        "content": {"application/cloudevents+json": {"schema": {"$ref": "/schema/contact/1"}}},
    }
}


@router.post("/v1/contacts", status_code=202, summary="Publish a contact", openapi_extra=BODY)
@permits("partner")
async def post_contact(request: Request) -> Response:
    """Accepted is stored: 202 with the contact's id, its position in the log and where its status is.

    The same message again gets the first answer again; another body under the same source and id is 409. What cannot be
    used is kept with its bytes and answered with every fault. `Prefer: wait=N` waits up to N seconds for the decision.
    A contact that asks for somebody to be hidden is answered once they are; 503 where it is stored but that is not done yet.
    A correction or a withdrawal of an earlier contact comes the same way, and is answered with that contact's id.
    """
    hub, viewer = hub_of(request), viewer_of(request)
    attributes = attributes_of(request)
    body = await read_body(request)
    content_type = header(request, b"content-type") or None
    carrier = await hub.carrier_of(viewer, "http")
    message = Message(body, content_type, attributes)
    taken = TAKEN_STRUCTURED if attributes is None else TAKEN_BINARY
    async with place_of(request).turn():
        try:
            refuse_content_encoding(header(request, b"content-encoding"))
            refuse_content_type(content_type, taken)
        except HubError as error:
            raise await hub.intake.keep_unread(message, carrier, error) from None
        answer = await hub.intake.accept(message, carrier)
    return await accepted(hub, viewer, answer, patience_of(header(request, b"prefer")))


def attributes_of(request: Request) -> dict[str, str] | None:
    """The attributes of a binary message; None where it is a structured one."""
    if not any(name.startswith(b"ce-") for name, _ in request.scope["headers"]):
        return None
    return binary_attributes(request.headers)


def patience_of(prefer: str) -> float:
    """The seconds of `Prefer: wait=N` (RFC 7240), no more than a minute; 0 where it is not asked for."""
    found = WAIT.search(prefer) if prefer else None
    return min(float(found[1]), LONGEST_WAIT) if found else 0.0


async def accepted(hub: Hub, viewer: Viewer, answer: Answer, wait: float) -> Response:
    """The 202: at once, or once what the contact hides is hidden, or with the decision where the sender waits for it."""
    headers = {"Location": f"/v1/contacts/{answer.contact}"}
    if answer.again:
        headers["Idempotent-Replayed"] = "true"
    await hidden_for(hub, answer)
    body = answer_of(answer)
    if wait and await settled_for(hub, answer, wait):
        body["decision"] = (await contact_for(hub, viewer, answer.contact)).model_dump(
            mode="json", by_alias=True
        )
        headers["Preference-Applied"] = f"wait={wait:g}"
    return Response(msgspec.json.encode(body), 202, headers=headers, media_type="application/json")


def answer_of(answer: Answer) -> dict[str, Any]:
    """What a sender is told of an accepted message; the same for the same message, however often it comes."""
    return {
        "id": answer.contact,
        "position": answer.position,
        "status": "received",
        "status_url": f"/v1/contacts/{answer.contact}",
        "recorded_at": said(answer.recorded_at),
        "doubts": [doubt.model_dump() for doubt in answer.doubts],
    }


def said(moment: datetime) -> str:
    """A time as the API says it: RFC 3339, UTC."""
    return moment.isoformat().replace("+00:00", "Z")


@router.get("/v1/contacts/{contact}", summary="What became of a contact, by now or as at a moment")
@permits("partner", "duty", "auditor")
async def get_contact(
    request: Request, contact: str, as_at: AsAt = None, min_position: MinPosition = 0
) -> Response:
    """Who has it, every step so far, and what is still owed; as far as the caller may see. A partner sees its own contacts alone."""
    view = await contact_for(hub_of(request), viewer_of(request), contact, min_position, as_at)
    return JSONResponse(view.model_dump(mode="json", by_alias=True))


class SchemaResponse(JSONResponse):
    """JSON that is a JSON Schema."""

    media_type = "application/schema+json"


@router.get(
    "/schema/contact/1",
    summary="The JSON Schema of a message",
    tags=["contacts"],
    response_class=SchemaResponse,
)
@permits()
async def get_schema() -> Response:
    """JSON Schema 2020-12 of what POST /v1/contacts takes."""
    return SchemaResponse(contact_schema())


@router.get(
    "/schema/correction/1",
    summary="The JSON Schema of a correction",
    tags=["contacts"],
    response_class=SchemaResponse,
)
@permits()
async def get_correction_schema() -> Response:
    """JSON Schema 2020-12 of a message that corrects a contact, as POST /v1/contacts takes it."""
    return SchemaResponse(correction_schema())


@router.get(
    "/schema/withdrawal/1",
    summary="The JSON Schema of a withdrawal",
    tags=["contacts"],
    response_class=SchemaResponse,
)
@permits()
async def get_withdrawal_schema() -> Response:
    """JSON Schema 2020-12 of a message that withdraws a contact, as POST /v1/contacts takes it."""
    return SchemaResponse(withdrawal_schema())
