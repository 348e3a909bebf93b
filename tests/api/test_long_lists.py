"""A queue longer than a page: each ask is on one page, in order, and pages lead to each other."""

import json
import re

from hub.pages.paging import SIZE, paged
from tests.api.conftest import World


def test_each_item_is_on_one_page_and_no_number_leads_nowhere() -> None:
    for total in (0, 1, SIZE, SIZE + 1, 3 * SIZE):
        items = list(range(total))
        pages = paged(items, 1).pages
        shown = [paged(items, n + 1) for n in range(pages)]
        assert [i for each in shown for i in each.items] == items
        assert [(each.first, each.last) for each in shown if each.items] == [
            (each.items[0] + 1, each.items[-1] + 1) for each in shown if each.items
        ]
        assert paged(items, -3) == shown[0] and paged(items, 10**9) == shown[-1]


def test_a_long_queue_is_read_page_by_page(world: World) -> None:
    lines = b"\n".join(json.dumps(world.message()).encode() for _ in range(SIZE + 5))
    headers = {**world.as_("surgery"), "content-type": "application/x-ndjson"}
    told = world.client.post("/v1/contacts:batch", content=lines, headers=headers).text
    assert len(told.splitlines()) == SIZE + 5
    world.settle()

    queue = world.get("/v1/queues/YC", "worker").json()
    waiting = [row["contact"] for row in queue["waiting"]]
    read, path = list[str](), "/queues/YC"
    while path:
        page = world.get(path, "worker", accept="text/html").text
        table = page.partition("In hand</h2>")[0]
        read += re.findall(r'data-label="Contact"><a href="/contacts/(C-[0-9-]+)">', table)
        following = re.search(r'rel="next" href="([^"]+waiting[^"]+)"', table)
        path = f"/queues/YC{following[1].replace('&amp;', '&')}" if following else ""
    assert read == waiting and len(read) > SIZE


def test_a_page_number_that_is_none_is_refused_in_words(world: World) -> None:
    assert world.get("/queues/YC?waiting=first", "worker").status_code == 422
