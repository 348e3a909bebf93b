"""GET /v1/events: the log for auditors, paged, or as a stream that goes on."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from hub.access import EventShown
from hub.api.ndjson import line_of
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.reading import events_for
from hub.services import Hub
from hub.viewer import Viewer

router = APIRouter(route_class=GuardedRoute, tags=["audit"])

MOST = 1000
AT_ONCE = 25
STREAMS = ("application/x-ndjson", "application/ndjson")


@router.get("/v1/events", summary="The log, in order")
@permits("auditor", "operator")
async def get_events(
    request: Request,
    after: Annotated[int, Query(ge=0, description="The last position already seen.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:
    """Events with position > after. With `Accept: application/x-ndjson`, one a line, for as long as the caller listens."""
    hub, viewer = hub_of(request), viewer_of(request)
    if request.headers.get("accept", "").partition(";")[0].strip() in STREAMS:
        return StreamingResponse(stream(hub, viewer, after), media_type=STREAMS[0])
    events = await events_for(hub, viewer, after, limit)
    last = events[-1].position if events else after
    tail = {
        "last": last,
        "head": await hub.log.head(),
        "next": f"/v1/events?after={last}&limit={limit}",
    }
    return StreamingResponse(whole(events, tail), media_type="application/json")


async def whole(events: Sequence[EventShown], tail: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """One JSON object with all of them, a few at a time: others are served between."""
    yield b'{"events":['
    for begin in range(0, len(events), AT_ONCE):
        some = b",".join(e.model_dump_json().encode() for e in events[begin : begin + AT_ONCE])
        yield some if begin == 0 else b"," + some
        await asyncio.sleep(0)
    yield b"]," + msgspec.json.encode(tail)[1:]


async def stream(hub: Hub, viewer: Viewer, after: int) -> AsyncIterator[bytes]:
    """Events as they are recorded, one JSON object a line."""
    while True:
        events: Sequence[EventShown] = await events_for(hub, viewer, after, MOST)
        for event in events:
            yield line_of(event.model_dump_json().encode())
        if events:
            after = events[-1].position
        else:
            await asyncio.sleep(0.1)
