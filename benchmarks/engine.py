"""Contacts linked, derived, routed and recorded a second by one engine, two people a contact. `BENCH_KNOWN` people are known (10,000).

Up to 10,000 become known as in life, by contacts that are decided on. More are folded into the engine's tables, as they are after an
upgrade, from contacts said to be about two new people each: nobody links them, no team has anything for them, and the log holds none
of it. What is measured is decided on in full.
"""

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads

from adapters.postgres.by_index import by_index
from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.engine_tables import PREFIX
from adapters.postgres.init import Names
from adapters.postgres.tables import PostgresTables
from benchmarks.linking.people import Person, made_up
from benchmarks.machine import loops
from events.envelope import RecordedEvent, new_event
from events.mentions_linked import LinkedMention, MentionsLinked
from hub import bootstrap
from hub.bootstrap.parts import ENGINE_TABLES, YOUNG_OF_A_TURN, new_engine, settle_memory
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.folding import TABLES, fold_anew
from hub.people.state import person_id
from hub.settings import Settings
from hub.turns import one_turn
from tests.hub_process import contact

KNOWN = int(os.environ.get("BENCH_KNOWN", "10000"))
TO_REACH = {10_000: 400, 100_000: 200}
DECIDED = 10_000
AT_ONCE = 500
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


def accepted(said: Message, number: int) -> Accept:
    """The contact as it is let in."""
    now = datetime.now(UTC)
    decided = receive(said, Carrier("file"), contact_id(number + 1, now), now)
    assert isinstance(decided, Accept)
    return decided


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
            decided = accepted(message(number, chance, known, people), number)
            waiting.append(hub.log.append(decided.append))
            if len(waiting) == AT_ONCE:
                await asyncio.gather(*waiting)
                waiting.clear()
        await asyncio.gather(*waiting)


def fold_in(dsn: str, council: str, known: int, people: Sequence[Pair]) -> None:
    """Make so many people known by the engine's fold alone, two by two."""
    schema = Names(council).engine
    with psycopg.connect(dsn, autocommit=True) as conn:
        set_json_loads(msgspec.json.decode, conn)
        by_index(conn)
        for begin in range(0, known // 2, AT_ONCE):
            with conn.transaction():
                tables = PostgresTables(conn, schema, TABLES, PREFIX)
                end = min(begin + AT_ONCE, known // 2)
                fold_anew(tables, [e for n in range(begin, end) for e in met(n, people)])
                tables.flush()
        conn.execute("VACUUM ANALYZE")


def met(number: int, people: Sequence[Pair]) -> Iterator[RecordedEvent]:
    """A contact about two people, and that both are new."""
    said = message(number, random.Random(number), 0, people)
    [received] = accepted(said, number).append.events
    now = datetime.now(UTC)
    yield received.at(2 * number + 1, now)
    linked = MentionsLinked(
        contact=received.event.contact,  # type: ignore[attr-defined]  # a contact is what was received
        model="none",
        input_position=2 * number + 1,
        mentions=tuple(
            LinkedMention(ref=ref, outcome="new", person=person_id(2 * number + n), because="")
            for n, ref in enumerate(("p1", "p2"), 1)
        ),
    )
    yield new_event(linked, 2, actor="engine").at(2 * number + 2, now)


def make_known(
    settings: Settings,
    found: bootstrap.Database,
    store: PostgresEngineStore,
    people: Sequence[Pair],
) -> None:
    """Fill the tables of an engine that has the place."""
    if KNOWN <= DECIDED:
        asyncio.run(fill(settings, found, 0, KNOWN // 2, 0, people))
        print(f"making {KNOWN:,} people known: {KNOWN / 2 / drain(store):.0f} contacts a second")
    else:
        begun = time.perf_counter()
        fold_in(found.runtime, settings.council, KNOWN, people)
        print(f"{KNOWN:,} people folded in, in {time.perf_counter() - begun:.0f} s")


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
            assert store.open()
            settle_memory(YOUNG_OF_A_TURN)
            make_known(settings, found, store, people)
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
