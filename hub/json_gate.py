"""The gate for JSON from outside: strict RFC 8259 and I-JSON (RFC 7493), so that nothing odd travels further."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import rfc8785

from events.message_refused import Fault
from hub.errors import NotJson

DEEPEST = 64
LARGEST_INTEGER = 2**53 - 1


class _Twice(dict[str, Any]):
    """An object in which a member stands twice: marked while parsing, found and named after."""

    member: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value with what was noticed on the way: `simple` where sorting its members is all that RFC 8785 asks."""

    value: Any
    simple: bool

    def canonical(self) -> bytes:
        """RFC 8785 canonical JSON: the same bytes however the message was laid out."""
        if self.simple:
            return _encode(self.value).encode("utf-8")
        return rfc8785.dumps(self.value)

    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.canonical()).hexdigest()


def parse(body: bytes) -> Any:
    """The value behind the bytes. Raises NotJson naming the byte or the JSON pointer, and how to mend it."""
    return parsed(body).value


def parsed(body: bytes) -> Parsed:
    """The value behind the bytes, ready to be hashed. Raises NotJson."""
    text = _text(body)
    noticed = _Noticed()
    try:
        value = json.loads(
            text,
            object_pairs_hook=noticed.members,
            parse_constant=_constant,
            parse_float=noticed.fraction,
            parse_int=_int,
        )
    except RecursionError:
        refuse("", "too-deep", f"It is nested deeper than {DEEPEST} levels.", "Flatten the message.")
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode("utf-8"))
        refuse("", "syntax", f"It is not JSON at byte {at}: {error.msg}.", "Check the message with a JSON parser.")
    except _BadNumber as error:
        refuse(
            "", "number", f"{error} is not a number that JSON peers agree on.", "Send finite numbers, integers below 2^53."
        )
    if noticed.twice or _may_be_odd(text):
        for pointer, code, says, mend in _oddities(value):
            refuse(pointer, code, says, mend)
    return Parsed(value, simple=not noticed.fractions and (text.isascii() or max(text) < "\U00010000"))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def refuse(pointer: str, code: str, says: str, mend: str) -> NoReturn:
    """Raise NotJson with one fault."""
    raise NotJson(says, [Fault(pointer=pointer, code=code, says=says, mend=mend)]) from None


def escape(part: object) -> str:
    """A member's name or an index as a part of a JSON pointer (RFC 6901), printable and short."""
    text = str(part).encode("utf-8", "backslashreplace").decode()
    return text.replace("\0", "\\u0000").replace("~", "~0").replace("/", "~1")[:200]


def _text(body: bytes) -> str:
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        refuse("", "encoding", "It begins with a byte order mark.", "Send UTF-8 without a byte order mark.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse("", "encoding", f"It is not UTF-8 at byte {error.start}.", "Send the message in UTF-8.")


class _BadNumber(Exception):
    """A number outside what JSON peers agree on."""


def _constant(word: str) -> NoReturn:
    raise _BadNumber(word)


def _int(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST_INTEGER:
        raise _BadNumber(digits[:40])
    return number


class _Noticed:
    """What one parse came across."""

    def __init__(self) -> None:
        self.twice = False
        self.fractions = False

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        self.twice = True
        twice = _Twice(members)
        twice.member = _repeated(name for name, _ in pairs)
        return twice

    def fraction(self, digits: str) -> float:
        self.fractions = True
        number = float(digits)
        if not math.isfinite(number):
            raise _BadNumber(digits[:40])
        return number


def _repeated(names: Iterator[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("no member stands twice")


def _may_be_odd(text: str) -> bool:
    """Whether the value must be walked: most need not be, and that is cheap to see."""
    return text.count("[") + text.count("{") > DEEPEST or "\\u0000" in text or "\\ud" in text or "\\uD" in text


def _oddities(value: Any) -> Iterator[tuple[str, str, str, str]]:
    """Every oddity with its place, code, sentence and mend, walked without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    while waiting:
        pointer, one, depth = waiting.pop()
        if isinstance(one, str):
            yield from _odd_text(pointer, one)
        elif isinstance(one, dict):
            if isinstance(one, _Twice):
                at = f"{pointer}/{escape(one.member)}"
                yield at, "duplicate-member", f"{at} stands twice in one object.", "Send each member once."
            for name in one:
                yield from _odd_text(f"{pointer}/{escape(name)}", name)
        if isinstance(one, dict | list):
            if depth > DEEPEST:
                yield pointer, "too-deep", f"It is nested deeper than {DEEPEST} levels.", "Flatten the message."
            inside = one.items() if isinstance(one, dict) else enumerate(one)
            waiting.extend(
                (f"{pointer}/{escape(k)}", v, depth + 1) for k, v in inside if isinstance(v, str | dict | list)
            )


def _odd_text(pointer: str, text: str) -> Iterator[tuple[str, str, str, str]]:
    if "\0" in text:
        yield pointer, "nul", f"{pointer} holds the character NUL.", "Leave NUL out."
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        yield pointer, "surrogate", f"{pointer} holds half a character (a lone surrogate).", "Send whole characters."
