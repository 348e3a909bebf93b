"""Senders that post one contact after another, each about one of a few families, and remember what they were told."""

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.hub_process import bearer, contact

SOURCE = "urn:test:load"
FAMILIES = 300
WORRIES = ("young-carer", "care-need", "early-help", "loneliness", "child-need", "adult-carer")


def message(message_id: str) -> dict[str, Any]:
    """The contact that goes by this id: the same each time. A home is met again and again, now and then under another
    forename or the neighbour's number: what is decided hangs on the order."""
    chance = random.Random(message_id)
    home = chance.randrange(FAMILIES)
    odd = chance.random() < 0.1
    address = {"lines": [f"{home} Harbour Row"], "postcode": f"RM17 6X{chr(65 + home % 20)}"}
    return contact(
        SOURCE,
        message_id,
        people=[
            {
                "ref": "p1",
                "name": {"family": f"Okoro{home}", "given": ["Grace"]},
                "dob": f"{1960 + home % 40}-{1 + home % 12:02}-{1 + home % 28:02}",
                "ids": [{"system": "crm", "value": f"A{home + odd:06}"}],
                "address": address,
            },
            {
                "ref": "p2",
                "name": {"family": f"Okoro{home}", "given": ["Ruth" if odd else "Daniel"]},
                "dob": f"{2010 + home % 14}-{1 + home % 12:02}-{1 + home % 28:02}",
                "address": address,
            },
        ],
        relationships=[{"from": "p1", "type": "parent-of", "to": "p2"}],
        concerns=[{"code": chance.choice(WORRIES), "about": chance.choice(["p1", "p2"])}],
    )


def send(client: httpx.Client, url: str, key: str, message_id: str) -> httpx.Response:
    """Post the contact of this id."""
    return client.post(
        f"{url}/v1/contacts",
        content=json.dumps(message(message_id)),
        headers={**bearer(key), "Content-Type": "application/cloudevents+json"},
    )


class Load:
    """What was acknowledged (message id: contact), what was put off (503, 429), what nobody answered, and what was said that
    may not be."""

    def __init__(self, url: str, key: str, senders: int = 4, pause: float = 0.03) -> None:
        self.url, self.key = url, key
        self.acknowledged: dict[str, str] = {}
        self.put_off: set[str] = set()
        self.unanswered: set[str] = set()
        self.untruthful: list[str] = []
        self._pause = pause
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(senders)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(80)
            assert not thread.is_alive(), "a sender was never answered"

    def _send(self, sender: int) -> None:
        number = 0
        with httpx.Client(timeout=75) as client:
            while not self._stop.is_set():
                self._one(client, f"{sender}-{number}")
                number += 1
                self._stop.wait(self._pause)

    def _one(self, client: httpx.Client, message_id: str) -> None:
        try:
            answer = send(client, self.url, self.key, message_id)
        except httpx.HTTPError:
            self.unanswered.add(message_id)
            self._stop.wait(0.05)
            return
        if answer.status_code == 202:
            self.acknowledged[message_id] = answer.json()["id"]
        elif answer.status_code in (429, 503) and answer.headers.get("Retry-After", "").isdigit():
            self.put_off.add(message_id)
            self._stop.wait(0.05)
        else:
            self.untruthful.append(f"{message_id}: {answer.status_code} {answer.text[:300]}")

    def until(self, acknowledged: int, within: float = 30) -> None:
        """Until so many more were acknowledged."""
        goal = len(self.acknowledged) + acknowledged
        until(lambda: len(self.acknowledged) >= goal, f"{acknowledged} more acknowledged", within)

    def send_again(self) -> None:
        """Everything that has no answer yet is sent again until it has: as a partner does."""
        with httpx.Client(timeout=75) as client:
            for message_id in sorted(self.unanswered | self.put_off):
                end = time.monotonic() + 30
                while (answer := send(client, self.url, self.key, message_id)).status_code != 202:
                    assert time.monotonic() < end, answer.text
                    assert answer.status_code in (429, 503), answer.text
                    time.sleep(0.1)
                self.acknowledged[message_id] = answer.json()["id"]


def until(
    true: Callable[[], bool], says: str, within: float, seen: Callable[[], object] = lambda: ""
) -> float:
    """Wait until it is true; the seconds that took. `seen` is told where it does not come true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within, f"not within {within} s: {says} {seen()}"
        time.sleep(0.02)
    return time.monotonic() - began
