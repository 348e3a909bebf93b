"""The borough's past, relived into a real log: in order, at its own times, through the door, the engine and the loop; and never half."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from hub.clocks import england
from hub.demo.borough import Borough
from hub.demo.borough.stories import stories
from tests.hub_process import HubProcess, bearer, contact, post

ENDS_ON = "2026-03-04"
SMALL = ("--ends-on", ENDS_ON, "--households", "12")
BOROUGH = Borough(date.fromisoformat(ENDS_ON), households=12)


def events(hub: HubProcess, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the log, which stands while a hub runs on it."""
    with psycopg.connect(hub.dsn) as conn:
        return conn.execute(query, values or None).fetchall()


def loaded(hub: HubProcess) -> HubProcess:
    """A hub over the small borough, at work."""
    hub.start("run", "--demo", *SMALL)
    return hub


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub over the small borough for the tests of this file that leave its past alone."""
    hub = HubProcess(tmp_path_factory.mktemp("small") / "home")
    try:
        yield loaded(hub)
    finally:
        hub.stop()


PAST = "recorded_at <= (SELECT max(recorded_at) FROM thurrock.events WHERE type ~ '^(contact|referral)' AND recorded_at < '2026-03-05')"


def told(hub: HubProcess) -> list[tuple[Any, ...]]:
    """What happened, in whatever order it was stored: which contact, which step, of whom."""
    query = (
        "SELECT type, regexp_replace(stream, '^(correction):.*', '\\1') AS stream, version, actor, tags FROM thurrock.events "
        f"WHERE {PAST} AND type !~ '^(staff|partner|policy|calendar|log)' ORDER BY 2, version, tags"
    )
    return events(hub, query)


def test_the_history_has_a_real_past_in_order_and_verifies(small: HubProcess) -> None:
    hub = small
    times = [at for (at,) in events(hub, "SELECT recorded_at FROM thurrock.events ORDER BY position")]  # fmt: skip
    assert times == sorted(times)
    times = [at for at in times if at < BOROUGH.ends_at + timedelta(days=1)]
    assert times[0] == BOROUGH.begins_at
    assert times[-1] <= BOROUGH.ends_at

    received = dict(events(hub, f"SELECT message_id, recorded_at FROM thurrock.inbox WHERE {PAST}"))
    assert set(received) == {sent.id for sent in BOROUGH.sent}
    late = [received[sent.id] - sent.at for sent in BOROUGH.sent]
    assert min(late) >= timedelta() and max(late) <= timedelta(hours=4)
    urgent = [received[sent.id] - sent.at for sent in BOROUGH.sent if sent.urgent]
    assert urgent and sorted(urgent)[len(urgent) // 2] < timedelta(minutes=1)

    types = Counter(t for (t,) in events(hub, f"SELECT type FROM thurrock.events WHERE {PAST}"))
    assert types["contact.routed"] == types["contact.received"] == len(BOROUGH.sent)
    for step in ("seen", "accepted", "declined", "done"):
        assert types[f"referral.{step}"], types
    assert types["obligation.done"] and types["contact.closed"], types
    verified = json.loads(hub.command("verify", "--json"))
    assert verified["ok"] and verified["decisions"] >= len(BOROUGH.sent)


def test_what_is_recorded_after_the_past_is_recorded_now(small: HubProcess) -> None:
    hub = small
    before = datetime.now(UTC)
    key = hub.partner_key("urn:example:late", "late")
    answer = post(hub, key, contact("urn:example:late", "m-1"), Prefer="wait=10")
    assert answer.status_code < 300, answer.text
    [(at,)] = events(hub, "SELECT recorded_at FROM thurrock.inbox WHERE message_id = 'm-1'")
    assert before <= at <= datetime.now(UTC)
    assert int(answer.json()["id"][-6:]) > len(BOROUGH.sent)


def test_a_second_start_loads_nothing(small: HubProcess) -> None:
    hub = small
    before = told(hub)
    hub.stop()
    hub.start("run", "--demo", "--seed", "9")
    assert told(hub) == before
    assert "already" in hub.command("demo")


def test_a_loading_that_is_killed_twice_goes_on_and_comes_to_the_same(
    small: HubProcess, hub_process: HubProcess
) -> None:
    broken = hub_process
    for after in (0.2, 0.6):
        broken.begin("run", "--demo", *SMALL)
        until_loading(broken, after)
        broken.kill()
        assert until_dead(broken)
    broken.start("run")  # it goes on by itself, whether asked for a demonstration or not
    assert told(broken) == told(small)
    assert json.loads(broken.command("verify", "--json"))["ok"]


def test_while_it_loads_pages_are_served_and_writes_are_to_come_again(
    hub_process: HubProcess,
) -> None:
    hub = hub_process
    hub.begin("run", "--demo", "--ends-on", ENDS_ON, "--households", "240")
    until_loading(hub, 0.1)
    ready = httpx.get(f"{hub.url}/ready", timeout=10)
    assert ready.status_code == 503 and ready.json()["loading"]["percent"] >= 0
    assert "being relived" in httpx.get(f"{hub.url}/sign-in", timeout=10).text

    key = hub.partner_key("urn:example:early", "early")
    refused = post(hub, key, contact("urn:example:early", "m-1"))
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) == 10
    assert refused.json()["type"].endswith("still-loading")
    sent = hub.home / "contact.json"
    sent.write_text(json.dumps(contact("urn:example:early", "m-2")))
    hub.command("send", str(sent), "--json", fails=True)
    assert not events(hub, "SELECT 1 FROM thurrock.inbox WHERE source = 'urn:example:early'")

    with httpx.Client(base_url=hub.url, timeout=10) as browser:
        staff = browser.get("/sign-in").text.partition('action="/sign-in/')[2].partition('"')[0]
        signed = browser.post(f"/sign-in/{staff}", headers={"Sec-Fetch-Site": "same-origin"})
        assert signed.status_code == 303
        assert browser.get(signed.headers["location"]).status_code == 200
    hub.until_ready()
    times = [at for (at,) in events(hub, "SELECT recorded_at FROM thurrock.events ORDER BY position")]  # fmt: skip
    ends_at = Borough(BOROUGH.ends_on, households=240).ends_at
    # the engine may be at work on today's
    past = [at for at in times if at < ends_at + timedelta(days=1)]
    assert times == sorted(times) and len(past) > 1000 and past[-1] <= ends_at
    assert post(hub, key, contact("urn:example:early", "m-1")).status_code == 202


def test_a_borough_that_ends_today_leaves_work_due_soon_due_later_and_overdue(
    hub_process: HubProcess,
) -> None:
    hub_process.start("run", "--demo", "--households", "30")
    now = datetime.now(UTC)
    query = (
        "SELECT s.state FROM thurrock.events s WHERE s.type = 'referral.sent' AND NOT EXISTS (SELECT FROM thurrock.events e "
        "WHERE e.stream = s.stream AND e.type ~ 'done|declined|overridden|handed|withdrawn|accepted')"
    )
    waiting = [json.loads(bytes(state)) for (state,) in events(hub_process, query)]
    dues = [datetime.fromisoformat(w["due_at"]) for w in waiting if w["due_at"]]
    soon = england().add_working_days(now.date(), 3)  # the third working day from now has not begun
    assert [d for d in dues if d < now], "overdue"
    assert [d for d in dues if now <= d and d.date() < soon], "due soon"
    assert [d for d in dues if d.date() >= soon], "due later"
    assert min(dues) > now - timedelta(days=90), "nothing is left lying for ever"


def test_each_story_is_a_family_that_one_can_open(small: HubProcess) -> None:
    hub = small
    key = hub.staff_key("Opal", "TF", role="operator")
    for story in stories(BOROUGH.ends_on):
        answer = httpx.get(f"{hub.url}/stories/{story.slug}", headers=bearer(key), timeout=10)
        assert answer.status_code == 303, story.slug
        page = httpx.get(f"{hub.url}{answer.headers['location']}", headers=bearer(key), timeout=10)
        assert page.status_code == 200, (story.slug, answer.headers["location"])
        family = {"nobody": "contact", "list": "surges"}.get(story.about, "famil")
        assert family in answer.headers["location"]


def test_a_list_of_twelve_is_followed_place_by_place_until_it_is_no_longer_needed(
    small: HubProcess,
) -> None:
    key = bearer(small.staff_key("Lionel", "LAC"))
    [told] = httpx.get(f"{small.url}/v1/surges", headers=key, timeout=60).json()
    assert (told["surge"], told["ended_at"]) == ("shielding-2", None)
    assert told["stages"] == {"asked": 2, "in hand": 6, "no longer needed": 4}
    assert {c["place"] for c in told["localities"]} == {"1", "2", "3", "4", "-"}
    page = httpx.get(f"{small.url}/surges", headers={**key, "Accept": "text/html"}, timeout=60).text
    assert "shielding, second list" in page


def test_what_carers_said_was_done_and_stands_for_anybody_to_read(small: HubProcess) -> None:
    told = httpx.get(
        f"{small.url}/you-said-we-did", headers={"Accept": "text/html"}, timeout=60
    ).text
    assert "The drop-in closes at half past three" in told
    assert "It is open until seven on Thursdays" in told
    key = bearer(small.staff_key("Hana", "HW"))
    [action] = httpx.get(f"{small.url}/v1/actions", headers=key, timeout=60).json()["actions"]
    assert (action["stage"], action["lead"]) == ("done", "CLS")
    assert action["proposed_at"] < action["since"] < datetime.now(UTC).isoformat()


def test_staff_said_in_the_stories_who_is_whom_and_somebody_still_waits(small: HubProcess) -> None:
    key = {**bearer(small.staff_key("Opra", "TF", role="operator"))}
    judged = events(small, f"SELECT state, actor FROM thurrock.events WHERE type = 'people.judged' AND {PAST}")  # fmt: skip
    answers = {json.loads(bytes(state))["answer"]: actor for state, actor in judged}
    assert answers.keys() == {"same", "different"}
    assert all(actor.startswith("staff:") for actor in answers.values())
    [(merged,)] = events(small, "SELECT state FROM thurrock.events WHERE type = 'people.merged'")
    one, other = (json.loads(bytes(merged))[end] for end in ("to_person", "from_person"))
    daniel = httpx.get(f"{small.url}/v1/people/{other}", headers=key, timeout=10).json()
    assert daniel["person"] == one
    assert len({s["organisation"] for s in daniel["said"]}) == 3, "school, police and carers' hub"
    query = "SELECT state FROM thurrock.events WHERE type = 'obligation.opened'"
    owed = [json.loads(bytes(state)) for (state,) in events(small, query)]
    owed = [one for one in owed if one["rule"] == "correction"]
    done = [stream for (stream,) in events(small, "SELECT stream FROM thurrock.events WHERE type = 'obligation.done'")]  # fmt: skip
    assert owed and all(f"obligation:{one['obligation']}" in done for one in owed), (
        "it was taken up"
    )
    waiting = httpx.get(f"{small.url}/v1/reviews", headers=key, timeout=10).json()
    assert any(r["one"]["said"][0]["mention"]["name"]["family"] == "Mazur" for r in waiting)


def test_a_live_log_is_given_no_made_up_people(hub_process: HubProcess) -> None:
    hub_process.command("init")
    hub_process.command("demo", *SMALL, fails=True)


def test_a_past_cannot_end_in_the_future(hub_process: HubProcess) -> None:
    hub_process.command("demo", "--ends-on", "2999-01-01", fails=True)


def until_loading(hub: HubProcess, share: float) -> None:
    """Until the past has come so far."""
    came_to = BOROUGH.begins_at + share * (BOROUGH.ends_at - BOROUGH.begins_at)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            [(relives, at)] = events(hub, "SELECT relives, recorded_at FROM thurrock.head")
            if at >= came_to:
                assert relives
                return
        except psycopg.Error:
            pass
        time.sleep(0.02)
    raise AssertionError((hub.home / "hub.log").read_text())


def until_dead(hub: HubProcess) -> bool:
    """Whether the loading process ended with the hub that began it."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        left = [
            int(p.parent.name)
            for p in Path("/proc").glob("[0-9]*/environ")
            if readable(p) and str(hub.home).encode() in readable(p)
        ]
        if not left:
            return True
        time.sleep(0.2)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return False


def readable(path: Path) -> bytes:
    """The bytes of a file of /proc; nothing where it is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
