"""The pages on which staff compare two people, answer, take it back, and say what is of somebody else."""

import re
from typing import Any

import httpx
import pytest

from tests.api.conftest import World
from tests.api.test_corrections import doubted, said, who
from tests.hub_process import family_of_its_own

Pair = tuple[dict[str, str], dict[str, str]]


def submit(world: World, path: str, who_: str = "worker", **fields: Any) -> httpx.Response:
    """A form of one of our own pages."""
    site = {"sec-fetch-site": "same-origin", **world.as_(who_)}
    return world.client.post(path, data=fields, headers=site)


def two_of(pair: Pair) -> tuple[str, str]:
    """The two people of a doubt."""
    return pair[0]["p1"], pair[1]["p1"]


def address(pair: Pair) -> str:
    """Their page."""
    return "/reviews/{}/{}".format(*two_of(pair))


def message(page: httpx.Response) -> str:
    """What the page says that the viewer did."""
    found = re.search(r'id="message".*?</p>', page.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def listed(world: World, who_: str = "worker") -> str:
    """Every page of the list."""
    pages, number = "", 1
    while True:
        shown = world.get(f"/reviews?number={number}", who_)
        assert shown.status_code == 200
        pages += shown.text
        number += 1
        if f"number={number}" not in shown.text:
            return pages


def test_a_review_is_compared_answered_and_taken_back(world: World) -> None:
    pair = doubted(world, "Applethwaite")
    one, other = two_of(pair)
    assert f'href="{address(pair)}"' in listed(world)
    page = world.get(address(pair), "worker").text
    assert "The same forename" in page and "against a house-mate" in page
    assert page.count("Ignatius Applethwaite") >= 2 and f"/contacts/{pair[1]['contact']}" in page
    assert "Both have open work" in page
    answered = submit(world, address(pair), answer="same", reason="The surgery knows him.")
    assert answered.status_code == 303
    following = world.get(answered.headers["location"], "worker")
    assert f"Ignatius Applethwaite ({one}) and Ignatius Applethwaite ({other}) are one person" in message(following)  # fmt: skip
    settled = world.get(address(pair), "auditor").text
    assert f"{one} and {other} are one person" in settled and "Ben said so on" in settled
    assert "The surgery knows him." in settled and "Undo" not in settled
    assert 'value="taken-back"' in world.get(address(pair), "worker").text
    back = submit(world, address(pair), answer="taken-back")
    assert back.headers["location"].startswith(address(pair))
    assert "You took back" in message(world.get(back.headers["location"], "worker"))
    assert f'href="{address(pair)}"' in listed(world)


def test_different_people_are_said_to_be_so_and_the_page_says_who_said_it(world: World) -> None:
    pair = doubted(world, "Birtwhistleton")
    answered = submit(world, address(pair), answer="different", reason="Two birthdays.")
    assert "are two people" in message(world.get(answered.headers["location"], "worker"))
    page = world.get(address(pair), "worker").text
    assert "Two people:" in page and "Two birthdays." in page
    assert 'value="same"' not in page and 'value="taken-back"' in page
    assert address(pair) not in listed(world)
    person = world.get(f"/people/{pair[1]['p1']}", "worker").text
    assert "Somebody said that this is not" in person and "This may be" not in person
    colleague = submit(world, address(pair), answer="same")
    assert colleague.status_code == 409
    assert f'href="{address(pair)}"' in colleague.text and "take that back first" in colleague.text


def test_not_sure_yet_comes_last_and_can_still_be_answered(world: World) -> None:
    pair = doubted(world, "Cattermoleham")
    submit(world, address(pair), answer="not-sure", reason="Rang, nobody in.")
    page = world.get(address(pair), "worker").text
    assert "Not sure yet:" in page and "Rang, nobody in." in page and 'value="same"' in page
    order = re.findall(r'href="(/reviews/P-\d+/P-\d+)"', listed(world))
    unsure = listed(world).partition('class="tag">Not sure yet')[2]
    assert address(pair) in order and order.index(address(pair)) >= len(order) - unsure.count("Not sure yet</strong>") - 1  # fmt: skip


def test_only_the_viewers_own_answer_is_told_them(world: World) -> None:
    pair = doubted(world, "Dalrymplewick")
    answered = submit(world, address(pair), answer="different")
    assert message(world.get(answered.headers["location"], "worker"))
    assert not message(world.get(answered.headers["location"], "cleared"))
    assert not message(world.get("/reviews?of=P-999998~P-999999", "worker"))
    assert not message(world.get("/reviews?of=%3Cscript%3E", "worker"))


def test_an_id_that_was_merged_leads_to_the_one_that_stands(world: World) -> None:
    pair = doubted(world, "Entwistlebury")
    one, other = two_of(pair)
    before = world.get(f"/people/{other}", "worker").text
    assert f"This may be {one}" in before and f'href="/reviews/{other}/{one}"' in before
    submit(world, address(pair), answer="same")
    for place in ("people", "families"):
        led = world.get(f"/{place}/{other}", "worker")
        assert led.status_code == 303 and led.headers["location"] == f"/{place}/{one}?was={other}"
        shown = world.get(led.headers["location"], "worker").text
        assert f"<strong>{other}</strong> turned out to be {one}" in shown
    assert "turned out" not in world.get(f"/people/{one}?was=P-999999", "worker").text
    contact = world.get(f"/contacts/{pair[1]['contact']}", "worker").text
    assert "It was linked to somebody else at first." in contact
    assert "linked to somebody else" not in world.get(f"/contacts/{pair[0]['contact']}", "worker").text  # fmt: skip
    family = world.get(f"/families/{one}", "worker").text
    assert family.count("turned out to be Ignatius Entwistlebury") == 1
    now = world.get(f"/reviews/{other}/{one}", "worker")
    assert now.status_code == 200 and "are one person" in now.text
    audit = world.get(f"/audit?about={other}", "auditor").text
    assert f"{other} turned out to be {one}." in audit


def test_a_merge_is_looked_at_again_from_the_queue(world: World) -> None:
    pair = doubted(world, "Featherstonehaugh")
    submit(world, address(pair), answer="same")
    contact = world.get(f"/v1/contacts/{pair[0]['contact']}", "auditor").json()
    [owed] = [o for o in contact["obligations"] if o["rule"] == "correction"]
    team = next(r["team"] for r in contact["referrals"] if r["referral"] == owed["referral"])
    queue = world.get(f"/queues/{team}", "operator").text
    assert "Look again" in queue and "to look at again" in queue
    assert pair[0]["contact"] in queue.partition('id="again"')[2].partition("</ul>")[0]
    assert (
        f"/obligations/{owed['obligation']}" not in queue
    )  # the operator does nothing of a team's


def test_what_is_of_somebody_else_is_ticked_and_goes_to_them(world: World) -> None:
    people = family_of_its_own(next(world.numbers))
    first, second = who(world, people=people), who(world, people=people)
    person = first["p1"]
    assert second["p1"] == person
    page = world.get(f"/people/{person}", "worker")
    assert page.status_code == 200, page.text
    boxes = re.findall(r'name="mention" type="checkbox" value="([^"]+)"', page.text)
    assert boxes == [f"{second['contact']} p1", f"{first['contact']} p1"]
    assert 'name="mention"' not in world.get(f"/people/{person}", "auditor").text
    path = f"/people/{person}/unlink"
    assert submit(world, path, reason="So.").status_code == 422
    assert submit(world, path, mention=boxes[0]).status_code == 422
    assert submit(world, path, mention=boxes, reason="So.").status_code == 409
    assert submit(world, path, mention="x", reason="So.").status_code == 409
    assert submit(world, path, mention=boxes[0], reason="So.", to="p\0x").status_code == 422
    done = submit(world, path, mention=boxes[0], reason="His cousin of the same name.")
    assert done.status_code == 303
    shown = world.get(done.headers["location"], "worker").text
    found = re.search(r"What you ticked is of .*?\((P-\d+)\) now", shown)
    assert found and 'name="mention"' not in shown
    new = world.get(f"/people/{found[1]}", "worker").text
    assert second["contact"] in new and first["contact"] not in new
    assert submit(world, f"/reviews/{person}/{found[1]}", answer="same").status_code == 303
    assert world.get(f"/people/{found[1]}", "worker").status_code == 303


def test_no_page_of_a_hidden_persons_record_tells_the_uncleared_from_one_nobody_has(
    world: World,
) -> None:
    shielded = said("p1", "Ottilie", "Grimshawby", "1979-09-09", flags=["shielded"])
    first = who(world, people=[shielded], relationships=[])
    second = who(world, people=[said("p1", "Ottilie", "Grimshawby")], relationships=[])
    one, other = first["p1"], second["p1"]
    nobody = world.get("/reviews/P-999998/P-999999", "worker")
    assert nobody.status_code == 404
    assert other not in listed(world) and f"/reviews/{one}/{other}" in listed(world, "cleared")
    for path in (f"/reviews/{one}/{other}", f"/reviews/{other}/{one}", f"/reviews/{one}/{one}"):
        assert world.get(path, "worker").text == nobody.text
        assert submit(world, path, answer="same").status_code in (404, 409)
    assert one not in world.get(f"/people/{other}", "worker").text
    merge = submit(world, f"/reviews/{one}/{other}", "cleared", answer="same")
    assert merge.status_code == 303
    assert world.get(f"/reviews/{one}/{other}", "cleared").status_code == 200
    for path in (f"/reviews/{one}/{other}", f"/reviews/{other}/P-999999"):
        assert world.get(path, "worker").text == nobody.text
    about = world.get(f"/reviews?of={one}~{other}", "worker")
    assert not message(about) and other not in about.text


@pytest.mark.parametrize("path", ["/reviews/P-000001/P-000001", "/reviews/nobody/P-000001", "/reviews/P-/x"])  # fmt: skip
def test_what_is_no_two_people_is_not_found(world: World, path: str) -> None:
    assert world.get(path, "worker").status_code == 404
    assert submit(world, path, answer="same").status_code in (404, 409)


def test_only_staff_are_offered_an_answer(world: World) -> None:
    pair = doubted(world, "Hollingsworthy")
    for who_ in ("auditor", "operator"):
        page = world.get(address(pair), who_).text
        assert 'name="answer"' not in page
        assert submit(world, address(pair), who_, answer="same").status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site", **world.as_("worker")}
    posted = world.client.post(address(pair), data={"answer": "same"}, headers=elsewhere)
    assert posted.status_code == 403
