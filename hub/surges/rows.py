"""A row of a bulk list as a contact in the native contract (contracts.md 5.1). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.message_refused import Fault
from hub.contacts.cloud_event import Message
from hub.errors import InvalidCommand
from hub.linking.records import Record
from hub.policies.vocabulary import vocabulary
from hub.values import NhsNumber

MORE_COLUMNS = ("needs", "agreement", "note", "safe_to_call")
SUPPLY_AND_FOLLOW_UP = ("essential-supplies", "loneliness")
"""Food and medicine by whom the coordinator knows (R18), and somebody who rings and asks how they are (R17)."""
TYPE = "uk.gov.thurrock.nwd.contact.received.v1"
AGREEMENTS = frozenset({"given", "refused", "not-asked", "overridden"})
ANSWERS = frozenset({"yes", "no", "unknown"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds of all rows of a list.

    needs       the concerns of each row that names none of its own
    org, door   who gave the list, and by which door
    overridden  the reason why help is sent before anybody was asked (F8); None: a row that says nothing was not asked
    """

    source: str
    about: str
    org: str
    door: str
    occurred_at: datetime
    needs: tuple[str, ...] = SUPPLY_AND_FOLLOW_UP
    overridden: str | None = None


def message_of(record: Record, terms: Terms) -> Message:
    """The row as a message; raises InvalidCommand naming row and column."""
    event = {
        "specversion": "1.0", "type": TYPE, "source": terms.source, "id": record.record_id,
        "time": terms.occurred_at.isoformat(), "data": data_of(record, terms),
    }  # fmt: skip
    return Message(json.dumps(event, ensure_ascii=False).encode(), "application/cloudevents+json")


def data_of(record: Record, terms: Terms) -> dict[str, Any]:
    """The contact of a row."""
    told = record.told
    return {
        "occurred_at": terms.occurred_at.isoformat(), "door": terms.door, "channel": "bulk list",
        "reporter": {"org": terms.org, "role": terms.about}, "people": [person_of(told)],
        "concerns": [{"code": code, "about": "p1"} for code in needs_of(record, terms)],
        "facts": {"safe_to_call": one_of(record, "safe_to_call", ANSWERS)} if told.get("safe_to_call") else {},
        "agreement": agreement_of(record, terms),
        **({"narrative": told["note"]} if told.get("note") else {}),
    }  # fmt: skip


def person_of(told: Mapping[str, str]) -> dict[str, Any]:
    """Whom the row is about; what is empty is left out, and is unknown."""
    said_number = told.get("nhs_number", "")
    number = str(
        NhsNumber.parse(said_number) or said_number
    )  # one that cannot be is kept, in doubt
    name = {
        "family": told.get("family_name"), "given": told.get("given_names", "").split() or None,
    }  # fmt: skip
    address = {
        "lines": several(told.get("address_lines")), "postcode": told.get("postcode"), "uprn": told.get("uprn"),
    }  # fmt: skip
    said = {
        "ref": "p1",
        "name": without_gaps(name),
        "dob": told.get("dob"),
        "sex": told.get("sex"),
        "address": without_gaps(address),
        "phones": several(told.get("phone")),
        "emails": several(told.get("email")),
        "ids": [{"system": "nhs-number", "value": number}] if number else None,
    }
    return without_gaps(said)


def without_gaps(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without what nothing is said of."""
    return {name: value for name, value in said.items() if value}


def several(text: str | None) -> list[str]:
    """`1 Elm Road; Grays` as two."""
    return [part.strip() for part in (text or "").replace("\n", ";").split(";") if part.strip()]


def needs_of(record: Record, terms: Terms) -> tuple[str, ...]:
    """The concerns of a row: its own, else the list's."""
    own = tuple(dict.fromkeys(record.told.get("needs", "").replace(",", " ").split()))
    for code in own or terms.needs:
        if code not in vocabulary().concerns:
            raise unusable(record, "needs", f"{code[:40]!r} is no concern of the vocabulary.")
    return own or terms.needs


def agreement_of(record: Record, terms: Terms) -> dict[str, str]:
    """What is said of agreement to the service: by the row, else what holds for the list."""
    if record.told.get("agreement"):
        said = one_of(record, "agreement", AGREEMENTS)
        if said != "overridden":
            return {"to_service": said}
    elif terms.overridden is None:
        return {"to_service": "not-asked"}
    if not terms.overridden:
        raise unusable(
            record,
            "agreement",
            "it is overridden, and nobody says why: give the reason with the list.",
        )
    return {"to_service": "overridden", "reason": terms.overridden}


def one_of(record: Record, column: str, words: frozenset[str]) -> str:
    """What stands in a column, where it is one of these words."""
    said = record.told[column].casefold()
    if said not in words:
        raise unusable(record, column, f"{said[:40]!r} is none of {', '.join(sorted(words))}.")
    return said


def unusable(record: Record, column: str, says: str) -> InvalidCommand:
    """A row that cannot be used, by its place."""
    sentence = f"Row {record.row}, column {column}: {says}"
    return InvalidCommand(
        sentence, [Fault(pointer=f"/{record.row}/{column}", code="row", says=sentence)]
    )
