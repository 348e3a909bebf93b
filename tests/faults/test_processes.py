"""Processes forked ahead: they do what they are given, end where nothing is found for them, and never outlive who forked them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.bootstrap.processes import MAY_FORK
from tests.guards.repository import ROOT
from tests.hub_process import children_of

pytestmark = pytest.mark.skipif(
    not MAY_FORK, reason="here each part is begun from nothing: nothing is forked ahead"
)

WORK = """
import os

LOADED = False

def work(said, line):
    line.send((os.getpid(), said, LOADED))
    line.recv()
"""
FORKS = """
import json, sys
import given
from hub.bootstrap.processes import Processes

given.LOADED = True
processes = Processes()
processes.fork_ahead(3)
print("forked", flush=True)
for said in sys.stdin:
    if said == "over\\n":
        processes.let_go()
        print("let go", flush=True)
        continue
    begun = processes.begin(given.work, said.strip())
    answer = json.dumps(begun.line.recv())
    begun.line.send(None)
    begun.end()
    print(answer, flush=True)
"""


class Forking:
    """A Python of its own that forks three and is told what to do: the one that runs tests has threads already."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def told(self, word: str) -> str:
        """What it says when it is told a word."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def forked(self) -> list[int]:
        """Those that it forked, and that live."""
        return sorted(children_of(self.process.pid))


@contextmanager
def forking(folder: Path) -> Iterator[Forking]:
    """One that has forked its three."""
    (folder / "given.py").write_text(WORK)
    process = subprocess.Popen(
        [sys.executable, "-c", FORKS],
        env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout and process.stdout.readline() == "forked\n"
        try:
            yield Forking(process)
        finally:
            process.kill()


def test_the_forked_know_what_was_loaded_and_those_over_end(tmp_path: Path) -> None:
    with forking(tmp_path) as parent:
        ahead = parent.forked()
        assert len(ahead) == 3
        assert json.loads(parent.told("one")) == [ahead[0], "one", True]
        assert parent.forked() == ahead[1:]
        assert parent.told("over") == "let go"
        assert parent.forked() == []


def test_where_none_is_left_one_is_begun_from_nothing(tmp_path: Path) -> None:
    with forking(tmp_path) as parent:
        ahead = parent.forked()
        assert parent.told("over") == "let go"
        pid, said, loaded = json.loads(parent.told("two"))
        assert (said, loaded) == ("two", False)
        assert pid not in ahead


def test_one_that_was_killed_while_it_waited_is_passed_over(tmp_path: Path) -> None:
    with forking(tmp_path) as parent:
        ahead = parent.forked()
        os.kill(ahead[0], signal.SIGKILL)
        until(lambda: stat_of(ahead[0]) == "Z")
        assert json.loads(parent.told("one")) == [ahead[1], "one", True]


def test_none_outlives_who_forked_it(tmp_path: Path) -> None:
    with forking(tmp_path) as parent:
        ahead = parent.forked()
        parent.process.kill()
        until(lambda: not any(stat_of(pid) in {"S", "R"} for pid in ahead))


def stat_of(pid: int) -> str:
    """A letter for what a process does; Z where only its number is left, X where not even that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def until(holds: Callable[[], bool]) -> None:
    """Until it does; never for long."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
