"""The logs of a hub at work, and in trouble, name nobody of the borough, and can be read by a machine."""

import json
import os
import re
import signal
import time
from datetime import UTC, datetime

import httpx
import psycopg
import pytest

from hub.demo.borough import Borough
from hub.values import london_day
from tests.hub_process import HubProcess, bearer, contact, post

FAMILIES = 12
TROUBLE = 30.0  # seconds within which a projection that cannot go on has stopped


@pytest.fixture
def borough() -> Borough:
    """The borough of a hub that begins today."""
    return Borough(london_day(datetime.now(UTC)), households=FAMILIES)


def words_about(borough: Borough) -> set[str]:
    """Whatever tells who somebody of the borough is: names, homes, dates, numbers."""
    people = [p for family in borough.families for p in family.people]
    said = {
        word for p in people for word in (p.family, *p.given, p.nhs, str(p.born), p.phone or "")
    }
    for sent in borough.sent:
        for person in json.loads(sent.message.body)["data"].get("people", ()):
            said |= set((person.get("name") or {}).get("given", ()))
            said |= {person.get("dob") or "", *(person.get("address") or {}).get("lines", ())}
    return {word for word in said if len(word) > 3}


def found_in(text: str, words: set[str]) -> list[str]:
    """Those of the words that stand in a text, as words of their own."""
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]


def test_nobody_is_named_in_a_log(hub_process: HubProcess, borough: Borough) -> None:
    hub = hub_process
    hub.settings["HUB_LOG"] = "json"
    hub.start("run", "--demo", "--households", str(FAMILIES))
    words = words_about(borough)
    assert len(words) > 100
    family = borough.families[0]
    somebody = family.people[0]
    named = {"family": somebody.family, "given": list(somebody.given)}

    key = hub.partner_key("urn:test:logs", "logs")
    staff = {**bearer(hub.staff_key("Logan", "TF", role="operator")), "Accept": "text/html"}
    person = {"ref": "p2", "name": named, "dob": str(somebody.born)}
    alone = {
        "people": [person],
        "relationships": [],
        "agreement": {"to_service": "given", "by": "p2"},
    }
    assert post(hub, key, contact("urn:test:logs", "m-1", **alone)).status_code == 202
    wrong = alone | {"people": [{**person, "sex": somebody.family, "dob": 7}]}
    bad = contact("urn:test:logs", "m-2", **wrong)
    assert post(hub, key, bad).status_code == 422
    garbage = f"{somebody.family} \udcff".encode("utf-8", "surrogateescape")
    headers = {**bearer(key), "Content-Type": "application/cloudevents+json"}
    assert httpx.post(f"{hub.url}/v1/contacts", content=garbage, headers=headers).status_code == 400
    for path in (f"/people/{somebody.family}", f"/contacts/{somebody.nhs}", f"/{somebody.family}"):
        assert httpx.get(f"{hub.url}{path}", headers=staff).status_code == 404
    form = {**staff, "Sec-Fetch-Site": "same-origin"}
    asked = {"who": f"{somebody.given[0]} {somebody.family}"}

    def search() -> httpx.Response:
        return httpx.post(f"{hub.url}/search", data=asked, headers=form, follow_redirects=True)

    assert search().status_code == 200

    for pid in hub.part_pids():
        os.kill(pid, signal.SIGKILL)
    with psycopg.connect(hub.dsn, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        hub.until_ready()
        tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE tablename ~ 'index_said|family_said'"
        for (table,) in conn.execute(tables).fetchall():
            conn.execute(f"ALTER TABLE {table} RENAME COLUMN person TO somebody".encode())
    again = contact("urn:test:logs", "m-3", **alone)
    assert post(hub, key, again).status_code == 202
    assert search().status_code >= 500
    until_it_stops(hub)
    hub.stop()

    logs = {path.name: path.read_text(errors="replace") for path in hub.home.rglob("*.log")}
    assert {"hub.log", "postgres.log"} <= set(logs)
    lines = [json.loads(line) for line in logs["hub.log"].splitlines() if line.startswith("{")]
    assert {"api", "hub"} & {line["part"] for line in lines}
    assert "views" in {line["part"] for line in lines}
    for line in lines:
        assert datetime.fromisoformat(line["timestamp"]).tzinfo and line["level"] and line["logger"]
    assert any("exc_info" in line for line in lines), "nothing failed"
    for name, text in logs.items():
        assert not found_in(text, words), name


def until_it_stops(hub: HubProcess) -> None:
    """Until a projection has stopped over what was broken, and says so."""
    end = time.monotonic() + TROUBLE
    while time.monotonic() < end:
        if httpx.get(f"{hub.url}/ready", timeout=10).json()["stopped"]:
            return
        time.sleep(0.2)
    raise AssertionError("nothing stopped")
