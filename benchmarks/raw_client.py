"""An HTTP client with as little of its own to do as can be: the hub is what is measured, on cores that both share."""

import asyncio
import time

import httpx

IDLE = 2.0  # seconds: the hub closes a connection that nobody used for five
Held = tuple[asyncio.StreamReader, asyncio.StreamWriter, float]


class RawClient:
    """Keep-alive connections; who finds none free waits for one."""

    def __init__(self, url: str, size: int) -> None:
        self._host, self._port = httpx.URL(url).host, httpx.URL(url).port or 80
        self._free: asyncio.LifoQueue[Held | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._free.put_nowait(None)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        """The status and the body of one answer."""
        reader, writer = await self._connection()
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await body_after(head.lower(), reader)
        self._free.put_nowait((reader, writer, time.monotonic()))
        return int(head.split(b" ", 2)[1]), answer

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        held = await self._free.get()
        if held is not None:
            reader, writer, used_at = held
            if time.monotonic() - used_at < IDLE:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)

    async def close(self) -> None:
        """Let the connections go."""
        while not self._free.empty():
            if held := self._free.get_nowait():
                held[1].close()


async def body_after(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """What follows a head: as long as it says, or in pieces."""
    if b"transfer-encoding: chunked" not in head:
        return await reader.readexactly(
            int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        )
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body
