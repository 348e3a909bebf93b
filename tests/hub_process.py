"""A real hub in processes of its own: started, asked, stopped or killed, with a data folder that outlives it."""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.postgres.server import EmbeddedServer

HUB = Path(sys.executable).parent / "hub"
READY_WITHIN = 120.0
STOPS_WITHIN = 40.0
ONE_AFTER_ANOTHER = """
import json, sys
from hub.cli import application
for words in json.loads(sys.argv[1]):
    application(words[0])(words, standalone_mode=False)
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class HubProcess:
    """`hub run` over one data folder."""

    home: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        """The owner's connection string of its own database."""
        return EmbeddedServer(self.home).dsn

    @property
    def env(self) -> dict[str, str]:
        own = {"HUB_HOME": str(self.home), "HUB_PORT": str(self.port), **self.settings}
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        return clean | own

    def start(self, *words: str) -> None:
        """Start `hub run` (or other words) and wait until it is ready."""
        self.begin(*words)
        self.until_ready()

    def begin(self, *words: str) -> None:
        """Start `hub run` (or other words)."""
        self.home.mkdir(parents=True, exist_ok=True)
        log = (self.home / "hub.log").open("ab")
        self.process = subprocess.Popen(
            [str(HUB), *(words or ("run",))],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def until_ready(self) -> None:
        """Until GET /ready says yes."""
        self._until_answered("/ready")

    def until_up(self) -> None:
        """Until GET /ping is answered: of an API alone, beside which nobody may be at work yet."""
        self._until_answered("/ping")

    def _until_answered(self, path: str) -> None:
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(
                    f"the hub ended:\n{(self.home / 'hub.log').read_text()[-4000:]}"
                )
            try:
                if httpx.get(f"{self.url}{path}", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready:\n{(self.home / 'hub.log').read_text()[-4000:]}")

    def stop(self) -> None:
        """Ctrl-C, and wait for the end."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(30)

    def kill(self) -> None:
        """kill -9 for the hub and its database together."""
        assert self.process is not None
        for pid in [*self.database_pids(), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(30)

    def database_pids(self) -> list[int]:
        """Every process of the database under this data folder: the postmaster and its children."""
        postmasters = [int(f.read_text().split()[0]) for f in self.home.rglob("postmaster.pid")]
        return postmasters + children_of(*postmasters)

    def part_pids(self) -> list[int]:
        """The processes that the hub gave to its parts: forked from it at its start, begun from nothing later."""
        assert self.process is not None
        own = command_line(self.process.pid)
        begun = {pid: command_line(pid) for pid in sorted(children_of(self.process.pid))}
        return [pid for pid, words in begun.items() if words == own or b"spawn_main" in words]

    def command(self, *words: str, fails: bool = False) -> str:
        """Run a `hub` command over the same data; its standard output."""
        return self._ran([str(HUB), *words], fails)

    def commands(self, *commands: Sequence[str]) -> str:
        """Run `hub` commands one after another in one process, which loads the hub once; the last line that they say."""
        given = [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps(commands)]
        return self._ran(given).splitlines()[-1]

    def _ran(self, words: Sequence[str], fails: bool = False) -> str:
        done = subprocess.run(
            words,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if (done.returncode != 0) is not fails:
            raise AssertionError(
                f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
            )
        return done.stdout.strip()

    def partner_key(self, source: str, slug: str) -> str:
        """A new partner and its key."""
        add = ["partner", "add", source, "--name", slug, "--slug", slug]
        return self.commands(add, ["partner", "key", source])

    def staff_key(self, name: str, team: str, role: str = "duty") -> str:
        """A new member of staff and their key."""
        add = ["staff", "add", name, "--team", team, "--role", role]
        return self.commands(add, ["staff", "key", name])


def children_of(*parents: int) -> list[int]:
    """The processes that these began, and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent in parents:
            found.append(int(stat.parent.name))
    return found


def command_line(pid: int) -> bytes:
    """The words that a process was begun with; empty of one that has ended meanwhile."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def relay_of(hub: HubProcess) -> Iterator["subprocess.Popen[bytes]"]:
    """`hub relay` over the same data; told to stop at the end, as by Ctrl-C, which it must heed in time."""
    with (hub.home / "relay.log").open("ab") as log:
        relay = subprocess.Popen(
            [str(HUB), "relay"],
            env=hub.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield relay
        relay.send_signal(signal.SIGINT)
        assert relay.wait(STOPS_WITHIN) == 0
    finally:
        relay.kill()
        relay.wait()


@pytest.fixture
def hub_process(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub over an empty data folder, not started yet; stopped at the end."""
    hub = HubProcess(tmp_path / "home")
    yield hub
    hub.stop()


def bearer(key: str) -> dict[str, str]:
    """The header that a key is sent in."""
    return {"Authorization": f"Bearer {key}"}


def contact(source: str, message_id: str, **data: Any) -> dict[str, Any]:
    """A contact about a young carer and his mother, in the native contract; `data` replaces members of its data."""
    said = {
        "occurred_at": "2026-03-04T09:50:00Z",
        "door": "health",
        "reporter": {"org": "F81XXX", "name": "Dr Anita Patel", "role": "GP"},
        "people": [
            {
                "ref": "p1",
                "ids": [{"system": "nhs-number", "value": "9990000018", "status": "verified"}],
                "name": {"family": "Okoro", "given": ["Grace"]},
                "dob": "1981-06-12",
                "address": {"lines": ["12 Harbour Row", "Grays"], "postcode": "RM17 6XX"},
            },
            {"ref": "p2", "name": {"family": "Okoro", "given": ["Daniel"]}, "dob": "2012-02-03"},
        ],
        "relationships": [
            {"from": "p1", "type": "parent-of", "to": "p2"},
            {"from": "p2", "type": "cares-for", "to": "p1", "hours_per_week": 15},
        ],
        "concerns": [{"code": "young-carer", "about": "p2"}],
        "agreement": {"to_service": "given", "by": "p1"},
        **data,
    }
    return {
        "specversion": "1.0",
        "id": message_id,
        "source": source,
        "type": "uk.gov.thurrock.nwd.contact.received.v1",
        "time": "2026-03-04T10:15:00Z",
        "data": said,
    }


def told_in_full(first: date, days: int) -> date:
    """So many days after the first, but no new year's day: that is written where nobody knows the day."""
    day = first + timedelta(days=days)
    return day.replace(day=2) if (day.month, day.day) == (1, 1) else day


def family_of_its_own(number: int) -> list[dict[str, Any]]:
    """The people of `contact` as a family that no other number names: known to nobody before."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    name = "".join(chr(ord("a") + int(figure, 16)) for figure in digest[:9]).capitalize()
    mother = told_in_full(date(1965, 1, 1), 11 * number % 7000)  # grown up, whatever the number
    child = told_in_full(date(2010, 1, 1), number % 2500)
    return [
        {
            "ref": "p1",
            "name": {"family": name, "given": ["Grace"]},
            "dob": str(mother),
            "address": {"lines": [f"{number} Harbour Row", "Grays"], "postcode": "RM17 6XX"},
        },
        {"ref": "p2", "name": {"family": name, "given": ["Daniel"]}, "dob": str(child)},
    ]


def post(hub: HubProcess, key: str, message: dict[str, Any], **headers: str) -> httpx.Response:
    """POST a contact as a partner does."""
    return httpx.post(
        f"{hub.url}/v1/contacts",
        content=json.dumps(message),
        headers={**bearer(key), "Content-Type": "application/cloudevents+json", **headers},
        timeout=30,
    )
