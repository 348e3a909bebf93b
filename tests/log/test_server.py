"""The database that comes with the hub: shared, stopped by the last, and in order after a kill."""

import multiprocessing
import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.init import Initialised, initialise
from adapters.postgres.server import EmbeddedServer, ServerDidNotStart
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


def answers(dsn: str, within: float = 20) -> bool:
    """Whether the database answers within so many seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return True
    return False


def test_one_that_is_kept_is_started_again_when_it_dies(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "home") as server:
        server.keep()
        initialise(server.dsn, COUNCIL)
        for _kill in range(2):
            pid = server.pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert ends(pid)
            assert answers(server.dsn)
            assert server.pid() != pid
            assert positions(server.dsn) == [1]
        last = server.pid()
    assert last is not None
    assert ends(last), "who stops it stops keeping it"
    time.sleep(1)
    assert server.pid() is None


def test_one_started_with_another_folder_for_temporary_things_is_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedServer(tmp_path / "home") as first:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with EmbeddedServer(tmp_path / "home") as second:
            assert second.pid() == first.pid()
            assert second.dsn == first.dsn


@pytest.mark.parametrize("name", ["with spaces, 100 % & a?", "l" * 120, "plain"])
def test_the_folder_for_temporary_things_may_be_called_anything(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as short:
        Path(short).chmod(0o755)
        folder = Path(short) / name
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        with EmbeddedServer(Path(short) / "home") as server:
            assert answers(server.dsn)
            assert len(os.fsencode(server.sockets)) < 100


def test_a_link_in_the_place_of_its_sockets_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    server = EmbeddedServer(tmp_path / "home")
    server.sockets.symlink_to(elsewhere)
    with pytest.raises(ServerDidNotStart, match="belongs to somebody else"):
        server.start()
    server.stop()
    found = elsewhere.stat()
    assert (found.st_uid, found.st_mode & 0o777) == (os.geteuid(), 0o755)


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
