"""A whole `hub run` under an open-loop load: how long one's own write takes to be readable, and a contact to be on the queue page."""

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import psycopg
import uvloop

from benchmarks.raw_client import RawClient
from tests.hub_process import HubProcess, bearer, contact

SOURCE = "urn:bench:latency"
A_SECOND = float(os.environ.get("BENCH_A_SECOND", "50"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
WARM = 3.0
LOOK = 0.1  # seconds between looks at the queue page, which count as its lateness too
LINK = re.compile(rb"/contacts/(C-[0-9-]+)")
PREVIOUS = re.compile(rb'rel="prev" href="[^"]*waiting=(\d+)')
A_LOOK = 40  # so many may come between two looks: where there are fewer on the last page, some may be on the one before
LONGEST = 20.0
LAST_PAGE = "/queues/YC?waiting=1000000"  # what came last is due last


class Load:
    """Contacts posted at a fixed rate, whether or not the ones before were answered; what was seen of each, and when."""

    def __init__(self, client: RawClient, partner: str, worker: str) -> None:
        self.client, self.partner, self.worker = client, partner, worker
        self.posted: list[float] = []
        self.readable: list[float] = []
        self.shown: list[float] = []
        self.pages: list[float] = []
        self.sent_at: dict[str, float] = {}
        self.refused = 0
        self.counted = False

    async def send(self, number: int) -> None:
        """One contact, about people of its own; then its status, as one's own write is read."""
        counted, begun = self.counted, time.perf_counter()
        people = family_of(number)
        message = contact(SOURCE, f"m-{number}", people=people)
        headers = {**bearer(self.partner), "Content-Type": "application/cloudevents+json"}
        status, told = await self.client.ask(
            "POST", "/v1/contacts", headers, json.dumps(message).encode()
        )
        if status != 202:
            self.refused += 1
            return
        answered, said = time.perf_counter(), json.loads(told)
        if counted:
            self.posted.append(answered - begun)
            self.sent_at[said["id"]] = begun
        status, read = await self.client.ask(
            "GET",
            f"/v1/contacts/{said['id']}?min_position={said['position']}",
            bearer(self.partner),
        )
        assert status == 200, read
        if counted:
            self.readable.append(time.perf_counter() - answered)

    async def watch(self, over: asyncio.Event) -> None:
        """Look at the queue page again and again, as a browser is shown it."""
        headers = {**bearer(self.worker), "Accept": "text/html"}
        while not over.is_set() or self.sent_at:
            page = await self.look(LAST_PAGE, headers)
            before = PREVIOUS.search(page)
            if before and len(LINK.findall(page)) < A_LOOK:
                await self.look(f"/queues/YC?waiting={int(before[1])}", headers)
            if any(time.perf_counter() - sent > LONGEST for sent in self.sent_at.values()):
                return
            await asyncio.sleep(LOOK)

    async def look(self, path: str, headers: dict[str, str]) -> bytes:
        """A page of the queue, and which of those that are awaited stand on it."""
        begun = time.perf_counter()
        status, page = await self.client.ask("GET", path, headers)
        now = time.perf_counter()
        assert status == 200, page[:300]
        self.pages.append(now - begun)
        for name in self.sent_at.keys() & {found.decode() for found in LINK.findall(page)}:
            self.shown.append(now - self.sent_at.pop(name))
        return page

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


def family_of(number: int) -> list[dict[str, object]]:
    """A grown-up and a child like no others: their birth dates are spread over the years as those of a borough are."""
    name = {"family": f"Bench{number}"}
    grown = date(1945, 1, 1) + timedelta(days=number * 7919 % 22_000)
    child = date(2009, 1, 1) + timedelta(days=number * 7919 % 6_000)
    return [
        {"ref": "p1", "name": {**name, "given": ["Ada"]}, "dob": grown.isoformat()},
        {"ref": "p2", "name": {**name, "given": ["Eve"]}, "dob": child.isoformat()},
    ]


def line(name: str, seconds: list[float], aim: str = "") -> str:
    """Median, 95th and 99th of a hundred, in milliseconds."""
    if len(seconds) < 2:
        return f"{name:<22} none{aim}"
    ways = statistics.quantiles(seconds, n=100)
    p50, p95, p99 = (1000 * ways[n - 1] for n in (50, 95, 99))
    return f"{name:<22} p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f}  most {1000 * max(seconds):7.1f} ms{aim}"


def used(hub: HubProcess) -> dict[str, float]:
    """Seconds of a processor that each part of the hub, and this client, has used."""
    assert hub.process is not None
    with psycopg.connect(hub.dsn) as conn:
        held = conn.execute("SELECT name, holder FROM thurrock.fences ORDER BY name").fetchall()
    own = {name: [int(holder.rpartition(":")[2])] for name, holder in held}
    parts = {
        "api": [hub.process.pid],
        **own,
        "postgres": hub.database_pids(),
        "client": [os.getpid()],
    }
    return {name: sum(map(cpu_seconds, pids)) for name, pids in parts.items()}


def cpu_seconds(pid: int) -> float:
    """What a process, and those it began and that ended, have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def measure(hub: HubProcess) -> None:
    """Load and figures."""
    partner, worker = hub.partner_key(SOURCE, "bench"), hub.staff_key("Ben", "YC")
    load = Load(RawClient(hub.url, 200), partner, worker)
    before, begun = used(hub), time.perf_counter()
    await load.run()
    after, lasted = used(hub), time.perf_counter() - begun
    await load.client.close()
    print(
        f"{A_SECOND:g} contacts a second for {SECONDS:g} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(line("posted", load.posted))
    print(line("read your own write", load.readable, ", to reach p99 20"))
    print(line("on the queue page", load.shown, ", to reach p95 250"))
    print(line("the queue page itself", load.pages))
    print(f"not seen {len(load.sent_at)}, refused {load.refused}")
    shares = (f"{name} {(after[name] - before[name]) / lasted:.0%}" for name in after)
    print(f"of one processor: {', '.join(shares)}")


def main() -> int:
    """A hub of its own, whole; the load; the end."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.start()
        try:
            uvloop.run(measure(hub))
        finally:
            hub.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
