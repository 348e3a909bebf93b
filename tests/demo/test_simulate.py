"""The borough goes on living: contacts that happen now, taken by a running hub over HTTP."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import httpx
import pytest

from hub.contacts.receive import Accept, Carrier, receive
from hub.demo.borough import Borough
from hub.demo.simulate import live_contacts
from tests.hub_process import HubProcess, bearer

NOW = datetime(2026, 6, 10, 22, 15, tzinfo=UTC)


def test_live_contacts_are_accepted_happen_now_and_have_ids_of_their_own() -> None:
    borough = Borough(date(2026, 3, 4), households=40)
    found = list(islice(live_contacts(borough, lambda: NOW), 200))
    assert len({sent.id for sent in found}) == 200
    doors = set()
    for sent in found:
        carrier = Carrier("http", sent.slug, frozenset({sent.source}))
        decided = receive(sent.message, carrier, "C-26-000001", NOW)
        assert isinstance(decided, Accept), sent.id
        assert NOW - timedelta(hours=1) < decided.read.content.occurred_at <= NOW
        doors.add(decided.read.content.door)
    assert len(doors) >= 6


@pytest.fixture
def living(hub_process: HubProcess) -> HubProcess:
    """A hub with a few families."""
    hub_process.start("run", "--demo", "--households", "3")
    return hub_process


def test_simulate_sends_as_partners_do_to_the_hub_that_runs(living: HubProcess) -> None:
    hub = living
    told = hub.command("simulate", "--rate", "50", "--count", "4", "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["status"] for line in lines] == [202] * 4
    key = hub.staff_key("Opal", "TF", role="auditor")
    events = httpx.get(f"{hub.url}/v1/events?after=0&limit=1", headers=bearer(key), timeout=10)
    assert events.status_code == 200
    verified = json.loads(hub.command("verify", "--json"))
    assert verified["ok"]


def test_simulate_says_where_no_hub_runs(hub_process: HubProcess) -> None:
    hub_process.command("demo", "--households", "1")
    hub_process.command("simulate", "--count", "1", fails=True)


def test_a_log_without_a_borough_cannot_go_on_living(hub_process: HubProcess) -> None:
    hub_process.command("init", "--demonstration")
    hub_process.command("simulate", "--count", "1", fails=True)


def test_a_live_log_is_not_taken_for_the_demonstration_that_was_asked_for(
    hub_process: HubProcess,
) -> None:
    assert json.loads(hub_process.command("init", "--json"))["demonstration"] is False
    assert hub_process.command("init", "--demonstration", fails=True) == ""
    assert json.loads(hub_process.command("init", "--json"))["demonstration"] is False
