"""The envelope of a message: CloudEvents 1.0, structured or binary, over HTTP, Kafka or from a file."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from events.message_refused import Fault
from hub.errors import WrongContentType
from hub.json_gate import Parsed, escape, parsed

LARGEST = 1_000_000  # bytes
TAKEN = "uk.gov.thurrock.nwd.contact.received.v1"
CORRECTED = "uk.gov.thurrock.nwd.contact.corrected.v1"
WITHDRAWN = "uk.gov.thurrock.nwd.contact.withdrawn.v1"
ATTRIBUTE = re.compile(r"[a-z0-9]{1,60}", re.ASCII)
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MOMENT = rf"[Tt]{CLOCK}:[0-5][0-9](\.[0-9]{{1,9}})?([Zz]|[+\-]{CLOCK})"
TIME = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{MOMENT}")
URI_REFERENCE = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # CloudEvents 1.0, type system: String
TWICE = "\r\n"  # between the values of a header that stood twice
REQUIRED = ("specversion", "id", "source", "type")
LONGEST = 512
LONGEST_EXTENSION = 2000
EXTENSIONS = 50
JSON = "application/json"
TAKEN_STRUCTURED = ("application/cloudevents+json", JSON)
TAKEN_BINARY = (JSON,)
JSON_TYPE = re.compile(r"[A-Za-z0-9.\-]+/([A-Za-z0-9.\-]+\+)?[Jj][Ss][Oo][Nn] *(;.*)?", re.ASCII)
AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came. `attributes` are the CloudEvents attributes of a binary one (`ce-` headers), by bare name."""

    body: bytes
    content_type: str | None = None
    attributes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the data. `at` is where the data stands, for pointers; `json` the whole event."""

    json: Parsed
    event: Mapping[str, Any]
    at: str

    def text(self, name: str) -> str | None:
        """An attribute, where it is text."""
        value = self.event.get(name)
        return value if isinstance(value, str) else None

    @property
    def binary(self) -> bool:
        """Whether the attributes stood in headers and the body is the data."""
        return not self.at

    def place(self, name: str) -> str:
        """Where an attribute stands: a JSON pointer, or the header of a binary message."""
        return _place(name, self.binary)

    def hash(self) -> str | None:
        """SHA-256 (hex) of the canonical JSON; None where a header holds what no JSON can."""
        if self.binary and any(
            CONTROL.search(v) for v in self.event.values() if isinstance(v, str)
        ):
            return None
        return self.json.hash()

    @property
    def extensions(self) -> dict[str, str | int | bool]:
        """The extension attributes, kept as sent."""
        said = self.event.items()
        return {k: v for k, v in said if k not in KNOWN and isinstance(v, str | int | bool)}


def attribute_at(message: Message, name: str) -> str:
    """Where an attribute of a message stands: a JSON pointer, or the header of a binary message."""
    return _place(name, message.attributes is not None)


def _place(name: str, binary: bool) -> str:
    return f"ce-{printable(name)}" if binary else f"/{escape(name)}"


def open_envelope(message: Message) -> Envelope:
    """The envelope. Raises NotJson; whether it is a good one, `faults_of` says."""
    body = parsed(message.body)
    if message.attributes is None:
        event = body.value if isinstance(body.value, dict) else {}
        return Envelope(body, event, "/data")
    event = {**message.attributes, "data": body.value}
    simple = body.simple and all(k.isascii() and v.isascii() for k, v in message.attributes.items())
    return Envelope(Parsed(event, simple), event, "")


def faults_of(envelope: Envelope, now: datetime) -> list[Fault]:
    """Everything wrong with the envelope."""
    if not isinstance(envelope.json.value, dict):
        mend = "Send one JSON object: the event with its `data`."
        return [Fault(pointer="", code="not-an-object", says="It is not a CloudEvent.", mend=mend)]
    return [] if nothing_odd(envelope.event, now) else looked_through(envelope, now)


def looked_through(envelope: Envelope, now: datetime) -> list[Fault]:
    """The same of any object, with care."""
    faults = [
        fault
        for name in TEXTS
        if not _sound(envelope.event, name)
        for fault in _text_faults(envelope, name)
    ]
    return [
        *faults,
        *_time_faults(envelope, now),
        *_data_faults(envelope),
        *_extension_faults(envelope),
    ]


def nothing_odd(event: Mapping[str, Any], now: datetime) -> bool:
    """The quick look that nearly every envelope passes: each member is one that may be there, and as it must be."""
    if not isinstance(event.get("data"), dict) or len(event) > EXTENSIONS:
        return False
    for name in REQUIRED:
        if name not in event:
            return False
    for name, value in event.items():
        if name == "data":
            continue
        if not isinstance(value, str) or not value.isprintable():
            return False
        if not (_well_said(name, value) if name in TEXTS else _plain_extension(name, value)):
            return False
    when = read_time(event["time"]) if "time" in event else now
    return when is not None and when <= now + AHEAD


def _well_said(name: str, value: str) -> bool:
    return len(value) <= LONGEST and not value.isspace() and value != "" and not TEXTS[name](value)


def _plain_extension(name: str, value: str) -> bool:
    return name not in KNOWN and len(value) <= LONGEST_EXTENSION and bool(ATTRIBUTE.fullmatch(name))


@lru_cache(64)
def read_time(text: str) -> datetime | None:
    """An RFC 3339 time, aware; None for anything else."""
    if not TIME.fullmatch(text):
        return None
    try:
        when = datetime.fromisoformat(text.upper())
        return when if when.year > 1 else None
    except (ValueError, OverflowError):
        return None


def binary_attributes(headers: Mapping[str, str], prefix: str = "ce-") -> dict[str, str] | None:
    """The attributes of a binary message from its headers; None where it is a structured one, which its content type says."""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if kind.strip().lower().startswith("application/cloudevents"):
        return None
    found: dict[str, str] = {}
    for header, value in headers.items():
        if header.lower().startswith(prefix):
            name = header.lower().removeprefix(prefix)
            text = unquote(_as_utf_8(value), errors="surrogateescape")
            # one that stands twice has no one value: joined like this it is refused
            found[name] = f"{found[name]}{TWICE}{text}" if name in found else text
    return found or None


def _as_utf_8(value: str) -> str:
    """A header's value, which a web server reads as Latin-1, as the UTF-8 it ought to be; other bytes can be told after."""
    try:
        return value.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value


def refuse_content_type(content_type: str | None, taken: Sequence[str]) -> None:
    """Raises WrongContentType unless the body is said to be one of those that are taken, in UTF-8."""
    if content_type in taken:
        return
    kind, _, rest = (content_type or "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        says = f"The character set {printable(charset[1])} is not taken."
        raise _wrong_content("content-type", says, "Send UTF-8.")
    if kind not in taken:
        says = f"The content type {printable(kind) or '(none)'} is not taken here."
        raise _wrong_content("content-type", says, f"Send {' or '.join(taken)}.")


def refuse_content_encoding(encoding: str | None) -> None:
    """Raises WrongContentType for a body that is said to be compressed."""
    if encoding and encoding.strip().lower() != "identity":
        says = f"The content encoding {printable(encoding)} is not taken."
        raise _wrong_content("content-encoding", says, "Send the body as it is, not compressed.")


def _wrong_content(header: str, says: str, mend: str) -> WrongContentType:
    fault = Fault(pointer=header, code="not-taken", says=says, mend=mend)
    return WrongContentType(f"{says} {mend}", [fault])


def printable(text: str) -> str:
    """A header's or attribute's name, fit to be shown and stored."""
    return CONTROL.sub("\ufffd", text)[:60]


def _specversion(value: str) -> tuple[str, str] | None:
    return None if value == "1.0" else ("`specversion` is not 1.0.", "Send CloudEvents 1.0.")


def _uri_reference(name: str) -> Callable[[str], tuple[str, str] | None]:
    @lru_cache(256)
    def fault(value: str) -> tuple[str, str] | None:
        if URI_REFERENCE.fullmatch(value):
            return None
        return f"`{name}` is not a URI reference.", "Use a URI, such as urn:ods:F81XXX/name."

    return fault


def _json_type(value: str) -> tuple[str, str] | None:
    if JSON_TYPE.fullmatch(value):
        return None
    return "`datacontenttype` is not a JSON type.", "Send application/json, or leave it out."


def _any_text(_value: str) -> None:
    return None


TEXTS: Mapping[str, Callable[[str], tuple[str, str] | None]] = {
    "specversion": _specversion,
    "id": _any_text,
    "source": _uri_reference("source"),
    "type": _any_text,
    "subject": _any_text,
    "time": _any_text,
    "datacontenttype": _json_type,
    "dataschema": _uri_reference("dataschema"),
}
KNOWN = frozenset({*TEXTS, "data", "data_base64"})


def _sound(event: Mapping[str, Any], name: str) -> bool:
    """The quick look that nearly every attribute passes. Null is as good as absent."""
    value = event.get(name)
    if isinstance(value, str):
        return _good_text(name, value)
    return value is None and name not in REQUIRED


def _text_faults(envelope: Envelope, name: str) -> Iterator[Fault]:
    """What is wrong with one of the attributes that CloudEvents names, where it is not sound."""
    value = envelope.event.get(name)
    at = envelope.place(name)
    if value is None:
        mend = f"Add `{name}`: CloudEvents 1.0 asks for it."
        yield Fault(pointer=at, code="missing", says=f"`{name}` is missing.", mend=mend)
    elif not isinstance(value, str) or not value.strip():
        mend = f"Give `{name}` as text."
        yield Fault(pointer=at, code="type", says=f"`{name}` is not text, or is empty.", mend=mend)
    elif len(value) > LONGEST:
        says = f"`{name}` is longer than {LONGEST} characters."
        yield Fault(pointer=at, code="too-long", says=says, mend="Shorten it.")
    elif CONTROL.search(value):
        says, mend = _what_is_no_text(envelope, name, value)
        yield Fault(pointer=at, code="characters", says=says, mend=mend)
    elif wrong := TEXTS[name](value):
        yield Fault(pointer=at, code="value", says=wrong[0], mend=wrong[1])


def _what_is_no_text(envelope: Envelope, name: str, value: str) -> tuple[str, str]:
    """What is wrong with text that holds what no text may, and how to mend it. Only a header can stand twice or be no UTF-8."""
    if envelope.binary and TWICE in value:
        return (
            f"The header `ce-{name}` stands more than once, or holds a line break.",
            "Send one value, on one line.",
        )
    if envelope.binary and any("\udc80" <= c <= "\udcff" for c in value):
        return (
            f"The header `ce-{name}` is not UTF-8.",
            "Percent-encode its bytes in UTF-8, as CloudEvents asks for.",
        )
    return f"`{name}` holds a control character.", "Leave it out."


def _good_text(name: str, value: str) -> bool:
    return (
        bool(value.strip())
        and len(value) <= LONGEST
        and not CONTROL.search(value)
        and not TEXTS[name](value)
    )


def _time_faults(envelope: Envelope, now: datetime) -> Iterator[Fault]:
    text, at = envelope.text("time"), envelope.place("time")
    if text is None or not text.strip() or len(text) > LONGEST:
        return
    when = read_time(text)
    if when is None:
        mend = "Write it like 2026-03-04T10:15:00Z."
        yield Fault(pointer=at, code="time", says="`time` is not a time.", mend=mend)
    elif when > now + AHEAD:
        says = "`time` is more than a day ahead."
        yield Fault(pointer=at, code="future", says=says, mend="Check the sender's clock.")


def _data_faults(envelope: Envelope) -> Iterator[Fault]:
    data = envelope.event.get("data")
    if envelope.event.get("data_base64") is not None:
        says = "`data_base64` is not taken."
        mend = "Send the contact as JSON in `data`."
        yield Fault(pointer=envelope.place("data_base64"), code="not-taken", says=says, mend=mend)
    elif data is None and not envelope.binary:
        mend = "Put the contact in `data`."
        yield Fault(pointer="/data", code="missing", says="`data` is missing.", mend=mend)
    elif not isinstance(data, dict):
        says = "The contact is not an object."
        mend = "Send the contact as a JSON object; see /schema/contact/1."
        yield Fault(pointer=envelope.at, code="type", says=says, mend=mend)


def _extension_faults(envelope: Envelope) -> Iterator[Fault]:
    others = [name for name in envelope.event if name not in KNOWN]
    if len(others) > EXTENSIONS:
        says = f"There are more than {EXTENSIONS} extension attributes."
        at = envelope.place(others[EXTENSIONS])
        yield Fault(pointer=at, code="too-many-extensions", says=says, mend="Send fewer.")
    for name in others[:EXTENSIONS]:
        yield from _extension_fault(envelope, name, envelope.event[name])


def _extension_fault(envelope: Envelope, name: str, value: Any) -> Iterator[Fault]:
    at = envelope.place(name)
    if not ATTRIBUTE.fullmatch(name):
        mend = "Names are lower-case letters and digits; the contact itself stands in `data`."
        if close := get_close_matches(name, KNOWN, 1):
            mend = f"Did you mean `{close[0]}`? {mend}"
        says = f"`{printable(name)}` is no CloudEvents attribute."
        yield Fault(pointer=at, code="name", says=says, mend=mend)
    elif value is not None and not isinstance(value, str | int | bool):
        says = f"The extension `{name}` is not text, a whole number or true or false."
        yield Fault(pointer=at, code="type", says=says, mend="Send a plain value.")
    elif isinstance(value, str) and (len(value) > LONGEST_EXTENSION or CONTROL.search(value)):
        says = f"The extension `{name}` is too long or holds a control character."
        mend = f"Send at most {LONGEST_EXTENSION} characters."
        yield Fault(pointer=at, code="value", says=says, mend=mend)
