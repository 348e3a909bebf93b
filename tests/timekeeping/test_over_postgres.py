"""The timekeeper over the real log: what it says is stored once, by one engine of two, and whoever acts at that moment is first."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from adapters.postgres.engine_store import PostgresEngineStore
from adapters.postgres.log import PostgresLog
from events.clock_missed import ClockMissed
from events.contact_received import ContactReceived
from events.envelope import new_event
from hub.bootstrap.parts import ENGINE_TABLES, new_engine
from hub.clocks import england
from hub.engine import Engine
from hub.log import Append
from hub.policies.register import begin_with_shipped
from hub.referrals.act import act
from hub.turns import keep_time, one_turn
from hub.viewer import Viewer
from projections.table import Tables
from tests.loop.given import C1, R1, young_carer
from tests.postgres import COUNCIL

pytestmark = pytest.mark.asyncio

YC = Viewer("duty", "S-1", "YC")
MUCH_LATER = timedelta(days=90)
NOTED = ["clock.missed", "referral.escalated"]


@pytest.fixture
def store(database: str) -> Iterator[PostgresEngineStore]:
    opened = PostgresEngineStore(database, COUNCIL, ENGINE_TABLES)
    assert opened.open()
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def asked(log: PostgresLog, store: PostgresEngineStore) -> PostgresLog:
    """A log with a contact about a young carer, decided on by the shipped policy."""
    await begin_with_shipped(log, england())
    received = next(e for e in young_carer() if isinstance(e, ContactReceived))
    await log.append(Append((new_event(received, 1, actor="partner:grays-surgery"),)))
    while await asyncio.to_thread(one_turn, new_engine(), store):
        pass
    return log


async def noted(log: PostgresLog) -> list[str]:
    """The types of what was said of the referral's clock."""
    return [e.type for e in await log.read_stream(f"clock:{R1}")]


def later() -> datetime:
    return datetime.now(UTC) + MUCH_LATER


async def test_nothing_is_said_before_its_time_and_all_of_it_once_after(
    asked: PostgresLog, store: PostgresEngineStore
) -> None:
    engine = new_engine()
    keep_time(engine, store)
    assert await noted(asked) == []
    for _ in range(3):
        assert keep_time(engine, store, later()) is not None
    assert await noted(asked) == NOTED
    [missed, _] = await asked.read_stream(f"clock:{R1}")
    assert isinstance(missed.event, ClockMissed) and missed.correlation_id == C1
    assert (missed.actor, f"team:{missed.event.team}" in missed.tags) == ("engine", True)


async def test_an_engine_that_dies_before_it_is_stored_says_it_when_it_is_back(
    asked: PostgresLog, store: PostgresEngineStore, database: str
) -> None:
    class Dies(Engine):
        def keep_time(self, tables: Tables, now: datetime) -> Any:
            super().keep_time(tables, now)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_time(Dies(england()), store, later())
    assert await noted(asked) == []
    store.close()
    again = PostgresEngineStore(database, COUNCIL, ENGINE_TABLES)
    assert again.open()
    assert keep_time(new_engine(), again, later()) is not None
    again.close()
    assert await noted(asked) == NOTED


class Meanwhile(Engine):
    """An engine beside which somebody acts, between its looking and its writing."""

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__(england())
        self.do = do

    def keep_time(self, tables: Tables, now: datetime) -> Any:
        decided = super().keep_time(tables, now)
        self.do()
        return decided


async def test_whoever_acts_at_that_very_moment_is_first_and_the_clock_goes_along(
    asked: PostgresLog, store: PostgresEngineStore
) -> None:
    loop = asyncio.get_running_loop()

    def declines() -> None:
        told = act(asked, YC, "decline", R1, {"reason": "Full.", "next": "CSC"})
        asyncio.run_coroutine_threadsafe(told, loop).result(10)

    assert await asyncio.to_thread(keep_time, Meanwhile(declines), store, later()) is None
    assert await noted(asked) == []
    while await asyncio.to_thread(one_turn, new_engine(), store):
        pass
    assert await asyncio.to_thread(keep_time, new_engine(), store, later()) is not None
    follower = await asked.read_stream("clock:R-26-000001-2")
    assert await noted(asked) == [] and follower[0].type == "clock.missed"


async def test_a_rebuild_of_the_engine_s_tables_knows_what_was_said(
    asked: PostgresLog, store: PostgresEngineStore, owner_dsn: str, database: str
) -> None:
    keep_time(new_engine(), store, later())
    store.close()
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        conn.execute(f'UPDATE "{store.names.engine}".version_of_tables SET version = 0')
    again = PostgresEngineStore(database, COUNCIL, ENGINE_TABLES)
    assert again.open()
    keep_time(new_engine(), again, later())
    again.close()
    assert await noted(asked) == NOTED
