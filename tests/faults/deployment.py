"""A hub in parts, each a process of its own over one database of the test's: any of them can be stopped, killed and started."""

import contextlib
import os
import signal
from pathlib import Path

from adapters.postgres.server import EmbeddedServer
from tests.faults.load import SOURCE
from tests.hub_process import HubProcess, free_port


class Deployment:
    """`hub api`, `hub relay` where it has a broker, and as many `hub engine` as are started, by name; the database is a
    server under `home`."""

    def __init__(self, home: Path, kafka: str | None = None) -> None:
        self.home = home
        self.port = free_port()
        self.server = EmbeddedServer(home)
        self.server.start()
        self.parts: dict[str, HubProcess] = {}
        self.through: str | None = None
        self.kafka = {"HUB_KAFKA": kafka} if kafka else {}

    @property
    def dsn(self) -> str:
        """The owner's connection string."""
        return self.server.dsn

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start a part: `api`, `run` (all in one), `relay`, the database, or an engine by any name; API and database are
        waited for."""
        if name == "postgres":
            self.restart_database()
            return
        database = {"HUB_DATABASE_URL": self.through or self.server.dsn}
        part = HubProcess(self.home / name, self.port, database | self.kafka)
        self.parts[name] = part
        if name == "run":
            part.start("run")
        elif name == "api":
            part.begin("api")
            part.until_up()
        else:
            part.begin("relay" if name == "relay" else "engine")

    def signal(self, name: str, sign: signal.Signals) -> None:
        """Send a part a signal."""
        process = self.parts[name].process
        assert process is not None
        os.kill(process.pid, sign)

    def kill(self, *names: str) -> None:
        """kill -9, of all of them at one moment; `postgres` is the database."""
        pids = [pid for name in names if name == "postgres" for pid in self.database_pids()]
        pids += [p.pid for n in names if n in self.parts if (p := self.parts[n].process)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in names:
            if name in self.parts:
                self.gone(name)

    def gone(self, name: str) -> None:
        """Wait until a part has ended."""
        process = self.parts[name].process
        assert process is not None
        process.wait(30)

    def database_pids(self) -> list[int]:
        """Every process of the database."""
        return HubProcess(self.home).database_pids()

    def restart_database(self) -> None:
        """As an operator does, whether it runs or was killed: sessions are ended, and a moment later it is there again."""
        self.server.stop()
        self.server.start()

    def command(self, *words: str) -> str:
        """Run a `hub` command over the database."""
        return self._over_it().command(*words)

    def _over_it(self) -> HubProcess:
        return HubProcess(self.home, self.port, {"HUB_DATABASE_URL": self.server.dsn})

    def partner_key(self) -> str:
        """The key that the load sends with."""
        return self._over_it().partner_key(SOURCE, "load")

    def stop_parts(self) -> None:
        """Ctrl-C to every part."""
        for part in self.parts.values():
            if part.process and part.process.poll() is None:
                os.kill(part.process.pid, signal.SIGCONT)
                part.stop()

    def end(self) -> None:
        """Stop everything."""
        self.stop_parts()
        self.server.stop()
