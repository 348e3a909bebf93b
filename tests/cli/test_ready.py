"""`hub ready` tells of parts that have no door, and the database's password may stand in a file of its own."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from psycopg import sql

from adapters.postgres import server as embedded
from adapters.postgres.server import EmbeddedServer
from hub.bootstrap.standing import NO_LOG
from hub.settings import read_settings
from tests.cli.test_operating import ended
from tests.hub_process import HubProcess, relay_of
from tests.kafka.test_relay import await_relay
from tests.postgres import dsn_of

PASSWORD = "p'\\ä@:/%?&=# 1"


def ready(part: str, **settings: str) -> dict[str, object]:
    """What `hub ready` says in JSON; it ends with 0 where all is well, else with 1."""
    done = ended("ready", part, "--json", **settings)
    assert done.stderr == ""
    said: dict[str, object] = json.loads(done.stdout)
    assert done.returncode == (0 if said["ready"] else 1)
    return said


def test_an_engine_is_ready_while_one_is_at_work(owner_dsn: str, tmp_path: Path) -> None:
    url = {"HUB_DATABASE_URL": owner_dsn}
    assert ready("engine", **url)["because"] == "Nobody is at work as engine and views."
    hub = HubProcess(tmp_path / "home", settings=url)
    hub.start()
    end = time.monotonic() + 30
    while (said := ready("engine", **url)) != {"part": "engine", "ready": True, "because": None}:
        assert time.monotonic() < end, said
    hub.stop()
    assert ready("engine", **url)["ready"] is False


def test_an_api_alone_is_not_ready_until_an_engine_is_at_work(
    owner_dsn: str, tmp_path: Path
) -> None:
    url = {"HUB_DATABASE_URL": owner_dsn}
    api, engine = (HubProcess(tmp_path / name, settings=url) for name in ("api", "engine"))
    api.begin("api")
    try:
        end = time.monotonic() + 30
        while not (told := ready_of(api)):
            assert time.monotonic() < end
            time.sleep(0.1)
        assert told["ready"] is False
        absent = "nobody is at work"
        assert told["stopped"] == {"engine": absent, "views": absent}
        engine.begin("engine")
        api.until_ready()
    finally:
        engine.stop()
        api.stop()


def ready_of(hub: HubProcess) -> dict[str, Any]:
    """What GET /ready says; nothing where nobody answers yet."""
    try:
        return dict(httpx.get(f"{hub.url}/ready", timeout=5).json())
    except httpx.HTTPError:
        return {}


def test_a_relay_is_ready_only_where_it_reaches_its_broker(
    hub_process: HubProcess, broker: str
) -> None:
    hub = hub_process
    hub.start()
    home = {"HUB_HOME": str(hub.home)}
    assert ready("relay", **home)["because"] == "No relay is at work."
    hub.settings["HUB_KAFKA"] = broker
    with relay_of(hub):
        await_relay(hub, lambda told: told and told["at_work"] and not told["in"]["trouble"], 40)
        assert ready("relay", **home) == {"part": "relay", "ready": True, "because": None}
    hub.settings["HUB_KAFKA"] = "127.0.0.1:9"
    with relay_of(hub):
        await_relay(hub, lambda told: told["at_work"] and told["in"]["trouble"], 40)
        assert ready("relay", **home)["ready"] is False


def test_asking_makes_no_log_and_starts_no_database(server: EmbeddedServer, tmp_path: Path) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE without_a_log"))
    url = dsn_of(server, "without_a_log")
    for part in ("engine", "relay"):
        assert ready(part, HUB_DATABASE_URL=url)["because"] == NO_LOG
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT to_regnamespace('thurrock')").fetchone() == (None,)

    done = ended("ready", "engine", HUB_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database does not answer")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("url", ["postgresql://{}@/{}?host={}", "user={} dbname={} host={}"])
def test_a_password_may_stand_in_a_file(
    server: EmbeddedServer, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("HUB_DATABASE_URL", url.format("u", "d", "h"))
    monkeypatch.setenv("HUB_DATABASE_PASSWORD_FILE", str(file))
    read = read_settings().database_url
    assert read is not None
    assert psycopg.conninfo.conninfo_to_dict(read) == {
        "user": "u", "dbname": "d", "host": "h", "password": PASSWORD
    }  # fmt: skip


def test_a_password_of_a_file_opens_a_database_and_is_said_nowhere(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD, encoding="utf-8")
    url = dsn_of(server, "live")
    done = ended("init", HUB_DATABASE_URL=url, HUB_DATABASE_PASSWORD_FILE=str(file))
    assert done.returncode == 0, done.stderr
    away = "postgresql://u@127.0.0.1:1/db"
    for words in ("init",), ("ready", "engine"):
        done = ended(*words, HUB_DATABASE_URL=away, HUB_DATABASE_PASSWORD_FILE=str(file))
        assert done.returncode == 1
        assert not [p for p in (PASSWORD, quote(PASSWORD, safe="")) if p in done.stdout + done.stderr]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_password_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    done = ended("init", HUB_DATABASE_URL="postgresql://u@h/d", HUB_DATABASE_PASSWORD_FILE=str(file))  # fmt: skip
    assert done.returncode == 2
    assert "HUB_DATABASE_PASSWORD_FILE" in done.stderr


def test_an_installation_without_a_postgresql_asks_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _name: None)
    embedded.programs.cache_clear()
    try:
        with pytest.raises(embedded.ServerDidNotStart, match="HUB_DATABASE_URL"):
            EmbeddedServer(tmp_path / "home").start()
    finally:
        embedded.programs.cache_clear()
    assert not (tmp_path / "home").exists()
