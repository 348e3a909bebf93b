"""Contacts over HTTP: once however often and however many at once, batches line by line, and the decision for who waits."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.conftest import STRUCTURED, World, is_problem

NDJSON = "application/x-ndjson"


def batch(
    world: World, content: bytes | Iterator[bytes], who: str = "surgery"
) -> list[dict[str, Any]]:
    """The answers to a batch."""
    headers = {**world.as_(who), "content-type": NDJSON}
    answer = world.client.post("/v1/contacts:batch", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, NDJSON)
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_accepted_contact_has_an_id_a_position_and_an_address(world: World) -> None:
    answer = world.post(world.message())
    said = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == said["status_url"] == f"/v1/contacts/{said['id']}"
    assert said["position"] <= world.head() and said["doubts"] == []
    status = world.get(said["status_url"] + f"?min_position={said['position']}", "surgery")
    assert status.status_code == 200


def test_who_prefers_to_wait_gets_the_decision(world: World) -> None:
    for prefer in ("wait=20", "respond-async, wait=20", 'wait="20"', "Wait = 20"):
        answer = world.post(world.message(), Prefer=prefer)
        assert "YC" in [r["team"] for r in answer.json()["decision"]["referrals"]], prefer
        assert answer.headers["preference-applied"].startswith("wait=")
    for prefer in ("wait=-1", "wait=x", "wait", "return=minimal", "wait=0"):
        answer = world.post(world.message(), Prefer=prefer)
        assert answer.status_code == 202 and "decision" not in answer.json()


def test_the_same_message_in_another_layout_is_answered_as_before(world: World) -> None:
    message = world.message()
    first = world.post(message)
    again = world.post(json.dumps(message, indent=3, sort_keys=True).encode())
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


def test_of_sixty_four_who_send_the_same_at_once_all_hear_of_one_contact(world: World) -> None:
    body = world.message()
    world.settle()
    before = world.head()
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: world.post(body), range(64)))
    assert {a.status_code for a in answers} == {202}
    assert len({a.text for a in answers}) == 1
    assert sum("idempotent-replayed" not in a.headers for a in answers) == 1
    assert answers[0].json()["position"] == before + 1


def test_of_many_bodies_under_one_id_at_once_one_is_accepted(world: World) -> None:
    bodies = [{**world.message(narrative=f"Story {n}."), "id": "many-bodies"} for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(world.post, bodies))
    assert sorted(a.status_code for a in answers) == [202, *[409] * 15]
    assert all(is_problem(a, 409) for a in answers if a.status_code == 409)


def test_each_line_of_a_batch_is_answered_in_its_order(world: World) -> None:
    sound, other = world.message(), world.message()
    lines = [
        json.dumps(sound).encode(), b"", b"{", json.dumps(other).encode() + b"\r", b"  ", json.dumps(sound).encode(),
        b"\xff\xfe", b'{"a":1,"a":2}', json.dumps(world.message("urn:police:essex")).encode(),
        json.dumps({**sound, "data": {**sound["data"], "narrative": "x"}}).encode(), b"x" * 1_000_001,
        json.dumps(world.message()).encode(),
    ]  # fmt: skip
    told = batch(world, b"\n".join(lines))
    assert [t["line"] for t in told] == [1, 3, 4, 6, 7, 8, 9, 10, 11, 12]
    assert [t["status"] for t in told] == [202, 400, 202, 202, 400, 400, 403, 409, 413, 202]
    assert told[0]["id"] == told[3]["id"] != told[2]["id"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_of_exactly_a_megabyte_is_taken_however_it_ends(world: World, end: bytes) -> None:
    exact = json.dumps(world.message()).encode().ljust(1_000_000)
    told = batch(world, (part for part in (b"\r\n", exact, end[:1], end[1:]) if part))
    assert [(t["line"], t["status"]) for t in told] == [(2, 202)]
    over = batch(world, exact + b" " + end)
    assert [t["status"] for t in over] == [413]


def test_lines_of_unicode_within_a_text_break_no_line_of_an_answer(world: World) -> None:
    source = "a\u2028b\u2029c\u0085d"
    sent = world.post(world.message(narrative=source), Prefer="wait=20").json()
    headers = {**world.as_("auditor"), "accept": NDJSON}
    with world.client.stream(
        "GET", f"/v1/events?after={sent['position'] - 1}", headers=headers
    ) as stream:
        first = next(stream.iter_lines())
    assert json.loads(first)["payload"]["content"]["narrative"] == source


def test_a_batch_of_thousands_of_lines_is_answered_whole(world: World) -> None:
    size = 1500
    said: dict[str, Any] = {"people": [], "relationships": [], "agreement": None}
    feedback = (world.message(concerns=[{"code": "feedback"}], **said) for _ in range(size))
    lines = b"".join(json.dumps(message).encode() + b"\n" for message in feedback)
    told = batch(world, (lines[at : at + 65_536] for at in range(0, len(lines), 65_536)))
    assert [t["line"] for t in told] == list(range(1, size + 1))
    assert {t["status"] for t in told} == {202}
    assert len({t["id"] for t in told}) == size
    world.settle()


def test_a_batch_of_nothing_is_answered_with_nothing(world: World) -> None:
    assert batch(world, b"") == batch(world, b"\n\n  \n") == []


def test_rubbish_again_and_again_is_kept_once(world: World) -> None:
    world.settle()
    before = world.head()
    told = batch(world, b'{"rubbish":true}\n' * 2000)
    assert {t["status"] for t in told} == {422}
    assert world.head() == before + 1


def test_a_batch_line_by_line_from_a_slow_sender_is_answered(world: World) -> None:
    messages = [json.dumps(world.message()).encode() for _ in range(5)]

    def slowly() -> Iterator[bytes]:
        for message in messages:
            for at in range(0, len(message), 300):
                yield message[at : at + 300]
            yield b"\n"

    assert [t["status"] for t in batch(world, slowly())] == [202] * 5


def test_a_sender_who_hangs_up_amid_a_batch_harms_nobody(world: World) -> None:
    def cut() -> Iterator[bytes]:
        yield json.dumps(world.message()).encode() + b"\n"
        raise ConnectionError

    headers = {**world.as_("surgery"), "content-type": NDJSON}
    with pytest.raises(ConnectionError):
        httpx.post(f"{world.hub.url}/v1/contacts:batch", content=cut(), headers=headers)
    assert world.post(world.message()).status_code == 202


def test_a_reader_sees_what_it_wrote(world: World) -> None:
    sent = world.post(world.message()).json()
    answer = world.get(f"/v1/queues/YC?min_position={sent['position']}", "worker")
    assert answer.status_code == 200


def test_the_log_is_followed_page_by_page_and_as_a_stream(world: World) -> None:
    world.post(world.message(), Prefer="wait=20")
    head, after, seen = world.head(), 0, list[int]()
    while after < head:
        page = world.get(f"/v1/events?after={after}&limit=1000", "auditor").json()
        seen += [e["position"] for e in page["events"]]
        after = page["last"]
    assert seen[:head] == list(range(1, head + 1))
    headers = {**world.as_("auditor"), "accept": "application/x-ndjson"}
    with world.client.stream("GET", f"/v1/events?after={head - 3}", headers=headers) as stream:
        assert stream.headers["content-type"] == "application/x-ndjson"
        lines = stream.iter_lines()
        assert [json.loads(next(lines))["position"] for _ in range(3)] == [head - 2, head - 1, head]


def test_the_content_type_of_an_answer_is_what_it_is(world: World) -> None:
    assert (
        world.post(world.message(), **{"content-type": STRUCTURED}).headers["content-type"]
        == "application/json"
    )
    assert world.get("/schema/contact/1", None).headers["content-type"] == "application/schema+json"


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/ping", None),
        ("/v1/queues/YC", "worker"),
        ("/v1/events?limit=5", "auditor"),
        ("/v1/contacts/C-26-999999", "surgery"),
        ("/queues/YC", "worker"),
        ("/sign-in", None),
    ],
)
def test_head_is_answered_as_get_is_without_a_body(
    world: World, path: str, who: str | None
) -> None:
    shown = world.get(path, who)
    head = world.client.head(path, headers=world.as_(who))
    assert (head.status_code, head.content) == (shown.status_code, b"")
    assert head.headers["content-type"] == shown.headers["content-type"]


def test_a_head_of_the_stream_that_goes_on_ends(world: World) -> None:
    headers = {**world.as_("auditor"), "accept": "application/x-ndjson"}
    head = world.client.head("/v1/events", headers=headers)
    assert (head.status_code, head.content) == (200, b"")
