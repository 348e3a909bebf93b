"""A real directory on this machine: read page by page to its end, or not at all; bounded, polite, and never led elsewhere."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.open_referral import HttpDirectory, Limits, read_address, seconds_in
from hub.directory.endpoint import Reading
from hub.directory.open_referral import Services
from hub.errors import InvalidDirectory
from tests.directory.given import said

Answer = Callable[[BaseHTTPRequestHandler], None]
QUICK = Limits(seconds=1.5, pages=20, page_bytes=200_000, all_bytes=1_000_000)


@dataclass
class Endpoint:
    """A directory that serves `pages`, and full records of `lines`; `instead` answers a path in another way, once each."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    full: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        number = int(parse_qs(parts.query).get("page", ["0"])[0])
        name = f"page {number}" if number else parts.path.rpartition("/")[2]
        self.asked.append(name)
        if self.instead.get(name):
            self.instead[name].pop(0)(handler)
        elif number:
            send(handler, self.page(number))
        elif name in self.full:
            send(handler, self.full[name])
        else:
            send(handler, {"message": "no such service"}, 404)

    def page(self, number: int) -> dict[str, Any]:
        total = len(self.pages)
        contents = self.pages[number - 1] if number <= total else []
        return {
            "total_items": sum(map(len, self.pages)), "total_pages": total, "page_number": number, "size": len(contents),
            "first_page": number == 1, "last_page": number >= total, "empty": not contents, "contents": contents,
        }  # fmt: skip


def send(handler: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def answers(body: Any, status: int = 200, **headers: str) -> Answer:
    """An answer that never changes."""
    return lambda handler: send(handler, body, status, **headers)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    serves = Endpoint([[said(1), said(2)], [said(3), said(4)], [said(5)]])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                serves.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    serves.url = f"http://127.0.0.1:{server.server_port}/api"
    yield serves
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Reader:
    """Reads the endpoint, and notes how long it was asked to wait."""

    endpoint: Endpoint
    folder: Path
    limits: Limits = QUICK
    waited: list[float] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)

    def read(self) -> Services:
        address = read_address(self.endpoint.url)
        directory = HttpDirectory(address, self.folder, self.limits, wait=self.waited.append)
        return Reading(directory, self.limits.pages, lambda n, of: self.told.append((n, of))).read()

    def refused(self) -> str:
        with pytest.raises(InvalidDirectory) as error:
            self.read()
        return error.value.says


@pytest.fixture
def reader(endpoint: Endpoint, tmp_path: Path) -> Reader:
    return Reader(endpoint, tmp_path / "pages")


def test_every_page_is_read_and_progress_is_told(reader: Reader) -> None:
    read = reader.read()
    assert len(read.listed) == 5 and not read.left_out
    assert reader.endpoint.asked == ["page 1", "page 2", "page 3"]
    assert reader.told == [(n, 5) for n in range(1, 6)]


def test_of_a_line_in_a_list_the_full_record_is_asked_for(reader: Reader) -> None:
    line = {"id": "svc-1", "name": "A line", "status": "active", "url": "https://x.example"}
    gone, other = {**line, "id": "svc-2"}, {**line, "id": "svc-3"}
    reader.endpoint.pages = [[line, gone], [other]]
    reader.endpoint.full = {"svc-1": said(1, id="svc-1"), "svc-3": said(9)}
    read = reader.read()
    assert list(read.listed) == ["svc-1"]
    assert read.listed["svc-1"].terms
    assert {left.service: left.place for left in read.left_out} == {
        "svc-2": "page 1, /contents/1",
        "svc-3": "page 2, /contents/0/id",
    }


def test_an_entry_that_cannot_be_used_is_named_by_its_page(reader: Reader) -> None:
    reader.endpoint.pages[1][1]["status"] = "perhaps"
    [left] = reader.read().left_out
    assert left.place == "page 2, /contents/1/status" and left.service == said(4)["id"]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (answers(b'{"contents": ['), "not strict JSON"), (answers({"contents": {}}), "a list is expected"), (answers([], 500), "500"),
        (answers(b"", 302, Location="http://127.0.0.1:1/else"), "leads elsewhere"), (answers(b"[" + b" " * 10_000_000), "larger than"),
        (answers({"contents": [said(1)], "page_number": 1}), "page 1 came"),
        (answers({"contents": [], "total_pages": 3, "total_items": 5}), "is empty"),
        (answers({"contents": [said(3)], "total_pages": 3, "total_items": 5, "last_page": True}), "says that it is the last"),
        (answers({"contents": [said(1), said(2)], "total_pages": 9, "total_items": 5}), "repeats"),
        (answers({"contents": [said(3)], "total_pages": 3, "total_items": 6}), "changed while it was read"),
    ],
)  # fmt: skip
def test_a_broken_second_page_stops_all_of_it(reader: Reader, broken: Answer, words: str) -> None:
    reader.endpoint.instead = {"page 2": [broken]}
    assert words in reader.refused()


def test_a_directory_whose_next_page_is_always_there_comes_to_an_end(reader: Reader) -> None:
    reader.endpoint.instead = {
        f"page {n}": [answers({"contents": [said(n)], "last_page": False})] for n in range(1, 40)
    }
    assert "more than 20 pages" in reader.refused()


def test_one_that_sends_fewer_than_it_says_is_not_believed(reader: Reader) -> None:
    short = {"contents": [said(1)], "total_pages": 1, "total_items": 2, "last_page": True}
    reader.endpoint.instead = {"page 1": [answers(short)]}
    assert "says that it has 2 services, and sent 1" in reader.refused()


def test_one_that_is_too_large_in_all_is_not_read_on(reader: Reader) -> None:
    reader.limits = Limits(seconds=1.5, page_bytes=200_000, all_bytes=5_000)
    assert "larger than 5,000 bytes" in reader.refused()


def test_one_that_is_busy_is_asked_again_when_it_says(reader: Reader) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    reader.endpoint.instead = {
        "page 2": [answers(b"", 429, Retry_After="7"), answers(b"", 503, Retry_After=later)],
        "page 3": [answers(b"", 503)],
    }
    assert len(reader.read().listed) == 5
    seven, half_a_minute, a_second = reader.waited
    assert (seven, a_second) == (7, 1) and 25 < half_a_minute <= 30


def test_one_that_stays_busy_or_asks_for_long_is_left_alone(reader: Reader) -> None:
    reader.endpoint.instead = {"page 1": [answers(b"", 429, Retry_After="0")] * 5}
    assert "busy, 5 times over" in reader.refused()
    reader.endpoint.instead = {"page 1": [answers(b"", 429, Retry_After="3600")]}
    assert "left alone for 3600 seconds" in reader.refused()
    assert seconds_in("soon") == 1 and seconds_in("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A page that comes byte by byte, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def test_one_that_answers_byte_by_byte_or_breaks_off_is_not_waited_for(reader: Reader) -> None:
    reader.endpoint.instead = {"page 2": [drip]}
    began = time.monotonic()
    assert "did not come in time" in reader.refused()
    assert time.monotonic() - began < 6

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"[")
        handler.close_connection = True

    reader.endpoint.instead = {"page 2": [half]}
    assert "broke off" in reader.refused()


def test_a_reading_that_broke_off_goes_on_where_it_was(reader: Reader) -> None:
    reader.endpoint.instead = {"page 2": [answers([], 500)]}
    reader.refused()
    reader.endpoint.asked.clear()
    assert len(reader.read().listed) == 5
    assert reader.endpoint.asked == ["page 2", "page 3"]


def test_what_was_read_is_asked_again_where_the_directory_has_changed_since(reader: Reader) -> None:
    reader.endpoint.instead = {"page 2": [answers([], 500)]}
    reader.refused()
    reader.endpoint.pages[2].append(said(6))
    assert "changed while it was read" in reader.refused()
    assert len(reader.read().listed) == 6


@pytest.mark.parametrize(
    "url",
    [
        "http://directory.example/api", "http://localhost:1/", "ftp://127.0.0.1/", "https://user:key@x.example", "https://x.example/?a=b",
        "https://", "https://x.example:port/", "https://x.example/a b", "file:///etc/passwd", "https://x.example/#a",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_to_ask_is_refused(url: str) -> None:
    with pytest.raises(InvalidDirectory):
        read_address(url)


def test_an_address_has_one_form() -> None:
    assert str(read_address("https://x.example/api/services/")) == "https://x.example/api"
    assert str(read_address("http://127.0.0.1:8/")) == "http://127.0.0.1:8"


def test_where_nobody_answers_is_said(reader: Reader) -> None:
    reader.endpoint.url = "http://127.0.0.1:9"
    assert "there was no answer" in reader.refused()
