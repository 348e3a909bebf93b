"""A connection cut at COMMIT: the answer is true, whether the database had stored or not."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer
from hub.errors import Unavailable
from hub.log import Append, Appended, InboxTaken, KeyRow, VersionConflict
from tests.log.cutting import Cut, CuttingProxy
from tests.log.given import ask, command, positions, received, seen
from tests.postgres import COUNCIL

WORD = b"referral.seen"


@dataclass
class Cuttable:
    """A log behind the proxy."""

    log: PostgresLog
    proxy: CuttingProxy
    dsn: str


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A short path: a socket's name may have 107 letters."""
    with tempfile.TemporaryDirectory(prefix="nwd-cut-") as folder:
        yield Path(folder)


@pytest_asyncio.fixture
async def cuttable(
    server: EmbeddedServer, database: str, own_folder: Path
) -> AsyncIterator[Cuttable]:
    """A log whose connections can be cut."""
    through = database.replace(str(server.sockets), str(own_folder))
    assert through != database
    async with (
        CuttingProxy(server.sockets, own_folder) as proxy,
        PostgresLog(through, COUNCIL) as log,
    ):
        yield Cuttable(log, proxy, database)


def carries(word: bytes = WORD) -> Cut:
    return lambda data: word in data


async def test_what_was_stored_before_the_cut_is_answered_as_stored(cuttable: Cuttable) -> None:
    cuttable.proxy.cut_after(carries())
    appended = await asyncio.wait_for(cuttable.log.append(command("R-26-000001-1")), 10)
    assert cuttable.proxy.cuts == 1
    [(position, recorded_at)] = ask(
        cuttable.dsn, "SELECT position, recorded_at FROM {}.events WHERE type = 'referral.seen'"
    )
    assert appended == Appended(position, position, recorded_at)


async def test_what_was_not_stored_is_stored_again_once(cuttable: Cuttable) -> None:
    cuttable.proxy.cut_before(carries())
    appended = await asyncio.wait_for(cuttable.log.append(command("R-26-000001-1")), 10)
    assert (cuttable.proxy.cuts, appended.first) == (1, 2)
    assert positions(cuttable.dsn) == [1, 2]


@pytest.mark.parametrize("stored", [True, False])
async def test_a_whole_batch_is_answered_truly(cuttable: Cuttable, stored: bool) -> None:
    (cuttable.proxy.cut_after if stored else cuttable.proxy.cut_before)(carries())
    commands = [command(f"R-26-{n:06}-1") for n in range(60)]
    answers = await asyncio.wait_for(
        asyncio.gather(*(cuttable.log.append(c) for c in commands)), 20
    )
    assert cuttable.proxy.cuts == 1
    assert sorted(a.first for a in answers) == list(range(2, 62))
    rows = ask(cuttable.dsn, "SELECT position, stream FROM {}.events WHERE position > 1")
    told = {a.first: c.events[0].stream for a, c in zip(answers, commands, strict=True)}
    assert dict(rows) == told


@pytest.mark.parametrize("stored", [True, False])
async def test_a_message_with_its_inbox_row_is_answered_as_new(
    cuttable: Cuttable, stored: bool
) -> None:
    (cuttable.proxy.cut_after if stored else cuttable.proxy.cut_before)(carries(b"m-1"))
    appended = await asyncio.wait_for(cuttable.log.append(received(1)), 10)
    assert cuttable.proxy.cuts == 1
    assert ask(cuttable.dsn, "SELECT position FROM {}.inbox") == [(appended.first,)]
    with pytest.raises(InboxTaken):
        await cuttable.log.append(received(2, message_id="m-1"))


@pytest.mark.parametrize("stored", [True, False])
async def test_a_key_and_its_event_are_answered_truly(cuttable: Cuttable, stored: bool) -> None:
    (cuttable.proxy.cut_after if stored else cuttable.proxy.cut_before)(carries(b"COMMIT"))
    key = KeyRow("staff_keys", "K-1", "S-1", "ab" * 32)
    appended = await asyncio.wait_for(
        cuttable.log.append(Append((seen("R-26-000001-1"),), keys=(key,))), 10
    )
    assert (cuttable.proxy.cuts, appended.first) == (1, 2)
    assert ask(cuttable.dsn, "SELECT key FROM {}.staff_keys") == [("K-1",)]


async def test_a_loser_is_told_so_even_after_a_cut(cuttable: Cuttable) -> None:
    await cuttable.log.append(command("R-26-000001-1"))
    cuttable.proxy.cut_before(carries())
    with pytest.raises(VersionConflict):
        await asyncio.wait_for(cuttable.log.append(command("R-26-000001-1")), 10)


async def test_a_first_try_that_reaches_the_log_late_is_found_as_ones_own(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look after the cut may come before the first try's commit: then the second try conflicts with the first."""
    again = command("R-26-000001-1")
    first = await log.append(again)
    assert await log.append(again) == first  # the same event id: it is ours


async def test_a_database_that_is_gone_is_not_called_a_refusal(cuttable: Cuttable) -> None:
    async with PostgresLog(cuttable.log.dsn, COUNCIL, patience=0.3) as log:
        await log.append(command("R-26-000001-1"))
        await cuttable.proxy.__aexit__()
        with pytest.raises(Unavailable, match="not known"):
            await asyncio.wait_for(log.append(command("R-26-000002-1")), 10)
        with pytest.raises(Unavailable, match="nothing of this was stored"):
            await asyncio.wait_for(log.append(command("R-26-000003-1")), 0.2)
        await cuttable.proxy.__aenter__()
        appended = await asyncio.wait_for(stored(log, command("R-26-000004-1")), 10)
        assert appended.first == 3


async def stored(log: PostgresLog, tried: Append) -> Appended:
    """Once the log takes it again."""
    while True:
        try:
            return await log.append(tried)
        except Unavailable:
            await asyncio.sleep(0.05)
