"""More than the hub can take: answered in time, shared fairly, nothing acknowledged lost, and over by itself."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import psycopg
import pytest

from adapters.postgres.server import EmbeddedServer
from tests.hub_process import HubProcess, bearer, contact

FLOOD, QUIET = "urn:test:flood", "urn:test:quiet"
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
PATIENCE = 3.0
IN_TIME = PATIENCE + 4  # the machine may be busy
NUMBERS = count(1)


class Busy:
    """A hub whose room is small, and those who use it."""

    def __init__(self, hub: HubProcess) -> None:
        self.hub = hub
        self.flood, self.quiet = hub.partner_key(FLOOD, "flood"), hub.partner_key(QUIET, "quiet")
        self.worker = hub.staff_key("Ben", "YC")
        self.client = httpx.Client(timeout=IN_TIME)
        self.dsn = EmbeddedServer(hub.home).dsn

    def post(self, key: str, source: str, message_id: str = "", **data: object) -> httpx.Response:
        """One contact; a new one where no id is given."""
        message = contact(source, message_id or f"n-{next(NUMBERS)}", **data)
        headers = {**bearer(key), **STRUCTURED}
        url = f"{self.hub.url}/v1/contacts"
        return self.client.post(url, content=json.dumps(message), headers=headers)

    def queue(self) -> httpx.Response:
        """What a duty worker reads."""
        url = f"{self.hub.url}/v1/queues/YC"
        return self.client.get(url, headers=bearer(self.worker))

    def until_well(self) -> None:
        """Until a contact is taken again, by itself."""
        end = time.monotonic() + 15
        while self.post(self.quiet, QUIET).status_code != 202:
            assert time.monotonic() < end
            time.sleep(0.2)

    def stored(self, source: str) -> list[str]:
        """The ids of the messages of a source in the log."""
        query = (
            "SELECT convert_from(state, 'UTF8')::json->>'message_id' FROM thurrock.events "
            "WHERE type = 'contact.received' AND convert_from(state, 'UTF8')::json->>'source' = %s"
        )
        with psycopg.connect(self.dsn) as conn:
            return [row[0] for row in conn.execute(query, [source])]

    @contextlib.contextmanager
    def head_locked(self) -> Iterator[None]:
        """Nothing can be appended meanwhile; everything can be read."""
        with psycopg.connect(self.dsn) as conn:
            conn.execute("SELECT 1 FROM thurrock.head FOR UPDATE")
            yield

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """The whole database is stopped, as by a disk that hangs; then it goes on."""
        pids = self.hub.database_pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """The hub, at work."""
    hub = HubProcess(tmp_path_factory.mktemp("busy") / "home")
    hub.settings = {"HUB_MOST_REQUESTS": "8", "HUB_MOST_BYTES": "4000000", "HUB_PATIENCE": "3"}
    hub.start()
    try:
        made = Busy(hub)
        with made.client:
            yield made
    finally:
        hub.stop()


def is_try_again(answer: httpx.Response, *statuses: int) -> bool:
    """Whether it is a problem that says when to try again."""
    said = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    return (
        answer.status_code in statuses
        and said["status"] == answer.status_code
        and (answer.headers["retry-after"].isdigit())
    )


class Flood:
    """Senders who do not wait to be asked twice, with as little work of their own as can be."""

    def __init__(self, busy: Busy, senders: int) -> None:
        self._busy, self._senders = busy, senders
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))
        self.answers: Counter[bytes] = Counter()
        self.refusals: list[bytes] = []

    def __enter__(self) -> "Flood":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join(IN_TIME)

    async def _all(self) -> None:
        await asyncio.gather(*(self._send() for _ in range(self._senders)))

    async def _send(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._busy.hub.port)
        while not self._stop.is_set():
            body = json.dumps(contact(FLOOD, f"flood-{next(NUMBERS)}")).encode()
            writer.write(
                f"POST /v1/contacts HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {self._busy.flood}\r\nContent-Type: "
                f"application/cloudevents+json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            await reader.readexactly(int(length))
            status = head.split(b" ", 2)[1]
            self.answers[status] += 1
            if status != b"202":
                self.refusals.append(head.lower())
        writer.close()


def test_a_flood_is_told_to_wait_and_others_are_served_meanwhile(busy: Busy) -> None:
    before = len(busy.stored(FLOOD))
    took = []
    with Flood(busy, 24) as flood:
        for _ in range(12):
            begun = time.monotonic()
            assert busy.post(busy.quiet, QUIET).status_code == 202
            assert busy.queue().status_code == 200
            took.append(time.monotonic() - begun)
    assert sorted(took)[len(took) // 2] < PATIENCE, took
    assert set(flood.answers) == {b"202", b"429"}, flood.answers
    assert all(b"retry-after: 1" in head for head in flood.refusals)
    assert len(busy.stored(FLOOD)) - before == flood.answers[b"202"]


def test_a_log_that_cannot_move_is_503_in_time_and_over_by_itself(busy: Busy) -> None:
    begun = time.monotonic()
    with busy.head_locked(), ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(busy.post, busy.flood, FLOOD, f"locked-{n}") for n in range(10)]
        time.sleep(0.5)
        assert busy.queue().status_code == 200  # duty workers read on
        assert is_try_again(busy.post(busy.quiet, QUIET, "locked-quiet"), 503)
        answers = [one.result() for one in asked]
        assert time.monotonic() - begun < IN_TIME
        assert {answer.status_code for answer in answers} == {429, 503}
        assert all(is_try_again(answer, 429, 503) for answer in answers)
        again = time.monotonic()
        assert is_try_again(busy.post(busy.quiet, QUIET, "locked-quiet"), 503)
        assert time.monotonic() - again < PATIENCE / 2  # the second is not kept waiting
    busy.until_well()
    for n in range(10):
        assert busy.post(busy.flood, FLOOD, f"locked-{n}").status_code == 202
    assert busy.post(busy.quiet, QUIET, "locked-quiet").status_code == 202
    stored = [said for said in busy.stored(FLOOD) if said.startswith("locked-")]
    assert sorted(stored) == [f"locked-{n}" for n in range(10)]
    assert busy.stored(QUIET).count("locked-quiet") == 1


def test_a_database_that_stands_still_is_503_in_time_and_over_by_itself(busy: Busy) -> None:
    with busy.standing_still():
        for _ in range(2):
            begun = time.monotonic()
            assert is_try_again(busy.post(busy.quiet, QUIET, "still"), 503)
            assert time.monotonic() - begun < IN_TIME
        begun = time.monotonic()
        assert busy.queue().status_code == 503
        assert httpx.get(f"{busy.hub.url}/ping").status_code == 200
        assert time.monotonic() - begun < IN_TIME
    busy.until_well()
    assert busy.post(busy.quiet, QUIET, "still").status_code == 202
    assert busy.stored(QUIET).count("still") == 1


def test_more_bytes_than_the_room_holds_are_refused_not_kept(busy: Busy) -> None:
    large = "x" * 49_000
    wants = [{"about": "p1", "text": large} for _ in range(18)]
    with busy.head_locked(), ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(busy.post, busy.flood, FLOOD, wants=wants) for _ in range(4)]
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {429, 503}
    busy.until_well()
    assert busy.post(busy.flood, FLOOD, wants=wants).status_code == 202


def test_many_messages_in_one_request_wait_for_their_turns(busy: Busy) -> None:
    messages = [json.dumps(contact(FLOOD, f"batch-{n}")) for n in range(300)]
    headers = {**bearer(busy.flood), "Content-Type": "application/x-ndjson"}
    url = f"{busy.hub.url}/v1/contacts:batch"
    answer = httpx.post(url, content="\n".join(messages), headers=headers, timeout=60)
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["line"] for one in told] == list(range(1, 301))
    assert {one["status"] for one in told} == {202}


def conversation(busy: Busy, said: bytes) -> tuple[bytes, float]:
    """What comes back, until the hub ends it, and after how long; the rest is never sent."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", busy.hub.port), timeout=IN_TIME) as open_:
        open_.sendall(said)
        heard = b""
        with contextlib.suppress(ConnectionError):
            while some := open_.recv(65536):
                heard += some
    return heard, time.monotonic() - begun


def test_a_body_that_does_not_come_is_408_and_leaves_its_place(busy: Busy) -> None:
    head = (
        f"POST /v1/contacts HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {busy.flood}\r\n"
        "Content-Type: application/cloudevents+json\r\nContent-Length: 400\r\n\r\n{"
    ).encode()
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: conversation(busy, head), range(4)))
    assert all(heard.startswith(b"HTTP/1.1 408 ") and took < IN_TIME for heard, took in ends)
    assert all(b"application/problem+json" in heard for heard, _ in ends)
    assert busy.post(busy.flood, FLOOD).status_code == 202


@pytest.mark.parametrize("said", [b"", b"POST /v1/contacts HTTP/1.1\r\nHost: h"])
def test_a_head_that_does_not_come_ends_the_connection(busy: Busy, said: bytes) -> None:
    heard, took = conversation(busy, said)
    assert (heard, took < IN_TIME) == (b"", True)


def test_an_endless_head_is_431(busy: Busy) -> None:
    heard, took = conversation(busy, b"GET /ping HTTP/1.1\r\nX-Long: " + b"x" * 200_000)
    assert heard.startswith(b"HTTP/1.1 431 ") or (not heard and took < 1)
