"""POST /v1/contacts, durable, as a ratio to the same server's /ping: medians of interleaved rounds."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

from benchmarks.raw_client import RawClient
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
        status, _ = await raw.ask("GET", "/ping", {})
        assert status == 200

    async def post() -> None:
        body = json.dumps(contact(SOURCE, str(next(numbers)))).encode()
        status, _ = await raw.ask("POST", "/v1/contacts", headers, body)
        assert status == 202

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


def main() -> None:
    """A hub of its own (API alone, so that the engine's share of the machine is not counted), the measurement, the end."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.begin("api")
        hub.until_up()
        try:
            asyncio.run(measure(hub.url, hub.partner_key(SOURCE, "bench")))
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
