"""A real browser for tests: the Chromium or Chrome of this machine, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.needs import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}


def find_browser() -> str | None:
    """The path of a Chromium or Chrome; `CHROME_PATH` goes before what is found."""
    given = os.environ.get("CHROME_PATH")
    found = [given] if given else [shutil.which(name) for name in NAMES] + list(PLACES)
    return next((path for path in found if path and os.access(path, os.X_OK)), None)


@pytest.fixture
def browser() -> "Iterator[Browser]":
    """A headless browser. One a test, since Playwright holds the thread's event loop for as long as it runs; tests that
    use it are plain functions, not async ones."""
    path = find_browser()
    if path is None:
        need("No browser.", "install Chromium (apt-get install chromium) or set CHROME_PATH.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def tab(browser: "Browser") -> "Iterator[Page]":
    """A fresh browser window of a desk's size, with no cookie; any error in it fails the test at the end."""
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Europe/London")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not errors, errors
