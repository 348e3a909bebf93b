"""The whole made-up borough as `make run` begins it: how fast it is relived beside the pages, what memory that takes, and what
its pages then take to be answered, each asked for alone.

BENCH_FAMILIES makes it smaller. Another size than that of `make run` is a figure for nobody.
"""

import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import psycopg
import uvloop

from benchmarks.memory import measured
from benchmarks.raw_client import RawClient
from hub.demo.borough.chronicle import HOUSEHOLDS
from hub.demo.borough.words import words
from tests.hub_process import HubProcess, bearer

FAMILIES = int(os.environ.get("BENCH_FAMILIES", HOUSEHOLDS))
EACH = 60  # pages of a kind
PAGE = 100  # ms, to reach
MEMORY = 600  # MB, to reach
RATE = 300  # contacts a second, to reach
PEOPLE = "SELECT person FROM thurrock_engine.engine_known_person ORDER BY 1"
CONTACTS = "SELECT contact FROM thurrock.inbox ORDER BY 1"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
TEAMS = ("MASH", "TF", "EH", "CAR", "YC", "OTA")


def loading(hub: HubProcess) -> tuple[float, float]:
    """Seconds until the past is through and shown, and the most memory meanwhile."""
    begun, peak = time.perf_counter(), 0.0
    hub.begin("run", "--demo", "--households", str(FAMILIES))
    hub.until_up()
    while True:
        peak = max(peak, sum(measured(hub)))
        told = httpx.get(f"{hub.url}/ready", timeout=30)
        if told.status_code == 200:
            return time.perf_counter() - begun, peak
        time.sleep(1)


def asked(hub: HubProcess, operator: dict[str, str]) -> dict[str, list[str]]:
    """Pages of each kind, of families, people and contacts as they come, and of who was found by a name."""
    chance = random.Random(1)
    with psycopg.connect(hub.dsn) as conn:
        people = [row[0] for row in conn.execute(PEOPLE).fetchall()]
        contacts = [row[0] for row in conn.execute(CONTACTS).fetchall()]
    named = [
        f"{chance.choice(sort['female'])} {chance.choice(sort['family'])}"
        for sort in chance.choices(words("names")["communities"], k=EACH)
    ]
    gets = {
        "queue": [f"/queues/{chance.choice(TEAMS)}" for _ in range(EACH)],
        "family": [f"/families/{p}" for p in chance.sample(people, EACH)],
        "person": [f"/people/{p}" for p in chance.sample(people, EACH)],
        "contact": [f"/contacts/{c}" for c in chance.sample(contacts, EACH)],
        "audit": [f"/audit?about={c}" for c in chance.sample(contacts, EACH)],
        "of a kind": ["/audit?kind=contact.closed", "/audit?kind=obligation.waived"] * (EACH // 2),
    }
    with httpx.Client(base_url=hub.url, headers=operator) as client:
        answers = [client.post("/search", data={"who": name}) for name in named]
    return gets | {"search": [answer.headers["location"] for answer in answers]}


async def pages(hub: HubProcess) -> None:
    """Ask for each alone, one kind after the other."""
    operator = bearer(hub.staff_key("Bo", "TF", role="operator")) | BROWSER
    client = RawClient(hub.url, 1)
    for kind, paths in asked(hub, operator).items():
        took, sizes = [], []
        for path in paths:
            begun = time.perf_counter()
            status, body = await client.ask("GET", path, operator, b"")
            took.append(1000 * (time.perf_counter() - begun))
            sizes.append(len(body))
            assert status == 200, (path, status)
        p50, p95 = (statistics.quantiles(took, n=20)[n] for n in (9, 18))
        print(
            f"{kind:<9} p50 {p50:6.1f}  p95 {p95:6.1f}  most {max(took):6.1f} ms, to reach p95 {PAGE}; "
            f"{max(sizes) / 1000:.0f} kB at most"
        )
    await client.close()


def main() -> int:
    """Load, ask, verify."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        try:
            seconds, peak = loading(hub)
            size = "SELECT count(*), (SELECT position FROM thurrock.head) FROM thurrock.inbox"
            with psycopg.connect(hub.dsn) as conn:
                row = conn.execute(size).fetchone()
            assert row is not None
            print(
                f"{row[0]:,} contacts, {row[1]:,} events in {seconds:.0f} s beside the pages: "
                f"{row[0] / seconds:.0f} contacts a second, to reach {RATE}; {peak:.0f} MB at most, to reach {MEMORY}"
            )
            uvloop.run(pages(hub))
            begun = time.perf_counter()
            said = json.loads(hub.command("verify", "--json"))
            same, took = "the same" if said["ok"] else "NOT the same", time.perf_counter() - begun
            print(f"verify   {same}, {said['decisions']:,} decisions in {took:.0f} s")
        finally:
            hub.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
