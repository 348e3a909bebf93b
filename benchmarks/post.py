"""POST /v1/contacts, durable, as a ratio to the same server's /ping: medians of interleaved rounds."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import httpx

from tests.hub_process import HubProcess, bearer, contact

SOURCE = "urn:bench:post"
CALLERS = 32
ROUNDS = 5
SECONDS = 4.0

Ask = Callable[[], Awaitable[None]]


async def rate(ask: Ask) -> float:
    """Calls a second of so many callers over one round."""
    done, end = count(), time.perf_counter() + SECONDS
    begun = time.perf_counter()

    async def caller() -> None:
        while time.perf_counter() < end:
            await ask()
            next(done)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return next(done) / (time.perf_counter() - begun)


async def measure(url: str, key: str) -> None:
    """Interleaved rounds of both, and their ratio."""
    numbers = count()
    raw = RawClient(url, CALLERS)
    headers = {**bearer(key), "Content-Type": "application/cloudevents+json"}

    async def ping() -> None:
        assert await raw.ask("GET", "/ping", {}, b"") == 200

    async def post() -> None:
        body = json.dumps(contact(SOURCE, str(next(numbers)))).encode()
        assert await raw.ask("POST", "/v1/contacts", headers, body) == 202

    await rate(ping), await rate(post)
    pings, posts = [], []
    for _ in range(ROUNDS):
        pings.append(await rate(ping))
        posts.append(await rate(post))
    ratios = [post / ping for post, ping in zip(posts, pings, strict=True)]
    print(f"ping   {statistics.median(pings):8.0f} a second ({min(pings):.0f} to {max(pings):.0f})")
    print(f"post   {statistics.median(posts):8.0f} a second ({min(posts):.0f} to {max(posts):.0f})")
    print(
        f"ratio  {statistics.median(ratios):8.2f} ({min(ratios):.2f} to {max(ratios):.2f}), to reach 0.45"
    )
    await raw.close()


class RawClient:
    """Keep-alive connections with as little of their own to do as can be: the server is what is measured."""

    def __init__(self, url: str, size: int) -> None:
        self._host, self._port = httpx.URL(url).host, httpx.URL(url).port or 80
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = (
            asyncio.Queue()
        )
        for _ in range(size):
            self._free.put_nowait(None)

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status of one request."""
        held = await self._free.get()
        reader, writer = held or await asyncio.open_connection(self._host, self._port)
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        self._free.put_nowait((reader, writer))
        return int(head.split(b" ", 2)[1])

    async def close(self) -> None:
        """Let the connections go."""
        while not self._free.empty():
            if held := self._free.get_nowait():
                held[1].close()


def main() -> None:
    """A hub of its own (API alone, so that the engine's share of the machine is not counted), the measurement, the end."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.start("api")
        try:
            asyncio.run(measure(hub.url, hub.partner_key(SOURCE, "bench")))
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
