"""A family, a person and a queue as at moments of a log of a million events: how long one such question takes.

Asked as an auditor asks, so that what is hidden now is looked up too. `raw` fetches the rows of the same family by the same
tags and parses nothing: what the database alone needs.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from adapters.postgres.init import runtime_dsn
from adapters.postgres.rebuild import rebuild
from adapters.postgres.server import EmbeddedServer
from benchmarks.district import BEGAN, YEARS
from benchmarks.history import COUNCIL, Filled, fill
from benchmarks.machine import noise
from hub.as_at import events_around
from hub.bootstrap import Database, hub_over
from hub.bootstrap.parts import settle_memory
from hub.errors import NotKnown
from hub.reading import family_for, person_for, queue_for
from hub.services import Hub
from hub.settings import Settings
from hub.viewer import Viewer
from projections import hidden_people, queue_spans
from projections.registry import question

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
ASKED = 100
TO_REACH = 150
AUDITOR = Viewer("auditor", "S-000001", "TF")

Ask = Callable[[str, datetime], Awaitable[object]]


async def times(ask: Ask, named: list[str], chance: random.Random) -> list[float]:
    """Milliseconds of each question, each at a moment of its own."""
    taken = []
    for name in named:
        moment = BEGAN + YEARS * (0.2 + 0.8 * chance.random())
        begun = time.perf_counter()
        await ask(name, moment)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def told(name: str, taken: list[float], to_reach: int | None = None) -> None:
    """A line: median, p95 and the worst."""
    p95 = statistics.quantiles(taken, n=20)[-1]
    line = f"{name:<16} p50 {statistics.median(taken):7.1f} ms   p95 {p95:7.1f} ms   worst {max(taken):7.1f} ms"
    print(line + (f", to reach p95 {to_reach} ms" if to_reach else ""))


async def measure(hub: Hub, filled: Filled) -> None:
    """Families at random, the one that came up most, people, and the queues of a busy and a quiet team."""
    chance = random.Random(7)
    people = [f"P-{chance.randrange(1, filled.people + 1):06}" for _ in range(ASKED)]

    async def family(person: str, moment: datetime) -> None:
        try:
            await family_for(hub, AUDITOR, person, moment)
        except NotKnown:
            return

    async def one_person(person: str, moment: datetime) -> None:
        try:
            await person_for(hub, AUDITOR, person, as_at=moment)
        except NotKnown:
            return

    async def queue(team: str, moment: datetime) -> None:
        await queue_for(hub, AUDITOR, team, as_at=moment)

    async def raw(person: str, moment: datetime) -> None:
        await events_around(hub.log, (f"person:{person}",), moment)

    await times(family, people[:10], chance)
    fetched = await times(raw, people, chance)
    told("raw", fetched)
    told("family", await times(family, people, chance), TO_REACH)
    told("busiest family", await times(family, [filled.busiest] * 30, chance), TO_REACH)
    told("person", await times(one_person, people, chance), TO_REACH)
    for team in ("MASH", "EH", "CAR", "YC"):
        shown = await queue_for(hub, AUDITOR, team, as_at=BEGAN + YEARS / 2)
        size = len(shown.waiting) + len(shown.held)
        told(f"queue {team}, {size}", await times(queue, [team] * 20, chance), TO_REACH)
    print(noise(fetched))


def main() -> int:
    """Fill a log, fold what as-at reads of today, ask."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "home") as server:
        filled = fill(server.dsn, EVENTS)
        ask(server.dsn, filled)
    return 0


def ask(owner: str, filled: Filled) -> None:
    """The questions, over a log that is there."""
    dsn = runtime_dsn(owner, COUNCIL)
    settings = Settings(Path(), 0, "127.0.0.1", None, None, COUNCIL)

    async def asked() -> None:
        async with hub_over(Database(owner, dsn, True), settings) as hub:
            for module in (hidden_people, queue_spans):
                # not before: a hub that begins adds to its log
                of, most = question(module), filled.events * 10
                await asyncio.to_thread(rebuild, dsn, COUNCIL, of, compare=False, most_rows=most)
            print(f"{filled.events:,} events, {filled.people:,} people; a question after another")
            await measure(hub, filled)

    settle_memory()
    asyncio.run(asked())


if __name__ == "__main__":
    sys.exit(main())
