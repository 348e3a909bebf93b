"""A hub at work pages a team about a child at risk, with nothing about anybody; killed half-way, it pages them all the same."""

import json
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import httpx
import pytest

from tests.faults.truth import rows
from tests.hub_process import HubProcess, bearer, contact, family_of_its_own, post
from tests.paging import given
from tests.paging.given import URL, MailHost, teams

SOURCE = "urn:ods:F81XXX/systmone"
MASH_MAIL = "duty@mash.example.org"
HARM = {"code": "child-harm", "about": "p2"}
WITHIN = 30.0


@pytest.fixture
def mail() -> Iterator[MailHost]:
    yield from given.mail_host()


@pytest.fixture
def hub(hub_process: HubProcess, mail: MailHost) -> HubProcess:
    """A hub that pages MASH by this mail server, started."""
    hub_process.settings.update(
        HUB_SMTP=f"smtp://127.0.0.1:{mail.port}?tls=none",
        HUB_SMTP_FROM="hub@council.example.org",
        HUB_URL=URL,
    )
    hub_process.home.mkdir(parents=True)
    file = hub_process.home.parent / "teams.yaml"
    file.write_text(teams(mash=f"email: {MASH_MAIL}"))
    hub_process.command("teams", "import", str(file))
    hub_process.start()
    return hub_process


def until(holds: Callable[[], Any]) -> Any:
    """What it says as soon as it says something."""
    end = time.monotonic() + WITHIN
    while not (said := holds()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
    return said


def harm(hub: HubProcess, key: str, message_id: str, **said: Any) -> str:
    """A contact about a child who is harmed; its number."""
    message = contact(SOURCE, message_id, concerns=[HARM], **said)
    return str(post(hub, key, message, Prefer="wait=30").json()["id"])


def everything_said(of: Any) -> Iterator[str]:
    """Every text of a message, but for the words of its form."""
    if isinstance(of, dict):
        for name, value in of.items():
            if name not in ("ref", "about", "by", "from", "to", "type", "code", "system", "status"):
                yield from everything_said(value)
    elif isinstance(of, list):
        for value in of:
            yield from everything_said(value)
    elif isinstance(of, str):
        yield of


def said(hub: HubProcess) -> list[str]:
    """The types of what was said of pages, in order."""
    query = "SELECT type FROM {}.events WHERE type LIKE 'page.%%' AND %s ORDER BY position"
    return [kind for (kind,) in rows(hub.dsn, query, True)]


def test_a_page_says_nothing_of_anybody_and_a_hub_killed_while_it_pages_pages_again(
    hub: HubProcess, mail: MailHost
) -> None:
    key = hub.partner_key(SOURCE, "grays-surgery")
    mail.slow = 5
    number = harm(hub, key, "m-1")
    until(lambda: mail.taken)
    hub.kill()  # the server took it, and nobody wrote that down
    mail.slow = 0
    hub.start()
    assert until(lambda: said(hub)) == ["page.sent"]
    [raw, _again] = mail.taken
    assert len({m["Message-ID"] for m in mail.messages}) == 1
    names_nobody(raw, number)
    logged = (hub.home / "hub.log").read_text()
    assert MASH_MAIL not in logged and "Okoro" not in logged

    mail.stop()
    harm(hub, key, "m-2", people=family_of_its_own(2))
    assert until(lambda: len(said(hub)) > 1) and said(hub)[1:] == ["page.failed"]
    assert json.loads(hub.command("verify", "--json"))["ok"]


def names_nobody(raw: bytes, number: str) -> None:
    """A page holds nothing that the contact said of anybody: no name, date, address, number, nor why."""
    message = message_from_bytes(raw)
    assert message["To"] == MASH_MAIL and f"{URL}/contacts/{number}\r\n" in raw.decode()
    about = contact(SOURCE, "m-1", concerns=[HARM])["data"]
    words = {w for text in everything_said(about) for w in (text, *text.split()) if len(w) > 3}
    assert {"Okoro", "Daniel", "2012-02-03", "9990000018", "RM17"} <= words
    plain = raw.decode().lower()
    assert [word for word in words if word.lower() in plain] == []
    assert "harm" not in plain and "child" not in plain


def test_danger_told_again_of_a_child_that_the_team_has_accepted_pages_it_again(
    hub: HubProcess, mail: MailHost
) -> None:
    key, duty = hub.partner_key(SOURCE, "grays-surgery"), hub.staff_key("Ruth", "MASH")
    first = harm(hub, key, "m-1")
    until(lambda: mail.taken)
    url = f"{hub.url}/v1/referrals/R{first[1:]}-1/accept"
    assert httpx.post(url, json={}, headers=bearer(duty)).status_code == 200
    again = harm(hub, key, "m-2")
    until(lambda: len(mail.taken) > 1)
    assert again != first and f"{URL}/contacts/{again}\r\n" in mail.taken[-1].decode()
    assert f"N{again[1:]}-F7-MASH" in mail.messages[-1]["Subject"]
    names_nobody(mail.taken[-1], again)
