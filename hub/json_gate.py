"""The gate for JSON from outside: strict RFC 8259 and I-JSON (RFC 7493), so that nothing odd travels further."""

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec
import rfc8785

from events.message_refused import Fault
from hub.errors import NotJson
from hub.json_place import Found, place_of

DEEPEST = 64
LARGEST_INTEGER = 2**53 - 1
INTEGER = re.compile("-?[0-9]+")
DIGITS = bytes(
    ord("0") if chr(byte).isascii() and chr(byte).isdigit() else 0 for byte in range(256)
)
NOT_MARKS = bytes(set(range(256)) - set(b":[{\\"))  # what tells nothing of how a message is built
LONG_NUMBER = b"0" * 16  # an integer of fewer digits lies within 2^53
FOUR_BYTES = re.compile(b"[\xf0-\xff]")  # what begins a character beyond U+FFFF


ORDERED = msgspec.json.Encoder(order="sorted")


class _Twice(dict[str, Any]):
    """An object in which a member stands twice: marked while parsing, found and named after."""

    member: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value with what was noticed on the way: `simple` where sorting its members is all that RFC 8785 asks, and
    `ordered`, its canonical JSON, where that was made already."""

    value: Any
    simple: bool
    ordered: bytes | None = None

    def canonical(self) -> bytes:
        """RFC 8785 canonical JSON: the same bytes however the message was laid out."""
        if self.ordered is not None:
            return self.ordered
        if self.simple:
            return ORDERED.encode(self.value)
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
    return _plain(body, text) or _looked_through(text)


class _Fraction(Exception):
    """A number with a point or an exponent: it takes the careful way."""


def _fraction(_digits: str) -> NoReturn:
    raise _Fraction


QUICK = msgspec.json.Decoder(float_hook=_fraction)


def _plain(body: bytes, text: str) -> Parsed | None:
    """The value of a message in which nothing can be odd, as nearly all are, read at a fraction of the cost; None for any
    other, good or not, which is looked through with care.

    Without escapes of characters a colon is written as a colon: so where the value, written again, has as many colons as
    the bytes had, no member was dropped, and none stood twice.
    """
    marks = body.translate(None, NOT_MARKS)
    if (b"\\" in marks and b"\\u" in body) or LONG_NUMBER in body.translate(DIGITS):
        return None
    try:
        value = QUICK.decode(text)
        if marks.count(b"[") + marks.count(b"{") > DEEPEST and _too_deep(text, value):
            return None
        ordered = ORDERED.encode(value)
    except (msgspec.DecodeError, _Fraction, RecursionError):
        return None
    if ordered.count(b":") != marks.count(b":"):
        return None
    simple = text.isascii() or not FOUR_BYTES.search(body)
    return Parsed(value, simple, ordered if simple else None)


def _looked_through(text: str) -> Parsed:
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
        refuse(
            _pointer_to(text, lambda word, _at, depth: word in "[{" and depth == DEEPEST),
            "too-deep",
            f"It is nested deeper than {DEEPEST} levels.",
            "Flatten the message.",
        )
    except json.JSONDecodeError as error:
        at, pos = len(text[: error.pos].encode("utf-8")), error.pos
        refuse(
            _pointer_to(text, lambda _word, at, _depth: at >= pos),
            "syntax",
            f"It is not JSON at byte {at}: {error.msg}.",
            "Check the message with a JSON parser.",
        )
    except _BadNumber as error:
        refuse(
            _pointer_to(text, lambda word, _at, _depth: _is_bad_number(word)),
            "number",
            f"{error} is not a number that JSON peers agree on.",
            "Send finite numbers, integers below 2^53.",
        )
    halves = "\\ud" in text or "\\uD" in text
    if noticed.twice or halves or "\\u0000" in text or _too_deep(text, value):
        for pointer, code, says, mend in _oddities(value):
            refuse(pointer, code, says, mend)
    return Parsed(
        value,
        simple=not noticed.fractions
        and not halves
        and (text.isascii() or max(text) < "\U00010000"),
    )


def refuse(pointer: str, code: str, says: str, mend: str) -> NoReturn:
    """Raise NotJson with one fault."""
    raise NotJson(says, [Fault(pointer=pointer, code=code, says=says, mend=mend)]) from None


def escape(part: object) -> str:
    """A member's name or an index as a part of a JSON pointer (RFC 6901), printable and short."""
    text = str(part).encode("utf-8", "backslashreplace").decode()
    return text.replace("\0", "\\u0000").replace("~", "~0").replace("/", "~1")[:200]


def _text(body: bytes) -> str:
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        refuse(
            "",
            "encoding",
            "It begins with a byte order mark.",
            "Send UTF-8 without a byte order mark.",
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        refuse(
            _pointer_to(before, lambda _word, _at, _depth: False),
            "encoding",
            f"It is not UTF-8 at byte {error.start}.",
            "Send the message in UTF-8.",
        )


def _pointer_to(text: str, found: Found) -> str:
    """The JSON pointer of a place in a text that could not be read whole."""
    return "".join(f"/{escape(part)}" for part in place_of(text, found))[:1000]


class _BadNumber(Exception):
    """A number outside what JSON peers agree on."""


def _constant(word: str) -> NoReturn:
    raise _BadNumber(word)


def _is_bad_number(word: str) -> bool:
    """Whether reading this word or sign raises _BadNumber."""
    if word[0] not in "-0123456789NI":
        return False
    if word in ("NaN", "Infinity", "-Infinity"):
        return True
    try:
        (_int if INTEGER.fullmatch(word) else _Noticed().fraction)(word)
    except _BadNumber:
        return True
    except ValueError:
        return False  # no number
    return False


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

    def fraction(self, digits: str) -> int | float:
        """A number with a point or an exponent; where it is whole it is the same number as without (RFC 8785)."""
        number = float(digits)
        if not math.isfinite(number):
            raise _BadNumber(digits[:40])
        if number.is_integer() and abs(number) <= LARGEST_INTEGER:
            return int(number)
        self.fractions = True
        return number


def _repeated(names: Iterator[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("no member stands twice")


def _too_deep(text: str, value: Any) -> bool:
    """Whether it is nested too deep: seen at a glance for most, else counted level by level."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    level = [value]
    for _ in range(DEEPEST):
        inside = (x for one in level for x in (one.values() if isinstance(one, dict) else one))
        level = [x for x in inside if isinstance(x, dict | list)]
        if not level:
            return False
    return True


Chain = tuple["Chain", Any] | None


def _pointer(chain: Chain) -> str:
    """The JSON pointer of a place that is kept as (the place around it, the member or index)."""
    parts = []
    while chain is not None:
        chain, part = chain
        parts.append(f"/{escape(part)}")
    return "".join(reversed(parts))[:1000]


def _oddities(value: Any) -> Iterator[tuple[str, str, str, str]]:
    """Every oddity with its place, code, sentence and mend, walked without recursion."""
    waiting: list[tuple[Chain, Any, int]] = [(None, value, 1)]
    while waiting:
        at, one, depth = waiting.pop()
        if isinstance(one, str):
            yield from _odd_text(at, one)
            continue
        if isinstance(one, _Twice):
            pointer = _pointer((at, one.member))
            says = f"{pointer} stands twice in one object."
            yield pointer, "duplicate-member", says, "Send each member once."
        if depth > DEEPEST:
            says = f"It is nested deeper than {DEEPEST} levels."
            yield _pointer(at), "too-deep", says, "Flatten the message."
        if isinstance(one, dict):
            for name in one:
                yield from _odd_text((at, name), name)
        inside = one.items() if isinstance(one, dict) else enumerate(one)
        waiting.extend(
            ((at, k), v, depth + 1) for k, v in inside if isinstance(v, str | dict | list)
        )


def _odd_text(at: Chain, text: str) -> Iterator[tuple[str, str, str, str]]:
    if "\0" in text:
        pointer = _pointer(at)
        yield pointer, "nul", f"{pointer} holds the character NUL.", "Leave NUL out."
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        pointer = _pointer(at)
        says = f"{pointer} holds half a character (a lone surrogate)."
        yield pointer, "surrogate", says, "Send whole characters."
