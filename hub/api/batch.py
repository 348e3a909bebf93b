"""POST /v1/contacts:batch: many messages in one request, one a line, each answered on a line of its own."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from hub.api.contacts import answer_of
from hub.api.ndjson import line_of
from hub.api.permissions import GuardedRoute, hub_of, permits, place_of, viewer_of
from hub.api.problems import problem_of
from hub.api.room import Place
from hub.contacts.cloud_event import (
    CORRECTED,
    LARGEST,
    WITHDRAWN,
    Message,
    refuse_content_encoding,
    refuse_content_type,
)
from hub.contacts.receive import Carrier
from hub.errors import HubError, TooLarge, Unavailable
from hub.reading import hidden_for
from hub.services import Hub

router = APIRouter(route_class=GuardedRoute, tags=["contacts"])

AT_ONCE = 64
HELD = 2 * LARGEST  # the lines under way, and the one that is coming
UNREAD = 4_000_000
STANDS_STILL = 30.0
NDJSON = "application/x-ndjson"
AMENDING = (CORRECTED.encode(), WITHDRAWN.encode())
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
    hub, place = hub_of(request), place_of(request)
    place.grow(HELD)
    carrier = await hub.carrier_of(viewer_of(request), "http")
    return Answers(Batch(hub, carrier, place).answers(request), media_type=NDJSON)


class Answers(StreamingResponse):
    """Sent while the request still comes in. (StreamingResponse itself listens for the sender's end, and so eats its lines.)"""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await self.stream_response(send)


@dataclass(slots=True)
class Batch:
    """One request of many messages. What it holds is bounded: so many lines under way, and so many answers not yet read."""

    hub: Hub
    carrier: Carrier
    place: Place
    told: deque[bytes] = field(default_factory=deque)
    told_bytes: int = 0
    ended: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def answers(self, request: Request) -> AsyncIterator[bytes]:
        """An answer a line, in order. Who sends all before reading anything is not kept waiting: the answers queue up meanwhile."""
        work = asyncio.create_task(self.answer_all(request))
        try:
            while self.told or not self.ended:
                while self.told:
                    some = self.told.popleft()
                    self.told_bytes -= len(some)
                    self.moved.set()
                    yield some
                if not self.ended:
                    self.moved.clear()
                    await self.moved.wait()
            await work
        finally:
            work.cancel()

    async def answer_all(self, request: Request) -> None:
        """Every line of the request, a few dozen under way at once; a sender who hangs up or stands still ends it."""
        waiting: list[asyncio.Task[dict[str, Any]]] = []
        under_way = 0
        try:
            async for number, line in lines(in_time(request)):
                if line and amends(line):
                    await self.tell(waiting)  # what it amends may be among those under way
                    under_way = 0
                under_way += len(line or b"")
                waiting.append(asyncio.create_task(self.answer_line(line, number)))
                if len(waiting) >= AT_ONCE or under_way >= LARGEST:
                    await self.tell(waiting)
                    under_way = 0
            await self.tell(waiting)
        except (ClientDisconnect, TimeoutError):
            await self.tell(waiting)
        finally:
            self.ended = True
            self.moved.set()

    async def tell(self, waiting: list[asyncio.Task[dict[str, Any]]]) -> None:
        """The answers of those under way, in their order; then wait until the sender has read some, where it has not for long."""
        for one in await asyncio.gather(*waiting):
            some = line_of(msgspec.json.encode(one))
            self.told.append(some)
            self.told_bytes += len(some)
        waiting.clear()
        self.moved.set()
        while self.told_bytes > UNREAD:
            self.moved.clear()
            await self.moved.wait()

    async def answer_line(self, line: bytes | None, number: int) -> dict[str, Any]:
        """What became of one line; None stands for a line that was too long."""
        if line is None:
            return {"line": number, **problem_of(TooLarge())}
        try:
            async with self.place.turn():
                message = Message(line, "application/cloudevents+json")
                answer = await self.hub.intake.accept(message, self.carrier)
            await hidden_for(self.hub, answer)
        except HubError as error:
            return {"line": number, **problem_of(error)}
        except self.hub.outages:
            return {"line": number, **problem_of(Unavailable())}
        return {"line": number, **answer_of(answer), "status": 202}


def amends(line: bytes) -> bool:
    """Whether a line may correct or withdraw one before it."""
    return any(kind in line for kind in AMENDING)


async def in_time(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; raises TimeoutError where nothing comes for too long."""
    chunks = request.stream()
    while True:
        try:
            async with asyncio.timeout(STANDS_STILL):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        yield chunk


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
