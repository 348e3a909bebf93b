"""Receipts over HTTP and by form: given by a team that works on the contact, received by the team it is to, by nobody else."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.api.conftest import World, is_problem

JSON = {"content-type": "application/json"}
OWN = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
HTML = "text/html"


@pytest.fixture(scope="module")
def contact(world: World) -> str:
    """Equipment for an adult, of which housing is told."""
    for name, team in (("therapist", "OTA"), ("housing", "HOU")):
        world.keys[name] = world.hub.staff_key(name.title(), team)
    message = world.message(
        people=[{"ref": "p1", "name": {"family": "Penrose", "given": ["Ada"]}, "dob": "1941-05-06"}],
        relationships=[], concerns=[{"code": "equipment-adaptation", "about": "p1"}],
    )  # fmt: skip
    sent = world.post(message, Prefer="wait=20").json()
    world.settle()
    return str(sent["id"])


def test_a_team_that_is_told_sees_it_and_says_so(world: World, contact: str) -> None:
    notice = f"N{contact[1:]}-R19-HOU"
    waiting = [n["notice"] for n in world.get("/v1/queues/HOU/notices", "housing").json()]
    assert notice in waiting
    assert "to know of" in world.get("/queues/HOU", "housing", Accept=HTML).text
    is_problem(world.get("/v1/queues/HOU/notices", "worker"), 403)
    is_problem(world.post(b"", "worker", f"/v1/notices/{notice}/received", **JSON), 403)
    answer = world.post(b"", "housing", f"/v1/notices/{notice}/received", **JSON)
    assert answer.status_code == 200
    after = f"?min_position={answer.json()['position']}"
    assert notice not in str(world.get(f"/v1/queues/HOU/notices{after}", "housing").json())
    assert world.post(b"", "housing", f"/notices/{notice}/received", **OWN).status_code == 303
    assert "Seen by them" in world.get(f"/contacts/{contact}{after}", "therapist", Accept=HTML).text


def test_who_works_on_the_contact_says_that_others_were_told(world: World, contact: str) -> None:
    notice = f"N{contact[1:]}-R19-HOU"
    page = world.get(f"/contacts/{contact}", "therapist", Accept=HTML).text
    assert "They were told" in page
    assert "They were told" not in world.get(f"/contacts/{contact}", "worker", Accept=HTML).text
    is_problem(
        world.post({"how": "By telephone"}, "worker", f"/v1/notices/{notice}/given", **JSON), 403
    )
    is_problem(world.post({}, "therapist", f"/v1/notices/{notice}/given", **JSON), 400, 422)
    is_problem(
        world.post({"how": "x", "why": "y"}, "therapist", f"/v1/notices/{notice}/given", **JSON),
        400,
        422,
    )
    form = f"notice={notice}&how=By+telephone".encode()
    assert world.post(form, "therapist", "/notices/given", **OWN).status_code == 303
    position = world.post(
        {"how": "Again"}, "therapist", f"/v1/notices/{notice}/given", **JSON
    ).json()["position"]
    page = world.get(f"/contacts/{contact}?min_position={position}", "therapist", Accept=HTML).text
    assert "By telephone" in page and "Again" not in page


@pytest.mark.parametrize("notice", ["N-26-999999-R19-HOU", "N-26-000001-R8-nobody", "nonsense"])
def test_what_nobody_must_be_told_has_no_receipt(world: World, contact: str, notice: str) -> None:
    is_problem(world.post({"how": "x"}, "therapist", f"/v1/notices/{notice}/given", **JSON), 404)
    is_problem(world.post(b"", "housing", f"/v1/notices/{notice}/received", **JSON), 404)


def test_what_is_new_of_somebody_a_team_has_is_seen_on_the_contact_by_that_team_alone(
    world: World, contact: str
) -> None:
    message = world.message(
        people=[{"ref": "p1", "name": {"family": "Penrose", "given": ["Ada"]}, "dob": "1941-05-06"}],
        relationships=[], concerns=[{"code": "equipment-adaptation", "about": "p1"}],
    )  # fmt: skip
    again = str(world.post(message, Prefer="wait=20").json()["id"])
    world.settle()
    notice = f"N{again[1:]}-F7-OTA"
    button = f'action="/notices/{notice}/received"'
    page = world.get(f"/contacts/{again}", "therapist", Accept=HTML).text
    assert "has not seen it yet" in page and button in page
    assert button not in world.get(f"/contacts/{again}", "worker", Accept=HTML).text
    seen = world.post(b"back=contact", "therapist", f"/notices/{notice}/received", **OWN)
    assert seen.status_code == 303
    assert seen.headers["location"].startswith(f"/contacts/{again}?")
    page = world.get(seen.headers["location"], "therapist", Accept=HTML).text
    assert "has not seen it yet" not in page and button not in page and "saw it" in page


def test_what_a_team_leaves_unseen_past_its_time_is_heard_of_by_others_and_stands_there_as_it_was(
    world: World,
) -> None:
    """Danger to life is due at once: whoever has the person already has not read it by then."""
    for name, team in (("guard", "ASG"), ("front", "TF")):
        world.keys[name] = world.hub.staff_key(name.title(), team)
    danger = {
        "people": [{"ref": "p1", "name": {"family": "Merriweather", "given": ["Ada"]}, "dob": "1941-05-06"}],
        "relationships": [], "concerns": [{"code": "immediate-danger", "about": "p1"}],
    }  # fmt: skip
    world.post(world.message(**danger), Prefer="wait=20")
    again = str(world.post(world.message(**danger), Prefer="wait=20").json()["id"])
    world.settle()
    notice = f"N{again[1:]}-F7-ASG"

    def stands(team: str, who: str, as_at: str = "") -> list[tuple[bool, bool]]:
        """Whether it is due, and another team's, as often as it stands there."""
        found = world.get(f"/v1/queues/{team}/notices?as_at={quote(as_at)}", who).json()
        return [(bool(n["due_at"]), n["escalated"]) for n in found if n["notice"] == notice]

    assert stands("ASG", "guard") == [(True, False)] and stands("TF", "front") == [(True, True)]
    page = world.get("/queues/TF", "front", Accept=HTML).text
    assert again in page.partition("Escalated to you")[2].partition("</ul>")[0]
    assert (
        "Overdue" in world.get("/queues/ASG", "guard", Accept=HTML).text.partition(again)[0][-200:]
    )
    before = datetime.now(UTC).isoformat()
    assert world.post(b"", "guard", f"/v1/notices/{notice}/received", **JSON).status_code == 200
    world.settle()
    assert stands("ASG", "guard") == [] == stands("TF", "front")
    assert stands("ASG", "auditor", before) == [(True, False)]
    assert stands("TF", "auditor", before) == [(True, True)]
    assert stands("ASG", "auditor", datetime.now(UTC).isoformat()) == []
    page = world.get(f"/queues/ASG?as_at={quote(before)}", "auditor", Accept=HTML).text
    assert again in page and f"/notices/{notice}/received" not in page
    assert '<a href="#news">1 new about people you have</a>' in page and 'id="news"' in page
    assert ('<a href="#waiting">' in page) == ('id="waiting"' in page)
    assert "The first 50 of" not in page
    is_problem(world.get("/v1/queues/ASG/notices", "auditor"), 403)


def test_that_a_restricted_rule_has_a_notice_is_not_said_to_another_team(world: World) -> None:
    message = world.message(
        people=[{"ref": "p1", "name": {"family": "Ravensdale", "given": ["Ned"]}, "dob": "1980-01-02"},
                {"ref": "p2", "name": {"family": "Ravensdale", "given": ["Kit"]}, "dob": "2015-01-02"}],
        relationships=[{"from": "p1", "type": "parent-of", "to": "p2"}],
        concerns=[{"code": "professional-allegation", "about": "p1"}],
    )  # fmt: skip
    sent = world.post(message, Prefer="wait=20").json()
    world.settle()
    world.keys["front door"] = world.hub.staff_key("Mo", "MASH")
    waiting = world.get("/v1/queues/MASH/notices", "front door").json()
    notice = f"N{sent['id'][1:]}-R15-MASH"
    assert notice in [n["notice"] for n in waiting]
    is_problem(world.post(b"", "worker", f"/v1/notices/{notice}/received", **JSON), 404)
    nobody = f"N{sent['id'][1:]}-R16-MASH"
    is_problem(world.post(b"", "worker", f"/v1/notices/{nobody}/received", **JSON), 404)


def test_how_somebody_was_told_of_hidden_people_is_read_by_the_cleared_alone(world: World) -> None:
    message = world.message()
    message["data"]["people"][0]["flags"] = ["shielded"]
    sent = world.post(message, Prefer="wait=20").json()
    world.settle()
    said = {"how": "By letter to 17 Quillfeather Yard"}
    answer = world.post(said, "worker", f"/v1/notices/N{sent['id'][1:]}-R8-school/given", **JSON)
    assert answer.status_code == 200, answer.text
    after = f"/contacts/{sent['id']}?min_position={answer.json()['position']}"
    assert "Quillfeather" in world.get(after, "cleared", Accept=HTML).text
    for who in ("worker", "auditor"):
        page = world.get(after, who, Accept=HTML).text
        assert "Quillfeather" not in page and "Told " in page
