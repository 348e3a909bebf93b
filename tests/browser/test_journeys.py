"""A day's work: a partner's, a duty worker's, an auditor's; by keyboard alone, and without script."""

import re
from typing import TYPE_CHECKING

from tests.browser.conftest import SOURCE, Borough, sign_in, window
from tests.browsers import DESK
from tests.hub_process import bearer, contact

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAVIGATION_AT_MOST = 110
"""Pixels of a telephone's height, three lines, that the navigation may take while nothing is opened."""


def test_a_duty_worker_takes_up_what_waits_without_script(
    borough: Borough, browser: "Browser"
) -> None:
    child = {"ref": "p2", "name": {"family": "Abara", "given": ["Ife"]}, "dob": "2013-04-05"}
    sent = borough.send("journey-1", people=[child], relationships=[]).json()
    context = window(browser, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, borough, "YC")
    assert re.search(r"\d+ contacts waiting, soonest due first", lead(page))
    link = page.get_by_role("link", name=sent["id"], exact=True)
    following = page.locator("a[rel=next][href*=waiting]").first
    while not link.count():
        assert following.count(), page.locator("main").inner_text()
        following.click()
    page.get_by_role("link", name=sent["id"], exact=True).click()
    main = page.locator("main")
    assert "young carer" in main.inner_text() and "Ife Abara" in main.inner_text()
    page.get_by_role("button", name=re.compile("Accept referral")).click()
    assert "answered for by Young carers" in lead(page)
    page.get_by_text("Hand on …").click()
    form = page.locator('form[action$="/hand-on"]')
    form.get_by_label("Reason").fill("Nearer to them.")
    form.get_by_label("Next team").select_option("EH")
    form.get_by_role("button").click()
    assert "Handed on" in main.inner_text() and "Early help" in main.inner_text()
    page.get_by_role("link", name="The whole family").click()
    assert page.get_by_role("heading", name="Before you ring or visit").is_visible()
    context.close()


def test_a_queue_is_filtered_by_door_and_by_what_is_overdue(
    borough: Borough, browser: "Browser"
) -> None:
    context = window(browser)
    page = context.new_page()
    sign_in(page, borough, "CLS-2")
    page.get_by_text("Filter, or see an earlier moment").click()
    page.get_by_label("Door").select_option("police")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "by the door police" in lead(page)
    page.get_by_label("Door").select_option("")
    page.get_by_label("Due").select_option("yes")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "overdue" in lead(page)
    due = page.locator('td[data-label="Due"]').all_inner_texts()
    assert all("Overdue" in said for said in due)
    page.get_by_label("Team").select_option("CLS")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.url.startswith(f"{borough.url}/queues/CLS?") and "overdue=yes" in page.url
    context.close()


def test_by_keyboard_alone_from_sign_in_to_a_decision(borough: Borough, browser: "Browser") -> None:
    context = window(browser)
    page = context.new_page()
    page.goto(f"{borough.url}/sign-in")
    page.keyboard.press("Tab")
    assert focused(page).startswith("Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "young carers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queues/YC")
    tab_to(page, "C-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/**")
    tab_to(page, "Mark as seen")
    assert page.evaluate("getComputedStyle(document.activeElement).boxShadow") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**min_position**")
    tab_to(page, "Decline …")
    page.keyboard.press("Enter")
    tab_to(page, "Reason")
    page.keyboard.type("Known to early help.")
    tab_to(page, "Decline referral")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    assert "Declined" in page.locator("main").inner_text()
    context.close()


def test_what_is_under_more_is_reached_by_keyboard_and_without_script_on_a_telephone(
    borough: Borough, browser: "Browser"
) -> None:
    context = window(browser, "375", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, borough, "YC")
    main = page.get_by_role("navigation", name="Main")
    before = main.bounding_box()
    assert before and before["height"] <= NAVIGATION_AT_MOST
    assert not main.get_by_role("link", name="Surges").is_visible()
    main.get_by_text("More").focus()
    page.keyboard.press("Enter")
    where = main.get_by_text("More").bounding_box()
    under = main.get_by_role("link", name="Surges").bounding_box()
    assert where and under and under["y"] > where["y"], "they come under the row"
    for _ in range(9):
        page.keyboard.press("Tab")
        if main.get_by_role("link", name="Surges").evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/surges")
    assert not main.get_by_role("link", name="Surges").is_visible(), "closed again on the next page"
    main.get_by_text("More").click()
    assert main.get_by_role("link", name="Surges").get_attribute("aria-current") == "page"
    context.close()


def test_a_partner_reads_how_and_learns_what_became_of_a_contact(
    borough: Borough, browser: "Browser"
) -> None:
    context = browser.new_context(viewport=DESK, extra_http_headers=bearer(borough.key))
    page = context.new_page()
    page.goto(f"{borough.url}/docs")
    assert page.get_by_role("heading", name="POST /v1/contacts", exact=True).is_visible()
    kind = {"Content-Type": "application/cloudevents+json", "Prefer": "wait=20"}
    people = [
        {"ref": "p2", "name": {"family": "Partnerborn", "given": ["Sam"]}, "dob": "2014-01-02"}
    ]
    agreed = {"to_service": "given"}
    message = contact(SOURCE, "journey-2", people=people, relationships=[], agreement=agreed)
    sent = context.request.post(f"{borough.url}/v1/contacts", data=message, headers=kind)
    assert sent.status == 202, sent.text()
    status = context.request.get(borough.url + sent.json()["status_url"])
    kinds = {(a["kind"], a["team"]) for a in status.json()["answers"]}
    assert ("sent", "YC") in kinds and ("received", None) in kinds
    refused = context.request.post(f"{borough.url}/v1/contacts", data="{}", headers=kind)
    assert refused.status == 422
    told = refused.json()
    assert all(fault["pointer"] and fault["says"] for fault in told["errors"])
    page.goto(f"{borough.url}{told['type']}")
    assert page.url.startswith(f"{borough.url}/docs#problem-")
    context.close()


def test_an_auditor_follows_what_came_of_a_contact_and_sees_it_as_it_was(
    borough: Borough, browser: "Browser"
) -> None:
    context = window(browser)
    page = context.new_page()
    page.goto(f"{borough.url}/sign-in")
    page.get_by_role("button", name="auditor").click()
    page.get_by_label("Contact or person").fill(borough.plain["id"])
    page.get_by_role("button", name="Show", exact=True).click()
    events = page.locator("ol.rows > li")
    assert "arrived by the door" in events.first.inner_text()
    everything = events.count()
    page.get_by_role("link", name=re.compile("What followed")).first.click()
    assert "What followed from position" in lead(page)
    assert events.count() == everything, "all of it followed from the contact's receipt"
    page.get_by_role("link", name=borough.plain["id"], exact=True).first.click()
    assert "Routed" in lead(page) or "Accepted" in lead(page) or "Closed" in lead(page)
    page.get_by_label("As at").fill("2020-01-01T00:00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator("h1").inner_text() == page.title() and "not" in page.title().lower()
    page.goto(f"{borough.url}/audit")
    page.get_by_label("Team").select_option("YC")
    page.get_by_label("At", exact=True).fill("2020-01-01T00:00:00")
    page.get_by_role("button", name="Show the queue").click()
    assert page.url.startswith(f"{borough.url}/queues/YC?") and "0 contacts waiting" in lead(page)
    page.goto(f"{borough.url}/audit")
    page.get_by_label("Kind").select_option("contact.received")
    page.get_by_role("button", name="Show", exact=True).click()
    told = events.all_inner_texts()
    assert told and not [one for one in told if "asked to act" in one or "opened" in one]
    context.close()


def test_an_operator_sends_a_kept_message_again_once_its_sender_is_known(
    borough: Borough, browser: "Browser"
) -> None:
    source = "urn:test:late"
    borough.hub.command("partner", "add", "urn:test:early", "--name", "Late", "--slug", "late")
    key = borough.hub.command("partner", "key", "late")
    context = window(browser)
    people = [
        {"ref": "p2", "name": {"family": "Resentborn", "given": ["Kit"]}, "dob": "2014-01-02"}
    ]
    refused = context.request.post(
        f"{borough.url}/v1/contacts",
        data=contact(
            source, "early", people=people, relationships=[], agreement={"to_service": "given"}
        ),
        headers={**bearer(key), "Content-Type": "application/cloudevents+json"},
    )
    assert refused.status == 403, refused.text()
    page = context.new_page()
    page.goto(f"{borough.url}/sign-in")
    page.get_by_role("button", name="Olive (operator)").click()
    kept = page.locator("article.card").filter(has_text="late").first
    for _ in range(50):
        page.goto(f"{borough.url}/quarantine")
        if kept.count():
            break
    kept.get_by_role("button", name=re.compile("Send again")).click()
    assert "It still cannot be used: not your source" in page.locator("main").inner_text()
    borough.hub.command("partner", "add", source, "--name", "Late", "--slug", "late")
    kept.get_by_role("button", name=re.compile("Send again")).click()
    assert "It was taken as contact C-" in page.get_by_role("status").inner_text()
    assert kept.count(), "what was kept first stays"
    taken = page.get_by_role("status").get_by_role("link").inner_text()
    kept.get_by_role("button", name=re.compile("Send again")).click()
    assert taken in page.get_by_role("status").inner_text(), "twice is once"
    context.close()


def lead(page: "Page") -> str:
    """The sentence under the heading."""
    return page.locator("p.lead").first.inner_text()


def focused(page: "Page") -> str:
    """What has the focus, by its words or its label."""
    said: str = page.evaluate(
        "(e => e.role === 'region' ? '' : (e.labels?.[0]?.innerText ?? '') + e.innerText.replace(/\\s+/g, ' '))(document.activeElement)"
    )
    return said


def tab_to(page: "Page", words: str) -> None:
    """Press Tab until something with these words has the focus, and can be seen to have it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    raise AssertionError(f"no key leads to {words!r}")
