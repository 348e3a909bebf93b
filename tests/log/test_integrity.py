"""`hub verify` re-reads the log as it is stored, and names the first thing that is wrong."""

from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from adapters.postgres import integrity
from adapters.postgres.integrity import Checked, LogFault, check, walk
from adapters.postgres.log import PostgresLog
from events.referral_seen import ReferralSeen
from events.registry import event_types
from hub.log import Append
from tests.log.given import received, seen
from tests.postgres import COUNCIL


@pytest_asyncio.fixture
async def written(log: PostgresLog, owner_dsn: str) -> AsyncIterator[str]:
    """A log of eleven events: how it began, then for five contacts what came and that it was seen. Its owner's DSN."""
    for n in range(1, 6):
        await log.append(received(n))
        await log.append(Append((seen("R-26-000001-1", n, tags=("team:YC",)),)))
    yield owner_dsn


def tamper(dsn: str, *statements: str) -> None:
    """What only an owner who drops the guard can do."""
    with psycopg.connect(dsn) as conn:
        for table in ("events", "raw_messages", "inbox"):
            name = sql.Identifier(COUNCIL, table)
            conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        for statement in statements:
            conn.execute(sql.SQL(statement).format(sql.Identifier(COUNCIL)))


@pytest.fixture(params=[500, 3, 1])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Wherever the batches are cut, the answer is the same."""
    monkeypatch.setattr(integrity, "BATCH", request.param)
    size: int = request.param
    return size


def test_a_log_as_it_was_recorded_is_whole(written: str, batch: int) -> None:
    told: list[tuple[int, int]] = []
    assert check(written, COUNCIL, lambda done, total: told.append((done, total))) == Checked(
        11, None
    )
    assert told[-1] == (11, 11)


def test_the_events_that_are_read_come_along_in_order(written: str, batch: int) -> None:
    types = frozenset(event_types())
    met = [s for s in walk(written, COUNCIL, reads=types) if not isinstance(s, LogFault)]
    assert [e.position for step in met for e in step.read] == list(range(1, 12))
    assert max(step.size for step in met) <= batch
    some = walk(written, COUNCIL, reads=frozenset({ReferralSeen.TYPE}))
    read = [e for step in some if not isinstance(step, LogFault) for e in step.read]
    assert {e.event.TYPE for e in read} == {ReferralSeen.TYPE} and len(read) == 5


FAULTS = {
    "an event's payload is another": (
        5, "hash", "UPDATE {}.events SET state = '{{\"referral\":\"R\",\"by\":\"S\"}}' WHERE position = 5",
    ),
    "an event's actor is another": (4, "hash", "UPDATE {}.events SET actor = 'engine' WHERE position = 4"),
    "a tag is gone": (5, "hash", "UPDATE {}.events SET tags = '{{}}' WHERE position = 5"),
    "a tag is added": (5, "hash", "UPDATE {}.events SET tags = tags || '{{person:P-000001}}'::text[] WHERE position = 5"),
    "a hash is gone": (5, "hash", "UPDATE {}.events SET hash = NULL WHERE position = 5"),
    "an event is gone": (6, "position 6 is missing", "DELETE FROM {}.events WHERE position = 6"),
    "the first is gone": (1, "position 1 is missing", "DELETE FROM {}.events WHERE position = 1"),
    "the last is gone": (11, "its head says 11", "DELETE FROM {}.events WHERE position = 11"),
    "the head is further on": (12, "its head says 13", "UPDATE {}.head SET position = 13"),
    "a time goes backwards": (
        6, "recorded before", "UPDATE {}.events SET recorded_at = recorded_at - interval '1 day' WHERE position = 6",
    ),
    "two of a stream have changed places": (
        3, "out of its order",
        "UPDATE {}.events SET position = -3 WHERE position = 3", "UPDATE {}.events SET position = 3 WHERE position = 5",
        "UPDATE {}.events SET position = 5 WHERE position = -3",
    ),
    "raw bytes are others": (
        4, "not what came", "UPDATE {0}.raw_messages SET body = 'x' WHERE sha256 = (SELECT sha256 FROM {0}.raw_messages "
        "ORDER BY kept_at OFFSET 1 LIMIT 1)",
    ),
    "raw bytes are gone": (2, "bytes are missing", "DELETE FROM {}.raw_messages"),
    "an entry in the inbox is gone": (8, "inbox", "DELETE FROM {}.inbox WHERE position = 8"),
    "an entry in the inbox names another contact": (8, "inbox", "UPDATE {}.inbox SET contact = 'C' WHERE position = 8"),
    "an entry in the inbox stands elsewhere": (8, "inbox", "UPDATE {}.inbox SET position = 9 WHERE position = 8"),
    "the inbox tells of what never came": (
        7, "no contact arrived", "INSERT INTO {}.inbox VALUES ('urn:x', 'y', 'z', 'C-26-000009', 7, now())",
    ),
    "of two faults the first is named": (
        4, "inbox", "DELETE FROM {}.inbox WHERE position = 4", "UPDATE {}.events SET actor = 'engine' WHERE position = 5",
        "DELETE FROM {0}.raw_messages WHERE sha256 = (SELECT sha256 FROM {0}.raw_messages ORDER BY kept_at DESC LIMIT 1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_the_first_fault_is_named(written: str, batch: int, name: str) -> None:
    position, says, *statements = FAULTS[name]
    tamper(written, *map(str, statements))
    checked = check(written, COUNCIL)
    assert checked.fault is not None
    assert checked.fault.position == position
    assert str(says) in checked.fault.says
    end = {"the head is further on", "the inbox tells of what never came"}
    assert checked.events == (11 if name in end else int(str(position)) - 1)


def test_a_log_that_grows_meanwhile_is_checked_as_it_stood(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "BATCH", 2)
    steps = walk(written, COUNCIL)
    next(steps)
    tamper(written, "UPDATE {}.head SET position = 12")
    assert not [step for step in steps if isinstance(step, LogFault)]
