"""How long after a worker said that two people are one, or took it back, every view shows it: a whole `hub run`, one answer at a time.

BENCH_PAIRS pairs of people of whom the name alone is the same, beside two hundred contacts about others.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from tests.hub_process import HubProcess, bearer, contact, family_of_its_own

SOURCE = "urn:bench:corrections"
PAIRS = int(os.environ.get("BENCH_PAIRS", "20"))
OTHERS = 200
WAIT = {"Prefer": "wait=20"}


def named(family: str, **more: Any) -> dict[str, Any]:
    """A man as a contact names him."""
    return {"ref": "p1", "name": {"given": ["Ignatius"], "family": family}, **more}


def pair(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """One man as he is said to be at first, and later by his name alone."""
    family = f"Quennel{number:03}by"
    home = {"lines": [f"{number} Bench Row"], "postcode": "RM17 6QA"}
    full = named(family, dob=f"19{40 + number % 50}-04-{1 + number % 28:02}", address=home)
    return full, named(family)


class Bench:
    """A client of the hub, as a partner and as a worker."""

    def __init__(self, hub: HubProcess) -> None:
        self.client = httpx.Client(base_url=hub.url, timeout=60)
        self.partner = bearer(hub.partner_key(SOURCE, "bench"))
        self.worker = bearer(hub.staff_key("Ben", "TF"))
        self.sent = 0

    def send(self, *people: dict[str, Any]) -> dict[str, Any]:
        """A contact about these people, decided on."""
        self.sent += 1
        message = contact(
            SOURCE, f"m-{self.sent}", people=list(people), relationships=[],
            concerns=[{"code": "care-need", "about": people[0]["ref"]}],
        )  # fmt: skip
        told = self.client.post("/v1/contacts", json=message, headers={**self.partner, **WAIT})
        assert told.is_success, told.text
        return dict(told.json())

    def person_of(self, number: str) -> str:
        """Whom a contact is about."""
        shown = self.client.get(f"/v1/contacts/{number}", headers=self.worker).json()
        return str(shown["mentions"][0]["person"])

    def answer(self, one: str, other: str, said: str, shown: str) -> float:
        """Seconds until `other` is shown as somebody, from the answer on: `shown` is who."""
        begun = time.perf_counter()
        told = self.client.post(
            f"/v1/people/{one}/beside/{other}", json={"answer": said, "reason": "Met him."}, headers=self.worker
        )  # fmt: skip
        assert told.status_code == 200, told.text
        at = f"?min_position={told.json()['position']}"
        seen = self.client.get(f"/v1/people/{other}{at}", headers=self.worker).json()
        took = time.perf_counter() - begun
        assert seen["person"] == shown, seen
        return took


def measured(hub: HubProcess) -> tuple[list[float], list[float]]:
    """Seconds of each merge, and of each that was taken back."""
    bench = Bench(hub)
    for number in range(OTHERS):
        bench.send(*family_of_its_own(number + 1))
    merged, undone = [], []
    for number in range(PAIRS):
        first, second = (bench.person_of(bench.send(said)["id"]) for said in pair(number))
        assert first != second
        merged.append(bench.answer(first, second, "same", first))
        undone.append(bench.answer(first, second, "taken-back", second))
    return merged, undone


def main() -> int:
    """The figures."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.start()
        try:
            for name, took in zip(("same person", "taken back"), measured(hub), strict=True):
                middle = 1000 * statistics.median(took)
                print(
                    f"{name:<12} p50 {middle:6.0f}  most {1000 * max(took):6.0f} ms, to reach 1000"
                )
        finally:
            hub.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
