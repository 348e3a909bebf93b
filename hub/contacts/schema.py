"""The JSON Schema of a message (GET /schema/contact/1), made from the models that read it."""

from functools import cache
from typing import Any

from events.content import ContactContent
from hub.contacts import checks
from hub.contacts.cloud_event import TAKEN
from hub.policies.vocabulary import vocabulary

PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
DATES = {("Mention", "dob"), ("Mention", "expected_dob"), ("Relationship", "since"), ("Relationship", "until"), ("Concern", "date")}


@cache
def contact_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a CloudEvent that carries a contact."""
    data = ContactContent.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    defs = data.pop("$defs")
    for name, definition in {**defs, "ContactContent": data}.items():
        _bound(name, definition)
    words = vocabulary()
    defs["Concern"]["properties"]["code"]["examples"] = list(words.concerns)
    defs["Concern"]["properties"]["code"]["description"] = "A word of the vocabulary; one the hub does not know is kept as a doubt."
    for name, (low, high) in checks.RANGES.items():
        _choice(defs["Concern"]["properties"][name]).update(minimum=low, maximum=high)
    _choice(defs["Relationship"]["properties"]["hours_per_week"]).update(minimum=0, maximum=168)
    defs["Relationship"]["properties"]["type"]["examples"] = sorted(words.relationships)
    data["properties"]["people"]["maxItems"] = checks.MOST_PEOPLE
    data["properties"]["concerns"]["minItems"] = 1
    defs["Reporter"]["properties"]["org"]["minLength"] = 1
    data["anyOf"] = [
        {"properties": {"people": {"minItems": 1}}, "required": ["people"]},
        {"properties": {"concerns": {"contains": {"properties": {"code": {"const": "feedback"}}}}}},
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/schema/contact/1",
        "title": "A contact, as a CloudEvent 1.0",
        "description": "Absent means unknown, never no. Unknown members of `data` are refused by name; extension attributes are kept.",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1, "maxLength": 512},
            "source": {"type": "string", "minLength": 1, "maxLength": 512, "description": "One of the sources the key is bound to."},
            "type": {"const": TAKEN},
            "subject": {"type": "string"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"type": "string"},
            "dataschema": {"type": "string"},
            "data": {"$ref": "#/$defs/ContactContent"},
        },
        "patternProperties": {"^[a-z0-9]{1,60}$": True},
        "additionalProperties": False,
        "$defs": {**defs, "ContactContent": data},
    }  # fmt: skip


def _bound(name: str, definition: dict[str, Any]) -> None:
    """The limits on texts, lists and dates that the reader holds a message to."""
    for member, schema in definition.get("properties", {}).items():
        for part in (schema, *schema.get("anyOf", ())):
            if part.get("type") == "string" and "enum" not in part and "format" not in part:
                part["maxLength"] = checks.LONGEST_PROSE if member in checks.PROSE else checks.LONGEST_TEXT
                if (name, member) in DATES:
                    part["pattern"] = PARTIAL_DATE
            if part.get("type") == "array":
                part.setdefault("maxItems", checks.LONGEST_LIST)


def _choice(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of `X or null` that is not null."""
    return next((part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"), schema)
