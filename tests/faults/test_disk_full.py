"""The disk fills up: contacts are put off, not lost, the hub goes on answering, and recovers when there is space again."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.load import SOURCE, Load, until
from tests.faults.truth import all_holds
from tests.hub_process import HubProcess
from tests.needs import need

SIZE = 256  # MB: a fresh database takes some 60, the write-ahead log the rest
RECOVERS_WITHIN = 60.0
REMEDY = "run the tests as root on a machine (or in a container) that may mount a tmpfs."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own that has few megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        need("A small disk is needed, and none can be mounted here.", REMEDY)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def cramped(small_disk: Path) -> Iterator[HubProcess]:
    """A hub whose database is on the small disk."""
    hub = HubProcess(small_disk / "hub")
    hub.start()
    yield hub
    hub.stop()


def free(folder: Path) -> int:
    """Bytes that are left."""
    left = os.statvfs(folder)
    return left.f_bavail * left.f_frsize


def fill(folder: Path) -> Path:
    """A file that takes all the space there is but for some pages; free it by removing the file. The hub writes beside it, and may
    take the last of the space first."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while (left := free(folder)) > 256 * 1024:
                file.write(bytes(min(left - 128 * 1024, 8 * 1024 * 1024)))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    return ballast


def told_by(hub: HubProcess) -> tuple[int, dict[str, Any]]:
    """What /ready says, and with what status."""
    answer = httpx.get(f"{hub.url}/ready", timeout=20)
    return answer.status_code, answer.json()


def at_work(hub: HubProcess) -> bool:
    """Whether all that was accepted is decided and shown, and the hub says so."""
    status, told = told_by(hub)
    if status != 200:
        return False
    behind = (told["engine"], *told["projections"].values())
    return all(place["behind"] == 0 for place in behind)


def test_a_full_disk_puts_contacts_off_and_loses_none(
    cramped: HubProcess, small_disk: Path
) -> None:
    hub = cramped
    with Load(hub.url, hub.partner_key(SOURCE, "load")) as load:
        load.until(20, within=60)
        ballast = fill(small_disk)
        until(
            lambda: len(load.put_off) >= 2,
            "contacts are put off",
            120,
            lambda: str(
                (len(load.put_off), len(load.unanswered), len(load.acknowledged), free(small_disk))
            ),
        )
        assert httpx.get(f"{hub.url}/ping", timeout=20).status_code == 200
        until(
            lambda: told_by(hub)[0] == 503, "it says that it is not ready", 30, lambda: told_by(hub)
        )
        assert told_by(hub)[1]["stopped"]
        ballast.unlink()
        load.until(20, within=RECOVERS_WITHIN)  # by itself: nobody starts anything
    until(lambda: at_work(hub), "engine and views are at the end of the log", RECOVERS_WITHIN)
    assert not load.unanswered, "it was always answered, by 503 at the least"
    all_holds(hub, load)
