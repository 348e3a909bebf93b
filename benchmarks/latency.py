"""A whole `hub run` under an open-loop load: how long one's own write takes to be readable, and a contact to be on the queue page."""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import httpx

from tests.hub_process import HubProcess, bearer, contact

SOURCE = "urn:bench:latency"
A_SECOND = float(os.environ.get("BENCH_A_SECOND", "50"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
WARM = 3.0
LOOK = 0.02
LONGEST = 20.0


class Load:
    """Contacts posted at a fixed rate, whether or not the ones before were answered; what was seen of each, and when."""

    def __init__(self, client: httpx.AsyncClient, partner: str, worker: str) -> None:
        self.client, self.partner, self.worker = client, partner, worker
        self.posted: list[float] = []
        self.readable: list[float] = []
        self.shown: list[float] = []
        self.sent_at: dict[str, float] = {}
        self.refused = 0
        self.counted = False

    async def send(self, number: int) -> None:
        """One contact, about people of its own; then its status, as one's own write is read."""
        counted, begun = self.counted, time.perf_counter()
        people = [
            {
                "ref": "p1",
                "name": {"family": f"Bench{number}", "given": ["Ada"]},
                "dob": "1981-06-12",
            },
            {
                "ref": "p2",
                "name": {"family": f"Bench{number}", "given": ["Eve"]},
                "dob": "2012-02-03",
            },
        ]
        message = contact(SOURCE, f"m-{number}", people=people)
        headers = {**bearer(self.partner), "Content-Type": "application/cloudevents+json"}
        told = await self.client.post("/v1/contacts", content=json.dumps(message), headers=headers)
        if told.status_code != 202:
            self.refused += 1
            return
        answered, said = time.perf_counter(), told.json()
        if counted:
            self.posted.append(answered - begun)
            self.sent_at[said["id"]] = begun
        read = await self.client.get(
            f"/v1/contacts/{said['id']}?min_position={said['position']}",
            headers=bearer(self.partner),
        )
        assert read.status_code == 200, read.text
        if counted:
            self.readable.append(time.perf_counter() - answered)

    async def watch(self, over: asyncio.Event) -> None:
        """Look at the queue page again and again, as a browser is shown it."""
        headers = {**bearer(self.worker), "Accept": "text/html"}
        while not over.is_set() or self.sent_at:
            page = await self.client.get("/queues/YC", headers=headers)
            now = time.perf_counter()
            assert page.status_code == 200, page.text[:300]
            for name in [name for name in self.sent_at if f"/contacts/{name}" in page.text]:
                self.shown.append(now - self.sent_at.pop(name))
            if any(now - sent > LONGEST for sent in self.sent_at.values()):
                return
            await asyncio.sleep(LOOK)

    async def run(self) -> None:
        """The load, a few seconds of it before it counts."""
        over, asked = asyncio.Event(), []
        watching = asyncio.create_task(self.watch(over))
        begun = time.perf_counter()
        for number in count():
            at = number / A_SECOND
            if at > WARM + SECONDS:
                break
            await asyncio.sleep(max(begun + at - time.perf_counter(), 0))
            self.counted = at > WARM
            asked.append(asyncio.create_task(self.send(number)))
        await asyncio.gather(*asked)
        over.set()
        await watching


def line(name: str, seconds: list[float], aim: str = "") -> str:
    """Median, 95th and 99th of a hundred, in milliseconds."""
    if len(seconds) < 2:
        return f"{name:<22} none{aim}"
    ways = statistics.quantiles(seconds, n=100)
    p50, p95, p99 = (1000 * ways[n - 1] for n in (50, 95, 99))
    return f"{name:<22} p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f}  most {1000 * max(seconds):7.1f} ms{aim}"


async def measure(hub: HubProcess) -> None:
    """Load and figures."""
    partner, worker = hub.partner_key(SOURCE, "bench"), hub.staff_key("Ben", "YC")
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=hub.url, timeout=60, limits=limits) as client:
        load = Load(client, partner, worker)
        await load.run()
    print(
        f"{A_SECOND:g} contacts a second for {SECONDS:g} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(line("posted", load.posted))
    print(line("read your own write", load.readable, ", to reach p99 20"))
    print(line("on the queue page", load.shown, ", to reach p95 250"))
    print(f"not seen {len(load.sent_at)}, refused {load.refused}")


def main() -> int:
    """A hub of its own, whole; the load; the end."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.start()
        try:
            asyncio.run(measure(hub))
        finally:
            hub.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
