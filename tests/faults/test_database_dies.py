"""The database of a running hub is killed alone, again and again: the hub starts it again and goes on by itself."""

import os
import signal
from typing import Any

import httpx

from tests.hub_process import HubProcess, bearer, contact, family_of_its_own, post

SOURCE = "urn:ods:F81XXX/systmone"
KILLS = 4


def test_the_hub_goes_on_by_itself_when_its_database_is_killed(hub_process: HubProcess) -> None:
    hub = hub_process
    hub.start()
    key = hub.partner_key(SOURCE, "surgery")
    for kill in range(KILLS):
        os.kill(hub.database_pids()[0], signal.SIGKILL)
        httpx.get(f"{hub.url}/ping", timeout=5).raise_for_status()
        hub.until_ready()
        answer = post(hub, key, about_others(kill), Prefer="wait=10")
        assert answer.status_code == 202, answer.text
        assert answer.json()["decision"]["referrals"], "the engine decides as before"
        told = httpx.get(f"{hub.url}{answer.json()['status_url']}", headers=bearer(key))
        assert told.status_code == 200
    assert '"ok":true' in hub.command("verify", "--json")


def about_others(number: int) -> dict[str, Any]:
    """A contact about a family that no other names: of one that a team works with already nobody is asked again."""
    return contact(SOURCE, f"m-{number}", people=family_of_its_own(number))
