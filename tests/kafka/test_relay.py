"""`hub relay` in a process of its own: what it says of itself on /ready, and that its broker's troubles are its alone."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from psycopg_pool import AsyncConnectionPool

from adapters.kafka.reports import NOBODY, Report, Reports, together
from adapters.kafka.topics import Topics
from tests.hub_process import HubProcess, contact, post, relay_of
from tests.kafka.world import a_cluster, a_contact, read, send
from tests.native_broker import NativeBroker
from tests.postgres import COUNCIL

SOURCE = "urn:ods:F81XXX/systmone"
SLUG = "grays-surgery"
TOPICS = Topics()
TICKS = os.sysconf("SC_CLK_TCK")
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def relay_on_ready(hub: HubProcess) -> dict[str, Any]:
    """What /ready says of the relay; the hub is ready whatever that is."""
    answer = httpx.get(f"{hub.url}/ready", timeout=10)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()["relay"]
    return told


def await_relay(hub: HubProcess, so: Callable[[dict[str, Any]], object], seconds: float) -> None:
    """Until /ready says so of the relay."""
    end = time.monotonic() + seconds
    while not so(told := relay_on_ready(hub)):
        assert time.monotonic() < end, told
        time.sleep(0.2)


def cpu_seconds(pid: int) -> float:
    """The processor's time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def in_order_of_work(told: dict[str, Any]) -> bool:
    """Whether the relay is at work and has nothing left to do."""
    return bool(
        told["at_work"] == 1
        and told["in"] == {"waiting": 0, "trouble": None}
        and (told["out"]["behind"], told["out"]["trouble"]) == (0, None)
    )


def test_the_hub_takes_contacts_all_the_while_its_broker_is_slow_or_away(
    hub_process: HubProcess, own_broker: NativeBroker
) -> None:
    hub, cluster = hub_process, a_cluster(own_broker.bootstrap)
    hub.settings["HUB_KAFKA"] = own_broker.bootstrap
    hub.start()
    key = hub.partner_key(SOURCE, SLUG)
    told = relay_on_ready(hub)
    assert (told["at_work"], told["in"]["trouble"], told["out"]["trouble"]) == (0, NOBODY, NOBODY)
    numbers = iter(range(1_000))

    def by_http() -> None:
        """A contact is acknowledged as quickly as ever."""
        begun = time.monotonic()
        answer = post(hub, key, contact(SOURCE, f"http-{next(numbers)}"))
        assert answer.status_code == 202, answer.text
        assert time.monotonic() - begun < 5

    def by_kafka(message_id: str) -> None:
        """A contact is published."""
        asyncio.run(send(cluster, TOPICS.contacts(SLUG), a_contact(message_id, SOURCE)))

    with relay_of(hub) as relay:
        by_http()
        by_kafka("kafka-0")
        await_relay(hub, in_order_of_work, 60)

        own_broker.pause()
        by_http()
        await_relay(hub, lambda told: told["in"]["trouble"], 60)
        by_http()
        own_broker.resume()
        by_kafka("kafka-1")
        await_relay(hub, in_order_of_work, 60)

        own_broker.kill()
        by_http()
        await_relay(hub, lambda told: told["in"]["trouble"] and told["out"]["trouble"], 60)
        before, seconds = cpu_seconds(relay.pid), 8
        for _ in range(seconds):
            by_http()
            time.sleep(1)
        assert cpu_seconds(relay.pid) - before < seconds / 4, (
            "it is busy with a broker that is away"
        )
        assert relay_on_ready(hub)["out"]["behind"] > 0
        own_broker.start()
        by_kafka("kafka-2")
        await_relay(hub, in_order_of_work, 60)

    sent = next(numbers)
    wanted = {*(f"http-{n}" for n in range(sent)), "kafka-0", "kafka-1", "kafka-2"}
    outcomes = asyncio.run(read(cluster, TOPICS.outcomes(SLUG), 2 * len(wanted)))
    events = [json.loads(record.value) for record in outcomes]
    for kind in ("received", "routed"):
        of_kind = [e for e in events if e["type"].endswith(f".outcome.{kind}.v1")]
        assert {e["data"]["message_id"] for e in of_kind} == wanted
        assert len({e["id"] for e in of_kind}) == len(wanted)


def test_a_relay_that_finds_no_broker_stops_when_it_is_told_to(hub_process: HubProcess) -> None:
    hub = hub_process
    hub.settings["HUB_KAFKA"] = "127.0.0.1:9"
    hub.start()
    hub.partner_key(SOURCE, SLUG)
    with relay_of(hub):
        await_relay(hub, lambda told: told["at_work"] == 1 and told["in"]["trouble"], 40)
    told = relay_on_ready(hub)
    assert (told["at_work"], told["in"]["trouble"]) == (0, NOBODY)


async def test_a_hub_without_kafka_says_nothing_of_a_relay(database: str) -> None:
    async with AsyncConnectionPool(database, open=False, kwargs={"autocommit": True}) as pool:
        assert await Reports(pool, COUNCIL, expected=False).stands() is None
        missing = await Reports(pool, COUNCIL, expected=True).stands()
        assert missing is not None and (missing.at_work, missing.trouble_in) == (0, NOBODY)


async def test_what_a_relay_said_last_is_what_is_told(database: str) -> None:
    async with AsyncConnectionPool(database, open=False, kwargs={"autocommit": True}) as pool:
        reports = Reports(pool, COUNCIL, expected=False)
        await asyncio.gather(reports.begin(), reports.begin())
        for waiting in (7, 3):
            said = {"waiting": waiting, "trouble_in": None, "trouble_out": "Away."}
            await reports.tell("a", said)
        told = await reports.stands()
    assert told is not None
    assert (told.at_work, told.waiting, told.trouble_in, told.trouble_out) == (1, 3, None, "Away.")


def test_of_several_relays_those_at_work_count() -> None:
    silent = Report(NOW, 60.0, 900, "Long ago.", None)
    stopped = Report(NOW, 1.5, 8, "Stopped.", "Stopped.", ended=True)
    new, working = Report(NOW, 1.0, None, None, None), Report(NOW, 2.0, 5, None, "Away.")
    stands = together([new, stopped, working, silent], 12)
    assert (stands.at_work, stands.waiting, stands.position) == (2, 5, 12)
    assert (stands.trouble_in, stands.trouble_out) == (None, "Away.")


def test_a_relay_that_fell_silent_is_not_at_work_and_what_waited_is_still_told() -> None:
    stands = together([Report(NOW, 60.0, 900, None, None)], 12)
    assert (stands.at_work, stands.waiting, stands.trouble_in) == (0, 900, NOBODY)
