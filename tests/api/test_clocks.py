"""A clock by HTTP and on the pages: it is met by an act, stands still by a rule, and goes on."""

from datetime import datetime

from tests.api.conftest import World, is_problem
from tests.api.test_pages import alone

SAYS = b'{"rule": "waiting-for-the-person", "reason": "Asked to be rung after the holiday."}'


def asked(world: World, name: str) -> tuple[str, str]:
    """A contact, and its referral to the young carers."""
    sent = world.post(world.message(**alone(name)), Prefer="wait=20").json()
    mine = next(r["referral"] for r in sent["decision"]["referrals"] if r["team"] == "YC")
    return sent["id"], mine


def referral_of(world: World, contact: str, referral: str, position: int) -> dict[str, str | None]:
    """The ask as the contact tells it."""
    path = f"/v1/contacts/{contact}?min_position={position}"
    found: dict[str, str | None] = next(
        r for r in world.get(path, "worker").json()["referrals"] if r["referral"] == referral
    )
    return found


def test_a_clock_is_paused_by_a_rule_shown_so_everywhere_and_goes_on_later(world: World) -> None:
    contact, mine = asked(world, "Pauseborn")
    page = world.get(f"/contacts/{contact}", "worker").text
    assert "Pause the clock" in page and "Waiting for the person" in page
    told = world.post(SAYS, "worker", f"/v1/referrals/{mine}/pause")
    assert told.status_code == 200 and told.json()["events"][0]["type"] == "clock.paused"
    position = told.json()["position"]
    paused = referral_of(world, contact, mine, position)
    assert paused["paused_because"] == "waiting for the person" and paused["paused_at"]
    for path in (f"/contacts/{contact}", "/queues/YC?overdue=paused"):
        shown = world.get(
            f"{path}{'&' if '?' in path else '?'}min_position={position}", "worker"
        ).text
        assert "Paused since" in shown and contact in shown
    [row] = [
        r
        for r in world.get(f"/v1/queues/YC?min_position={position}", "worker").json()["waiting"]
        if r["referral"] == mine
    ]
    assert (row["paused_because"], row["bounces"]) == ("waiting for the person", 0)
    back = world.post(b"", "worker", f"/v1/referrals/{mine}/resume").json()
    again = referral_of(world, contact, mine, back["position"])
    assert again["paused_at"] is None
    assert datetime.fromisoformat(str(again["due_at"])) >= datetime.fromisoformat(
        str(paused["due_at"])
    )


def test_no_clock_stands_still_without_a_rule(world: World) -> None:
    _, mine = asked(world, "Ruleborn")
    path = f"/v1/referrals/{mine}/pause"
    assert is_problem(world.post(b'{"reason": "So."}', "worker", path), 422)
    unknown = world.post(b'{"rule": "tired", "reason": "So."}', "worker", path)
    assert is_problem(unknown, 422) and "waiting-for-the-person" in unknown.json()["detail"]
    assert is_problem(world.post(SAYS, "cleared", path), 403)


def test_what_is_done_in_time_has_met_its_clock(world: World) -> None:
    contact, mine = asked(world, "Metborn")
    told = world.post(
        b'{"reason": "Not ours.", "next": "EH"}', "worker", f"/v1/referrals/{mine}/decline"
    ).json()
    assert [e["type"] for e in told["events"]][:1] == ["referral.declined"]
    follower = referral_of(world, contact, told["opens"], told["position"])
    assert (follower["bounces"], follower["met_at"], follower["missed_at"]) == (1, None, None)
    assert (
        "Passed on once"
        in world.get(f"/contacts/{contact}?min_position={told['position']}", "worker").text
    )
