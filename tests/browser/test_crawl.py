"""Every link of every page leads somewhere, for everybody; each page has one heading, its title."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.browser.conftest import Borough

pytestmark = pytest.mark.xdist_group("browser")  # one borough for all of this folder
LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"')
EACH = 60  # links of one shape, such as each event's "What followed": more of them tell nothing new


@pytest.mark.parametrize("who", ["YC", "MASH", "SPLW", "auditor", "operator"])
def test_every_link_leads_to_a_page_whose_heading_is_its_title(borough: Borough, who: str) -> None:
    with borough.client(borough.staff(who)) as client:
        crawl(client)


def crawl(client: httpx.Client) -> None:
    """From every page by every link."""
    start = client.get("/").headers["location"]
    todo, seen, shapes = (
        deque([start, "/about", "/docs"]),
        {start, "/about", "/docs"},
        dict[str, int](),
    )
    faults: list[str] = []
    while todo:
        path = todo.popleft()
        answer = client.get(path, follow_redirects=True)
        at = urlsplit(str(answer.url))
        if answer.status_code != 200:
            faults.append(f"{path}: {answer.status_code}")
            continue
        if "html" not in answer.headers["content-type"]:
            continue
        titles = re.findall(r"<title>(.*?)</title>", answer.text)
        if titles != re.findall(r"<h1>(.*?)</h1>", answer.text) or len(titles) != 1:
            faults.append(f"{path}: {titles}")
        ids = set(re.findall(r'\bid="([^"]+)"', answer.text))
        for link in map(unescape, LINK.findall(answer.text)):
            if link.startswith("#"):
                if link[1:] not in ids:
                    faults.append(f"{path}: nothing is at {link}")
                continue
            to = urlsplit(urljoin(answer.url.path + (f"?{at.query}" if at.query else ""), link))
            assert not to.netloc, (path, link)
            where = to.path + (f"?{to.query}" if to.query else "")
            shape = re.sub(r"[\d%A-F]+", "0", where)
            if where not in seen and shapes.get(shape, 0) < EACH:
                shapes[shape] = shapes.get(shape, 0) + 1
                seen.add(where)
                todo.append(where)
    assert not faults, faults[:20]
    assert len(seen) > 8
