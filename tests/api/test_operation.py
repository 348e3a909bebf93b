"""How far each part has come is told to who may know, and the queue and a person are told as at any moment."""

from datetime import UTC, datetime, timedelta

from projections.registry import all_projections
from tests.api.conftest import World, is_problem


def test_each_projections_lag_stands_on_ready_and_on_a_page_for_auditors_and_operators(
    world: World,
) -> None:
    assert world.post(world.message()).status_code == 202
    world.settle()
    ready = world.client.get("/ready").json()
    assert set(ready["projections"]) == {p.NAME for p in all_projections()}
    assert {tuple(sorted(p)) for p in ready["projections"].values()} == {("behind", "position")}
    for who in ("auditor", "operator"):
        page = world.get("/operation", who)
        assert page.status_code == 200
        assert "<title>Operation</title>" in page.text and "<h1>Operation</h1>" in page.text
        assert page.text.count('<th scope="row">') == len(ready["projections"]) + 1
        assert str(ready["head"]) in page.text and "All parts are at work" in page.text
        assert 'href="/operation"' in world.get("/quarantine", who).text
    assert world.get("/operation", "worker").status_code == 403
    assert 'href="/operation"' not in world.get("/quarantine", "worker").text


def test_a_queue_and_a_person_are_shown_as_at_a_moment(world: World) -> None:
    before = datetime.now(UTC)
    sent = world.post(world.message(), prefer="wait=20").json()
    world.settle()
    after = datetime.now(UTC) + timedelta(seconds=1)

    def rows(moment: datetime, who: str) -> list[str]:
        told = world.client.get(
            "/v1/queues/YC", params={"as_at": moment.isoformat()}, headers=world.as_(who)
        ).json()
        assert datetime.fromisoformat(told["as_at"]) == moment
        return [row["contact"] for row in told["waiting"]]

    now = [r["contact"] for r in world.get("/v1/queues/YC", "worker").json()["waiting"]]
    assert sent["id"] in now
    for who in ("worker", "auditor"):
        assert rows(after, who) == now
        assert sent["id"] not in rows(before, who)
    is_problem(world.get("/v1/queues/YC", "auditor"), 403)
    page = world.client.get(
        "/queues/YC", params={"as_at": before.isoformat()}, headers=world.as_("worker")
    )
    assert "as at" in page.text and sent["id"] not in page.text
    row = next(
        r
        for r in world.get("/v1/queues/YC", "worker").json()["waiting"]
        if r["contact"] == sent["id"]
    )
    person = row["person"]
    then = world.client.get(
        f"/v1/people/{person}", params={"as_at": after.isoformat()}, headers=world.as_("worker")
    )
    assert then.json() == world.get(f"/v1/people/{person}", "worker").json()
    long_ago = {"as_at": "2020-01-01T00:00:00Z"}
    assert (
        world.client.get(
            f"/v1/people/{person}", params=long_ago, headers=world.as_("worker")
        ).status_code
        == 404
    )
    assert (
        world.client.get(
            f"/people/{person}", params=long_ago, headers=world.as_("worker")
        ).status_code
        == 404
    )
    is_problem(world.get("/v1/queues/YC?as_at=yesterday", "worker"), 400, 422)
