"""Two people side by side, whether they are one, and mentions that were linked to the wrong person."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from events.mention_at import MentionAt
from events.message_refused import Fault
from hub.api.body import read_body
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.positions import MinPosition
from hub.corrections.judge import judge
from hub.corrections.settled import Corrected
from hub.corrections.unlink import unlink
from hub.errors import InvalidCommand
from hub.json_gate import parse
from hub.review_reading import comparison_for, reviews_for

router = APIRouter(route_class=GuardedRoute, tags=["who people are"])

PERSON = Path(examples=["P-000001"])
ANSWER = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["answer"],
                    "properties": {
                        "answer": {"type": "string", "enum": ["same", "different", "not-sure", "taken-back"]},
                        "reason": {"type": "string"},
                    },
                }
            }
        },
    }
}  # fmt: skip
UNLINK = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["mentions", "reason"],
                    "properties": {
                        "mentions": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["contact", "ref"],
                                "properties": {"contact": {"type": "string"}, "ref": {"type": "string"}},
                            },
                        },
                        "to": {"type": ["string", "null"], "description": "the person they are of, where that is known"},
                        "reason": {"type": "string"},
                    },
                }
            }
        },
    }
}  # fmt: skip


@router.get("/v1/reviews", summary="People who may be one, soonest needed first")
@permits("duty", "auditor", "operator")
async def get_reviews(request: Request, min_position: MinPosition = 0) -> Response:
    """The first fifty of those that the viewer may see: two people each, what was said of them, and why they may be one."""
    found = await reviews_for(hub_of(request), viewer_of(request), min_position)
    return JSONResponse([each.model_dump(mode="json", by_alias=True) for each in found])


@router.get("/v1/people/{one}/beside/{other}", summary="Two people side by side")
@permits("duty", "auditor", "operator")
async def get_comparison(
    request: Request,
    one: Annotated[str, PERSON],
    other: Annotated[str, Path(examples=["P-000002"])],
    min_position: MinPosition = 0,
) -> Response:
    """What was said of each, how far it agrees, with the weight of each field in bits, and what was answered."""
    found = await comparison_for(hub_of(request), viewer_of(request), one, other, min_position)
    return Response(found.model_dump_json(by_alias=True), media_type="application/json")


@router.post(
    "/v1/people/{one}/beside/{other}",
    summary="Say whether two people are one",
    openapi_extra=ANSWER,
)
@permits("duty", "operator")
async def post_answer(
    request: Request,
    one: Annotated[str, PERSON],
    other: Annotated[str, Path(examples=["P-000002"])],
) -> Response:
    """Same: the two become one. Different: they are never linked. Not sure: it stays open. Taken back: the answer before is undone."""
    body = await body_of(request, {"answer", "reason"})
    corrected = await judge(
        hub_of(request), viewer_of(request), one, other, str(body.get("answer")), body.get("reason")
    )
    return JSONResponse(answer_of(corrected))


@router.post(
    "/v1/people/{person}/unlink",
    summary="Say that mentions are of another person",
    openapi_extra=UNLINK,
)
@permits("duty", "operator")
async def post_unlink(request: Request, person: Annotated[str, PERSON]) -> Response:
    """They go to the person named, or to somebody new, and the two are kept apart from then on."""
    body = await body_of(request, {"mentions", "to", "reason"})
    to = body.get("to")
    if to is not None and not isinstance(to, str):
        raise fault("/to", "This is not text.")
    corrected = await unlink(
        hub_of(request), viewer_of(request), person, mentions_in(body.get("mentions")), to, body.get("reason")
    )  # fmt: skip
    return JSONResponse(answer_of(corrected))


async def body_of(request: Request, members: set[str]) -> dict[str, Any]:
    """The request's body as an object with these members alone; raises InvalidCommand."""
    body = parse(await read_body(request))
    if not isinstance(body, dict):
        raise fault("", "The body is no object.")
    for member in body.keys() - members:
        raise fault(f"/{member[:80]}", "This does not apply here.")
    return body


def mentions_in(said: Any) -> list[MentionAt]:
    """The mentions that a body names; raises InvalidCommand."""
    if not isinstance(said, list):
        raise fault("/mentions", "Name each mention by its contact and ref, in a list.")
    try:
        return [MentionAt.model_validate(each) for each in said]
    except ValidationError:
        raise fault(
            "/mentions", "Each mention has a contact and a ref, and nothing else."
        ) from None


def fault(pointer: str, says: str) -> InvalidCommand:
    """What is wrong with one member."""
    return InvalidCommand(
        "The request has members that cannot be used.",
        [Fault(pointer=pointer, code="not-used", says=says)],
    )


def answer_of(corrected: Corrected) -> dict[str, Any]:
    """The position to read from (`?min_position=`), and whom the mentions went from and to, where any went."""
    went = corrected.moved
    return {
        "position": corrected.position,
        "moved": {"from": went[0], "to": went[1]} if went else None,
    }
