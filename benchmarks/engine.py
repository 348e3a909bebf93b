"""Contacts linked, derived, routed and recorded a second by one engine, two people a contact. `BENCH_KNOWN` people are known (10,000)."""

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.postgres.engine_store import PostgresEngineStore
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
ROUNDS = 5
EACH = 1_000
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
WORRIES = ("young-carer", "care-need", "early-help", "loneliness", "child-need", "adult-carer")


def message(number: int, chance: random.Random, known: int) -> Message:
    """A contact about two people of one home: half the homes were met before."""
    home = chance.randrange(known // 2) if chance.random() < 0.5 and known else known // 2 + number
    seed = random.Random(home)
    family, adult, child = (f"{word}{seed.randrange(9000)}" for word in ("Fam", "Ann", "Kit"))
    street = home // 15  # about fifteen homes have one postcode, and birth dates are anybody's
    postcode = f"RM{17 + street % 4} {street // 4 % 9}{LETTERS[street // 36 % 20]}{LETTERS[street // 720 % 20]}"
    address = {"lines": [f"{home} Example Way"], "postcode": postcode}
    born = [
        date(year, 1, 1) + timedelta(days=seed.randrange(days))
        for year, days in ((1950, 18_000), (2008, 6_000))
    ]
    worry = chance.choice(WORRIES)
    said: dict[str, Any] = contact(
        "urn:bench:engine",
        str(number),
        people=[
            {
                "ref": "p1", "name": {"family": family, "given": [adult]},
                "dob": str(born[0]), "address": address,
            },
            {
                "ref": "p2", "name": {"family": family, "given": [child]},
                "dob": str(born[1]), "address": address,
            },
        ],
        relationships=[{"from": "p1", "type": "parent-of", "to": "p2"}],
        concerns=[{"code": worry, "about": "p2" if "child" in worry or worry in ("young-carer", "early-help") else "p1"}],
    )  # fmt: skip
    return Message(json.dumps(said).encode(), "application/cloudevents+json")


async def fill(
    settings: Settings, found: bootstrap.Database, begin: int, size: int, known: int
) -> None:
    """Accept so many contacts, deciding on none."""
    chance = random.Random(begin)
    async with bootstrap.hub_over(found, settings) as hub:
        waiting = []
        for number in range(begin, begin + size):
            now = datetime.now(UTC)
            decided = receive(
                message(number, chance, known), Carrier("file"), contact_id(number + 1, now), now
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
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home", 0, "127.0.0.1", None, None, "thurrock")
        with bootstrap.database(settings) as found:
            store = PostgresEngineStore(found.runtime, settings.council, ENGINE_TABLES)
            asyncio.run(fill(settings, found, 0, KNOWN // 2, 0))
            assert store.open()
            settle_memory(YOUNG_OF_A_TURN)
            seconds = drain(store)
            print(f"making {KNOWN:,} people known: {KNOWN / 2 / seconds:.0f} contacts a second")
            rates = []
            for number in range(ROUNDS):
                asyncio.run(fill(settings, found, KNOWN + number * EACH, EACH, KNOWN))
                rates.append(EACH / drain(store))
            store.close()
    reach = f", to reach {TO_REACH[KNOWN]}" if KNOWN in TO_REACH else ""
    print(
        f"engine {statistics.median(rates):.0f} contacts a second ({min(rates):.0f} to {max(rates):.0f}){reach}; {loops()}"
    )


if __name__ == "__main__":
    main()
