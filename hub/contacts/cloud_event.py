"""The envelope of a message: CloudEvents 1.0, structured or binary, over HTTP, Kafka or from a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from events.message_refused import Fault
from hub.errors import WrongContentType
from hub.json_gate import Parsed, escape, parsed

TAKEN = "uk.gov.thurrock.nwd.contact.received.v1"
KNOWN = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data")
ATTRIBUTE = re.compile(r"[a-z0-9]{1,60}", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
URI_REFERENCE = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
LONGEST = 512
EXTENSIONS = 50


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
    def extensions(self) -> dict[str, str | int | bool]:
        """The extension attributes, kept as sent."""
        return {k: v for k, v in self.event.items() if k not in KNOWN and isinstance(v, str | int | bool)}


def open_envelope(message: Message) -> Envelope:
    """The envelope. Raises NotJson; whether it is a good one, `faults_of` says."""
    body = parsed(message.body)
    if message.attributes is None:
        event = body.value if isinstance(body.value, dict) else {}
        return Envelope(body, event, "/data")
    event = {**message.attributes, "data": body.value}
    return Envelope(Parsed(event, body.simple and all(v.isascii() for v in message.attributes.values())), event, "")


def faults_of(envelope: Envelope, now: datetime) -> list[Fault]:
    """Everything wrong with the envelope."""
    event, binary = envelope.event, envelope.at == ""
    if not isinstance(envelope.json.value, dict) or not event:
        return [Fault(pointer="", code="not-an-object", says="It is not a CloudEvent.", mend="Send one JSON object.")]
    found = [*_required(event, binary), *_shapes(event, binary)]
    time = event.get("time")
    if isinstance(time, str):
        when = read_time(time)
        if when is None:
            found.append(_fault("time", binary, "time", "`time` is not a time.", "Write it like 2026-03-04T10:15:00Z."))
        elif when > now + timedelta(days=1):
            found.append(_fault("time", binary, "future", "`time` is more than a day ahead.", "Check the sender's clock."))
    return found


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
    """The attributes of a binary message from its headers; None where there are none: it is a structured one."""
    found = {
        name.lower().removeprefix(prefix): unquote(value)
        for name, value in headers.items()
        if name.lower().startswith(prefix)
    }
    return found or None


def refuse_content_type(content_type: str | None, binary: bool) -> None:
    """Raises WrongContentType unless the body is said to be what it must be."""
    kind, _, rest = (content_type or "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise WrongContentType(f"The character set {charset[1]} is not taken: send UTF-8.")
    taken = ("application/json",) if binary else ("application/cloudevents+json", "application/json")
    if kind not in taken:
        raise WrongContentType(f"The content type {kind or '(none)'} is not taken here: send {' or '.join(taken)}.")


def _required(event: Mapping[str, Any], binary: bool) -> list[Fault]:
    found = []
    for name in ("specversion", "id", "source", "type"):
        value = event.get(name)
        if value is None:
            found.append(_fault(name, binary, "missing", f"`{name}` is missing.", f"Add `{name}`: CloudEvents 1.0 asks for it."))
        elif not isinstance(value, str) or not value.strip():
            found.append(_fault(name, binary, "type", f"`{name}` is not text, or is empty.", f"Give `{name}` as text."))
        elif len(value) > LONGEST:
            found.append(_fault(name, binary, "too-long", f"`{name}` is longer than {LONGEST} characters.", "Shorten it."))
    if isinstance(event.get("specversion"), str) and event["specversion"] not in ("1.0", ""):
        found.append(_fault("specversion", binary, "value", "`specversion` is not 1.0.", "Send CloudEvents 1.0."))
    source = event.get("source")
    if isinstance(source, str) and source and not URI_REFERENCE.fullmatch(source):
        found.append(_fault("source", binary, "value", "`source` is not a URI reference.", "Use a URI, such as urn:ods:F81XXX/name."))
    if "data" not in event:
        found.append(Fault(pointer="/data", code="missing", says="`data` is missing.", mend="Put the contact in `data`."))
    elif not isinstance(event["data"], dict):
        found.append(Fault(pointer="" if binary else "/data", code="type", says="`data` is not an object.", mend="Put the contact in `data`."))
    return found  # fmt: skip


def _shapes(event: Mapping[str, Any], binary: bool) -> list[Fault]:
    found = []
    if "data_base64" in event:
        found.append(_fault("data_base64", binary, "not-taken", "`data_base64` is not taken.", "Send the contact as JSON in `data`."))
    kind = event.get("datacontenttype")
    if kind is not None and (not isinstance(kind, str) or kind.partition(";")[0].strip().lower() != "application/json"):
        found.append(_fault("datacontenttype", binary, "value", "`datacontenttype` is not application/json.", "Send JSON."))
    for name in ("subject", "dataschema", "time"):
        value = event.get(name)
        if value is not None and (not isinstance(value, str) or not value or len(value) > LONGEST):
            found.append(_fault(name, binary, "type", f"`{name}` is not text.", f"Give `{name}` as text, or leave it out."))
    others = [name for name in event if name not in KNOWN and name != "data_base64"]
    if len(others) > EXTENSIONS:
        found.append(_fault(others[-1], binary, "too-many", f"There are more than {EXTENSIONS} extension attributes.", "Send fewer."))
    for name in others[:EXTENSIONS]:
        value = event[name]
        if not ATTRIBUTE.fullmatch(name):
            found.append(
                _fault(name, binary, "name", f"`{name[:60]}` is no CloudEvents attribute.",
                       "Names are lower-case letters and digits; the contact itself stands in `data`."))
        elif not isinstance(value, str | int | bool) or (isinstance(value, str) and len(value) > 2000):
            found.append(_fault(name, binary, "type", f"The extension `{name}` is not text, a whole number or true or false.", "Send a plain value."))
    return found  # fmt: skip


def _fault(name: str, binary: bool, code: str, says: str, mend: str) -> Fault:
    """A fault of an attribute: by JSON pointer, or by its header where the message is a binary one."""
    return Fault(pointer=f"ce-{name}" if binary else f"/{escape(name)}", code=code, says=says, mend=mend)
