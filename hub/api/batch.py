"""POST /v1/contacts:batch: many messages in one request, one a line, each answered on a line of its own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from hub.api.body import LIMIT
from hub.api.contacts import SHIELD_TAKES, answer_of
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.problems import problem_of
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Carrier
from hub.errors import HubError, TooLarge, Unavailable, WrongContentType
from hub.reading import settled_for
from hub.services import Hub

router = APIRouter(route_class=GuardedRoute, tags=["contacts"])

AT_ONCE = 64
NDJSON = "application/x-ndjson"
TAKEN = (NDJSON, "application/ndjson", "application/jsonl", "application/cloudevents-batch+ndjson")


@router.post("/v1/contacts:batch", summary="Publish many contacts", openapi_extra={
    "requestBody": {"content": {NDJSON: {"schema": {"type": "string"}}}},
})  # fmt: skip
@permits("partner")
async def post_batch(request: Request) -> Response:
    """NDJSON in, NDJSON out: line N of the answer is about line N of the request, accepted (status 202) or refused (a problem)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TAKEN:
        raise WrongContentType(
            f"The content type {kind or '(none)'} is not taken here: send {NDJSON}."
        )
    hub = hub_of(request)
    carrier = await hub.carrier_of(viewer_of(request), "http")
    return Answers(answers(hub, carrier, request), media_type=NDJSON)


class Answers(StreamingResponse):
    """Sent while the request still comes in. (StreamingResponse itself listens for the sender's end, and so eats its lines.)"""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await self.stream_response(send)


async def answers(hub: Hub, carrier: Carrier, request: Request) -> AsyncIterator[bytes]:
    """An answer a line, in order. Who sends all before reading anything is not kept waiting: the answers queue up meanwhile."""
    told: asyncio.Queue[bytes | None] = asyncio.Queue()
    work = asyncio.create_task(answer_all(hub, carrier, request, told))
    try:
        while (some := await told.get()) is not None:
            yield some
        await work
    finally:
        work.cancel()


async def answer_all(
    hub: Hub, carrier: Carrier, request: Request, told: asyncio.Queue[bytes | None]
) -> None:
    """Every line of the request, a few dozen under way at once; a sender who hangs up ends it."""
    waiting: list[asyncio.Task[dict[str, Any]]] = []
    number = 0
    try:
        async for line in lines(request.stream()):
            number += 1
            waiting.append(asyncio.create_task(answer_line(hub, carrier, line, number)))
            if len(waiting) >= AT_ONCE:
                await tell(waiting, told)
        await tell(waiting, told)
    except ClientDisconnect:
        return
    finally:
        told.put_nowait(None)


async def tell(
    waiting: list[asyncio.Task[dict[str, Any]]], told: asyncio.Queue[bytes | None]
) -> None:
    """The answers of those under way, in their order."""
    for one in await asyncio.gather(*waiting):
        told.put_nowait(msgspec.json.encode(one) + b"\n")
    waiting.clear()


async def answer_line(
    hub: Hub, carrier: Carrier, line: bytes | None, number: int
) -> dict[str, Any]:
    """What became of one line; None stands for a line that was too long."""
    if line is None:
        return {"line": number, **problem_of(TooLarge())}
    try:
        answer = await hub.intake.accept(Message(line, "application/cloudevents+json"), carrier)
    except HubError as error:
        return {"line": number, **problem_of(error)}
    except hub.outages:
        return {"line": number, **problem_of(Unavailable())}
    if answer.shields:
        await settled_for(hub, answer, SHIELD_TAKES)
    return {"line": number, **answer_of(answer), "status": 202}


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes | None]:
    """The lines of a stream, blank ones left out; None for one longer than a message may be, whose bytes are let go."""
    held, skipping = b"", False
    async for chunk in chunks:
        held += chunk
        *whole, held = held.split(b"\n")
        for line in whole:
            if skipping:
                skipping = False
            elif line.strip():
                yield line if len(line) <= LIMIT else None
        if len(held) > LIMIT:
            if not skipping:
                yield None
            held, skipping = b"", True
    if held.strip() and not skipping:
        yield held
