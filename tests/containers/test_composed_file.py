"""docker-compose.yml and Dockerfile as they stand: official images, everything confined, no secret."""

import re
from typing import Any

import pytest
import yaml

from tests.containers.composed import LASTING, ONCE
from tests.guards.repository import ROOT, text

COMPOSED = text(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSED)["services"]
OFFICIAL = {"postgres": "postgres:18", "kafka": "apache/kafka:4.1.1"}
SECRET = re.compile("(?i)passw|secret|token|key|credential")


def test_the_services_are_those_that_are_tested() -> None:
    assert set(SERVICES) == {*LASTING, *ONCE}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "pid", "ipc", "devices"}
    assert service.get("network_mode", "none") == "none"
    assert not {"root", "0", ""} & set(service["user"].split(":"))
    wanted = OFFICIAL.get(name, "${HUB_IMAGE:-no-wrong-doors:latest}")
    assert service["image"] == wanted


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_is_looked_after(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"]


def test_data_lie_in_named_volumes() -> None:
    named = yaml.safe_load(COMPOSED)["volumes"].keys()
    used = {v.partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", ())}
    assert {place for place in used if not place.startswith("./")} == named


def test_ports_are_open_to_this_machine_alone_unless_asked_otherwise() -> None:
    ports = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert ports == {
        "api": ["${HUB_HOST:-127.0.0.1}:${HUB_PORT:-8000}:8000"],
        "kafka": ["127.0.0.1:${HUB_KAFKA_PORT:-9094}:9094"],
    }


def test_no_secret_stands_in_the_file() -> None:
    given = [(k, str(v)) for s in SERVICES.values() for k, v in s.get("environment", {}).items()]
    secret = {(name, value) for name, value in given if SECRET.search(name)}
    assert secret == {
        ("HUB_DATABASE_PASSWORD_FILE", "/secrets/hub_owner"),
        ("HUB_KAFKA_PASSWORD", "${HUB_KAFKA_PASSWORD:-}"),
        ("HUB_SMTP_PASSWORD_FILE", "${HUB_SMTP_PASSWORD_FILE:-}"),
        ("HUB_WEBHOOK_SECRET", "${HUB_WEBHOOK_SECRET:-}"),
        ("HUB_WEBHOOK_SECRET_FILE", "${HUB_WEBHOOK_SECRET_FILE:-}"),
    }
    assert re.findall(r"PASSWORD=(\S+)", COMPOSED) == ["$$(od"], "one is made up, and kept nowhere"
    assert not re.search(r"://[^/\s@]+:[^/\s@]+@", COMPOSED)


def test_the_image_is_the_official_python_with_its_own_user() -> None:
    dockerfile = text(ROOT / "Dockerfile")
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"python:3.11-slim"}
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == [SERVICES["api"]["user"]]
    assert "--require-hashes" in dockerfile


def test_only_what_is_asked_for_goes_to_the_build() -> None:
    said = text(ROOT / ".dockerignore").splitlines()
    first, *asked = [line for line in said if line and not line.startswith("#")]
    assert first == "*"
    let_in = {line[1:] for line in asked if line.startswith("!")}
    assert all((ROOT / name).exists() for name in let_in)
    assert not let_in & {".git", "var", "tests", ".venv"}
