"""Contacts linked, derived, routed and recorded a second by one engine, two people a contact. `BENCH_KNOWN` people are known (10,000)."""

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.postgres.engine_store import PostgresEngineStore
from benchmarks.linking.people import Person, made_up
from benchmarks.machine import loops
from hub import bootstrap
from hub.bootstrap.parts import ENGINE_TABLES, YOUNG_OF_A_TURN, new_engine, settle_memory
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.engine import one_turn
from hub.settings import Settings
from tests.hub_process import contact

KNOWN = int(os.environ.get("BENCH_KNOWN", "10000"))
TO_REACH = {10_000: 400, 100_000: 200}
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
EACH = 1_000
SEED = 20262
WORRIES = ("young-carer", "care-need", "early-help", "loneliness", "child-need", "adult-carer")


Pair = tuple[Person, Person]


def pairs(number: int) -> list[Pair]:
    """So many pairs of made-up people, the elder first: nearly all live together, and their names are as common as names are."""
    people = made_up(2 * number, SEED).people
    return [
        (one, other) if one.born <= other.born else (other, one)
        for one, other in zip(people[::2], people[1::2], strict=True)
    ]


def mention(ref: str, person: Person) -> dict[str, Any]:
    """What is said of a person."""
    return {
        "ref": ref, "name": {"family": person.family, "given": list(person.given)}, "dob": str(person.born),
        "address": {"lines": list(person.home.lines), "postcode": person.home.postcode},
    }  # fmt: skip


def message(number: int, chance: random.Random, known: int, people: Sequence[Pair]) -> Message:
    """A contact about two people: half of them, once anybody is known, were met before."""
    met = bool(known) and chance.random() < 0.5
    elder, younger = people[chance.randrange(known // 2) if met else number]
    worry = chance.choice(WORRIES)
    parent = younger.born.year - elder.born.year >= 16
    said: dict[str, Any] = contact(
        "urn:bench:engine",
        str(number),
        people=[mention("p1", elder), mention("p2", younger)],
        relationships=[{"from": "p1", "type": "parent-of" if parent else "lives-with", "to": "p2"}],
        concerns=[{"code": worry, "about": "p2" if "child" in worry or worry in ("young-carer", "early-help") else "p1"}],
    )  # fmt: skip
    return Message(json.dumps(said).encode(), "application/cloudevents+json")


async def fill(
    settings: Settings,
    found: bootstrap.Database,
    begin: int,
    size: int,
    known: int,
    people: Sequence[Pair],
) -> None:
    """Accept so many contacts, deciding on none."""
    chance = random.Random(begin)
    async with bootstrap.hub_over(found, settings) as hub:
        waiting = []
        for number in range(begin, begin + size):
            now = datetime.now(UTC)
            decided = receive(
                message(number, chance, known, people),
                Carrier("file"),
                contact_id(number + 1, now),
                now,
            )
            assert isinstance(decided, Accept)
            waiting.append(hub.log.append(decided.append))
            if len(waiting) == 500:
                await asyncio.gather(*waiting)
                waiting.clear()
        await asyncio.gather(*waiting)


def drain(store: PostgresEngineStore) -> float:
    """Decide on all that waits; the seconds it took."""
    engine = new_engine()
    begun = time.perf_counter()
    while one_turn(engine, store):
        pass
    return time.perf_counter() - begun


def main() -> None:
    """Make people known, then measure rounds of a thousand contacts."""
    people = pairs(KNOWN // 2 + ROUNDS * EACH)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home", 0, "127.0.0.1", None, None, "thurrock")
        with bootstrap.database(settings) as found:
            store = PostgresEngineStore(found.runtime, settings.council, ENGINE_TABLES)
            asyncio.run(fill(settings, found, 0, KNOWN // 2, 0, people))
            assert store.open()
            settle_memory(YOUNG_OF_A_TURN)
            seconds = drain(store)
            print(f"making {KNOWN:,} people known: {KNOWN / 2 / seconds:.0f} contacts a second")
            rates = []
            for number in range(ROUNDS):
                begin = KNOWN // 2 + number * EACH
                asyncio.run(fill(settings, found, begin, EACH, KNOWN, people))
                rates.append(EACH / drain(store))
            store.close()
    reach = f", to reach {TO_REACH[KNOWN]}" if KNOWN in TO_REACH else ""
    print(
        f"engine {statistics.median(rates):.0f} contacts a second ({min(rates):.0f} to {max(rates):.0f}){reach}; {loops()}"
    )


if __name__ == "__main__":
    main()
