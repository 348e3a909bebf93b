"""The action plan over HTTP and on its pages: only who has the feedback acts, and "you said, we did" is open to all."""

import pytest

from tests.api.conftest import World, is_problem

HTML = "text/html"
OWN = {"sec-fetch-site": "same-origin"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def said(world: World) -> str:
    """A complaint, with the one who decides on it."""
    world.keys["healthwatch"] = world.hub.staff_key("Hal", "HW")
    message = world.message(
        people=[{"ref": "p1", "name": {"family": "Quibell", "given": ["Maud"]}, "dob": "1950-02-01"}],
        relationships=[], concerns=[{"code": "feedback"}], narrative="I told it five times.",
    )  # fmt: skip
    sent = world.post(message, Prefer="wait=20").json()
    world.settle()
    return str(sent["id"])


def test_feedback_goes_from_said_to_done(world: World, said: str) -> None:
    waiting = [one["contact"] for one in world.get("/v1/actions", "healthwatch").json()["waiting"]]
    assert said in waiting
    page = world.get("/actions", "healthwatch", Accept=HTML).text
    assert said in page and "Take it up" in page

    words = {"you_said": "We told our story five times.", "lead": "YC", "contacts": [said]}
    is_problem(world.post(b"{}", "healthwatch", "/v1/actions", **JSON), 400, 422)
    named = world.post(
        {**words, "you_said": "Maud told it five times."}, "healthwatch", "/v1/actions", **JSON
    )
    assert is_problem(named, 400, 422) and named.json()["errors"][0]["code"] == "names-somebody"
    action = world.post(words, "healthwatch", "/v1/actions", **JSON)
    assert action.status_code == 201
    number = action.json()["action"]
    again = world.post({**words, "contacts": [said, said]}, "healthwatch", "/v1/actions", **JSON)
    assert again.json()["action"] == number
    is_problem(world.post({**words, "you_said": "Ours."}, "worker", "/v1/actions", **JSON), 403)

    step = f"/v1/actions/{number}"
    is_problem(world.post({}, "worker", f"{step}/agree", **JSON), 403)
    is_problem(world.post({"we_did": "x"}, "healthwatch", f"{step}/agree", **JSON), 422)
    is_problem(world.post({"reason": "x"}, "worker", f"{step}/begin", **JSON), 422)
    assert (
        world.post({"by_when": "2026-06-30"}, "healthwatch", f"{step}/agree", **JSON).json()[
            "stage"
        ]
        == "agreed"
    )
    assert world.post(b"", "worker", f"{step}/begin", **JSON).json()["stage"] == "in progress", (
        "the lead begins"
    )
    assert world.post(b"said=One+form+for+all+teams.", "worker", f"/actions/{number}/done", **OWN,
                      **{"content-type": "application/x-www-form-urlencoded"}).status_code == 303  # fmt: skip
    for who in (None, "surgery", "worker"):
        told = world.get("/you-said-we-did", who, Accept=HTML).text
        assert "We told our story five times." in told and "One form for all teams." in told
        assert said not in told and "Quibell" not in told
    is_problem(world.post({"reason": "r"}, "healthwatch", f"{step}/drop", **JSON), 409)
    is_problem(world.post({}, "healthwatch", "/v1/actions/A-26-999999/agree", **JSON), 404)
    is_problem(world.post({}, "healthwatch", f"{step}/forget", **JSON), 404)


def test_a_name_that_a_correction_brought_is_not_made_public(world: World) -> None:
    world.keys["healthwatch"] = world.keys.get("healthwatch") or world.hub.staff_key("Hal", "HW")
    people = [{"ref": "p1", "name": {"family": "Quibell", "given": ["Ida"]}, "dob": "1950-02-01"}]
    first = world.message(people=people, relationships=[], concerns=[{"code": "feedback"}])
    sent = world.post(first, Prefer="wait=20").json()
    right = [{"ref": "p1", "name": {"family": "Hathersage", "given": ["Ida"]}, "dob": "1950-02-01"}]
    again = world.message(people=right, relationships=[], concerns=[{"code": "feedback"}])
    again["type"] = again["type"].replace("received", "corrected")
    again["data"]["corrects"] = first["id"]
    assert world.post(again, Prefer="wait=20").status_code == 202
    words = {"you_said": "Mrs Hathersage waited.", "lead": "YC", "contacts": [sent["id"]]}
    refused = world.post(words, "healthwatch", "/v1/actions", **JSON)
    is_problem(refused, 422)
    assert refused.json()["errors"][0]["code"] == "names-somebody"


def test_what_is_no_feedback_is_no_item(world: World) -> None:
    world.keys["healthwatch"] = world.keys.get("healthwatch") or world.hub.staff_key("Hal", "HW")
    sent = world.post(world.message(), Prefer="wait=20").json()
    words = {"you_said": "Something.", "lead": "YC", "contacts": [sent["id"]]}
    is_problem(world.post(words, "worker", "/v1/actions", **JSON), 400, 422)
