"""People who may be one are compared, merged, told apart and taken back over HTTP, and a wrong link is taken apart."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import World, is_problem
from tests.hub_process import family_of_its_own

WORKER = "worker"


def who(world: World, **data: Any) -> dict[str, str]:
    """A contact comes in: its people by its own words for them, and the contact's number as `contact`."""
    asked = {"concerns": [{"code": "care-need", "about": "p1"}], **data}
    posted = world.post(world.message(**asked))
    assert posted.status_code == 202, posted.text
    world.settle()
    number = posted.json()["id"]
    shown = world.get(f"/v1/contacts/{number}", "auditor").json()
    return {"contact": number, **{m["ref"]: m["person"] for m in shown["mentions"]}}


def said(ref: str, given: str, family: str, dob: str | None = None, **more: Any) -> dict[str, Any]:
    """A person as a contact names them."""
    return {"ref": ref, "name": {"given": [given], "family": family}, "dob": dob, **more}


def doubted(world: World, family: str) -> tuple[dict[str, str], dict[str, str]]:
    """Two contacts that name one man so that the hub cannot tell: the name alone is the same."""
    home = {"lines": [f"{len(family)} {family} Row"], "postcode": "RM17 6QA"}
    first = who(
        world,
        people=[
            said(
                "p1",
                "Ignatius",
                family,
                f"19{40 + len(family)}-04-0{len(family) % 9 + 1}",
                address=home,
            )
        ],
        relationships=[],
    )
    second = who(world, people=[said("p1", "Ignatius", family)], relationships=[])
    return first, second


def answer(world: World, one: str, other: str, what: str, who_: str = WORKER, **more: Any) -> Any:
    """Somebody answers."""
    place = f"/v1/people/{one}/beside/{other}"
    return world.post({"answer": what, **more}, who_, place, **{"content-type": "application/json"})


@pytest.fixture(scope="module")
def pair(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """Two records of one man, and a review of them."""
    first, second = doubted(world, "Quennelby")
    assert first["p1"] != second["p1"]
    return first, second


def test_who_may_be_one_waits_for_a_person_and_is_compared_field_by_field(
    world: World, pair: tuple[dict[str, str], dict[str, str]]
) -> None:
    first, second = pair
    waiting = world.get("/v1/reviews", WORKER).json()
    [asked] = [
        r
        for r in waiting
        if {r["one"]["person"], r["other"]["person"]} == {first["p1"], second["p1"]}
    ]
    assert asked["review"]["status"] == "open" and asked["review"]["contact"] == second["contact"]
    beside = world.get(f"/v1/people/{first['p1']}/beside/{second['p1']}", WORKER).json()
    assert {f["field"]: f["level"] for f in beside["fields"]}["surname"] == "exact"
    assert beside["bits"] is not None


def test_one_person_is_shown_as_one_and_as_two_again_when_it_is_taken_back(
    world: World,
) -> None:
    first, second = doubted(world, "Marchbanksey")
    same = answer(world, first["p1"], second["p1"], "same", reason="The surgery knows him.")
    assert same.status_code == 200, same.text
    assert same.json()["moved"] == {"from": second["p1"], "to": first["p1"]}
    position = same.json()["position"]
    for asked in (first["p1"], second["p1"]):  # the id that went on leads to the one that stays
        person = world.get(f"/v1/people/{asked}?min_position={position}", WORKER).json()
        assert person["person"] == first["p1"]
        assert {s["contact"] for s in person["said"]} == {first["contact"], second["contact"]}
    contact = world.get(f"/v1/contacts/{second['contact']}", WORKER).json()
    assert [m["person"] for m in contact["mentions"]] == [first["p1"]]
    assert contact["mentions"][0]["candidate"] is None
    assert all(r["person"] in (first["p1"], None) for r in contact["referrals"])
    assert is_problem(answer(world, first["p1"], second["p1"], "different"), 409)

    back = answer(world, second["p1"], first["p1"], "taken-back")
    assert back.status_code == 200, back.text
    assert back.json()["moved"] == {"from": first["p1"], "to": second["p1"]}
    person = world.get(f"/v1/people/{second['p1']}", WORKER).json()
    assert [s["contact"] for s in person["said"]] == [second["contact"]]
    waiting = world.get("/v1/reviews", WORKER).json()
    assert any(
        {r["one"]["person"], r["other"]["person"]} == {first["p1"], second["p1"]} for r in waiting
    )


def test_each_team_that_was_asked_owes_another_look(world: World) -> None:
    first, second = doubted(world, "Thistlewoode")
    answer(world, first["p1"], second["p1"], "same")
    contacts = (first["contact"], second["contact"])
    teams = set()
    for contact in contacts:
        shown = world.get(f"/v1/contacts/{contact}", "auditor").json()
        held = {r["referral"]: r["team"] for r in shown["referrals"]}
        owed = [o for o in shown["obligations"] if o["rule"] == "correction"]
        assert all(o["due_at"] and o["clock"] and o["status"] == "open" for o in owed)
        teams |= {held[o["referral"]] for o in owed}
    asked = {
        r["team"]
        for contact in contacts
        for r in world.get(f"/v1/contacts/{contact}", "auditor").json()["referrals"]
    }
    assert asked and teams == asked
    before = quote(world.get(f"/v1/contacts/{second['contact']}", "auditor").json()["received_at"])
    after = quote(datetime.now(UTC).isoformat())
    for team in teams:
        queue = world.get(f"/v1/queues/{team}", "operator").json()
        again = [o for o in queue["look_again"] if o["contact"] in contacts]
        assert again
        world.keys[team] = world.hub.staff_key(f"Cleo of {team}", team)
        for one in again:
            path = f"/v1/obligations/{one['obligation']}/done"
            assert world.post(b'{"outcome": "Read again."}', team, path).status_code == 200
        world.settle()
        now = world.get(f"/v1/queues/{team}", "operator").json()["look_again"]
        assert not [o for o in now if o["contact"] in contacts]
        then = world.get(f"/v1/queues/{team}?as_at={after}", "auditor").json()
        assert [o for o in then["look_again"] if o["contact"] in contacts] == again, "as it was"
        earlier = world.get(f"/v1/queues/{team}?as_at={before}", "auditor").json()["look_again"]
        assert not [o for o in earlier if o["contact"] in contacts]
        page = world.get(f"/queues/{team}?as_at={after}", "auditor").text
        assert 'id="again"' in page and "Thistlewoode" in page and "/obligations/" not in page


def test_who_was_told_apart_is_no_doubt_any_more_and_stays_apart(world: World) -> None:
    first, second = doubted(world, "Osgathorpe")
    assert answer(world, first["p1"], second["p1"], "different").status_code == 200
    waiting = world.get("/v1/reviews", WORKER).json()
    assert not any(
        {r["one"]["person"], r["other"]["person"]} == {first["p1"], second["p1"]} for r in waiting
    )
    shown = world.get(f"/v1/contacts/{second['contact']}", WORKER).json()
    assert shown["mentions"][0]["candidate"] is None
    assert is_problem(answer(world, first["p1"], second["p1"], "same"), 409)


def test_not_sure_yet_stays_open_and_comes_last(world: World) -> None:
    first, second = doubted(world, "Fennimoreby")
    assert answer(world, first["p1"], second["p1"], "not-sure").status_code == 200
    waiting = world.get("/v1/reviews", WORKER).json()
    kinds = [r["review"]["status"] for r in waiting]
    assert kinds == sorted(kinds, key=lambda kind: kind == "not-sure") and "not-sure" in kinds


def test_a_wrong_link_is_taken_apart_and_a_new_person_made(world: World) -> None:
    people = family_of_its_own(next(world.numbers))
    first = who(world, people=people)
    second = who(world, people=people)
    assert first["p1"] == second["p1"]
    place = f"/v1/people/{first['p1']}/unlink"
    wrong = [{"contact": second["contact"], "ref": "p1"}]
    as_json = {"content-type": "application/json"}
    assert is_problem(world.post({"mentions": wrong}, WORKER, place, **as_json), 422)
    done = world.post({"mentions": wrong, "reason": "His cousin."}, WORKER, place, **as_json)
    assert done.status_code == 200, done.text
    new = done.json()["moved"]["to"]
    assert done.json()["moved"]["from"] == first["p1"] != new
    assert [s["contact"] for s in world.get(f"/v1/people/{new}", WORKER).json()["said"]] == [
        second["contact"]
    ]
    again = world.post({"mentions": wrong, "reason": "His cousin."}, WORKER, place, **as_json)
    assert is_problem(again, 409)
    only = [{"contact": first["contact"], "ref": "p1"}]
    assert is_problem(
        world.post({"mentions": only, "reason": "So."}, WORKER, place, **as_json), 409
    )
    before = world.get(f"/v1/people/{first['p1']}?as_at=2000-01-01T00:00:00Z", "auditor")
    assert is_problem(before, 404)


@pytest.mark.parametrize("who_", ["surgery", "auditor", "operator"])
def test_only_staff_say_who_people_are(
    world: World, pair: tuple[dict[str, str], dict[str, str]], who_: str
) -> None:
    assert is_problem(answer(world, pair[0]["p1"], pair[1]["p1"], "same", who_), 403)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"answer": "perhaps"}, 422), ({}, 422), ({"answer": "same", "more": 1}, 422), ({"answer": "same", "reason": 7}, 422),
     ({"answer": "taken-back"}, 409), ([], 422)],
)  # fmt: skip
def test_what_is_no_answer_is_a_problem(
    world: World, pair: tuple[dict[str, str], dict[str, str]], body: Any, status: int
) -> None:
    place = f"/v1/people/{pair[0]['p1']}/beside/{pair[1]['p1']}"
    answered = world.post(body, WORKER, place, **{"content-type": "application/json"})
    assert is_problem(answered, status)


def test_nobody_is_compared_with_somebody_unknown(
    world: World, pair: tuple[dict[str, str], dict[str, str]]
) -> None:
    for other in ("P-999999", "nobody", "P-", "P-00x"):
        assert is_problem(answer(world, pair[0]["p1"], other, "same"), 404)
        assert is_problem(world.get(f"/v1/people/{pair[0]['p1']}/beside/{other}", WORKER), 404)


def test_a_hidden_persons_record_is_compared_by_the_cleared_alone(world: World) -> None:
    home = {"lines": ["9 Quince Lane"], "postcode": "RM17 6QB"}
    shielded = said("p1", "Ottoline", "Brackenbury", "1979-09-09", address=home, flags=["shielded"])
    first = who(world, people=[shielded], relationships=[])
    second = who(world, people=[said("p1", "Ottoline", "Brackenbury")], relationships=[])
    two = {first["p1"], second["p1"]}
    seen = [
        {r["one"]["person"], r["other"]["person"]} for r in world.get("/v1/reviews", WORKER).json()
    ]
    assert two not in seen
    place = f"/v1/people/{first['p1']}/beside/{second['p1']}"
    assert is_problem(world.get(place, WORKER), 404)
    assert is_problem(answer(world, first["p1"], second["p1"], "same"), 404)
    assert world.get(place, "cleared").status_code == 200


def test_everybody_is_compared_anew_on_the_command_line(world: World) -> None:
    listed = json.loads(world.hub.command("linking", "reevaluate", "--dry-run", "--json"))
    before = world.head()
    said = world.hub.command("linking", "reevaluate")
    assert said.strip().endswith("proposed.") and f"{len(listed)} pair" in said
    world.settle()
    assert world.head() >= before + len(listed)
    assert json.loads(world.hub.command("linking", "reevaluate", "--json")) == []
