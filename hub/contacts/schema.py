"""The JSON Schema of a message (GET /schema/contact/1), made from the models and the limits that read it."""

from functools import cache
from typing import Any

from events.content import ContactContent
from hub.contacts import checks, cloud_event
from hub.contacts.cloud_event import (
    CORRECTED,
    EXTENSIONS,
    LONGEST,
    LONGEST_EXTENSION,
    TAKEN,
    WITHDRAWN,
)
from hub.json_gate import LARGEST_INTEGER
from hub.policies.vocabulary import VOCABULARY_FILE
from hub.policies.yaml import read_yaml

Schema = dict[str, Any]

LONG_MONTHS, SHORT_MONTHS, FEBRUARY = r"(0[13578]|1[02])", r"(0[469]|11)", r"02"
LONG_DAYS, SHORT_DAYS, FEBRUARY_DAYS = (
    r"-(0[1-9]|[12][0-9]|3[01])",
    r"-(0[1-9]|[12][0-9]|30)",
    r"-(0[1-9]|1[0-9]|2[0-8])",
)
LEAP_YEAR = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
PARTIAL_DATE = (
    rf"^(?!0000)([0-9]{{4}}(-({LONG_MONTHS}({LONG_DAYS})?|{SHORT_MONTHS}({SHORT_DAYS})?|{FEBRUARY}({FEBRUARY_DAYS})?))?"
    rf"|{LEAP_YEAR}-02-29)$"
)
DAY = (
    rf"([0-9]{{4}}-({LONG_MONTHS}{LONG_DAYS}|{SHORT_MONTHS}{SHORT_DAYS}|{FEBRUARY}{FEBRUARY_DAYS})"
    rf"|{LEAP_YEAR}-02-29)"
)
SENT_AT = rf"^(?!000[01]){DAY}{cloud_event.MOMENT}$"
HAPPENED_AT = rf"^(?!0|1[0-8]){DAY}{cloud_event.MOMENT}$"
NOT_BLANK = r"\S"
NO_CONTROL = r"^[^\u0000-\u001f\u007f-\u009f]*$"
DATES = frozenset({"dob", "expected_dob", "since", "until", "date"})
ATTRIBUTES = {
    "id": "The sender's own name for the message: (source, id) is taken once.",
    "source": "One of the sources that the partner's key is bound to.",
    "subject": "Whatever the sender likes; kept with the bytes.",
    "time": "When the message was made, not more than a day ahead.",
    "datacontenttype": "application/json, or absent.",
    "dataschema": "The address of this schema.",
}


@cache
def contact_schema() -> Schema:
    """JSON Schema 2020-12 of a CloudEvent that carries a contact: the shape. Beyond it the reader also asks that dates are
    not in the future, that refs name people of the contact, once each, and that nobody is related to themselves."""
    return _event(TAKEN, "A contact, as a CloudEvent 1.0", "/schema/contact/1", *_contact())


@cache
def correction_schema() -> Schema:
    """The same of one that carries a contact as it should have been, with the `id` of the message it corrects."""
    defs, data = _contact()
    data["properties"]["corrects"] = _named("corrected")
    data["required"] = [*data["required"], "corrects"]
    return _event(
        CORRECTED,
        "A correction of a contact, as a CloudEvent 1.0",
        "/schema/correction/1",
        defs,
        data,
    )


@cache
def withdrawal_schema() -> Schema:
    """JSON Schema 2020-12 of a CloudEvent that takes a contact back."""
    reason = {
        "type": "string", "description": "Why, in the sender's words.", "maxLength": checks.longest("reason"),
        "pattern": NOT_BLANK,
    }  # fmt: skip
    data: Schema = {
        "type": "object",
        "properties": {"withdraws": _named("taken back"), "reason": reason},
        "required": ["withdraws", "reason"],
        "additionalProperties": False,
    }
    return _event(
        WITHDRAWN,
        "A withdrawal of a contact, as a CloudEvent 1.0",
        "/schema/withdrawal/1",
        {},
        data,
    )


def _named(how: str) -> Schema:
    """The name of an earlier message."""
    return {
        "type": "string", "description": f"The `id` of the first message of the contact that is {how}, under the same `source`.",
        "maxLength": LONGEST, "allOf": [{"pattern": NOT_BLANK}, {"pattern": NO_CONTROL}],
    }  # fmt: skip


def _contact() -> tuple[Schema, Schema]:
    """What a contact is made of, and the contact itself."""
    data = ContactContent.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    defs = data.pop("$defs")
    for definition in (*defs.values(), data):
        _bound(definition)
    words, _ = read_yaml(VOCABULARY_FILE.read_text(encoding="utf-8"))
    _name_words(defs, words)
    for name, (low, high) in checks.RANGES.items():
        _choice(defs["Concern"]["properties"][name]).update(minimum=low, maximum=high)
    _choice(defs["Relationship"]["properties"]["hours_per_week"]).update(minimum=0, maximum=168)
    defs["Reporter"]["properties"]["org"]["pattern"] = NOT_BLANK
    defs["Mention"]["properties"]["ref"]["pattern"] = NOT_BLANK
    _whole(data)
    return defs, data


def _event(kind: str, title: str, address: str, defs: Schema, data: Schema) -> Schema:
    """The CloudEvent around the contact, or around what amends one."""
    attributes = {name: _attribute(name, says) for name, says in ATTRIBUTES.items()}
    attributes["source"]["pattern"] = _whole_match(cloud_event.URI_REFERENCE.pattern)
    for name, pattern in (
        ("dataschema", cloud_event.URI_REFERENCE),
        ("datacontenttype", cloud_event.JSON_TYPE),
    ):
        attributes[name]["pattern"] = _whole_match(pattern.pattern)
    attributes["time"].update(pattern=SENT_AT, format="date-time")
    for name in ("subject", "time", "datacontenttype", "dataschema"):
        attributes[name]["type"] = ["string", "null"]
    extension = {
        "description": "An extension attribute: kept as sent.",
        "type": ["string", "integer", "boolean", "null"],
        "maxLength": LONGEST_EXTENSION,
        "minimum": -LARGEST_INTEGER,
        "maximum": LARGEST_INTEGER,
        "pattern": NO_CONTROL,
    }
    properties = {
        "specversion": {"const": "1.0"},
        "type": {"const": kind},
        **attributes,
        "data": {"$ref": "#/$defs/ContactContent"},
        "data_base64": {"type": "null", "description": "Not taken: send the contact in `data`."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": title,
        "description": "Absent means unknown, never no. Unknown members of `data` are refused by name; extension attributes are kept.",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": properties,
        "patternProperties": {
            f"^(?!({'|'.join(properties)})$)[a-z0-9]{{1,60}}$": extension,
        },
        "additionalProperties": False,
        "maxProperties": len(properties) + EXTENSIONS,
        "$defs": {**defs, "ContactContent": data},
    }


def _attribute(name: str, says: str) -> Schema:
    return {
        "type": "string",
        "description": says,
        "maxLength": LONGEST,
        "allOf": [{"pattern": NOT_BLANK}, {"pattern": NO_CONTROL}],
    }


def _whole(data: Schema) -> None:
    """One person or the concern `feedback`; at least one concern."""
    data["properties"]["people"]["maxItems"] = checks.MOST_PEOPLE
    data["properties"]["concerns"]["minItems"] = 1
    _choice(data["properties"]["occurred_at"])["pattern"] = HAPPENED_AT
    feedback = {"properties": {"code": {"const": "feedback"}}, "required": ["code"]}
    data["anyOf"] = [
        {"properties": {"people": {"minItems": 1}}, "required": ["people"]},
        {"properties": {"concerns": {"contains": feedback}}},
    ]


def _name_words(defs: Schema, words: Schema) -> None:
    """The vocabulary's words, each with what it means; any other word is kept, and named in the answer as not understood."""
    concerns = {code: of["say"] for code, of in words["concerns"].items()}
    _words(defs["Concern"]["properties"]["code"], concerns)
    _words(_choice(defs["Mention"]["properties"]["flags"])["items"], words["person_flags"])
    _words(defs["Relationship"]["properties"]["type"], dict.fromkeys(words["relationships"]))
    for name, says in words["facts"].items():
        defs["ContactFacts"]["properties"][name]["description"] = says


def _words(schema: Schema, words: dict[str, str | None]) -> None:
    known = [{"const": w, **({"description": says} if says else {})} for w, says in words.items()]
    other = {
        "type": "string",
        "description": "Any other word is kept, and named as not understood.",
    }
    schema["anyOf"] = [*known, other]


def _bound(definition: Schema) -> None:
    """The limits on texts, lists and dates that the reader holds a message to."""
    for member, schema in definition.get("properties", {}).items():
        for part in (schema, *schema.get("anyOf", ())):
            if part.get("type") == "array":
                part.setdefault("maxItems", checks.LONGEST_LIST)
                _bound_text(member, part["items"])
            _bound_text(member, part)


def _bound_text(member: str, schema: Schema) -> None:
    if schema.get("type") == "string" and "enum" not in schema and "format" not in schema:
        schema["maxLength"] = checks.longest(member)
        if member in DATES:
            schema["pattern"] = PARTIAL_DATE


def _choice(schema: Schema) -> Schema:
    """The part of `X or null` that is not null."""
    parts = schema.get("anyOf", [schema])
    return next((part for part in parts if part.get("type") != "null"), schema)


def _whole_match(pattern: str) -> str:
    return f"^(?:{pattern})$"
