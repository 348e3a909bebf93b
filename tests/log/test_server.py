"""The database that comes with the hub: shared, stopped by the last, and in order after a kill."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.init import Initialised, initialise
from adapters.postgres.server import EmbeddedServer
from tests.log.given import ask, positions
from tests.postgres import COUNCIL, dsn_of

SPAWN = multiprocessing.get_context("spawn")


def ends(pid: int, within: float = 20) -> bool:
    """Whether a process is gone, or is but a number that nobody asked after, within so many seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_two_users_share_it_and_the_last_stops_it(tmp_path: Path) -> None:
    first, second = EmbeddedServer(tmp_path / "home"), EmbeddedServer(tmp_path / "home")
    dsn = first.start()
    pid = first.pid()
    assert pid is not None
    assert second.start() == dsn
    assert second.pid() == pid
    first.stop()
    with psycopg.connect(dsn) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    second.stop()
    assert ends(pid)
    second.stop()  # once more changes nothing
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def test_what_was_stored_is_there_after_a_kill(tmp_path: Path) -> None:
    killed = EmbeddedServer(tmp_path / "home")
    dsn = killed.start()
    initialise(dsn, COUNCIL)
    pid = killed.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert ends(pid)
    with EmbeddedServer(tmp_path / "home") as again:
        assert again.pid() != pid
        assert positions(again.dsn) == [1]
        assert initialise(again.dsn, COUNCIL) == Initialised(fresh=False, demonstration=False)
    killed.stop()


def test_it_is_durable_and_listens_to_nobody_on_the_net(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn) as conn:
        for name, value in {
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": "",
            "server_encoding": "UTF8",
        }.items():  # fmt: skip
            assert conn.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,), name
    assert server.sockets.stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def join_and_make(home: str, council: str) -> None:
    """What each of several processes does when they start together."""
    with EmbeddedServer(Path(home)) as server:
        initialise(server.dsn, council)
        time.sleep(0.2)


def test_eight_processes_that_start_together_make_one_server_and_one_log(tmp_path: Path) -> None:
    home = tmp_path / "home"
    processes = [SPAWN.Process(target=join_and_make, args=(str(home), COUNCIL)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 8
    with EmbeddedServer(home) as server:
        assert ask(server.dsn, "SELECT type FROM {}.events") == [("log.created",)]


def test_two_councils_have_logs_of_their_own_in_one_database(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE DATABASE two")
    dsn = dsn_of(server, "two")
    assert initialise(dsn, "thurrock").fresh
    assert initialise(dsn, "essex", demonstration=True) == Initialised(True, True)
    assert initialise(dsn, "essex") == Initialised(False, True)
    for council in ("thurrock", "essex"):
        assert ask(dsn, "SELECT count(*) FROM {}.events", schema=council) == [(1,)]
