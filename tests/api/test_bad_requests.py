"""Whatever is sent, and wherever to, the answer is a problem that says what is wrong, and the hub goes on."""

import json
import socket
import time
from urllib.parse import quote

import httpx
import pytest

from tests.api.conftest import PROBLEM, SOURCE, STRUCTURED, World, is_problem
from tests.hub_process import bearer

ODD = [
    "x", "%00", "a%00b", "é", "%ED%A0%80", "%FF%FE", "x" * 5000, "..%2f..", "C-26-999999", "C-26-000001%0a",
    "P-99999999999999999999", "R-26-000001-99999999999999999999", "%D9%A3", "%F0%9F%98%80", "a%20b", "'%3B--", "*", "-1",
    "%", "+", "C-26-000001%00", "null",
]  # fmt: skip
READS = [
    "/v1/contacts/{}", "/v1/people/{}", "/v1/families/{}", "/v1/queues/{}",
    "/contacts/{}", "/people/{}", "/families/{}", "/queues/{}", "/problems/{}", "/sign-in/link/{}", "/schema/contact/{}",
]  # fmt: skip
ACTS = [
    "/v1/referrals/{}/accept", "/v1/referrals/R-26-000001-1/{}", "/v1/obligations/{}/done",
    "/v1/obligations/O-26-000001-1/{}", "/referrals/{}/accept", "/obligations/{}/done", "/sign-in/{}", "/sign-in/link/{}",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_no_name_in_an_address_breaks_a_read(world: World, path: str) -> None:
    for name in ODD:
        for who in ("surgery", "auditor", "worker"):
            answer = world.get(path.format(name), who)
            assert answer.status_code < 500, (name[:20], who)
            if path.startswith("/v1") and answer.status_code >= 400:
                is_problem(answer, 401, 403, 404)


@pytest.mark.parametrize("path", ACTS)
def test_no_name_in_an_address_breaks_an_act(world: World, path: str) -> None:
    for name in ODD:
        for who in ("worker", None):
            answer = world.post(b"{}", who, path.format(name))
            assert answer.status_code < 500, (name[:20], who)
            if path.startswith("/v1"):
                is_problem(answer, 401, 403, 404, 405, 422)


@pytest.mark.parametrize(
    "query",
    [
        "min_position=-1", "min_position=x", "min_position=1e3", "min_position=", "min_position=1.5", "as_at=x",
        "as_at=2026-13-45T00:00:00Z", "as_at=0001-01-01T00:00:00%2B14:00", "as_at=9999-12-31T23:59:59-14:00",
        "as_at=1e300", "as_at=0001-01-01T00:00:00Z", "as_at=%00", "min_position=%00", "x%00=1",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_is_named_by_its_place(world: World, query: str) -> None:
    answer = world.get(f"/v1/families/P-000001?{query}", "auditor")
    is_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")


@pytest.mark.parametrize(
    "as_at", ["2026-03-04T10:15:00Z", "2026-03-04T10:15:00+00:00", "1900-01-01", ""]
)
def test_a_moment_before_anything_was_known_holds_nothing(world: World, as_at: str) -> None:
    is_problem(world.get(f"/v1/families/P-999999?as_at={as_at}", "auditor"), 404)


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=1001", "limit=x", "after=x"])
def test_the_log_is_paged_within_bounds(world: World, query: str) -> None:
    is_problem(world.get(f"/v1/events?{query}", "auditor"), 422)


@pytest.mark.parametrize("after", [10**6, 2**63 - 1, 2**63, 10**30])
def test_past_the_end_of_the_log_there_is_nothing(world: World, after: int) -> None:
    answer = world.get(f"/v1/events?after={after}", "auditor")
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["events"] == []


@pytest.mark.parametrize("position", [10**7, 2**63, 10**30])
def test_a_position_the_log_has_not_come_to_is_refused_at_once(world: World, position: int) -> None:
    for path in ("/v1/queues/YC", "/v1/people/P-000001", "/v1/families/P-000001"):
        began = time.monotonic()
        is_problem(world.get(f"{path}?min_position={position}", "worker"), 422)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"7", b'"x"', b"{", b"\xff", b'{"reason":1}', b'{"reason":"\\u0000"}', b'{"reason":"\\ud800"}',
        b'{"reason":"a","reason":"b"}', b'{"unknown":"x"}', b"[" * 100_000, b'{"reason":NaN}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["accept", "decline", "done"])
def test_a_step_with_a_body_that_cannot_be_is_refused(world: World, verb: str, body: bytes) -> None:
    sent = world.post(world.message(), Prefer="wait=20").json()
    mine = next(r for r in sent["decision"]["referrals"] if r["team"] == "YC")
    is_problem(
        world.post(body, "worker", f"/v1/referrals/{mine['referral']}/{verb}"), 400, 409, 422
    )


def test_methods_that_an_address_does_not_take_are_named(world: World) -> None:
    for method in ("PUT", "DELETE", "PATCH", "GET"):
        answer = world.client.request(method, "/v1/contacts", headers=world.as_("surgery"))
        is_problem(answer, 405)
        assert answer.headers["allow"] == "POST"
    is_problem(world.client.post("/v1/events"), 405)
    is_problem(world.client.get("/v1/nothing"), 404)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "", "application/xml", "application/cloudevents+xml", "application/cloudevents-batch+json",
     "application/cloudevents+json; charset=utf-16", "application/json;charset=latin1", "multipart/form-data; boundary=x",
     "application/x-www-form-urlencoded", "x" * 3000],
)  # fmt: skip
def test_another_content_type_is_refused_and_named(world: World, kind: str) -> None:
    is_problem(world.post(world.message(), **{"content-type": kind}), 415)
    is_problem(world.post(b"{}\n", path="/v1/contacts:batch", **{"content-type": kind}), 415)


@pytest.mark.parametrize(
    "kind", [STRUCTURED, "application/json", "Application/CloudEvents+JSON; charset=UTF-8"]
)
def test_the_content_types_that_are_taken(world: World, kind: str) -> None:
    assert world.post(world.message(), **{"content-type": kind}).status_code == 202


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer x", "Basic eDp5", "bearer nwd_p_x", "Bearer " + "x" * 7000, "Bearer é", "nwd"],
)  # fmt: skip
def test_without_a_key_that_works_nobody_comes_in(world: World, header: str) -> None:
    for path in ("/v1/contacts/C-26-000001", "/v1/events"):
        answer = world.client.get(path, headers={"authorization": header.encode()})
        is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert len(answer.text) < 500 and "xxx" not in answer.text


def test_more_than_a_megabyte_is_too_large_however_it_is_sent(world: World) -> None:
    world.settle()
    before = world.head()
    large = json.dumps(world.message(narrative="x" * 1_000_001)).encode()
    is_problem(world.post(large), 413)
    chunks = (large[at : at + 50_000] for at in range(0, len(large), 50_000))
    headers = {**world.as_("surgery"), "content-type": STRUCTURED}
    is_problem(world.client.post("/v1/contacts", content=chunks, headers=headers), 413)
    is_problem(world.post(b"x" * 20_000_000), 413)
    assert world.head() == before


def raw(world: World, *parts: bytes, pause: float = 0.0, ends: bool = False) -> bytes:
    """Bytes on a bare connection, a pause after each; what comes back until it closes or falls silent."""
    with socket.create_connection(("127.0.0.1", world.hub.port), timeout=5) as wire:
        for part in parts:
            wire.sendall(part)
            time.sleep(pause)
        if ends:
            return b""
        answer = b""
        try:
            while some := wire.recv(65536):
                answer += some
                if b"\r\n\r\n" in answer and answer.endswith((b"}", b"0\r\n\r\n")):
                    break
        except TimeoutError:
            pass
        return answer


def request_of(world: World, body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    """A POST of a contact, byte by byte as HTTP has it."""
    lines = [
        b"POST /v1/contacts HTTP/1.1", b"Host: localhost", b"Content-Type: application/cloudevents+json",
        b"Content-Length: %d" % (len(body) if length is None else length),
        b"Authorization: " + bearer(world.keys["surgery"])["Authorization"].encode(), *headers,
    ]  # fmt: skip
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_a_slow_sender_is_waited_for(world: World) -> None:
    whole = request_of(world, json.dumps(world.message()).encode())
    parts = [whole[at : at + 400] for at in range(0, len(whole), 400)]
    assert raw(world, *parts, pause=0.05).startswith(b"HTTP/1.1 202")


def test_a_body_that_is_cut_off_stores_nothing(world: World) -> None:
    world.settle()
    before = world.head()
    body = json.dumps(world.message()).encode()
    raw(world, request_of(world, body[:300], length=len(body)), pause=0.2, ends=True)
    time.sleep(0.3)
    assert world.head() == before


def test_headers_that_no_text_can_hold_are_refused(world: World) -> None:
    body = json.dumps(world.message()["data"]).encode()
    kind = b"Content-Type: application/json"
    for odd in (b"ce-id: \xff\xfe", b"ce-id: %FF", b"ce-id: %00", b"ce-id: a%0Ab"):
        named = [b"ce-specversion: 1.0", b"ce-source: " + SOURCE.encode(),
                 b"ce-type: uk.gov.thurrock.nwd.contact.received.v1", odd]  # fmt: skip
        head = request_of(world, body, *named).replace(
            b"Content-Type: application/cloudevents+json", kind
        )
        status = raw(world, head).partition(b"\r\n")[0]
        assert status.split()[1] in (b"400", b"422"), (odd, status)


def test_attributes_in_headers_are_read_as_percent_encoded_utf_8(world: World) -> None:
    message = world.message()
    data = json.dumps(message.pop("data")).encode()
    headers = {f"ce-{k}": quote(str(v), safe=":/") for k, v in message.items()}
    headers |= {"ce-id": "caf%C3%A9%20%E2%82%AC", "content-type": "application/json"}
    answer = world.post(data, **headers)
    assert answer.status_code == 202, answer.text
    again = world.post({**message, "id": "café €", "data": json.loads(data)})
    assert (again.status_code, again.json()) == (202, answer.json())


def test_an_attribute_that_stands_twice_is_refused(world: World) -> None:
    message = world.message()
    data = json.dumps(message.pop("data")).encode()
    headers = [(f"ce-{k}", str(v)) for k, v in message.items()]
    more = [("ce-id", "another"), ("content-type", "application/json")]
    said = [*headers, *more, *world.as_("surgery").items()]
    answer = httpx.post(f"{world.hub.url}/v1/contacts", content=data, headers=said)
    is_problem(answer, 400, 422)


def test_rubbish_on_the_wire_is_answered_and_forgotten(world: World) -> None:
    for rubbish in (
        b"\x00" * 200,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST\r\n\r\n",
        b"GET /" + b"a" * 100_000,
    ):
        raw(world, rubbish + b"\r\n\r\n", ends=True)
    assert world.client.get("/ping").json() == {"ping": "pong"}


@pytest.mark.parametrize(
    "wire",
    [
        b"\x16\x03\x01\x02\x00\x01\n\n", b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_http_is_a_problem_too(world: World, wire: bytes) -> None:
    head, _, body = raw(world, wire).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400") and PROBLEM.encode() in head
    assert json.loads(body)["status"] == 400


@pytest.mark.parametrize(
    "begin",
    [
        b"GET /ping?",
        b"GET /ping HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: ",
    ],
    ids=["address", "header", "trailer"],
)
def test_a_head_without_an_end_is_cut_off(world: World, begin: bytes) -> None:
    with socket.create_connection(("127.0.0.1", world.hub.port), timeout=5) as wire:
        wire.sendall(begin)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_without_end(wire)
    assert world.client.get("/ping").json() == {"ping": "pong"}


def send_without_end(wire: socket.socket) -> None:
    """Twenty megabytes, in pieces."""
    for _ in range(200):
        wire.sendall(b"a" * 100_000)
        time.sleep(0.002)


def test_headers_of_a_few_thousand_bytes_are_read(world: World) -> None:
    answer = world.client.get("/ping", headers={f"x-{n}": "y" * 4000 for n in range(10)})
    assert answer.json() == {"ping": "pong"}


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        ({"content-type": "text/plain"}, "content-type"),
        ({"content-type": "application/cloudevents+json; charset=utf-16"}, "content-type"),
        ({"content-type": "application/x-ndjson; charset=latin1"}, "content-type"),
        ({"content-encoding": "gzip"}, "content-encoding"),
        ({"Authorization": "Bearer nwd_p_x"}, "authorization"),
        ({"Authorization": "Basic eDp5"}, "authorization"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/contacts", "/v1/contacts:batch"])
def test_a_header_that_will_not_do_is_named(
    world: World, path: str, headers: dict[str, str], at: str
) -> None:
    sound = "application/x-ndjson" if path.endswith("batch") else STRUCTURED
    answer = world.post(world.message(), path=path, **{"content-type": sound, **headers})
    is_problem(answer, 401, 415)
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == at and fault["mend"]


def test_who_reads_json_is_told_in_json_that_there_is_nothing(world: World) -> None:
    for path in ("/v2/contacts", "/nothing", "/problems/nope", "/static/nope"):
        is_problem(world.get(path, None, accept="application/json"), 404)
        page = world.get(path, None, accept="text/html")
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    is_problem(world.get("/queues/NOPE", "worker", accept="application/json"), 403, 404)
    is_problem(world.get("/queues/YC", None, accept="application/json"), 401)


def test_an_address_with_a_stroke_too_many_leads_nowhere(world: World) -> None:
    is_problem(world.post(world.message(), path="/v1/contacts/"), 404, 405)
    is_problem(world.get("/schema/contact/1/", None), 404)


def test_a_position_that_cannot_be_is_refused_for_a_contact_too(world: World) -> None:
    told = world.post(world.message()).json()
    for position in ("-1", "x", ""):
        answer = world.get(f"/v1/contacts/{told['id']}?min_position={position}", "surgery")
        is_problem(answer, 422)
        assert answer.json()["errors"][0]["pointer"] == "/query/min_position"
