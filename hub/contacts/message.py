"""Reads a message as a contact: everything wrong with it is named at once, everything doubtful is kept and named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import msgspec
from pydantic import ValidationError

from events.content import ContactContent, Doubt
from events.message_refused import Fault
from hub.contacts import checks, cloud_event
from hub.contacts.cloud_event import Envelope, Message
from hub.contacts.members import members_at
from hub.errors import HubError, InvalidContact, NotJson, TypeNotTaken
from hub.json_gate import escape

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class ReadContact:
    """A message that can be used. `received_at_said` is its `time`, where it has one."""

    source: str
    message_id: str
    body_hash: str
    content: ContactContent
    doubts: tuple[Doubt, ...]
    extensions: Mapping[str, str | int | bool]
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that cannot be used, with what could be told of it."""

    error: HubError
    source: str | None
    message_id: str | None
    body_hash: str | None


def read(message: Message, now: datetime) -> ReadContact | Unreadable:
    """The contact in a message, or why it cannot be used. `now` judges what lies in the future."""
    try:
        envelope = cloud_event.open_envelope(message)
    except NotJson as error:
        return Unreadable(error, None, None, None)
    source, message_id = envelope.text("source"), envelope.text("id")
    hash_ = envelope.json.hash()
    error = _refusal(envelope, now)
    if error is not None:
        return Unreadable(error, source, message_id, hash_)
    content, faults = _content(envelope)
    if content is not None:
        faults = list(checks.faults(content, envelope.at, now))
    if faults or content is None:
        return Unreadable(_invalid(faults), source, message_id, hash_)
    time = envelope.text("time")
    return ReadContact(
        source=source or "",
        message_id=message_id or "",
        body_hash=hash_,
        content=content,
        doubts=tuple(checks.doubts(content, envelope.at, now)),
        extensions=envelope.extensions,
        time=cloud_event.read_time(time) if time else None,
    )


def _refusal(envelope: Envelope, now: datetime) -> HubError | None:
    """What is wrong with the envelope; its type is looked at before its data, for another type has other data."""
    faults = cloud_event.faults_of(envelope, now)
    kind = envelope.text("type")
    if kind and kind != cloud_event.TAKEN and not any(f.pointer in ("", "/specversion") for f in faults):
        says = f"The hub does not take messages of the type {kind[:200]}."
        pointer = "ce-type" if envelope.at == "" else "/type"
        return TypeNotTaken(says, [Fault(pointer=pointer, code="type-not-taken", says=says, mend=f"Send {cloud_event.TAKEN}.")])
    if faults and isinstance(envelope.event.get("data"), dict):
        faults = [*faults, *_content(envelope)[1]]
    return _invalid(faults) if faults else None


def _invalid(faults: list[Fault]) -> InvalidContact:
    first = faults[0].says if len(faults) == 1 else f"{faults[0].says} And {len(faults) - 1} more."
    return InvalidContact(first, faults[:MOST_FAULTS])



def _content(envelope: Envelope) -> tuple[ContactContent | None, list[Fault]]:
    data = envelope.event["data"]
    faults = list(checks.sizes(data, envelope.at))
    if faults:
        return None, faults
    try:
        return _validate(data), []
    except ValidationError as error:
        return None, [_fault(found, data, envelope.at) for found in error.errors(include_url=False)]


def _validate(data: Mapping[str, Any]) -> ContactContent:
    """Strict: no text becomes a number, no number a marker; lists and times are as JSON has them."""
    return ContactContent.__pydantic_validator__.validate_json(msgspec.json.encode(data), strict=True)  # type: ignore[no-any-return]  # the validator gives a ContactContent


def _fault(found: Any, data: Any, at: str) -> Fault:
    """pydantic's finding in the hub's words, with how to mend it."""
    path = list(found["loc"])
    pointer = at + "".join(f"/{escape(part)}" for part in path)
    name = path[-1] if path else "data"
    match found["type"]:
        case "missing":
            return Fault(pointer=pointer, code="missing", says=f"`{name}` is missing.", mend=f"Add `{name}`.")
        case "extra_forbidden":
            return Fault(
                pointer=pointer, code="unknown-member", says=f"`{escape(name)}` is not a member the hub knows here.",
                mend=_did_you_mean(str(name), path),
            )  # fmt: skip
        case "literal_error":
            words = found["ctx"]["expected"].replace("'", "")
            return Fault(pointer=pointer, code="value", says=f"`{name}` is not one of the words it may be.", mend=f"Use {words}.")
        case kind:
            code, asks = _asks(kind)
            return Fault(pointer=pointer, code=code, says=f"`{name}` is not {asks}.", mend=f"Give {asks}.")


def _asks(kind: str) -> tuple[str, str]:
    for words, asks in ASKS.items():
        if words in kind:
            return ("time" if "datetime" in words else "type"), asks
    return "value", "what it must be"


ASKS = {
    "datetime": "a time with its zone, like 2026-03-04T09:50:00Z",
    "timezone": "a time with its zone, like 2026-03-04T09:50:00Z",
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "model": "an object",
    "dict": "an object",
}


def _did_you_mean(name: str, path: list[Any]) -> str:
    known = members_at(path[:-1])
    close = get_close_matches(name, known, 1)
    return f"Did you mean `{close[0]}`?" if close else "Leave it out, or ask the council where it belongs."
