"""One hub for all of this folder, with somebody of each kind, and a contact that hides where a family lives."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from tests.hub_process import HubProcess, bearer, contact, family_of_its_own

SOURCE = "urn:ods:F81XXX/systmone"
OTHERS = "urn:police:essex"
STRUCTURED = "application/cloudevents+json"
PROBLEM = "application/problem+json"
TRIES = 10
SECRET = {"lines": ["17 Quillfeather Yard", "Zennorby"], "postcode": "RM16 9QZ"}


@dataclass
class World:
    """A hub, a client of it, and the keys of those who use it."""

    hub: HubProcess
    client: httpx.Client
    keys: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def as_(self, who: str | None) -> dict[str, str]:
        """The headers of somebody; None of nobody."""
        return bearer(self.keys[who]) if who else {}

    def message(self, source: str = SOURCE, **data: Any) -> dict[str, Any]:
        """A contact that was not sent yet, about a family that nobody knows, where `data` names no people."""
        number = next(self.numbers)
        return contact(source, f"m-{number}", **{"people": family_of_its_own(number), **data})

    def post(
        self, body: Any, who: str | None = "surgery", path: str = "/v1/contacts", **headers: str
    ) -> httpx.Response:
        """POST a body: a message as JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        said = {"content-type": STRUCTURED, **self.as_(who), **headers}
        return self.client.post(path, content=content, headers=said)

    def get(self, path: str, who: str | None, **headers: str) -> httpx.Response:
        """GET an address as somebody, who waits as long as a hub with too much to do asks them to."""
        for _ in range(TRIES):
            answered = self.client.get(path, headers={**self.as_(who), **headers})
            if "retry-after" not in answered.headers:
                break
            time.sleep(float(answered.headers["retry-after"]))
        return answered

    def settle(self) -> None:
        """Until the engine and the views have come to the end of the log."""
        for _ in range(600):
            told = self.client.get("/ready").json()
            behind = [
                told["engine"]["behind"],
                *(p["behind"] for p in told["projections"].values()),
            ]
            if not any(behind):
                return
            time.sleep(0.1)
        raise AssertionError(told)

    def head(self) -> int:
        """How far the log is."""
        position: int = self.client.get("/ready").json()["head"]
        return position


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The hub, at work."""
    hub = HubProcess(tmp_path_factory.mktemp("api") / "home")
    hub.start()
    try:
        keys = {
            "surgery": hub.partner_key(SOURCE, "grays-surgery"),
            "police": hub.partner_key(OTHERS, "essex-police"),
            "worker": hub.staff_key("Ben", "YC"),
            "auditor": hub.staff_key("Ada", "MASH", "auditor"),
            "operator": hub.staff_key("Olu", "TF", "operator"),
            "cleared": hub.staff_key("Cat", "CSC"),
        }
        with httpx.Client(base_url=hub.url, timeout=60) as client:
            yield World(hub, client, keys)
    finally:
        hub.stop()


@pytest.fixture(autouse=True)
def never_a_fault_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does, the hub's own log tells of no error."""
    if "world" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("world").hub.home / "hub.log"
    before = len(log.read_text())
    yield
    told = log.read_text()[before:]
    assert "ERROR" not in told and "Traceback" not in told, told[-2000:]


def is_problem(answer: httpx.Response, *statuses: int) -> bool:
    """Whether the answer is a problem document of one of these statuses, each of whose faults has a place and a sentence."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == PROBLEM
    said = answer.json()
    assert said["status"] == answer.status_code and said["type"] and said["title"]
    assert said["detail"]
    assert all(f["says"] and f["code"] and "pointer" in f for f in said.get("errors", ()))
    return True
