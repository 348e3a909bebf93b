"""Pages as at a moment, and questions that stand in no address."""

import re
from datetime import datetime, timedelta

import httpx

from hub.pages.assets import govuk_sheet
from hub.values import LONDON
from tests.api.conftest import World


def alone(name: str) -> dict[str, object]:
    """A contact about one young carer."""
    people = [{"ref": "p2", "name": {"family": name, "given": ["Ada"]}, "dob": "2012-02-03"}]
    return {"people": people, "relationships": [], "agreement": {"to_service": "given"}}


def test_a_contact_is_shown_as_it_stood_and_nothing_can_be_done_there(world: World) -> None:
    sent = world.post(world.message(**alone("Pastborn")), Prefer="wait=20").json()
    mine = next(r["referral"] for r in sent["decision"]["referrals"] if r["team"] == "YC")
    accepted = world.post(b"", "worker", f"/v1/referrals/{mine}/accept").json()
    events = world.get(f"/v1/events?after={accepted['position'] - 2}", "operator").json()
    moment = events["events"][0]["recorded_at"] if "events" in events else events[0]["recorded_at"]
    path = f"/contacts/{sent['id']}"
    now = world.get(f"{path}?min_position={accepted['position']}", "worker").text
    then = world.get(f"{path}?as_at={moment.replace('+', '%2B')}", "worker").text
    assert "answered for by Young carers" in now and "Hand on" in now
    assert "Pastborn" in then and "answered for by Young carers" not in then
    assert f'action="/referrals/{mine}' not in then
    assert world.get(f"{path}?as_at=2020-01-01T00:00", "worker").status_code == 404
    assert datetime.fromisoformat(moment).tzinfo


def test_a_person_is_found_by_a_posted_question_alone(world: World) -> None:
    world.post(world.message(**alone("Quagmire")), Prefer="wait=20")
    world.settle()
    site = {"sec-fetch-site": "same-origin", **world.as_("worker")}
    found = world.client.post("/search", data={"who": "quag ada"}, headers=site)
    assert found.status_code == 303 and "quag" not in found.headers["location"].casefold()
    come_back = world.get(found.headers["location"], "worker")
    assert re.search(r'href="/families/P-\d+">Ada Quagmire', come_back.text)
    assert "quag ada" in come_back.text
    others = world.get(found.headers["location"], "auditor").text
    assert "not kept any longer" in others and "quag" not in others.casefold()
    assert "Quagmire" not in world.get("/search?who=quagmire", "worker").text
    later = f"{datetime.now(LONDON) + timedelta(minutes=1):%Y-%m-%dT%H:%M}"
    asked = {"who": "quag ada", "as_at": later}

    def answer(question: dict[str, str]) -> httpx.Response:
        return world.client.post("/search", data=question, headers=site, follow_redirects=True)

    assert re.search(r'href="/families/P-\d+\?as_at=[^"]+">Ada Quagmire', answer(asked).text)
    before = answer(asked | {"as_at": "2020-01-01T00:00"})
    assert before.status_code == 200 and "Ada Quagmire" not in before.text
    assert answer(asked | {"as_at": "x"}).status_code == 422
    assert (
        'value="2020-01-01T00:00:00"' in world.get("/search?as_at=2020-01-01T00:00", "worker").text
    )
    elsewhere = {"sec-fetch-site": "cross-site", **world.as_("worker")}
    assert world.client.post("/search", data={"who": "x"}, headers=elsewhere).status_code == 403


def test_what_followed_from_a_receipt_is_all_that_its_contact_led_to(world: World) -> None:
    sent = world.post(world.message(**alone("Followborn")), Prefer="wait=20").json()
    page = world.get(f"/audit?followed={sent['position']}", "operator").text
    assert f"{sent['position']}. " in page and "was asked to act on contact" in page
    about = world.get(f"/audit?about={sent['id'].lower()}&kind=referral.sent", "operator").text
    assert "was asked to act on contact" in about and "arrived by the door" not in about
    of_a_kind = world.get(
        f"/audit?kind=contact.received&after={sent['position'] - 1}", "operator"
    ).text
    assert f"{sent['position']}. " in of_a_kind and "was asked to act on contact" not in of_a_kind
    for wrong in ("?about=Okoro", "?kind=nothing", "?followed=99999999", "?followed=x"):
        assert world.get(f"/audit{wrong}", "operator").status_code in (400, 404, 422)


def test_the_style_sheet_is_kept_by_the_browser_and_packed_where_it_takes_that(
    world: World,
) -> None:
    sheet = govuk_sheet()
    assert sheet
    page = world.client.get("/sign-in").text
    assert f'href="/static/govuk-frontend.css?{sheet.mark}"' in page
    path = "/static/govuk-frontend.css"
    packed = world.client.get(path, headers={"accept-encoding": "gzip"})
    plain = world.client.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.content == plain.content == sheet.plain
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/css")


def test_a_question_that_asks_for_nobody_is_not_answered_with_nobody(world: World) -> None:
    site = {"sec-fetch-site": "same-origin", **world.as_("worker")}
    for asked in ("", "  ", "a", "%", "👩"):
        said = world.client.post("/search", data={"who": asked}, headers=site).text
        assert "Nothing was looked for" in said and "Nobody that you may find" not in said
    asked_for = {"who": "Nobodyatall"}
    said = world.client.post("/search", data=asked_for, headers=site, follow_redirects=True).text
    assert "Nobody that you may find" in said and "Nothing was looked for" not in said
    assert "Nothing was looked for" not in world.get("/search", "worker").text


def test_a_refused_step_says_what_it_lacks_and_leads_to_a_contact_only_where_there_is_one(
    world: World,
) -> None:
    sent = world.post(world.message(**alone("Refusedborn")), Prefer="wait=20").json()
    mine = next(r["referral"] for r in sent["decision"]["referrals"] if r["team"] == "YC")
    site = {"sec-fetch-site": "same-origin", "accept": "text/html", **world.as_("worker")}
    lacking = world.client.post(f"/referrals/{mine}/done", headers=site)
    assert lacking.status_code == 422 and "To finish, give an outcome." in lacking.text
    assert f'href="/contacts/{sent["id"]}"' in lacking.text
    long = world.client.post(f"/referrals/{mine}/accept", data={"note": "n" * 4001}, headers=site)
    assert long.status_code == 422 and "The note is longer than 4000 characters." in long.text
    unknown = world.client.post("/referrals/R-26-999999-1/accept", headers=site)
    assert unknown.status_code == 404 and "as it stands now" not in unknown.text
    by_operator = world.post(b"{}", "operator", f"/v1/referrals/{mine}/accept", **{"content-type": "application/json"})  # fmt: skip
    assert by_operator.status_code == 403 and "staff of the team that has it" in by_operator.text


def test_a_browser_is_shown_a_page_whatever_is_wrong_with_what_it_sent(world: World) -> None:
    site = {"sec-fetch-site": "same-origin", "accept": "text/html", **world.as_("worker")}
    reloaded = world.client.get("/referrals/R-26-000001-1/accept", headers=site)
    assert (reloaded.status_code, reloaded.headers["allow"]) == (405, "POST")
    assert "it takes what a form sends" in reloaded.text and "<h1>" in reloaded.text
    torn = {**site, "content-type": "multipart/form-data; boundary=x"}
    for path in ("/search", "/referrals/R-26-000001-1/accept"):
        said = world.client.post(path, content=b"torn", headers=torn)
        assert said.status_code == 400 and "no form that can be read" in said.text
    bare = world.client.get("/referrals/R-26-000001-1/accept", headers=world.as_("worker") | {"accept": "application/json"})  # fmt: skip
    assert bare.headers["content-type"] == "application/problem+json"
