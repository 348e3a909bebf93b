"""Where a shielded family lives reaches no uncleared viewer, by any address, message, refusal or line of the hub's log."""

import copy
import re
from itertools import product
from typing import Any

import pytest

from tests.api.conftest import OTHERS, SECRET, SOURCE, World
from tests.guards.reference import routes

WORDS = (
    "Quillfeather",
    "Zennorby",
    "RM16 9QZ",
    "RM169QZ",
    "07700 900987",
    "Thistlewick Primary",
    "100099990001",
)
UNCLEARED = ("surgery", "worker", "auditor", None)
NAME = {"family": "Ravensmoor", "given": ["Isolde"]}
CHILD = {"family": "Ravensmoor", "given": ["Corin"]}


def hiding(world: World, source: str = OTHERS) -> dict[str, Any]:
    """A contact by the police about a family that is shielded, and about a young carer in it: the uncleared YC is asked too."""
    mother = {
        "ref": "p1", "name": NAME, "dob": "1984-05-06", "address": {**SECRET, "uprn": "100099990001"},
        "phones": ["07700 900987"], "flags": ["shielded"], "emails": ["isolde@zennorby.example"],
    }  # fmt: skip
    child = {
        "ref": "p2",
        "name": CHILD,
        "dob": "2012-07-08",
        "address": SECRET,
        "school": "Thistlewick Primary",
    }
    return world.message(
        source,
        people=[mother, child],
        relationships=[
            {"from": "p1", "type": "parent-of", "to": "p2"}, {"from": "p2", "type": "cares-for", "to": "p1"},
            {"from": "p1", "type": "lives-with", "to": "p2"},
        ],
        concerns=[{"code": "young-carer", "about": "p2"}],
        agreement={"to_service": "overridden", "by": "p1", "reason": "Safe at 17 Quillfeather Yard"},
        narrative="They fled to 17 Quillfeather Yard, Zennorby.",
        reporter={"org": "ESSEX", "name": "PC Zennorby", "role": "officer", "phone": "07700 900987"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def hidden(world: World) -> dict[str, Any]:
    """The contact decided, a later one by another door that names the mother unflagged, and broken copies in quarantine."""
    first = world.post(hiding(world), "police", Prefer="wait=20").json()
    later = hiding(world, SOURCE)
    later["data"]["people"][0].pop("flags")
    world.post(later, Prefer="wait=20")
    for change in ("door", "occurred_at", "reporter"):
        broken = hiding(world)
        broken["data"][change] = "17 Quillfeather Yard"
        world.post(broken, "police")
    named = hiding(world)
    named["data"]["17 Quillfeather Yard, Zennorby"] = "RM16 9QZ"
    named["data"]["people"][0]["address"]["RM16 9QZ"] = 1
    world.post(named, "police")
    taken = copy.deepcopy(named)
    taken["id"], taken["type"] = "17 Quillfeather Yard", "Zennorby"
    world.post(taken, "police")
    world.post({**hiding(world), "source": "urn:x:Quillfeather"}, "police")
    world.post(b'{"17 Quillfeather Yard":1,"17 Quillfeather Yard":2}', "police")
    world.settle()
    return first


def people_of(world: World, contact: str) -> list[str]:
    """The people a contact was linked to, as the cleared see it."""
    shown = world.get(f"/v1/contacts/{contact}", "cleared").json()
    return [m["person"] for m in shown["mentions"] if m["person"]]


def clean(text: str) -> bool:
    """Whether none of the words that tell where stands in it."""
    return not [word for word in WORDS if word.lower() in text.lower()]


def test_the_cleared_see_where_they_live(world: World, hidden: dict[str, Any]) -> None:
    assert "Quillfeather" in world.get(f"/v1/contacts/{hidden['id']}", "cleared").text


def test_no_address_tells_the_uncleared(world: World, hidden: dict[str, Any]) -> None:
    people = people_of(world, hidden["id"])
    assert people
    seen = world.get("/v1/queues/YC", "worker").json()
    referrals = [r["referral"] for r in seen["waiting"]]
    assert referrals
    for route in routes():
        if "GET" not in (route.methods or ()):
            continue
        values = {
            "contact": [hidden["id"]], "person": people, "team": ["YC", "MASH", "TF"], "token": ["x"], "slug": ["error"],
            "story": ["a-shielded-mother"], "one": people, "other": people,
            "rule": ["R8", "F14"], "policy": ["thurrock"], "surge": ["x"],
            "service": ["x"],
        }  # fmt: skip
        names = re.findall(r"{(\w+)}", route.path)
        for filled in product(*(values[name] for name in names)):
            path = route.path.format(**dict(zip(names, filled, strict=True)))
            for query in (
                "",
                "?as_at=2030-01-01T00:00:00Z",
                "?q=Ravensmoor",
                "?q=Quillfeather",
                "?after=0&limit=1000",
                f"?of={people[0]}~{people[-1]}&was={people[-1]}&moved={people[-1]}",
            ):
                for who in UNCLEARED:
                    shown = world.get(path + query, who)
                    assert clean(shown.text.replace("Quillfeather", "", query.count("=Quill"))), (
                        path,
                        query,
                        who,
                    )
                    assert clean(str(shown.headers))


def test_a_new_shield_holds_for_the_past_before_it_is_answered(world: World) -> None:
    doors = {"Oldacre": "/v1/contacts", "Pettibone": "/v1/contacts:batch"}
    for number, (family, path) in enumerate(doors.items(), 3):
        where = {"lines": [f"{number} Foregone Row"], "postcode": "RM17 5AA"}
        mother = {
            "ref": "p1",
            "name": {"family": family, "given": [f"{family}a"]},
            "dob": f"197{number}-0{number}-03",
            "address": where,
        }
        concerns = [{"code": "care-need", "about": "p1"}]
        plain = world.message(people=[mother], relationships=[], concerns=concerns)
        sent = world.post(plain, Prefer="wait=20").json()
        person = world.get(f"/v1/contacts/{sent['id']}", "cleared").json()["mentions"][0]["person"]
        assert "Foregone Row" in world.get(f"/v1/families/{person}", "worker").text
        shield = world.message(
            people=[{**mother, "flags": ["shielded"]}], relationships=[], concerns=concerns
        )
        lines = {"content-type": "application/x-ndjson"} if path.endswith("batch") else {}
        assert world.post(shield, path=path, **lines).status_code in (200, 202)
        for page in (
            f"/v1/people/{person}", f"/v1/families/{person}", f"/families/{person}", f"/v1/contacts/{sent['id']}",
            f"/v1/families/{person}?as_at={sent['recorded_at']}",
        ):  # fmt: skip
            assert "Foregone Row" not in world.get(page, "worker").text, page
        assert "Foregone Row" not in world.get("/v1/events?after=0&limit=1000", "auditor").text


def test_no_step_of_the_loop_tells_the_uncleared(world: World, hidden: dict[str, Any]) -> None:
    seen = world.get("/v1/queues/YC", "worker").json()
    for row in [r for r in seen["waiting"] if r["contact"] == hidden["id"]]:
        for verb in ("seen", "decline", "hand-on", "done", "override", "withdraw", "accept"):
            for who in UNCLEARED:
                for body in (
                    b"",
                    b'{"reason":"r","next":"CLS-1"}' if verb == "hand-on" else b'{"next":"X"}',
                ):
                    assert clean(
                        world.post(body, who, f"/v1/referrals/{row['referral']}/{verb}").text
                    )


def test_a_partner_that_says_the_same_again_learns_nothing(
    world: World, hidden: dict[str, Any]
) -> None:
    asks = world.message(people=[{"ref": "p1", "name": NAME, "dob": "1984-05-06"}], relationships=[],
                         concerns=[{"code": "care-need", "about": "p1"}], agreement={"to_service": "given"})  # fmt: skip
    answer = world.post(asks, Prefer="wait=20")
    assert answer.status_code == 202 and clean(answer.text)
    assert clean(world.get(answer.json()["status_url"], "surgery").text)


def test_the_hubs_own_log_names_nobody(world: World, hidden: dict[str, Any]) -> None:
    for log in world.hub.home.rglob("*.log"):
        told = log.read_text(errors="replace")
        assert clean(told), log
        assert not re.search(
            "ravensmoor|isolde|okoro|1984-05-06|9990000018|nwd_[psw]_", told, re.IGNORECASE
        ), log
