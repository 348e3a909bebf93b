"""PostgreSQL stops and starts again under an open log: nobody who asks afterwards is told of it."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import psycopg
import pytest

from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.keys import PostgresKeys
from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer
from events.envelope import RecordedEvent
from hub.log import Append, KeyRow
from tests.log.given import command, positions, seen
from tests.log.test_server import ends
from tests.postgres import COUNCIL

HASH = "ab" * 32


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_a_log_goes_on_where_it_was_after_a_restart(
    tmp_path: Path, how: signal.Signals
) -> None:
    with EmbeddedServer(tmp_path / "home") as server:
        initialise(server.dsn, COUNCIL)
        async with PostgresLog(runtime_dsn(server.dsn, COUNCIL), COUNCIL) as log:
            keys = PostgresKeys(log.pool, log.names.log)
            key = KeyRow("staff_keys", "K-1", "S-1", HASH)
            await log.append(Append((seen("R-26-000001-1"),), keys=(key,)))
            await asyncio.gather(*(log.head() for _ in range(8)))  # every reader is connected
            follower = cast("AsyncGenerator[list[RecordedEvent], None]", log.follow(0))
            assert len(await anext(follower)) == 2

            pid = server.pid()
            assert pid is not None
            os.kill(pid, how)
            waiting = [
                asyncio.create_task(log.append(command(f"R-26-{n:06}-1"))) for n in range(2, 22)
            ]
            assert await asyncio.to_thread(ends, pid)
            with EmbeddedServer(tmp_path / "home") as again:
                appended = await asyncio.wait_for(asyncio.gather(*waiting), 30)
                assert sorted(a.first for a in appended) == list(range(3, 23))
                assert positions(again.dsn) == list(range(1, 23))
                heads = await asyncio.gather(*(log.head() for _ in range(8)))
                assert heads == [22] * 8
                assert await keys.find("staff_keys", HASH) == ("S-1", "K-1")
                assert await log.next_contact() > 0
                with pytest.raises(psycopg.OperationalError):  # a lock it read under is lost
                    await anext(follower)
