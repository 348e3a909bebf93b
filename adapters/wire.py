"""HTTP on the wire: what is no HTTP is answered as a problem, and no sender fills the memory with a request's head."""

import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.api.problems import PROBLEM, http_problem

LONGEST_HEAD = 64 * 1024


class Wire(HttpToolsProtocol):
    """uvicorn's own, with a bound on what is neither a body nor the end of a head, which its parser would hold on to."""

    idle = 0
    moved = False

    def data_received(self, data: bytes) -> None:
        """Bytes came in: those of an address, headers or trailers that do not end are counted."""
        self.moved = False
        super().data_received(data)
        self.idle = 0 if self.moved else self.idle + len(data)
        if self.idle > LONGEST_HEAD:
            says = f"The address and headers are longer than {LONGEST_HEAD} bytes."
            self.answer_and_close(431, "Request Header Fields Too Large", says)

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

    def answer_and_close(self, status: int, title: str, detail: str) -> None:
        """A problem, and the end of the connection; no more than the end where an answer has begun."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = json.dumps(http_problem(status, title, detail)).encode()
            head = (
                f"HTTP/1.1 {status} {title}\r\ncontent-type: {PROBLEM}\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode("ascii") + body)
        self.transport.close()
