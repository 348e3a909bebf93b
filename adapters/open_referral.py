"""Fetches pages of a directory of services by HTTP: bounded in time, bytes and tries, never led elsewhere, and polite."""

import contextlib
import hashlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import InvalidDirectory, NotKnown

OWN_MACHINE = "127.0.0.1"
BUSY = (429, 503)
GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a directory, and waited for.

    seconds       for one answer, from the first byte asked to the last one read
    page_bytes    of one answer; all_bytes of all together
    tries         of one page, where the directory says that it is busy
    longest_wait  that it may ask for, in seconds
    keep_seconds  for so long a page that was read is not asked for again, where the reading broke off
    """

    seconds: float = 30.0
    pages: int = 1_000
    page_bytes: int = 5_000_000
    all_bytes: int = 50_000_000
    tries: int = 5
    longest_wait: float = 60.0
    keep_seconds: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a directory is: its scheme, host and port, and what its paths begin with."""

    scheme: str
    host: str
    port: int | None
    base: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.base}"


def read_address(url: str) -> Address:
    """The address; raises InvalidDirectory for one that is not safe to ask: https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InvalidDirectory("That is no address.") from None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidDirectory("That is no address.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidDirectory("Give the address alone, without a name, key, query or fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host == OWN_MACHINE):
        raise InvalidDirectory(f"A directory is read by https; by http on {OWN_MACHINE} alone.")
    base = parts.path.rstrip("/").removesuffix("/services")
    return Address(parts.scheme, host, port, base)


@dataclass(slots=True)
class HttpDirectory:
    """A directory at an address, with a folder for what was read of it already."""

    address: Address
    folder: Path
    limits: Limits = Limits()
    wait: Callable[[float], None] = time.sleep
    taken: int = 0

    def get(self, path: str) -> bytes:
        """What stands there, or what stood there when a reading broke off not long ago."""
        kept = self._kept(path)
        body = kept if kept is not None else self._ask(path)
        self.taken += len(body)
        if self.taken > self.limits.all_bytes:
            raise InvalidDirectory(f"The directory is larger than {self.limits.all_bytes:,} bytes.")
        return body

    def keep(self, path: str, body: bytes) -> None:
        """Keep a page that was understood."""
        file = self._file(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(".part")
        whole.write_bytes(body)
        whole.replace(file)

    def forget(self) -> None:
        """Every page is asked for anew from here on."""
        with contextlib.suppress(FileNotFoundError):
            for file in self._own_folder().iterdir():
                file.unlink()
            self._own_folder().rmdir()

    def _own_folder(self) -> Path:
        return self.folder / hashlib.sha256(str(self.address).encode()).hexdigest()[:32]

    def _file(self, path: str) -> Path:
        return self._own_folder() / f"{hashlib.sha256(path.encode()).hexdigest()}.json"

    def _kept(self, path: str) -> bytes | None:
        file = self._file(path)
        with contextlib.suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime <= self.limits.keep_seconds:
                return file.read_bytes()
        return None

    def _ask(self, path: str) -> bytes:
        for _ in range(self.limits.tries):
            try:
                answer = self._answer(path)
            except (OSError, http.client.HTTPException) as error:
                raise InvalidDirectory(f"{path}: {said_of(error)}") from None
            if isinstance(answer, bytes):
                return answer
            if answer > self.limits.longest_wait:
                says = f"The directory is busy, and asks to be left alone for {answer:.0f} seconds."
                raise InvalidDirectory(says)
            self.wait(answer)
        raise InvalidDirectory(f"{path}: the directory is busy, {self.limits.tries} times over.")

    def _answer(self, path: str) -> bytes | float:
        """The body, or the seconds after which to ask again. Whatever comes too slowly, byte by byte, is cut off in time."""
        connection, late = self._connection(), threading.Event()
        try:
            connection.connect()
            watch = threading.Timer(self.limits.seconds, _cut, (connection.sock, late))
            watch.start()
            try:
                answer = self._asked(connection, path)
            except (OSError, http.client.HTTPException):
                if not late.is_set():
                    raise
            finally:
                watch.cancel()
            if late.is_set():
                raise TimeoutError
            return answer
        finally:
            connection.close()

    def _asked(self, connection: http.client.HTTPConnection, path: str) -> bytes | float:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "no-wrong-doors"}  # fmt: skip
        connection.request("GET", f"{self.address.base}{path}", headers=headers)
        with connection.getresponse() as answer:
            return self._read(answer, path)

    def _read(self, answer: http.client.HTTPResponse, path: str) -> bytes | float:
        if answer.status in BUSY:
            return seconds_in(answer.getheader("Retry-After"))
        if answer.status in GONE:
            raise NotKnown(f"It is not there ({answer.status}).")
        if 300 <= answer.status < 400:
            says = f"{path} leads elsewhere ({answer.status}), and is not followed."
            raise InvalidDirectory(says)
        if answer.status != 200:
            raise InvalidDirectory(f"{path} was answered by {answer.status}.")
        return self._body(answer, path)

    def _connection(self) -> http.client.HTTPConnection:
        host, port, seconds = self.address.host, self.address.port, self.limits.seconds
        if self.address.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=seconds)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)

    def _body(self, answer: http.client.HTTPResponse, path: str) -> bytes:
        """All of it, unless it is too long."""
        body = bytearray()
        while chunk := answer.read1(65_536):
            body += chunk
            if len(body) > self.limits.page_bytes:
                raise InvalidDirectory(f"{path} is larger than {self.limits.page_bytes:,} bytes.")
        if answer.length:
            raise http.client.IncompleteRead(bytes(body))
        return bytes(body)


def _cut(connected: socket.socket, late: threading.Event) -> None:
    """End a connection that takes too long."""
    late.set()
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def said_of(error: Exception) -> str:
    """Why nothing came, in words."""
    if isinstance(error, TimeoutError):
        return "the answer did not come in time."
    if isinstance(error, http.client.IncompleteRead):
        return "the answer broke off."
    if isinstance(error, ssl.SSLError):
        return "the directory could not prove that it is the one named."
    return f"there was no answer ({type(error).__name__})."


def seconds_in(retry_after: str | None) -> float:
    """How long to wait: seconds, or until a moment; a second where it is not said."""
    if retry_after is None:
        return 1.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 1.0
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)
