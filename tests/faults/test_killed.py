"""The hub under load is killed together with its database, and started again."""

import json
import threading
import time

import httpx

from tests.hub_process import HubProcess, bearer, contact

SOURCE = "urn:test:load"
SENDERS = 8
LONGEST = 20.0


class Load:
    """Senders that post one contact after another and remember what was acknowledged."""

    def __init__(self, hub: HubProcess, key: str) -> None:
        self.hub, self.key = hub, key
        self.acknowledged: dict[str, str] = {}
        self.unanswered: set[str] = set()
        self.untruthful: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(SENDERS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(LONGEST)

    def _send(self, sender: int) -> None:
        with httpx.Client(timeout=10) as client:
            for number in range(2000):
                message_id = f"{sender}-{number}"
                try:
                    answer = client.post(
                        f"{self.hub.url}/v1/contacts",
                        content=json.dumps(contact(SOURCE, message_id)),
                        headers={
                            **bearer(self.key),
                            "Content-Type": "application/cloudevents+json",
                        },
                    )
                except httpx.HTTPError:
                    self.unanswered.add(message_id)
                    self._stop.wait(0.05)
                else:
                    if answer.status_code == 202:
                        self.acknowledged[message_id] = answer.json()["id"]
                    else:
                        self.untruthful.append(f"{message_id}: {answer.status_code}")
                if self._stop.is_set():
                    return


def test_every_acknowledged_contact_is_there_once_after_kill_9(hub_process: HubProcess) -> None:
    hub = hub_process
    hub.start()
    key = hub.partner_key(SOURCE, "load")
    with Load(hub, key) as load:
        end = time.monotonic() + LONGEST
        while len(load.acknowledged) < 150 and time.monotonic() < end:
            time.sleep(0.02)
        hub.kill()
    assert len(load.acknowledged) >= 150, (load.untruthful[:3], len(load.unanswered))

    hub.start()
    auditor = hub.staff_key("Ada", "TF", "auditor")
    received = contacts_in_the_log(hub, auditor)
    assert len(received) == len(set(received)), "a contact is there twice"
    assert set(load.acknowledged.values()) <= set(received), "an acknowledged contact is lost"
    assert len(received) <= len(load.acknowledged) + len(load.unanswered) + len(load.untruthful)

    for message_id in [*load.acknowledged][:5]:
        again = httpx.post(
            f"{hub.url}/v1/contacts",
            content=json.dumps(contact(SOURCE, message_id)),
            headers={**bearer(key), "Content-Type": "application/cloudevents+json"},
        )
        assert again.json()["id"] == load.acknowledged[message_id]

    found = json.loads(hub.command("verify", "--json"))
    assert found["ok"], found
    assert found["decisions"] == len(received), "every contact was decided on once"


def contacts_in_the_log(hub: HubProcess, auditor: str) -> list[str]:
    """Every contact received, once its engine has caught up."""
    end = time.monotonic() + LONGEST
    while True:
        ready = httpx.get(f"{hub.url}/ready").json()
        if ready["engine"]["behind"] == 0 and all(
            p["behind"] == 0 for p in ready["projections"].values()
        ):
            break
        assert time.monotonic() < end, ready
        time.sleep(0.1)
    received, after = list[str](), 0
    while True:
        page = httpx.get(
            f"{hub.url}/v1/events",
            params={"after": after, "limit": 1000},
            headers=bearer(auditor),
            timeout=30,
        ).json()
        received += [e["correlation_id"] for e in page["events"] if e["type"] == "contact.received"]
        if page["last"] == after:
            return received
        after = page["last"]
