"""What a contact, a page and a read cost while the log grows: the same questions to logs of 10,000, 100,000 and 1,000,000 events.

Every size has a server of its own, and all are asked in turn, so that what else the machine does falls on all alike. Of a
contact it is told what its append, its decision, its projections and its POST take; of a page or a read how long one takes
that is asked for alone. `×` sets the largest log against the smallest.

BENCH_EVENTS names the sizes (`10000,100000` for a short run). BENCH_HOME keeps the logs there for the next run.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.init import runtime_dsn
from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer
from adapters.postgres.view_reader import ViewReader
from adapters.postgres.views import LogSource, ViewStore
from benchmarks.history import BEGAN, COUNCIL, YEARS, Filled, fill
from benchmarks.made_up import RARE
from benchmarks.post import RawClient
from events.envelope import new_event
from events.people_judged import PeopleJudged
from hub.bootstrap.parts import ENGINE_TABLES, YOUNG_OF_A_TURN, new_engine, settle_memory
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.folding import TABLES
from hub.log import Append
from hub.turns import one_turn
from projections import person_index
from projections.registry import all_projections
from projections.runner import Runner
from tests.hub_process import HubProcess, bearer

SIZES = tuple(
    int(size) for size in os.environ.get("BENCH_EVENTS", "10000,100000,1000000").split(",")
)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CONTACTS = 60  # a round, so that the small log stays small
ASKED = 10  # pages of a kind a round
CORRECTED = 5  # pairs a round
CALLERS = 8
SOURCE = "urn:bench:growth"
KIND = "application/cloudevents+json"
KNOWN = 0.5  # of the contacts are about a family that the log knows
QUEUE = "YC"

Ask = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Keys:
    """Who asks."""

    partner: str  # publishes what is new
    history: str  # brought what the log was filled with
    duty: str
    auditor: str


@dataclass(slots=True)
class World:
    """A hub over a log of one size, with all that is needed to ask it."""

    filled: Filled
    hub: HubProcess
    dsn: str
    keys: Keys
    chance: random.Random = field(default_factory=lambda: random.Random(time.time_ns()))
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def person(self) -> str:
        """Somebody of the past."""
        return f"P-{self.chance.randrange(1, self.filled.people + 1):06}"

    def moment(self) -> datetime:
        """A time of the past."""
        return BEGAN + YEARS * (0.2 + 0.8 * self.chance.random())

    def contact(self) -> str:
        """A contact of the past, by its number."""
        source = self.chance.choice(self.bodies)
        return str(source["contact"])

    def look_up(self) -> None:
        """Some contacts of the past, anywhere in it, to ask for and to send again in other words."""
        beginning = f"{self.chance.getrandbits(32):08x}"
        query = (
            "SELECT r.body, e.stream FROM (SELECT sha256, body FROM thurrock.raw_messages "
            "WHERE sha256 > %s ORDER BY sha256 LIMIT %s) r "
            "JOIN thurrock.inbox i ON i.source = convert_from(r.body, 'UTF8')::jsonb->>'source' "
            "AND i.message_id = convert_from(r.body, 'UTF8')::jsonb->>'id' "
            "JOIN thurrock.events e ON e.position = i.position"
        )
        with psycopg.connect(self.dsn) as conn:
            rows = conn.execute(query, [beginning, 3 * CONTACTS]).fetchall()
        self.bodies = [
            {**json.loads(body), "contact": stream.partition(":")[2]} for body, stream in rows
        ] or self.bodies

    def message(self) -> bytes:
        """A contact as a partner sends it today: about a family that is known, or one that is not. None carries a shield, which
        is answered only when the engine, at rest here while it is not measured, has decided."""
        said = self.chance.choice([b for b in self.bodies if not carries_shield(b)])
        number = f"{self.chance.getrandbits(60):x}"
        data = said["data"]
        if self.chance.random() > KNOWN:
            data = {**data, "people": [stranger(p, number) for p in data["people"]]}
        sent = {**said, "source": SOURCE, "id": number, "data": data}
        sent["time"] = datetime.now(UTC).isoformat()
        del sent["contact"]
        return json.dumps(sent).encode()


def carries_shield(said: Mapping[str, Any]) -> bool:
    """Whether somebody in it is to be hidden, or may be."""
    told = said["data"]
    worries = {concern["code"] for concern in told["concerns"]}
    return any("flags" in p for p in told["people"]) or not worries.isdisjoint(RARE)


def stranger(person: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Somebody alike of whom nobody has heard."""
    own = {name: value for name, value in person.items() if name not in ("ids", "phones", "emails")}
    own["name"] = {"family": f"New{number}", "given": [f"Ada{number}"]}
    own["address"] = {"lines": [f"{number} New Road"], "postcode": "RM17 6XX"}
    return own


# What is measured: each answers milliseconds


async def appended(world: World) -> float:
    """Contacts taken in by this process, many callers at once: milliseconds a contact."""
    now = datetime.now(UTC)
    async with PostgresLog(world.dsn, COUNCIL) as log:
        commands = []
        for _ in range(CONTACTS):
            message = Message(world.message(), KIND)
            number = contact_id(await log.next_contact(), now)
            decided = receive(message, Carrier("file"), number, now)
            assert isinstance(decided, Accept), decided
            commands.append(decided.append)
        begun = time.perf_counter()
        await asyncio.gather(*map(log.append, commands))
        return each(begun, CONTACTS)


async def posted(world: World) -> float:
    """Contacts posted by a few callers at once: milliseconds a contact."""
    client = RawClient(world.hub.url, CALLERS)
    headers = {**bearer(world.keys.partner), "Content-Type": KIND}
    bodies = [world.message() for _ in range(CONTACTS)]
    begun = time.perf_counter()

    async def caller() -> None:
        while bodies:
            status, _ = await client.ask("POST", "/v1/contacts", headers, bodies.pop())
            assert status == 202

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    took = each(begun, CONTACTS)
    await client.close()
    return took


def decided(world: World) -> float:
    """All that waits decided on: milliseconds a contact."""
    store = PostgresEngineStore(world.dsn, COUNCIL, ENGINE_TABLES)
    assert store.open(), "another engine has the place"
    engine = new_engine()
    begun = time.perf_counter()
    while one_turn(engine, store):
        pass
    took = each(begun, 2 * CONTACTS)
    store.close()
    return took


def projected(world: World) -> float:
    """Every projection brought to the end of the log: milliseconds a contact."""
    store = ViewStore(world.dsn, COUNCIL)
    assert store.open(), "another keeper has the place"
    source = LogSource(world.dsn, COUNCIL)
    runner = Runner(all_projections(), source, store)
    begun = time.perf_counter()
    runner.catch_up()
    took = each(begun, 2 * CONTACTS)
    assert not runner.stopped, runner.stopped
    source.close()
    store.close()
    return took


async def corrected(world: World) -> float:
    """Two people of the past said to be one, until the engine has merged them and every view tells so; then taken back: the
    median of both, in milliseconds each."""
    taken = []
    for _ in range(CORRECTED):
        one, other = pair(*world.chance.sample(range(1, world.filled.people + 1), 2))
        for answer in ("same", "taken-back"):
            said = {"one": one, "other": other, "answer": answer, "reason": None, "team": "TF"}
            async with PostgresLog(world.dsn, COUNCIL) as log:
                version = len(await log.read_stream(f"pair:{one}~{other}")) + 1
                event = new_event(PeopleJudged.model_validate(said), version, actor="staff:1")
                await log.append(Append((event,)))
            taken.append(await asyncio.to_thread(taken_in, world))
    return statistics.median(taken)


def taken_in(world: World) -> float:
    """One event decided on and shown by every projection: milliseconds."""
    store, views = (
        PostgresEngineStore(world.dsn, COUNCIL, ENGINE_TABLES),
        ViewStore(world.dsn, COUNCIL),
    )
    source = LogSource(world.dsn, COUNCIL)
    assert store.open() and views.open(), "another has the place"
    engine, runner = new_engine(), Runner(all_projections(), source, views)
    begun = time.perf_counter()
    while one_turn(engine, store):
        pass
    runner.catch_up()
    took = each(begun, 1)
    assert not runner.stopped, runner.stopped
    for part in (store, views, source):
        part.close()
    return took


def pair(one: int, other: int) -> tuple[str, str]:
    """Two people by their numbers, the lower first."""
    return f"P-{min(one, other):06}", f"P-{max(one, other):06}"


def each(begun: float, number: int) -> float:
    """Milliseconds of each."""
    return (time.perf_counter() - begun) * 1000 / number


def reads(world: World) -> dict[str, Callable[[], tuple[str, str]]]:
    """What is asked for, by name: an address and the key it is asked with, another each time."""
    keys, chance = world.keys, world.chance

    def said(moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    return {
        "/ready": lambda: ("/ready", keys.duty),
        "queue page": lambda: (f"/queues/{QUEUE}", keys.duty),
        "queue": lambda: (f"/v1/queues/{QUEUE}", keys.duty),
        "contact page": lambda: (f"/contacts/{world.contact()}", keys.auditor),
        "contact, answers": lambda: (f"/v1/contacts/{world.contact()}", keys.history),
        "family page": lambda: (f"/families/{world.person()}", keys.auditor),
        "family": lambda: (f"/v1/families/{world.person()}", keys.auditor),
        "person page": lambda: (f"/people/{world.person()}", keys.auditor),
        "operation page": lambda: ("/operation", keys.auditor),
        "audit page": lambda: ("/audit", keys.auditor),
        "events": lambda: (
            f"/v1/events?after={chance.randrange(world.filled.events)}",
            keys.auditor,
        ),
        "quarantine page": lambda: ("/quarantine", keys.auditor),
        "family as at": lambda: (
            f"/v1/families/{world.person()}?as_at={said(world.moment())}",
            keys.auditor,
        ),
        "person as at": lambda: (
            f"/v1/people/{world.person()}?as_at={said(world.moment())}",
            keys.auditor,
        ),
        "queue as at": lambda: (f"/v1/queues/{QUEUE}?as_at={said(world.moment())}", keys.auditor),
        "audit as at": lambda: (f"/audit?as_at={said(world.moment())[:16]}", keys.auditor),
    }


async def read(world: World, name: str) -> float:
    """One question after another: the median, in milliseconds."""
    client = RawClient(world.hub.url, 1)
    taken = []
    for _ in range(ASKED):
        address, key = reads(world)[name]()
        begun = time.perf_counter()
        status, _ = await client.ask("GET", address, bearer(key), b"")
        taken.append((time.perf_counter() - begun) * 1000)
        assert status in (200, 404) or address == "/ready", f"{address}: {status}"
    await client.close()
    return statistics.median(taken)


async def searched(world: World) -> float:
    """A person looked for by a name that few have, asked of the views: the median, in milliseconds."""
    taken = []
    async with ViewReader(world.dsn, COUNCIL, engine_tables=TABLES) as views:
        for _ in range(ASKED):
            body = world.chance.choice([b for b in world.bodies if b["source"] != SOURCE])
            name = world.chance.choice(body["data"]["people"])["name"]
            asked = f"{name['given'][0]} {name['family']}"
            begun = time.perf_counter()
            found = await views.ask(lambda tables, asked=asked: person_index.search(tables, asked))
            taken.append((time.perf_counter() - begun) * 1000)
            assert found, asked
    return statistics.median(taken)


# The worlds, and the table


@contextmanager
def world_of(home: Path, events: int) -> Iterator[World]:
    """A log of a size, filled where it is not there yet, and a hub's doors over it."""
    kept = home / "filled.json"
    with EmbeddedServer(home) as server:
        if not kept.exists():
            filled = fill(server.dsn, events, known_to_engine=True, views=True)
            kept.write_text(json.dumps(asdict(filled)))
        hub = HubProcess(home)
        hub.begin("api")
        hub.until_up()
        try:
            keys = keys_of(hub, home / "keys.json")
            dsn = runtime_dsn(server.dsn, COUNCIL)
            world = World(Filled(**json.loads(kept.read_text())), hub, dsn, keys)
            world.look_up()
            yield world
        finally:
            hub.stop()


def keys_of(hub: HubProcess, kept: Path) -> Keys:
    """The keys of those who ask, made once."""
    if not kept.exists():
        keys = Keys(
            hub.partner_key(SOURCE, "growth"),
            hub.partner_key("urn:history:council", "history"),
            hub.staff_key(f"Ben of {QUEUE}", QUEUE),
            hub.staff_key("Ada of the auditors", "TF", "auditor"),
        )
        kept.write_text(json.dumps(asdict(keys)))
    return Keys(**json.loads(kept.read_text()))


async def one_round(world: World) -> dict[str, float]:
    """Each measure once."""
    world.look_up()
    told = {"append": await appended(world), "POST": await posted(world)}
    told["decision"] = await asyncio.to_thread(decided, world)
    told["projections"] = await asyncio.to_thread(projected, world)
    told["correction"] = await corrected(world)
    for name in reads(world):
        told[name] = await read(world, name)
    told["search"] = await searched(world)
    return told


def measure(worlds: Sequence[World]) -> list[dict[str, list[float]]]:
    """Rounds over all sizes, one after the other; the first warms up."""
    told: list[dict[str, list[float]]] = [{} for _ in worlds]
    for number in range(ROUNDS + 1):
        for world, own in zip(worlds, told, strict=True):
            for name, value in asyncio.run(one_round(world)).items():
                if number:
                    own.setdefault(name, []).append(value)
    return told


def table(worlds: Sequence[World], told: Sequence[Mapping[str, list[float]]]) -> Iterator[str]:
    """A line a measure: the median and the range of each size, and how much more the largest takes than the smallest."""
    yield f"{'milliseconds':<18}" + "".join(f"{w.filled.events:>26,}" for w in worlds) + "      ×"
    for name in told[0]:
        cells = [own[name] for own in told]
        line = "".join(
            f"{statistics.median(c):>10.2f} ({min(c):.2f} to {max(c):.2f})".rjust(26) for c in cells
        )
        ratios = [big / small for big, small in zip(cells[-1], cells[0], strict=True)]
        yield f"{name:<18}{line}  {statistics.median(ratios):5.2f}"
    rows = [len(queue_of(world)) for world in worlds]
    yield f"{'asks in the queue':<18}" + "".join(f"{n:>26,}" for n in rows)


def queue_of(world: World) -> list[Any]:
    """The rows of the queue that is asked for."""
    shown = httpx.get(
        f"{world.hub.url}/v1/queues/{QUEUE}", headers=bearer(world.keys.duty), timeout=60
    )
    return [*shown.json()["waiting"], *shown.json()["held"]]


def main() -> int:
    """Fill, ask, tell."""
    with ExitStack() as stack:
        kept = os.environ.get("BENCH_HOME")
        folder = Path(kept or stack.enter_context(tempfile.TemporaryDirectory()))
        worlds = [stack.enter_context(world_of(folder / str(size), size)) for size in SIZES]
        settle_memory(YOUNG_OF_A_TURN)
        print(
            f"{ROUNDS} rounds; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True
        )
        for line in table(worlds, measure(worlds)):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
