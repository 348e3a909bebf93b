"""A hub at work with a directory: its command, its pages and its API, and what they say of somebody hidden."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.directory.given import said
from tests.hub_process import HubProcess, bearer, contact, post

SOURCE = "urn:ods:F81XXX/systmone"
AGREED = {"to_service": "given"}


def lonely(number: int, **more: Any) -> dict[str, Any]:
    """Somebody lonely in Grays."""
    return {
        "ref": "p1", "name": {"family": f"Quennell{number}", "given": ["Ada"]}, "dob": f"19{40 + number}-02-03",
        "address": {"lines": [f"{number} Fogbell Rise"], "postcode": "RM17 6XX"}, **more,
    }  # fmt: skip


@dataclass
class Town:
    """A hub with two services in Grays' district and one for the council, and a member of each of some teams."""

    hub: HubProcess
    file: Path
    keys: dict[str, str]

    def ask(self, path: str, who: str, status: int = 200) -> httpx.Response:
        answer = httpx.get(f"{self.hub.url}{path}", headers=bearer(self.keys[who]), timeout=60)
        assert answer.status_code == status, answer.text[:500]
        return answer

    def tell(self, number: int, person: dict[str, Any], **more: Any) -> str:
        message = contact(
            SOURCE, f"m-{number}", people=[person], concerns=[{"code": "loneliness", "about": "p1"}],
            relationships=[], **{"agreement": AGREED, **more},
        )  # fmt: skip
        sent = post(self.hub, self.keys["surgery"], message, Prefer="wait=30").json()
        return f"{sent['id']}?min_position={self.head()}"

    def head(self) -> int:
        """How far the log is."""
        head: int = httpx.get(f"{self.hub.url}/ready", timeout=60).json()["head"]
        return head

    def services(self, contact: str, who: str) -> list[dict[str, Any]]:
        number, _, query = contact.partition("?")
        path = f"/v1/contacts/{number}/services?{query}"
        people: list[dict[str, Any]] = self.ask(path, who).json()["people"]
        return people


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    hub = HubProcess(tmp_path_factory.mktemp("directory") / "home")
    hub.home.mkdir(parents=True)
    file = hub.home.parent / "directory.json"
    entries = [
        said(1, assured_date="2099-01-01", name="Whole Council Tea"), said(2, service_areas=[{"name": "RM17"}], name="Grays Alone"),
        said(3, service_areas=[{"name": "RM18"}], name="Tilbury Alone"), said(4, minimum_age=None, maximum_age=25, name="Young Ones"),
        said(5, status="nonsense"),
    ]  # fmt: skip
    file.write_text(json.dumps(entries))
    hub.command("directory", "import", str(file))
    hub.start()
    try:
        keys = {"surgery": hub.partner_key(SOURCE, "grays-surgery")} | {
            team: hub.staff_key(f"Staff {team}", team) for team in ("SPLW-2", "YC", "MASH")
        }  # fmt: skip
        yield Town(hub, file, keys)
    finally:
        hub.stop()


def names(people: list[dict[str, Any]]) -> set[str]:
    return {s["name"] for one in people for s in one["services"]}


def test_the_command_names_what_it_left_out_and_the_same_again_changes_nothing(town: Town) -> None:
    again = json.loads(town.hub.command("directory", "import", str(town.file), "--json"))
    assert again["changed"] is False
    [left] = again["left_out"]
    assert left["place"] == "/4/status" and left["service"] == said(5)["id"]
    listed = town.hub.command("directory", "list", "--need", "loneliness")
    assert "Whole Council Tea" in listed and "Ask: capacity not known" in listed
    assert "Fogbell Friends" in town.hub.command("directory", "show", str(said(1)["id"]))


def test_services_are_suggested_beside_r17_with_reasons_to_the_teams_that_look_for_some(
    town: Town,
) -> None:
    told = town.tell(1, lonely(1))
    [one] = town.services(told, "SPLW-2")
    assert names([one]) == {"Whole Council Tea", "Grays Alone"} and not one["by_council"]
    grays = next(s for s in one["services"] if s["name"] == "Grays Alone")
    assert "It is for RM17, where they live." in grays["because"]
    for team in ("SPLW-2", "MASH"):
        page = town.ask(f"/contacts/{told}", team).text
        assert (
            "Services that may fit" in page
            and "Grays Alone" in page
            and "Tilbury Alone" not in page
        )
    assert "Services that may fit" not in town.ask(f"/contacts/{told}", "YC").text
    suggested = town.hub.command("directory", "suggest", told.partition("?")[0])
    assert "It is for RM17, where they live." in suggested
    assert (
        "/directory?need=loneliness" in page
        and "Quennell" not in page.partition('href="/directory?')[2][:80]
    )


@pytest.mark.parametrize("who", ["SPLW-2", "YC", "MASH"])
def test_of_somebody_hidden_no_place_counts_whoever_looks(town: Town, who: str) -> None:
    number = 10 + ["SPLW-2", "YC", "MASH"].index(who)
    told = town.tell(number, lonely(number, flags=["shielded"]))
    shown = town.services(told, who)
    assert names(shown) <= {"Whole Council Tea"} and all(one["by_council"] for one in shown)
    sentences = [
        says for one in shown for s in one["services"] for says in (*s["because"], *s["not_known"])
    ]
    assert "RM17" not in str(sentences) and "where they live" not in str(sentences)
    page = town.ask(f"/contacts/{told}", who).text
    assert "Grays Alone" not in page and "Tilbury Alone" not in page


def test_who_said_no_and_who_has_died_is_suggested_nothing(town: Town) -> None:
    refused = town.tell(6, lonely(6), agreement={"to_service": "refused"})
    assert town.services(refused, "SPLW-2") == []
    assert town.services(town.tell(7, lonely(7, flags=["deceased"])), "SPLW-2") == []


def test_who_finishes_is_offered_the_names_of_the_services(town: Town) -> None:
    unlike = {
        "name": {"family": "Tregarthen", "given": ["Morwenna"]},
        "dob": "1931-11-30",
    }  # nobody hidden may be her
    home = {"lines": ["2 Lantern Way"], "postcode": "RM17 5ZZ"}
    told = town.tell(8, lonely(8, **unlike, address=home))
    number = told.partition("?")[0]
    asks = town.ask(f"/v1/contacts/{told}", "SPLW-2").json()["referrals"]
    mine = next(r["referral"] for r in asks if r["team"] == "SPLW-2")
    accept = f"{town.hub.url}/v1/referrals/{mine}/accept"
    position = httpx.post(accept, headers=bearer(town.keys["SPLW-2"]), timeout=60).json()[
        "position"
    ]
    page = town.ask(f"/contacts/{number}?min_position={position}", "SPLW-2").text
    assert 'list="introduced"' in page and 'value="Introduced to Grays Alone"' in page


def test_where_all_are_stale_or_full_it_is_said_with_the_way_to_the_unmet_needs(town: Town) -> None:
    told = town.tell(3, lonely(3))
    page = town.ask(f"/contacts/{told}", "SPLW-2").text
    [one] = town.services(told, "SPLW-2")
    assert one["unmet"] is (not any(not s["stale"] and s["room"] in ("available", "not-known") for s in one["services"]))  # fmt: skip
    assert ("No eligible service" in page.partition("Services that may fit")[2]) is one["unmet"]


def test_the_directory_is_searched_by_need_place_age_and_words(town: Town) -> None:
    def found(query: str) -> set[str]:
        return {s["name"] for s in town.ask(f"/v1/directory?{query}", "YC").json()["services"]}

    assert found("") == {"Whole Council Tea", "Grays Alone", "Tilbury Alone", "Young Ones"}
    assert found("need=loneliness&postcode=RM18&age=40") == {"Whole Council Tea", "Tilbury Alone"}
    assert found("age=17") == {"Young Ones"} and found("need=bereavement") == set()
    assert found("q=tilbury") == {"Tilbury Alone"}
    page = town.ask("/directory?need=loneliness&postcode=RM18&age=40", "YC").text
    assert "Tilbury Alone" in page and "Grays Alone" not in page and "Not assured" in page
    assert "No service fits" in town.ask("/directory?q=parrots", "YC").text
    one = said(1)["id"]
    assert town.ask(f"/v1/directory/{one}", "YC").json()["name"] == "Whole Council Tea"
    town.ask("/v1/directory/nowhere", "YC", 404)
    for query in ("need=tea", "postcode=Grays", "age=old", "age=400"):
        assert town.ask(f"/v1/directory?{query}", "YC", 422).json()["detail"]
        town.ask(f"/directory?{query}", "YC", 422)
