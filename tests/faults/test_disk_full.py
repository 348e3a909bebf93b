"""The disk fills up: contacts are put off, not lost, the hub goes on answering, and recovers when there is space again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.deployment import Deployment
from tests.faults.load import Load, until
from tests.faults.truth import all_holds
from tests.needs import need

SIZE = 256  # MB: a fresh database takes some 60, the write-ahead log the rest
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
def cramped(small_disk: Path) -> Iterator[Deployment]:
    """A hub whose database is on the small disk."""
    made = Deployment(small_disk / "hub")
    made.start("run")
    yield made
    made.end()


def free(folder: Path) -> int:
    """Bytes that are left."""
    left = os.statvfs(folder)
    return left.f_bavail * left.f_frsize


def fill(folder: Path) -> Path:
    """A file that takes all the space there is but for some pages; free it by removing the file."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        while (left := free(folder)) > 256 * 1024:
            file.write(bytes(min(left - 128 * 1024, 8 * 1024 * 1024)))
            file.flush()
    return ballast


def test_a_full_disk_puts_contacts_off_and_loses_none(
    cramped: Deployment, small_disk: Path
) -> None:
    hub = cramped
    with Load(hub.url, hub.partner_key()) as load:
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
        ballast.unlink()
        if (
            hub.server.pid() is None
        ):  # without space for its log PostgreSQL ends: an operator starts it
            hub.restart_database()
        load.until(20, within=90)
    all_holds(hub, load)
