"""Reads a request's body up to a limit, so that no sender can fill the memory."""

from fastapi import Request

from hub.contacts.cloud_event import LARGEST
from hub.errors import TooLarge


async def read_body(request: Request, limit: int = LARGEST) -> bytes:
    """The body, at most `limit` bytes; raises TooLarge as soon as it is known to be larger."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)
