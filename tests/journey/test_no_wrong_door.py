"""One contact, all the way through, over HTTP and the command line of a real hub."""

import json

import httpx

from tests.hub_process import HubProcess, bearer, contact, post

SOURCE = "urn:ods:F81XXX/systmone"


def test_a_contact_is_accepted_and_its_sender_hears_who_has_it(hub_process: HubProcess) -> None:
    hub = hub_process
    hub.start()
    partner = hub.partner_key(SOURCE, "grays-surgery")
    answer = post(hub, partner, contact(SOURCE, "m-1"), Prefer="wait=10")
    assert answer.status_code == 202, answer.text
    said = answer.json()
    decided = said["decision"]
    young_carers = next(r for r in decided["referrals"] if r["team"] == "YC")

    worker = hub.staff_key("Ben", "YC")
    queue = httpx.get(f"{hub.url}/v1/queues/YC", headers=bearer(worker)).json()
    assert [row["referral"] for row in queue["waiting"]] == [young_carers["referral"]]

    accepted = httpx.post(
        f"{hub.url}/v1/referrals/{young_carers['referral']}/accept", headers=bearer(worker)
    )
    assert accepted.status_code == 200, accepted.text
    position = accepted.json()["position"]

    after = httpx.get(
        f"{hub.url}{said['status_url']}", params={"min_position": position}, headers=bearer(partner)
    ).json()
    assert ("accepted", "YC") in [(a["kind"], a["team"]) for a in after["answers"]]

    assert json.loads(hub.command("verify", "--json"))["ok"] is True


def test_the_same_message_gets_its_first_answer_and_another_body_is_refused(
    hub_process: HubProcess,
) -> None:
    hub = hub_process
    hub.start()
    key = hub.partner_key(SOURCE, "grays-surgery")
    message = contact(SOURCE, "m-1")
    first, second = post(hub, key, message), post(hub, key, message)
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    other = post(hub, key, contact(SOURCE, "m-1", narrative="Another story."))
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    stranger = post(hub, key, contact("urn:other", "m-2"))
    assert stranger.status_code == 403
    hub.command("partner", "revoke", "grays-surgery")
    assert post(hub, key, contact(SOURCE, "m-3")).status_code == 401
