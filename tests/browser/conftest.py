"""One hub with a small borough for all of this folder, with the worst that a page can meet besides, and its staff."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browsers import DESK, PHONE
from tests.guards.repository import ROOT
from tests.hub_process import HubProcess, bearer, contact

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SOURCE = "urn:test:browsers"
IMAGES = ROOT / "docs" / "images"
WIDTHS = {"375": PHONE, "768": {"width": 768, "height": 1024}, "1280": DESK}
LONG = "Wolfeschlegelsteinhausenbergerdorffvoralternwaren" * 2
FAMILIES = ("Umberlake", "Quillory", "Dunmoreau", "Ellerwick", "Farrowby", "Adebisi-Holt")
GIVEN = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Isla", "Jude")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Borough:
    """A hub at work on a small borough. `worst` is a contact with everything that strains a page, `plain` an ordinary one."""

    hub: HubProcess
    key: str
    members: list[dict[str, Any]]
    worst: dict[str, Any]
    plain: dict[str, Any]

    @property
    def url(self) -> str:
        return self.hub.url

    def send(self, message_id: str, **data: Any) -> httpx.Response:
        """A contact, decided by the time of the answer."""
        headers = {**bearer(self.key), "Content-Type": "application/cloudevents+json", "Prefer": "wait=20"}  # fmt: skip
        data = {"agreement": {"to_service": "given"}, **data}
        body = json.dumps(contact(SOURCE, message_id, **data))
        return httpx.post(f"{self.url}/v1/contacts", content=body, headers=headers, timeout=60)

    def staff(self, who: str) -> str:
        """The id of somebody of a team, or of a role."""
        return next(str(m["staff"]) for m in self.members if who in (m["team"], m["role"]))

    @contextmanager
    def client(self, staff: str) -> Iterator[httpx.Client]:
        """A client signed in as somebody."""
        site = {"sec-fetch-site": "same-origin"}
        with httpx.Client(base_url=self.url, headers=site, timeout=60) as client:
            client.post(f"/sign-in/{staff}")
            yield client

    def person_of(self, sent: dict[str, Any]) -> str:
        """Somebody whom a contact of ours names."""
        with self.client(self.staff("YC")) as client:
            said = client.get(sent["status_url"], headers={"accept": "application/json"}).json()
        return next(str(m["person"]) for m in said["mentions"] if m["person"])


def long_story() -> dict[str, Any]:
    """As many people, worries and words as strain a page."""
    people = [
        {
            "ref": f"p{n}",
            "name": {"family": LONG, "given": ["Anastasia-Clementina", f"Number{n}"]},
            "dob": f"{1950 + 3 * n}-0{n % 9 + 1}-11",
            "address": {"lines": [f"{n} {LONG}", "Grays"], "postcode": "RM17 6XX"},
            "phones": ["07700 900321"],
        }
        for n in range(1, 21)
    ]
    relations = [{"from": "p1", "type": "parent-of", "to": f"p{n}"} for n in range(12, 21)]
    relations += [{"from": "p20", "type": "cares-for", "to": "p1", "hours_per_week": 40}]
    return {
        "people": people,
        "relationships": relations,
        "concerns": [
            *({"code": "young-carer", "about": f"p{n}"} for n in range(18, 21)),
            *({"code": "care-need", "about": f"p{n}"} for n in range(1, 6)),
        ],
        "narrative": f"{LONG} " * 30,
        "strengths": [{"text": f"{LONG} cooks", "about": "p1"}],
        "wants": [{"text": "<script>alert('no')</script> & peace", "about": "p1"}],
        "facts": {"safe_to_call": "no"},
    }


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Borough]:
    """The hub, at work."""
    hub = HubProcess(tmp_path_factory.mktemp("browser") / "home")
    hub.start("run", "--demo", "--households", "12")
    try:
        loaded(hub)
        members = json.loads(hub.command("staff", "list", "--json"))
        made = Borough(hub, hub.partner_key(SOURCE, "browsers"), members, {}, {})
        made.worst = made.send("worst", **long_story()).json()
        for n in range(60):
            made.plain = made.send(f"plain-{n}", people=[one_of(n)], relationships=[]).json()
        refused = made.send("refused", door="window")
        assert refused.status_code == 422, refused.text
        yield made
    finally:
        hub.stop()


def one_of(n: int) -> dict[str, Any]:
    """A young carer of their own each time."""
    name = {"family": FAMILIES[n // 10], "given": [GIVEN[n % 10]]}
    return {"ref": "p2", "name": name, "dob": f"2012-0{n % 9 + 1}-{n % 28 + 1:02}"}


def loaded(hub: HubProcess) -> None:
    """Until the borough's past is relived and shown."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        told = httpx.get(f"{hub.url}/ready", timeout=10)
        if told.status_code == 200 and not told.json().get("loading"):
            return
        time.sleep(0.2)
    raise AssertionError(told.text)


def sign_in(page: "Page", borough: Borough, team: str) -> None:
    """By the button of somebody of a team."""
    page.goto(f"{borough.url}/sign-in")
    page.locator(f'form[action^="/sign-in/{borough.staff(team)}?"] button').click()


def window(browser: "Browser", width: str = "1280", **more: Any) -> "BrowserContext":
    """A browser window of that width, in London."""
    return browser.new_context(
        viewport=WIDTHS[width], locale="en-GB", timezone_id="Europe/London", **more
    )


def keep_image(page: "Page", name: str, folder: Path) -> None:
    """A picture of the page, in `docs/images` too where HUB_SCREENSHOTS=1 asks for them anew."""
    taken = folder / f"{name}.png"
    page.screenshot(path=taken, full_page=True, clip=shown_part(page))
    if os.environ.get("HUB_SCREENSHOTS") == "1":
        IMAGES.mkdir(exist_ok=True)
        shutil.copy(taken, IMAGES / taken.name)


def shown_part(page: "Page") -> Any:
    """The page as far as an eye goes down at once and a bit more: a long list goes on as it begins."""
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    return {"x": 0, "y": 0, "width": width, "height": min(height, 1300)}
