"""A partner posts, a duty worker accepts in a real browser, the partner reads the answer, an auditor looks on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.hub_process import HubProcess, bearer, contact, post

if TYPE_CHECKING:
    from playwright.sync_api import Page

SOURCE = "urn:ods:F81XXX/example"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub with the stories of the made-up borough, as `make run` starts it, without the other families."""
    hub = HubProcess(tmp_path_factory.mktemp("stories") / "home")
    try:
        hub.start("run", "--demo", "--households", "0")
        yield hub
    finally:
        hub.stop()


def sign_in(tab: "Page", hub: HubProcess, who: str) -> None:
    """Sign in by the button of one of the made-up staff."""
    tab.goto(f"{hub.url}/")
    tab.get_by_role("button", name=who).click()


def one_heading_equal_to_the_title(tab: "Page") -> bool:
    """Whether the page has one h1, and it is the title."""
    headings = tab.locator("h1")
    return headings.count() == 1 and headings.first.inner_text().strip() == tab.title().strip()


def test_a_contact_from_a_partner_is_accepted_by_a_duty_worker_and_answered(
    demonstration: HubProcess, tab: "Page"
) -> None:
    hub = demonstration
    key = hub.partner_key(SOURCE, "example-surgery")
    said = post(hub, key, contact(SOURCE, "m-1"), Prefer="wait=10").json()
    number = said["id"]

    sign_in(tab, hub, "Ben")
    assert one_heading_equal_to_the_title(tab)
    tab.get_by_role("link", name=number).first.click()
    assert one_heading_equal_to_the_title(tab)
    tab.get_by_role("button", name="Accept").first.click()
    tab.wait_for_url(f"{hub.url}/contacts/{number}*")
    assert "accepted" in tab.locator("main").inner_text().lower()

    answers = httpx.get(f"{hub.url}/v1/contacts/{number}", headers=bearer(key)).json()["answers"]
    assert ("accepted", "YC") in [(a["kind"], a["team"]) for a in answers]

    tab.get_by_role("link", name="The whole family").click()
    assert one_heading_equal_to_the_title(tab)
    assert "Okoro" in tab.locator("main").inner_text()


def test_an_auditor_reads_what_happened(demonstration: HubProcess, tab: "Page") -> None:
    sign_in(tab, demonstration, "Harriet")
    assert tab.url.endswith("/audit")
    assert one_heading_equal_to_the_title(tab)
    tab.goto(f"{demonstration.url}/audit?after=0")
    assert "was begun as a demonstration" in tab.locator("main").inner_text()


def test_a_shielded_family_is_not_given_away_to_a_team_that_is_not_cleared(
    demonstration: HubProcess, tab: "Page"
) -> None:
    hub = demonstration
    sign_in(tab, hub, "Asha")
    assert "Tom Hale" in tab.locator("main").inner_text()
    tab.get_by_role("button", name="Sign out").click()
    sign_in(tab, hub, "Harriet")
    tab.goto(f"{hub.url}/stories/a-shielded-mother")
    family = tab.url
    for path in (
        "/audit",
        "/quarantine",
        "/stories/a-shielded-mother",
        family.removeprefix(hub.url),
    ):
        tab.goto(f"{hub.url}{path}", wait_until="commit")
        page = tab.content()
        assert "Beacon House" not in page and "RM15" not in page, path
