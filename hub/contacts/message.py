"""Reads a message as a contact: everything wrong with it is named at once, everything doubtful is kept and named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import msgspec
from pydantic import ValidationError

from events.content import ContactContent, Doubt
from events.light import reader
from events.message_refused import Fault
from hub.contacts import amending, checks, cloud_event
from hub.contacts.amending import Amends, Kind
from hub.contacts.cloud_event import Message
from hub.contacts.light_content import read_light_content
from hub.contacts.members import members_at
from hub.contacts.sound_part import sound_part
from hub.errors import HubError, InvalidContact, NotJson
from hub.json_gate import escape

MOST_FAULTS = 100
MOST_SHAPE_FAULTS = 1000
VALIDATOR = ContactContent.__pydantic_validator__


@dataclass(frozen=True, slots=True)
class ReadContact:
    """A message that can be used: a contact, or what corrects or withdraws one.

    sent    the message itself: what was parsed of it is let go at once, for thousands may wait
    light   the contact read light: it has the members of ContactContent; None for a withdrawal
    said_at the sender's `time`, as sent
    amends  the message that it amends; None for a contact
    """

    source: str
    message_id: str
    body_hash: str
    sent: Message = field(compare=False)
    light: Any
    doubts: tuple[Doubt, ...]
    extensions: Mapping[str, str | int | bool]
    said_at: str | None
    kind: Kind = "received"
    amends: Amends | None = None

    @property
    def content(self) -> ContactContent:
        """The contact, read in full."""
        said = cloud_event.open_envelope(self.sent).event["data"]
        return _validate(amending.contact_in(self.kind, said))

    @property
    def time(self) -> datetime | None:
        """When the sender sent it, where it says so."""
        return cloud_event.read_time(self.said_at) if self.said_at else None


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
        said = message.attributes or {}
        return Unreadable(error, said.get("source"), said.get("id"), None)
    source, message_id, hash_ = envelope.text("source"), envelope.text("id"), envelope.hash()
    faults = cloud_event.faults_of(envelope, now)
    not_taken = amending.not_taken(envelope, faults)
    if not_taken is not None:
        return Unreadable(not_taken, source, message_id, hash_)
    content, data, kind = None, envelope.event.get("data"), amending.kind_of(envelope)
    if isinstance(data, dict):
        faults += amending.faults_of(kind, data, envelope.at)
        if kind != "withdrawn":
            content, wrong = _content(amending.contact_in(kind, data), envelope.at, now)
            faults += wrong
    if faults or data is None or hash_ is None or (content is None and kind != "withdrawn"):
        return Unreadable(_invalid(faults), source, message_id, hash_)
    return ReadContact(
        source=source or "",
        message_id=message_id or "",
        body_hash=hash_,
        sent=message,
        light=content,
        doubts=tuple(checks.doubts(content, envelope.at, now)) if content is not None else (),
        extensions=envelope.extensions,
        said_at=envelope.text("time"),
        kind=kind,
        amends=amending.amends_of(kind, data),
    )


def _invalid(faults: list[Fault]) -> InvalidContact:
    first = faults[0].says if len(faults) == 1 else f"{faults[0].says} And {len(faults) - 1} more."
    return InvalidContact(first, faults[:MOST_FAULTS])


def _content(data: dict[str, Any], at: str, now: datetime) -> tuple[Any, list[Fault]]:
    """The contact, read light, or everything wrong with it."""
    content = read_light_content(data)
    if content is None:
        return looked_through(data, at, now)
    return content, _without_echoes(list(checks.faults(content, at, now)), at)


def looked_through(data: dict[str, Any], at: str, now: datetime) -> tuple[Any, list[Fault]]:
    """The same with care: where its shape is wrong, the rest is still looked through."""
    faults = [*checks.sizes(data, at), *checks.raw_times(data, at)]
    if any(fault.code == "too-many" for fault in faults):
        return None, faults  # what is in the rest would take long to name, and be much
    try:
        content = _validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:MOST_SHAPE_FAULTS]
        shape = [_fault(one, at) for one in found]
        sound = sound_part(data, [(one["loc"], one["type"]) for one in found], _validate)
        beyond = checks.faults(sound, at, now) if sound else ()
        faults += [*shape, *(f for f in beyond if not _below(f, shape))]
        faults = list({(f.pointer, f.code): f for f in faults}.values())
        return None, _without_echoes(faults, at)
    light = reader(ContactContent)(content.__pydantic_serializer__.to_json(content))
    return light, _without_echoes([*faults, *checks.faults(content, at, now)], at)


def _below(fault: Fault, broken: list[Fault]) -> bool:
    """Whether it stands where, or inside where, the shape is wrong already."""
    return any(f"{fault.pointer}/".startswith(f"{b.pointer}/") for b in broken)


def _without_echoes(faults: list[Fault], at: str) -> list[Fault]:
    """Where the people are named wrongly, a ref that seems absent may only follow from that."""
    if len(faults) < 2:
        return faults
    people = re.compile(rf"{at}/people(/[0-9]+(/ref)?)?")
    if not any(people.fullmatch(f.pointer) for f in faults):
        return faults
    return [f for f in faults if f.code != "absent-ref"]


def _validate(data: Mapping[str, Any]) -> ContactContent:
    """Strict: no text becomes a number, no number a marker; lists and times are as JSON has them."""
    content: ContactContent = VALIDATOR.validate_json(msgspec.json.encode(data), strict=True)
    return content


def _fault(found: Any, at: str) -> Fault:
    """pydantic's finding in the hub's words, with how to mend it."""
    path = list(found["loc"])
    pointer = at + "".join(f"/{escape(part)}" for part in path)
    name = path[-1] if path else "data"
    match found["type"]:
        case "missing":
            return Fault(
                pointer=pointer, code="missing", says=f"`{name}` is missing.", mend=f"Add `{name}`."
            )
        case "extra_forbidden":
            return Fault(
                pointer=pointer, code="unknown-member", says=f"`{escape(name)}` is not a member the hub knows here.",
                mend=_did_you_mean(str(name), path),
            )  # fmt: skip
        case "literal_error":
            words = found["ctx"]["expected"].replace("'", "")
            return Fault(
                pointer=pointer,
                code="value",
                says=f"`{name}` is not one of the words it may be.",
                mend=f"Use {words}.",
            )
        case kind:
            code, asks = _asks(kind)
            return Fault(
                pointer=pointer, code=code, says=f"`{name}` is not {asks}.", mend=f"Give {asks}."
            )


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
    return (
        f"Did you mean `{close[0]}`?"
        if close
        else "Leave it out, or ask the council where it belongs."
    )
