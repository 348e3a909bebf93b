"""HTTP on the wire: what is no HTTP is answered as a problem, and no sender fills the memory with heads, nor waits for ever."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.api.problems import PROBLEM, http_problem

LONGEST_HEAD = 64 * 1024
MOST_CONNECTIONS = 4000
HEAD_TAKES = 10.0


class Wire(HttpToolsProtocol):
    """uvicorn's own, with a bound on what is neither a body nor the end of a head, which its parser would hold on to."""

    most: ClassVar[int] = MOST_CONNECTIONS
    head_takes: ClassVar[float] = HEAD_TAKES
    idle = 0
    moved = False
    overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Refuse more connections than can be held: the hub goes on with those it has."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            says = "There are as many connections as the hub can hold."
            self.answer_and_close(503, "Service Unavailable", says, "retry-after: 1\r\n")
            return
        self.overdue = self.loop.call_later(self.head_takes, self.end)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self.in_time()
        super().connection_lost(exc)

    def in_time(self) -> None:
        """The head came, or nobody is there to send it."""
        if self.overdue is not None:
            self.overdue.cancel()
            self.overdue = None

    def end(self) -> None:
        """The head did not come in time."""
        if not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Bytes came in: those of an address, headers or trailers that do not end are counted."""
        self.moved = False
        super().data_received(data)
        self.idle = 0 if self.moved else self.idle + len(data)
        if self.idle > LONGEST_HEAD:
            says = f"The address and headers are longer than {LONGEST_HEAD} bytes."
            self.answer_and_close(431, "Request Header Fields Too Large", says)
        if whole(self.scope):
            self.in_time()
        elif self.overdue is None and not self.transport.is_closing():
            self.overdue = self.loop.call_later(self.head_takes, self.end)

    def on_message_begin(self) -> None:
        self.moved = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.moved = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.moved = True
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """What the parser cannot read."""
        self.answer_and_close(400, "Bad Request", "The request is not HTTP that can be read.")

    def answer_and_close(self, status: int, title: str, detail: str, more: str = "") -> None:
        """A problem, and the end of the connection; no more than the end where an answer has begun."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = json.dumps(http_problem(status, title, detail)).encode()
            head = (
                f"HTTP/1.1 {status} {title}\r\ncontent-type: {PROBLEM}\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n{more}\r\n"
            )
            self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def whole(scope: Mapping[str, Any] | None) -> bool:
    """Whether the head that came last is whole: then uvicorn knows its path."""
    return scope is not None and "path" in scope
