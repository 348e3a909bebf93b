"""Who may be one is compared, answered and taken back: by keyboard alone, and without script."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Borough, keep_image, sign_in, window
from tests.browser.test_pages import WIDTHS, faults_by_axe

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")  # one borough for all of this folder


def doubted(borough: Borough, family: str, n: int) -> None:
    """Two records of one man: the second contact gives the name alone."""
    home = {"lines": [f"{n} {family} Row", "Grays"], "postcode": f"RM17 {n}QA"}
    man = {"ref": "p1", "name": {"family": family, "given": ["Ignatius"]}, "sex": "male"}
    known = {**man, "dob": f"194{n}-04-0{n}", "address": home}
    for number, said in enumerate((known, man)):
        sent = borough.send(
            f"{family}-{number}", people=[said], relationships=[],
            concerns=[{"code": "care-need", "about": "p1"}],
        )  # fmt: skip
        assert sent.status_code in (200, 202), sent.text


def open_review(page: "Page", borough: Borough, family: str) -> str:
    """The page of two by this name; its address."""
    page.goto(f"{borough.url}/reviews")
    following = page.locator("a[rel=next]")
    link = page.get_by_role("link", name=re.compile(f"Compare Ignatius {family}"))
    while not link.count():
        assert following.count(), page.locator("main").inner_text()
        following.click()
    link.first.click()
    page.wait_for_url("**/reviews/*/*")
    return page.url


def focused(page: "Page") -> str:
    """The words of what has the focus."""
    said: str = page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ')")
    return said


def said(page: "Page") -> str:
    """What the page says that somebody did."""
    return page.locator("#message").inner_text()


def test_by_keyboard_alone_one_answers_goes_on_and_takes_it_back(
    borough: Borough, browser: "Browser"
) -> None:
    for n, family in enumerate(("Ravenglassby", "Silloths", "Torpenhows"), 1):
        doubted(borough, family, n)
    context = window(browser)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    sign_in(page, borough, "YC")
    first = open_review(page, borough, "Ravenglassby")
    assert page.locator("kbd:visible").all_inner_texts()[:3] == ["s", "d", "n"]

    page.get_by_label("Reason").focus()
    page.keyboard.type("Seen, nods: jk.")
    assert page.url == first and page.get_by_label("Reason").input_value() == "Seen, nods: jk."
    page.get_by_role("link", name="All reviews").focus()
    page.keyboard.press("Control+d")
    page.keyboard.press("Alt+n")
    assert page.url == first
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)

    page.keyboard.press("s")
    page.wait_for_url("**of=*")
    assert not page.url.startswith(first), "on to the next review"
    assert "Ignatius Ravenglassby" in said(page) and "are one person" in said(page)
    assert said(page).split()[:3] == focused(page).split()[:3], "the focus is on what was said"
    page.keyboard.press("Tab")
    assert focused(page).startswith("Undo")
    page.keyboard.press("u")
    page.wait_for_url(f"{first}?of=*")
    assert "You took back" in said(page)

    page.keyboard.press("d")
    page.wait_for_url(lambda url: not url.startswith(first))
    assert "are two people" in said(page)
    after_d = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != after_d)
    assert "not sure yet" in said(page)

    page.get_by_role("button", name="Switch keys off").click()
    here = page.url
    page.locator("main").focus()
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    assert page.url == here and not page.locator("kbd:visible").count()
    page.get_by_role("button", name="Switch keys on").click()
    assert not errors, errors
    context.close()


def test_without_script_the_same_is_done_by_forms(borough: Borough, browser: "Browser") -> None:
    doubted(borough, "Uldales", 5)
    context = window(browser, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, borough, "YC")
    address = open_review(page, borough, "Uldales")
    assert not page.get_by_role("button", name="Switch keys").count()
    one, other = re.findall(r"P-\d+", address)
    page.get_by_label("Reason").fill("The surgery knows him.")
    page.get_by_role("button", name="Same person").click()
    assert f"({one}) and Ignatius Uldales ({other}) are one person" in said(page)
    page.goto(f"{borough.url}/people/{other}")
    main = page.locator("main")
    assert f"{other} turned out to be {one}" in main.inner_text()
    page.get_by_role("link", name="Who said so, or undo it").click()
    assert "The surgery knows him." in main.inner_text() and "Ben" in main.inner_text()
    page.get_by_role("link", name="Ignatius Uldales").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Reason").fill("His cousin.")
    page.get_by_role("button", name="This is not the same person").click()
    assert "What you ticked is of Ignatius Uldales" in main.inner_text()
    page.get_by_role("link", name="compare them").click()
    assert page.get_by_role("button", name="Same person").count() == 1
    context.close()


def test_who_was_asked_looks_again_from_the_queue(borough: Borough, browser: "Browser") -> None:
    doubted(borough, "Varleys", 6)
    context = window(browser)
    page = context.new_page()
    sign_in(page, borough, "TF")
    open_review(page, borough, "Varleys")
    page.get_by_role("button", name="Same person").click()
    page.wait_for_url("**of=*")
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("link", name=re.compile("to look at again")).click()
    card = page.locator("li.card").filter(has_text="Ignatius Varleys").first
    card.get_by_text("Done …").click()
    card.get_by_label("Outcome").fill("Read again: nothing changes.")
    card.get_by_role("button", name=re.compile("Done obligation")).click()
    page.wait_for_url("**/contacts/**")
    assert "Read again: nothing changes." in page.locator("main").inner_text()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_reviews_are_open_to_all(
    borough: Borough, browser: "Browser", tmp_path: "Path", width: str
) -> None:
    doubted(borough, f"Wythops{width}", 7)
    context = window(browser, width)
    page = context.new_page()
    sign_in(page, borough, "YC")
    page.goto(f"{borough.url}/reviews")
    open_to_all(page, tmp_path, f"reviews-{width}")
    address = open_review(page, borough, f"Wythops{width}")
    open_to_all(page, tmp_path, f"review-{width}")
    page.get_by_role("button", name="Same person").click()
    page.wait_for_url("**of=*")
    open_to_all(page, tmp_path, f"review-answered-{width}")
    page.goto(address)
    open_to_all(page, tmp_path, f"review-merged-{width}")
    page.locator("main").get_by_role("link", name="Ignatius").click()
    open_to_all(page, tmp_path, f"person-merged-{width}")
    context.close()


def open_to_all(page: "Page", folder: "Path", name: str) -> None:
    """No barrier that axe knows, one heading that is the title, nothing off the edge."""
    assert not (faults := faults_by_axe(page)), (name, faults)
    assert page.locator("h1").inner_text() == page.title(), name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    if name.startswith(("review-1280", "reviews-1280")):
        keep_image(page, name, folder)
