"""A partner corrects and withdraws its contact over HTTP: the answer, the batch, what became of it, the page, and hiding in time."""

import json
from typing import Any
from urllib.parse import quote

from hub.contacts.cloud_event import CORRECTED, WITHDRAWN
from tests.api.conftest import SECRET, World, is_problem


def sent(world: World, **data: Any) -> tuple[dict[str, Any], str]:
    """A contact that was accepted and decided, and its number."""
    message = world.message(concerns=[{"code": "care-need", "about": "p1"}], **data)
    answer = world.post(message, prefer="wait=20")
    assert answer.status_code == 202, answer.text
    return message, answer.json()["id"]


def correction(world: World, first: dict[str, Any], **data: Any) -> dict[str, Any]:
    """The same contact, told anew with other data."""
    said = {**first["data"], **data, "corrects": first["id"]}
    return {**first, "id": f"c-{next(world.numbers)}", "type": CORRECTED, "data": said}


def withdrawal(world: World, first: dict[str, Any]) -> dict[str, Any]:
    """The same contact, taken back."""
    data = {"withdraws": first["id"], "reason": "Sent about a neighbour."}
    return {**first, "id": f"w-{next(world.numbers)}", "type": WITHDRAWN, "data": data}


def test_a_correction_is_answered_with_the_first_contact_and_what_would_now_be_decided(
    world: World,
) -> None:
    first, number = sent(world)
    danger = [*first["data"]["concerns"], {"code": "adult-abuse", "about": "p1"}]
    answer = world.post(correction(world, first, concerns=danger), prefer="wait=20")
    assert answer.status_code == 202 and answer.json()["id"] == number
    decision = answer.json()["decision"]
    assert decision["corrected_at"] and [a["kind"] for a in decision["amendments"]] == ["corrected"]
    assert "ASG" in {r["team"] for r in decision["referrals"]}
    shown = world.get(f"/v1/contacts/{number}", "auditor").json()
    [amended] = shown["amendments"]
    assert "R12" in {r["row"] for r in amended["newly"]} and amended["decision"]["routes"]
    assert "R12" not in {r["row"] for r in shown["decision"]["routes"]}
    assert len(shown["content"]["concerns"]) == 2 and len(shown["said_first"]["concerns"]) == 1
    kinds = [a["kind"] for a in world.get(f"/v1/contacts/{number}", "surgery").json()["answers"]]
    assert {"corrected", "reconsidered"} <= set(kinds)


def test_a_page_tells_what_was_said_before_and_what_would_now_be_decided(world: World) -> None:
    first, number = sent(world)
    person = {**first["data"]["people"][0], "dob": "1955-05-05"}
    people = [person, *first["data"]["people"][1:]]
    danger = [{"code": "adult-abuse", "about": "p1"}]
    told = correction(world, first, people=people, concerns=danger, relationships=[])
    assert world.post(told).status_code == 202
    world.settle()
    page = world.get(f"/contacts/{number}", "cleared").text
    for told in (
        "Corrected on",
        "What was said before",
        "now 1955-05-05",
        "What would now be decided",
    ):
        assert told in page, told
    assert "Asked besides" in page and "Would not be asked any more" in page
    explained = world.hub.command("explain", number)
    assert "It would now be decided:" in explained and "No longer" in explained


def test_as_at_a_moment_before_a_correction_stands_what_was_known_then(world: World) -> None:
    first, number = sent(world)
    then = quote(world.get(f"/v1/contacts/{number}", "auditor").json()["routed_at"])
    person = {**first["data"]["people"][0], "dob": "1956-06-06"}
    people = [person, *first["data"]["people"][1:]]
    assert world.post(correction(world, first, people=people)).status_code == 202
    world.settle()
    before = world.get(f"/contacts/{number}?as_at={then}", "auditor").text
    assert "Corrected on" not in before and "6 June 1956" not in before
    for who in ("auditor", "surgery"):
        told = world.get(f"/v1/contacts/{number}?as_at={then}", who).json()
        assert not told["amendments"] and told["routed_at"], who
        assert world.get(f"/v1/contacts/{number}", who).json()["amendments"], who
    assert (
        world.get(f"/v1/contacts/{number}?as_at=2020-01-01T00:00:00Z", "auditor").status_code == 404
    )
    now = world.get(f"/contacts/{number}", "auditor").text
    assert "Corrected on" in now and "6 June 1956" in now
    shown = world.get(f"/v1/contacts/{number}", "auditor").json()
    [p1] = [m["person"] for m in shown["mentions"] if m["ref"] == "p1"]
    past = world.get(f"/v1/families/{p1}?as_at={then}", "auditor").text
    assert "1956-06-06" not in past and first["data"]["people"][0]["dob"] in past
    assert "1956-06-06" in world.get(f"/v1/families/{p1}", "auditor").text


def test_a_withdrawn_contact_stays_to_be_read_and_is_not_corrected(world: World) -> None:
    first, number = sent(world)
    taken_back = withdrawal(world, first)
    answer = world.post(taken_back, prefer="wait=20")
    assert answer.status_code == 202 and answer.json()["decision"]["withdrawn_at"]
    again = world.post(taken_back)
    assert again.json()["position"] == answer.json()["position"]
    assert again.headers["idempotent-replayed"] == "true"
    is_problem(world.post(correction(world, first)), 409)
    page = world.get(f"/contacts/{number}", "cleared").text
    assert "Withdrawn on" in page and "Sent about a neighbour." in page
    assert "it says nothing of anybody any more" in page and "Not linked yet" not in page
    shown = world.get(f"/v1/contacts/{number}", "auditor").json()
    assert not shown["mentions"] and shown["content"]
    assert "correction" in {o["rule"] for o in shown["obligations"] if o["status"] == "open"}


def test_what_amends_nothing_is_a_problem_that_names_its_place(world: World) -> None:
    lost = correction(world, world.message())
    answer = world.post(lost)
    is_problem(answer, 409)
    assert answer.json()["type"].endswith("first-not-received")
    assert answer.json()["errors"][0]["pointer"] == "/data/corrects"
    world.settle()
    kept = world.get("/v1/quarantine", "surgery").json()
    assert lost["id"] in json.dumps(kept)


def test_a_batch_may_bring_a_contact_and_its_correction(world: World) -> None:
    first = world.message()
    lines = [first, correction(world, first), withdrawal(world, first)]
    body = "\n".join(map(json.dumps, lines)).encode()
    answer = world.post(body, path="/v1/contacts:batch", **{"content-type": "application/x-ndjson"})
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [t["status"] for t in told] == [202, 202, 202]
    assert len({t["id"] for t in told}) == 1


def test_a_correction_that_shields_hides_before_it_is_answered(world: World) -> None:
    home = {"lines": [f"{next(world.numbers)} Hollin Rise"], "postcode": SECRET["postcode"]}
    person = {**world.message()["data"]["people"][0], "address": home}
    first, number = sent(world, people=[person], relationships=[])
    before = world.get(f"/v1/contacts/{number}", "worker").text
    assert "Hollin Rise" in before
    shielded = [{**person, "flags": ["shielded"]}]
    assert world.post(correction(world, first, people=shielded)).status_code == 202
    assert "Hollin Rise" not in world.get(f"/v1/contacts/{number}", "worker").text
    assert "Hollin Rise" in world.get(f"/v1/contacts/{number}", "cleared").text


def test_both_schemas_are_served(world: World) -> None:
    for name in ("correction", "withdrawal"):
        served = world.get(f"/schema/{name}/1", None)
        assert served.headers["content-type"] == "application/schema+json"
        assert served.json()["$id"] == f"/schema/{name}/1"
