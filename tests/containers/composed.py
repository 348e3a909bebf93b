"""The hub as docker-compose.yml composes it, under a project name and on ports of the test's own."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.guards.repository import ROOT
from tests.native_broker import free_ports

LASTING = ("postgres", "kafka", "api", "engine", "relay")
ONCE = ("passwords", "demo", "init")
IMAGE = "no-wrong-doors:tested"
BUILT_WITHIN = 400
UP_WITHIN = 180
"""Seconds: on a machine that runs other tests beside."""


class Composed:
    """One project of containers; whatever the tests leave of it is removed by `down`."""

    def __init__(self, *profiles: str, **settings: str) -> None:
        self.project = f"nwd-test-{uuid4().hex[:8]}"
        self.profiles = profiles
        api, kafka = free_ports(2)
        self.url = f"http://127.0.0.1:{api}"
        self.kafka = f"127.0.0.1:{kafka}"
        unset = ("HUB_", "COMPOSE_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(unset)}
        own = {"HUB_PORT": str(api), "HUB_KAFKA_PORT": str(kafka), "HUB_IMAGE": IMAGE}
        self.env = clean | own | settings

    def build(self) -> None:
        """The image, from this checkout."""
        self.compose("build", "--quiet", within=BUILT_WITHIN)

    def up(self, *services: str) -> None:
        """Start it (or some services with what they depend on) and wait until all is healthy."""
        try:
            self.compose("up", "--detach", "--no-build", "--wait", *services, within=UP_WITHIN)
        except AssertionError as failed:
            raise AssertionError(f"{failed}\n{self.logs()}") from None

    def down(self) -> None:
        """Remove its containers, its network and its volumes."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "10", check=False)

    def compose(self, *words: str, within: float = 120, check: bool = True) -> str:
        """Run `docker compose` on the project; its standard output."""
        profiles = [word for profile in self.profiles for word in ("--profile", profile)]
        return self._run(["docker", "compose", "-p", self.project, *profiles, *words], within, check)  # fmt: skip

    def shell(self, script: str, folder: Path) -> None:
        """What an operator types, in a folder of theirs."""
        own = {
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_FILE": str(ROOT / "docker-compose.yml"),
        }
        self._run(["sh", "-e", "-c", script], 2 * UP_WITHIN, check=True, folder=folder, env=self.env | own)  # fmt: skip

    def hub(self, *words: str) -> str:
        """A `hub` command inside, as docs/operators.md says to run one."""
        return self.compose("exec", "-T", "api", "hub", *words).strip()

    def inside(self, service: str, script: str) -> str:
        """What a shell script answers inside a service's container, whether it ends well or not."""
        return self.compose("exec", "-T", service, "sh", "-c", script, check=False).strip()

    def kill(self, service: str) -> None:
        """kill -9 of all that runs in a container, at one moment, as nobody asked for: so Docker starts it again."""
        before = self.state(service)["StartedAt"]
        self.inside(service, "kill -9 -1")
        self.until(lambda: self.state(service)["StartedAt"] > before, f"{service} is started again", 60)  # fmt: skip

    def state(self, service: str) -> dict[str, Any]:
        """How Docker sees a service's container."""
        found: dict[str, Any] = self.inspect(service)["State"]
        return found

    def inspect(self, service: str) -> dict[str, Any]:
        """All that Docker tells of a service's container."""
        [container] = self.compose("ps", "--all", "--quiet", service).split()
        [found] = json.loads(self._run(["docker", "inspect", container], 60, check=True))
        return dict(found)

    def healthy(self, *services: str) -> None:
        """Wait until Docker calls these healthy."""
        for service in services:
            self.until(
                lambda s=service: self.state(s)["Health"]["Status"] == "healthy",  # type: ignore[misc]  # bound at once
                f"{service} is healthy",
                UP_WITHIN,
            )

    def until(self, so: Callable[[], object], what: str, seconds: float) -> None:
        """Wait until something is so; else fail with what the services said."""
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}\n{self.logs()}"
            time.sleep(0.3)

    def logs(self) -> str:
        """The last that each service said."""
        return self.compose("logs", "--no-color", "--tail", "15", check=False)[-6000:]

    def _run(
        self,
        command: Iterable[str],
        within: float,
        check: bool,
        folder: Path = ROOT,
        env: dict[str, str] | None = None,
    ) -> str:
        words = list(command)
        done = subprocess.run(
            words, cwd=folder, env=env or self.env, capture_output=True, text=True, timeout=within, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if check and done.returncode:
            said = f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}:\n{said}")
        return done.stdout
