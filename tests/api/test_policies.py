"""Policies over HTTP and on their pages; why a rule, and why not; and a draft that two people put in force."""

import json
from pathlib import Path

import pytest

from hub.policies import document_hash
from hub.policies.register import SHIPPED
from tests.api.conftest import World, is_problem

HASH = document_hash(SHIPPED.read_text(encoding="utf-8"))
HTML = "text/html"


def test_the_policies_are_listed_and_each_is_read_whole(world: World) -> None:
    [first, *_] = world.get("/v1/policies", "worker").json()
    assert first["hash"] == HASH and first["name"] == "thurrock"
    whole = world.get(f"/v1/policies/{HASH[:12]}", "auditor").json()
    assert document_hash(whole["document"]) == HASH
    is_problem(world.get("/v1/policies/0123456789", "worker"), 404)


def test_the_rule_book_says_each_row_in_sentences(world: World) -> None:
    told = world.get(f"/policies/{HASH[:12]}", "worker", Accept=HTML).text
    for words in (
        "R8 ",
        "Those under 18",
        "“child harm” is said of them.",
        "local practice",
        "set by law",
    ):
        assert words in told, words
    assert "Agree that it comes into force" not in told


def test_two_operators_put_a_draft_in_force_by_its_page(world: World, tmp_path: Path) -> None:
    world.keys["second"] = world.keys.get("second") or world.hub.staff_key("Ola", "TF", "operator")
    draft = tmp_path / "draft.yaml"
    draft.write_text(SHIPPED.read_text(encoding="utf-8") + "# Read and found good.\n")
    world.hub.command("policy", "draft", str(draft), "--by", "Olu")
    hash_ = document_hash(draft.read_text())
    assert hash_[:12] in world.get("/policies", "worker", Accept=HTML).text
    page = world.get(f"/policies/{hash_}", "operator", Accept=HTML).text
    assert "Agree that it comes into force" in page and "No run over history is on record" in page

    own = {"sec-fetch-site": "same-origin"}
    agree = f"/policies/{hash_}/agree"
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert world.post(b"", "operator", agree, **elsewhere).status_code == 403
    form = {**own, "content-type": "application/x-www-form-urlencoded"}
    assert f'name="instead_of" value="{HASH}"' in page
    assert world.post(b"instead_of=another", "operator", agree, **form).status_code == 409
    assert world.post(f"instead_of={HASH}".encode(), "operator", agree, **form).status_code == 303
    assert "1 more needed" in world.get(f"/policies/{hash_}", "worker", Accept=HTML).text
    assert world.post(b"", "operator", agree, **own).status_code == 303
    listed = {p["hash"]: p for p in world.get("/v1/policies", "worker").json()}
    assert not listed[hash_]["in_force"], "the same person twice is one person"
    assert world.post(b"", "second", agree, **own).status_code == 303
    listed = {p["hash"]: p for p in world.get("/v1/policies", "worker").json()}
    assert listed[hash_]["in_force"] and not listed[HASH]["in_force"]
    sent = world.post(world.message(), Prefer="wait=20").json()
    decided = world.get(sent["status_url"], "cleared").json()
    assert decided["policy"]["hash"] == hash_


def test_which_contacts_a_draft_would_change_is_told_to_operators_alone(
    world: World, tmp_path: Path
) -> None:
    sent = world.post(world.message(), Prefer="wait=20").json()
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        SHIPPED.read_text(encoding="utf-8").replace("    team: YC\n", "    team: CAR\n")
    )
    hash_ = document_hash(draft.read_text())
    world.hub.command("policy", "draft", str(draft))
    ran = json.loads(world.hub.command("policy", "shadow", hash_, "--json"))
    assert sent["id"] in {c["contact"] for c in ran["contacts"]}
    for who, told in (
        ("operator", True),
        ("worker", False),
        ("auditor", False),
        ("cleared", False),
    ):
        for path, accept in (
            (f"/v1/policies/{hash_}", "application/json"),
            (f"/policies/{hash_}", HTML),
        ):
            shown = world.get(path, who, Accept=accept)
            assert shown.status_code == 200
            assert (sent["id"] in shown.text) is told, (who, path)
        counts = world.get(f"/v1/policies/{hash_}", who).json()["shadowed"]
        assert counts["changed"] == ran["changed"] and counts["teams"]
    log = world.get(f"/v1/events?after={world.head() - 20}", "auditor").json()["events"]
    kept = [e for e in log if e["type"] == "policy.shadowed"]
    assert kept and all(e["payload"] is None for e in kept)


@pytest.mark.parametrize("who", ["worker", "auditor"])
def test_why_a_rule_and_why_not(world: World, who: str) -> None:
    sent = world.post(world.message(), Prefer="wait=20").json()
    told = world.get(f"/v1/contacts/{sent['id']}/why/R8", who).json()
    assert any(r["applies"] and "YC" in r["says"] for r in told["why"])
    not_so = world.get(f"/v1/contacts/{sent['id']}/why/R27", who).json()["why"]
    assert not_so and not any(r["applies"] for r in not_so)
    assert "homeless" in not_so[0]["says"]
    is_problem(world.get(f"/v1/contacts/{sent['id']}/why/R99", who), 400, 422)
    page = world.get(f"/contacts/{sent['id']}?why=R27", who, Accept=HTML).text
    assert "Why, or why not" in page and not_so[0]["says"].split("“")[0].strip() in page


def test_why_is_not_told_where_something_is_hidden(world: World) -> None:
    hiding = world.message()
    hiding["data"]["people"][0]["flags"] = ["shielded"]
    sent = world.post(hiding, Prefer="wait=20").json()
    is_problem(world.get(f"/v1/contacts/{sent['id']}/why/R8", "worker"), 403, 404)
    assert world.get(f"/v1/contacts/{sent['id']}/why/R8", "operator").status_code in (200, 403)
    assert "Why, or why not" not in world.get(f"/contacts/{sent['id']}", "worker", Accept=HTML).text
