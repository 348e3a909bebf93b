"""A message to begin with, and short ways to change it and to read it."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from events.content import Doubt
from events.message_refused import Fault
from hub.contacts.cloud_event import TAKEN, Message
from hub.contacts.message import ReadContact, Unreadable, read
from hub.errors import HubError

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SOURCE = "urn:ods:F81XXX/systmone"
STRUCTURED = "application/cloudevents+json"

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "01J8Z3-0007",
    "source": SOURCE,
    "type": TAKEN,
    "subject": "contact/01J8Z3-0007",
    "time": "2026-03-04T10:15:00Z",
    "dataschema": "https://hub.example/schema/contact/1",
    "data": {
        "occurred_at": "2026-03-04T09:50:00Z",
        "channel": "phone",
        "door": "health",
        "reporter": {
            "org": "F81XXX",
            "name": "Dr Anita Patel",
            "role": "GP",
            "cin_source": "3A",
            "phone": "01375 000000",
        },
        "people": [
            {
                "ref": "p1",
                "ids": [{"system": "nhs-number", "value": "9990000018", "status": "verified"}],
                "name": {"family": "Okoro", "given": ["Grace"]},
                "dob": "1981-06-12",
                "sex": "female",
                "address": {
                    "lines": ["12 High Street", "Grays"],
                    "postcode": "RM17 6XX",
                    "uprn": "100090000001",
                },
                "phones": ["07700 900123"],
            },
            {
                "ref": "p2",
                "name": {"family": "Okoro", "given": ["Daniel"]},
                "dob": "2012-02-03",
                "school": "Example Academy",
                "flags": [],
            },
        ],
        "relationships": [
            {"from": "p1", "type": "parent-of", "to": "p2"},
            {"from": "p2", "type": "cares-for", "to": "p1", "hours_per_week": 15},
            {"from": "p2", "type": "lives-with", "to": "p1"},
        ],
        "concerns": [{"code": "young-carer", "about": "p2"}, {"code": "care-need", "about": "p1"}],
        "facts": {"children_in_household": "yes", "immediate_danger": "no"},
        "strengths": [{"about": "p2", "text": "Cooks well, close to his aunt"}],
        "wants": [{"about": "p1", "text": "To keep Daniel's evenings free for football"}],
        "agreement": {"to_service": "given", "by": "p1"},
        "lawful_basis": "public-task",
        "narrative": "Mother has MS and needs help with meals; Daniel helps every day.",
    },
}

Change = Callable[[dict[str, Any]], object]


def event(change: Change | None = None) -> dict[str, Any]:
    """The example as a CloudEvent, changed."""
    changed = deepcopy(EVENT)
    if change:
        change(changed)
    return changed


def message(change: Change | None = None) -> Message:
    """The example as a structured message, changed."""
    return structured(event(change))


def structured(value: Any) -> Message:
    """A structured message of any JSON value."""
    return Message(json.dumps(value).encode(), STRUCTURED)


def binary(change: Change | None = None, **headers: str) -> Message:
    """The example as a binary message; `headers` replace or add CloudEvents attributes."""
    changed = event(change)
    data = changed.pop("data")
    return Message(json.dumps(data).encode(), "application/json", {**changed, **headers})


def put(path: str, value: Any) -> Change:
    """Sets a member by a pointer such as `/data/people/0/dob`."""

    def change(changed: dict[str, Any]) -> None:
        *way, last = path.removeprefix("/").split("/")
        place: Any = changed
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place[part]
        place[int(last) if isinstance(place, list) else last] = value

    return change


def drop(path: str) -> Change:
    """Takes a member away."""

    def change(changed: dict[str, Any]) -> None:
        *way, last = path.removeprefix("/").split("/")
        place: Any = changed
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place[part]
        del place[int(last) if isinstance(place, list) else last]

    return change


def accepted(sent: Message) -> ReadContact:
    """The contact that was read."""
    found = read(sent, NOW)
    assert isinstance(found, ReadContact), found.error.faults
    return found


def refused(sent: Message) -> HubError:
    """Why the message cannot be used."""
    found = read(sent, NOW)
    assert isinstance(found, Unreadable), "it was accepted"
    return found.error


def places(faults: tuple[Fault, ...]) -> set[tuple[str, str]]:
    """Where each fault stands, and its code."""
    return {(fault.pointer, fault.code) for fault in faults}


def doubted(sent: Message) -> set[tuple[str, str]]:
    """Where each doubt stands, and its code."""
    return {(doubt.pointer, doubt.code) for doubt in doubts_of(sent)}


def doubts_of(sent: Message) -> tuple[Doubt, ...]:
    """The doubts about a message that is accepted."""
    return accepted(sent).doubts
