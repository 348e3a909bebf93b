"""Reads a request's body up to a limit and within a time, so that no sender can fill the memory or hold a place for ever."""

import asyncio

from fastapi import Request

from hub.api.permissions import header, place_of
from hub.api.room import Place
from hub.contacts.cloud_event import LARGEST
from hub.errors import TooLarge, TooSlow


async def read_body(request: Request, limit: int = LARGEST) -> bytes:
    """The body, at most `limit` bytes. Raises TooLarge as soon as it is known to be larger, TooSlow where it does not come
    in time, TooMany and Unavailable where there is no room for it."""
    place = place_of(request)
    declared = header(request, b"content-length")
    held = int(declared) if declared.isdigit() else 0
    if held > limit:
        raise TooLarge
    if held:
        place.grow(held)
    try:
        async with asyncio.timeout(request.app.state.patience):
            return await _read(request, place, held, limit)
    except TimeoutError:
        raise TooSlow from None


async def _read(request: Request, place: Place, held: int, limit: int) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        if size > held:
            place.grow(size - held)
            held = size
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
