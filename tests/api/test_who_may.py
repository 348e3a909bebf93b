"""Partners, staff, auditors and operators may do what design.md says and no more; a session counts on our own pages alone."""

import re

import httpx
import pytest

from hub.api.permissions import GuardedRoute
from tests.api.conftest import SOURCE, World, is_problem
from tests.guards.reference import routes
from tests.hub_process import bearer

ANYBODY = {"partner", "duty", "auditor", "operator", None}
STAFF = {"duty", "auditor", "operator"}
MAY: dict[str, set[str]] = {  # design.md: "Who may call what"
    "POST /v1/contacts": {"partner"},
    "POST /v1/contacts:batch": {"partner"},
    "GET /v1/contacts/{contact}": {"partner", "duty", "auditor"},
    "GET /v1/contacts/{contact}/why/{rule}": STAFF,
    "GET /v1/actions": STAFF,
    "POST /v1/actions": {"duty"},
    "POST /v1/actions/{action}/{verb}": {"duty"},
    "GET /actions": STAFF,
    "POST /actions": {"duty"},
    "POST /actions/{action}/{verb}": {"duty"},
    "GET /v1/queues/{team}/notices": STAFF,
    "POST /v1/notices/{notice}/given": {"duty"},
    "POST /v1/notices/{notice}/received": {"duty"},
    "POST /notices/given": {"duty"},
    "POST /notices/{notice}/received": {"duty"},
    "GET /v1/surges": STAFF,
    "GET /v1/surges/{surge}": STAFF,
    "GET /surges": STAFF,
    "GET /v1/directory": STAFF,
    "GET /v1/directory/{service}": STAFF,
    "GET /v1/contacts/{contact}/services": STAFF,
    "GET /directory": STAFF,
    "GET /v1/policies": STAFF,
    "GET /v1/policies/{policy}": STAFF,
    "GET /policies": STAFF,
    "GET /policies/{policy}": STAFF,
    "POST /policies/{policy}/agree": {"operator"},
    "GET /v1/quarantine": {"partner", *STAFF},
    "GET /v1/people/{person}": STAFF,
    "GET /v1/families/{person}": STAFF,
    "GET /v1/reviews": STAFF,
    "GET /v1/people/{one}/beside/{other}": STAFF,
    "POST /v1/people/{one}/beside/{other}": {"duty", "operator"},
    "POST /v1/people/{person}/unlink": {"duty", "operator"},
    "GET /v1/unmet-needs": STAFF,
    "GET /teams": STAFF,
    "GET /unmet-needs": STAFF,
    "GET /v1/queues/{team}": {"duty", "auditor", "operator"},  # an auditor as at a moment
    "POST /v1/referrals/{referral}/{verb}": {"duty", "operator"},
    "POST /v1/obligations/{obligation}/{verb}": {"duty", "operator"},
    "GET /v1/events": {"auditor", "operator"},
    "GET /audit": {"auditor", "operator"},
    "GET /operation": {"auditor", "operator"},
    "GET /contacts/{contact}": STAFF,
    "GET /families/{person}": STAFF,
    "GET /people/{person}": STAFF,
    "POST /people/{person}/unlink": {"duty"},
    "GET /reviews": STAFF,
    "GET /reviews/{one}/{other}": STAFF,
    "POST /reviews/{one}/{other}": {"duty"},
    "GET /quarantine": STAFF,
    "POST /quarantine/{refusal}/send-again": {"operator"},
    "GET /search": STAFF,
    "POST /search": STAFF,
    "GET /stories": STAFF,
    "GET /stories/{story}": STAFF,
    "GET /queues/{team}": {"duty", "auditor", "operator"},
    "POST /referrals/{referral}/{verb}": {"duty"},
    "POST /obligations/{referral}/{verb}": {"duty"},
}
WHO = {
    "partner": "surgery",
    "duty": "worker",
    "auditor": "auditor",
    "operator": "operator",
    None: None,
}
ALL = {
    f"{m} {r.path}": r for r in routes() for m in (r.methods or ()) if isinstance(r, GuardedRoute)
}


def test_every_guarded_address_is_in_the_table_and_no_other() -> None:
    assert {name for name, route in ALL.items() if route.permits} == set(MAY)


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_role_may_call_what_the_table_says(world: World, name: str) -> None:
    method, path = name.split(" ")
    address = re.sub(r"{\w+}", "X-1", path).replace("/queues/X-1", "/queues/YC")
    address += "?as_at=2026-03-04T10:15:00Z" if "/queues/YC" in address else ""
    for role, who in WHO.items():
        answer = world.client.request(method, address, headers=world.as_(who))
        may = not ALL[name].permits or role in MAY[name]
        refused = answer.status_code in (401, 403) or "/sign-in?" in answer.headers.get(
            "location", ""
        )
        if may:
            own_refusal = (
                "own pages" in answer.text
                or "another site" in answer.text
                or "acted on" in answer.text
            )
            assert not refused or own_refusal or path.startswith("/sign-"), (
                role,
                answer.text[:200],
            )
        else:
            assert refused, (role, answer.status_code)


def test_a_partner_reads_its_own_contacts_alone(world: World) -> None:
    own = world.post(world.message()).json()
    assert (
        world.get(own["status_url"] + f"?min_position={own['position']}", "surgery").status_code
        == 200
    )
    is_problem(world.get(own["status_url"], "police"), 404)


def test_a_partner_sees_its_own_refused_messages_alone(world: World) -> None:
    marked = world.message()
    del marked["data"]["door"]
    is_problem(world.post(marked), 422)
    world.settle()
    mine = world.get("/v1/quarantine", "surgery").json()
    assert marked["id"] in {m["message_id"] for m in mine}
    assert {m["partner"] for m in mine} == {"grays-surgery"}
    assert not [
        m for m in world.get("/v1/quarantine", "police").json() if m["partner"] != "essex-police"
    ]


def test_a_queue_is_shown_to_its_own_team(world: World) -> None:
    assert world.get("/v1/queues/YC", "worker").status_code == 200
    is_problem(world.get("/v1/queues/MASH", "worker"), 403)
    is_problem(world.get("/v1/queues/NOWHERE", "worker"), 404)


def test_another_team_may_not_act(world: World) -> None:
    sent = world.post(world.message(), Prefer="wait=20").json()
    mine = next(r for r in sent["decision"]["referrals"] if r["team"] == "YC")
    for who in ("cleared", "operator", "auditor", "surgery"):
        is_problem(world.post(b"", who, f"/v1/referrals/{mine['referral']}/accept"), 403)
    assert world.post(b"", "worker", f"/v1/referrals/{mine['referral']}/accept").status_code == 200


def test_a_revoked_key_stops_working_at_once(world: World) -> None:
    source = "urn:short:lived"
    key = world.hub.partner_key(source, "short-lived")
    message = world.message(source)
    headers = {**bearer(key), "content-type": "application/cloudevents+json"}
    assert world.client.post("/v1/contacts", json=message, headers=headers).status_code == 202
    world.hub.command("partner", "revoke", source)
    is_problem(world.client.post("/v1/contacts", json=message, headers=headers), 401)


def signed_in(world: World) -> httpx.Cookies:
    """The cookies of a worker who came by a single-use link."""
    link = world.hub.command("staff", "link", "Ben")
    path = link.partition(str(world.hub.port))[2]
    assert world.client.get(path).status_code == 200  # a mail program that looks spends nothing
    with httpx.Client(base_url=world.hub.url) as browser:
        answer = browser.post(path, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 303
        said = answer.headers["set-cookie"].lower()
        assert "httponly" in said and "samesite=lax" in said
        again = browser.post(path, headers={"sec-fetch-site": "same-origin"})
        assert (
            again.headers["location"].startswith("/sign-in?") and "set-cookie" not in again.headers
        )
        return httpx.Cookies(answer.cookies)


def test_a_session_acts_from_our_own_pages_alone(world: World) -> None:
    cookies = signed_in(world)
    sent = world.post(world.message(), Prefer="wait=20").json()
    mine = next(r["referral"] for r in sent["decision"]["referrals"] if r["team"] == "YC")
    foreign: list[dict[str, str]] = [
        {}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
        {"origin": "null"}, {"sec-fetch-site": "cross-site", "origin": world.hub.url},
    ]  # fmt: skip
    with httpx.Client(base_url=world.hub.url, cookies=cookies) as browser:
        for headers in foreign:
            for path in (f"/v1/referrals/{mine}/accept", f"/referrals/{mine}/accept"):
                assert browser.post(path, headers=headers).status_code == 403, headers
        assert (
            browser.get("/v1/queues/YC", headers={"sec-fetch-site": "cross-site"}).status_code
            == 200
        )
        accepted = browser.post(f"/referrals/{mine}/accept", headers={"origin": world.hub.url})
        assert accepted.status_code == 303
        assert accepted.headers["location"].startswith("/contacts/")


def test_a_copied_cookie_is_worth_nothing_after_sign_out(world: World) -> None:
    cookies = signed_in(world)
    others = signed_in(world)
    own = {"sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=world.hub.url, cookies=cookies) as browser:
        assert (
            browser.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
        )
        assert browser.get("/queues/YC").status_code == 200
        assert browser.post("/sign-out", headers=own).headers["location"] == "/sign-in"
    with httpx.Client(base_url=world.hub.url, cookies=cookies) as copied:
        assert copied.get("/queues/YC").headers["location"].startswith("/sign-in")
        assert copied.get("/v1/queues/YC").status_code == 401
        assert copied.post("/sign-out", headers=own).status_code == 303
    with httpx.Client(base_url=world.hub.url, cookies=others) as elsewhere:
        assert elsewhere.get("/queues/YC").status_code == 200


def test_whoever_leaves_is_out_at_once(world: World) -> None:
    key = world.hub.staff_key("Lee", "YC")
    path = world.hub.command("staff", "link", "Lee").partition(str(world.hub.port))[2]
    with httpx.Client(base_url=world.hub.url) as browser:
        browser.post(path, headers={"sec-fetch-site": "same-origin"})
        unused = world.hub.command("staff", "link", "Lee").partition(str(world.hub.port))[2]
        assert browser.get("/queues/YC").status_code == 200
        world.hub.command("staff", "remove", "Lee")
        assert browser.get("/queues/YC").status_code == 303
        assert world.client.get("/v1/queues/YC", headers=bearer(key)).status_code == 401
        spent = browser.post(unused, headers={"sec-fetch-site": "same-origin"})
        assert (
            spent.headers["location"].startswith("/sign-in?") and "set-cookie" not in spent.headers
        )


def test_a_link_that_no_longer_works_is_told_kindly(world: World) -> None:
    with httpx.Client(base_url=world.hub.url, follow_redirects=True) as browser:
        answer = browser.post("/sign-in/link/nwd_l_gone", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200
    assert "was used already, or it has expired" in answer.text


def test_no_answer_about_people_may_be_kept_by_a_cache(world: World) -> None:
    for path in ("/v1/queues/YC", "/queues/YC", "/v1/contacts/C-26-000001"):
        assert world.get(path, "worker").headers["cache-control"] == "no-store"


def test_the_next_page_after_sign_in_is_our_own(world: World) -> None:
    for evil in (
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/x%0d%0aSet-Cookie:a=b",
    ):
        answer = world.client.get(f"/sign-in?next={evil}")
        assert answer.status_code == 200
        assert "evil.example" not in answer.text and "a=b" not in answer.headers.get(
            "set-cookie", ""
        )


def test_sources_are_bound_to_their_partner(world: World) -> None:
    is_problem(world.post(world.message(SOURCE), "police"), 403)
    world.settle()
    kept = [m["problem"] for m in world.get("/v1/quarantine", "operator").json()]
    assert "not-your-source" in kept
