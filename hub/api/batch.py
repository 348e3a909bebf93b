"""POST /v1/contacts:batch: many messages in one request, one a line, each answered on a line of its own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from hub.api.contacts import SHIELD_TAKES, answer_of
from hub.api.ndjson import line_of
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.api.problems import problem_of
from hub.contacts.cloud_event import LARGEST, Message, refuse_content_encoding, refuse_content_type
from hub.contacts.receive import Carrier
from hub.errors import HubError, TooLarge, Unavailable
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
    """NDJSON in, NDJSON out: an answer for each line that is not blank, in order, with the number of that line; accepted
    (status 202) or refused (a problem)."""
    refuse_content_encoding(request.headers.get("content-encoding"))
    refuse_content_type(request.headers.get("content-type"), TAKEN)
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
    try:
        async for number, line in lines(request.stream()):
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
        told.put_nowait(line_of(msgspec.json.encode(one)))
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


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes | None]]:
    """The lines of a stream with their numbers, blank ones left out; None for one longer than a message may be, whose bytes are let go."""
    held, number, skipping = b"", 1, False
    async for chunk in chunks:
        held += chunk
        *whole, held = held.split(b"\n")
        for ended in whole:
            line = ended.removesuffix(b"\r")
            if line.strip() and not skipping:
                yield number, line if len(line) <= LARGEST else None
            number, skipping = number + 1, False
        if len(held.removesuffix(b"\r")) > LARGEST:
            if not skipping:
                yield number, None
            held, skipping = b"", True
    if held.strip() and not skipping:
        yield number, held
