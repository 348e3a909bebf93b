"""An HTTP client with as little of its own to do as can be: the hub is what is measured, on cores that both share."""

import asyncio

import httpx

Held = tuple[asyncio.StreamReader, asyncio.StreamWriter]


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
        held = await self._free.get()
        reader, writer = held or await asyncio.open_connection(self._host, self._port)
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        answer = await reader.readexactly(length)
        self._free.put_nowait((reader, writer))
        return int(head.split(b" ", 2)[1]), answer

    async def close(self) -> None:
        """Let the connections go."""
        while not self._free.empty():
            if held := self._free.get_nowait():
                held[1].close()
