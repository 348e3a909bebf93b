"""Every page, empty, ordinary and at its worst: no barrier that axe knows, nothing off the edge, light, and on this origin alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hub.policies import document_hash
from hub.policies.register import SHIPPED
from tests.browser.conftest import AXE, WIDTHS, Borough, keep_image, sign_in, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HEAVIEST = 200_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EARLY = "as_at=2020-01-01T00:00:00"

# what each kind of viewer looks at: the page's name in three states, and its address
DUTY = {
    "queue-empty": "/queues/YC?door=housing",
    "queue-second-page": "/queues/YC?waiting=2",
    "queue-worst": "/queues/YC",
    "contact": "/contacts/{plain}",
    "contact-worst": "/contacts/{worst}",
    "contact-why-not": "/contacts/{plain}?why=R17",
    "contact-nowhere": "/contacts/C-20-000001",
    "family": "/stories/a-young-carer",
    "family-small": "/families/{plain_person}",
    "family-worst": "/families/{worst_person}",
    "family-nowhere": "/families/P-999999",
    "person": "/people/{plain_person}",
    "person-worst": "/people/{worst_person}",
    "search-empty": "/search",
    "actions-of-another-team": "/actions",
    "surges": "/surges",
    "you-said": "/you-said-we-did",
    "policies": "/policies",
    "policy": "/policies/{in_force}",
    "policy-worst": "/policies/{draft}",
    "quarantine": "/quarantine",
    "teams": "/teams",
    "unmet-needs": "/unmet-needs",
    "directory": "/directory",
    "directory-empty": "/directory?q=nothing-like-it",
    "stories": "/stories",
    "about": "/about",
    "api": "/docs",
    "sign-in": "/sign-in",
}
AUDITOR = {
    "audit-empty": f"/audit?{EARLY}",
    "audit": "/audit?about={plain}",
    "audit-worst": "/audit",
    "audit-followed": "/audit?followed={position}",
    "operation": "/operation",
    "queue-as-at-empty": f"/queues/YC?{EARLY}",
}
HEALTHWATCH = {"actions": "/actions"}
FRONT_DOOR = {"queue": "/queues/MASH", "family-held-back": "/stories/a-shielded-mother"}
LISTS = {
    "policy-worst",
    "queue",
    "queue-worst",
    "family-worst",
    "search-empty",
    "audit-worst",
    "operation",
}
MAGNIFIED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %: WCAG 1.4.10, reflow
OPENED = {"policy-worst", "operation"}  # looked at with "More" opened
KEPT = {"queue", "queue-worst", "contact", "family", "audit"}


@pytest.fixture
def address(borough: Borough, tmp_path: Path) -> dict[str, Any]:
    """What stands in the addresses."""

    return {
        "plain": borough.plain["id"],
        "worst": borough.worst["id"],
        "plain_person": borough.person_of(borough.plain),
        "worst_person": borough.person_of(borough.worst),
        "position": borough.plain["position"],
        "in_force": document_hash(SHIPPED.read_text(encoding="utf-8")),
        "draft": faulty_draft(borough, tmp_path),
    }


def faulty_draft(borough: Borough, folder: Path) -> str:
    """A draft with a fault, that would change much; run over history."""
    file = folder / "draft.yaml"
    said = SHIPPED.read_text(encoding="utf-8").replace("    team: YC\n", "    team: CAR\n")
    file.write_text(said.replace("working_days: 1, basis: law", "working_days: 2, basis: law"))
    borough.hub.command("policy", "draft", str(file))
    borough.hub.command("policy", "shadow", str(file))
    return document_hash(file.read_text())


def faults_by_axe(page: "Page") -> list[str]:
    """What axe finds wrong with the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def visit(page: "Page", url: str, name: str) -> int:
    """Go there; how many bytes of pages and style sheets that took."""
    weights: list[int] = []
    elsewhere: list[str] = []

    def note(answer: Any) -> None:
        if not answer.url.startswith(url.split("/", 3)[0] + "//" + url.split("/", 3)[2]):
            elsewhere.append(answer.url)
        weights.append(len(answer.body()))

    page.on("response", note)
    page.goto(url)
    page.remove_listener("response", note)
    assert not elsewhere, (name, elsewhere)
    return sum(weights)


@pytest.mark.parametrize(
    ("team", "pages"),
    [("YC", DUTY), ("MASH", FRONT_DOOR), ("HW", HEALTHWATCH), ("TF", AUDITOR)],
    ids=["duty", "front door", "healthwatch", "auditor"],
)
def test_every_page_in_every_state_is_open_to_all_and_light(
    borough: Borough, browser: "Browser", address: dict[str, Any], tmp_path: Path, team: str, pages: dict[str, str]
) -> None:  # fmt: skip
    errors: list[str] = []
    for width in WIDTHS:
        context = window(browser, width)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        enter(page, borough, team)
        for name, path in pages.items():
            weight = visit(page, borough.url + path.format(**address), name)
            assert weight <= HEAVIEST, (name, weight)
            heading = page.locator("h1")
            assert heading.count() == 1 and heading.inner_text() == page.title(), name
            across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert across <= 0, f"{name} is {across} pixels too wide at {width}"
            if width == "375":
                page.set_viewport_size(MAGNIFIED)
                across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert across <= 0, f"{name} is {across} pixels too wide when it is magnified"
                page.set_viewport_size(WIDTHS[width])
            if width == "375" and name in OPENED:
                page.locator("nav summary").click()
            if width == "375" or (width == "1280" and name in LISTS):
                assert not (faults := faults_by_axe(page)), (name, width, faults)
            if name in KEPT:
                keep_image(page, f"{name}-{width}", tmp_path)
        context.close()
    assert not [e for e in errors if "404" not in e], errors


def enter(page: "Page", borough: Borough, team: str) -> None:
    """As somebody of the team, or as the auditor, who is of TF's."""
    if team != "TF":
        sign_in(page, borough, team)
        return
    page.goto(f"{borough.url}/sign-in")
    page.get_by_role("button", name="auditor").click()


def test_a_search_in_its_three_states(borough: Borough, browser: "Browser") -> None:
    for width in ("375", "1280"):
        context = window(browser, width)
        page = context.new_page()
        sign_in(page, borough, "YC")
        for asked, says in (
            ("Nobodysname", "Nobody that you may find"),
            ("Quillory Gus", "1 person fits"),
            ("Farrow", "people fit"),
        ):
            page.goto(f"{borough.url}/search")
            page.get_by_label("Name, NHS number").fill(asked)
            page.get_by_role("button", name="Find").click()
            assert says in page.locator("main").inner_text()
            assert asked not in page.url and asked not in page.title()
            assert not faults_by_axe(page)
        page.locator("main table a").first.click()
        page.go_back()
        assert "people fit" in page.locator("main").inner_text()
        context.close()
