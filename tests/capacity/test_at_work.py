"""A hub at work whose young carers' team has room for one: what its pages and its API say, and that its log holds."""

import json
import re

import httpx

from tests.hub_process import HubProcess, bearer, contact, family_of_its_own, post
from tests.teams.given import changed

SOURCE = "urn:ods:F81XXX/systmone"
ROOM_FOR_ONE = changed(
    ("accepts: [R8]", "accepts: [R8], capacity: 1"), ("accepts: [R3]", "accepts: [R3], capacity: 1")
)


def test_a_full_team_is_shown_full_and_what_it_cannot_give_is_counted(
    hub_process: HubProcess,
) -> None:
    hub = hub_process
    hub.home.mkdir(parents=True)
    file = hub.home.parent / "teams.yaml"
    file.write_text(ROOM_FOR_ONE)
    hub.command("teams", "import", str(file))
    hub.start()
    surgery = hub.partner_key(SOURCE, "grays-surgery")
    keys = {"YC": hub.staff_key("Ben", "YC"), "MASH": hub.staff_key("Mo", "MASH")}

    def asked(path: str, team: str) -> httpx.Response:
        """What a member of the team is answered."""
        answer = httpx.get(f"{hub.url}{path}", headers=bearer(keys[team]), timeout=60)
        assert answer.status_code == 200
        return answer

    for number in (1, 2):
        message = contact(SOURCE, f"m-{number}", people=family_of_its_own(number))
        sent = post(hub, surgery, message, Prefer="wait=30").json()["id"]
    heard = httpx.get(f"{hub.url}/v1/contacts/{sent}", headers=bearer(surgery)).json()
    assert "unmet" in [a["kind"] for a in heard["answers"]], "the referrer is told"

    assert "Young carers (No Wrong Doors) is full" in asked("/queues/YC", "YC").text
    assert re.search(r"2 open, room for 1.*Full", asked("/teams", "YC").text)
    assert "Fewer than 5" in asked("/unmet-needs", "YC").text
    told = asked("/v1/unmet-needs", "MASH").json()
    assert [(u["team"], u["rule"], u["reason"], u["many"]) for u in told["unmet"]] == [
        ("YC", "R8", "no-capacity", 1)
    ]
    assert asked("/v1/unmet-needs", "YC").json()["unmet"][0]["many"] is None

    waiting = asked("/v1/queues/YC", "YC").json()["waiting"]
    first = next(row for row in waiting if row["contact"] != sent)
    declined = httpx.post(
        f"{hub.url}/v1/referrals/{first['referral']}/decline",
        headers=bearer(keys["YC"]), json={"reason": "No capacity: the list is twelve weeks long", "next": "EH"}, timeout=60,
    ).json()  # fmt: skip
    hub.command("explain", first["contact"])  # settled
    owed = httpx.get(f"{hub.url}/v1/contacts/{first['contact']}", headers=bearer(keys["YC"])).json()
    [review] = [o for o in owed["obligations"] if o["rule"] == "R30"]
    assert (review["referral"], review["status"]) == (declined["opens"], "open")
    assert asked("/v1/unmet-needs", "MASH").json()["unmet"][0]["many"] == 2

    assert declined["full"] is False, "early help had room for one, and has one now"
    second = next(row for row in waiting if row["contact"] == sent)["referral"]
    page = asked(f"/contacts/{sent}", "YC").text
    assert "EH: Early help (full)" in page and "MASH: Children&#39;s front door (full)" not in page
    assert "No room when it was asked" in page, "by the engine"
    site = {**bearer(keys["YC"]), "sec-fetch-site": "same-origin"}
    form = {"reason": "Theirs to do", "next": "EH"}
    went = httpx.post(f"{hub.url}/referrals/{second}/override", headers=site, data=form)
    assert went.status_code == 303
    assert "The team that you sent it on to is full" in asked(went.headers["location"], "YC").text
    hub.command("explain", sent)  # settled
    heard = httpx.get(f"{hub.url}/v1/contacts/{sent}", headers=bearer(surgery)).json()
    assert [a["team"] for a in heard["answers"] if a["kind"] == "unmet"] == ["YC", "EH"]
    counts = asked("/v1/unmet-needs", "MASH").json()["unmet"]
    assert {(u["team"], u["rule"], u["many"]) for u in counts} == {("YC", "R8", 2), ("EH", "R8", 1)}
    opens = next(a["opens"] for a in heard["answers"] if a["kind"] == "overridden")
    back = httpx.post(
        f"{hub.url}/v1/referrals/{opens}/override", headers=bearer(hub.staff_key("Eve", "EH")),
        json={"reason": "Not ours", "next": "MASH"}, timeout=60,
    ).json()  # fmt: skip
    assert back["full"] is None, "nobody said how much room there is"
    places = "name: Community-led Support, localities: [1, 2, 3, 4]"
    file.write_text(changed((places, places.replace("1, 2, 3", "1, 3"))))
    hub.command("teams", "import", str(file), fails=True)  # in CLS-2 referrals are open
    assert json.loads(hub.command("teams", "show", "--json"))["document"] == ROOM_FOR_ONE

    found = json.loads(hub.command("verify", "--json"))
    assert found["ok"] and found["decisions"] == 2
