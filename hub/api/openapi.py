"""The OpenAPI document: what FastAPI finds, with the key that is asked for and the problems that any address may answer."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.api.problems import PROBLEM

Document = dict[str, Any]

TEXT = {"type": "string"}
SCHEMAS: Document = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `type` names the problem; its page says what to do.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "hint": TEXT,
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        },
    },
    "Fault": {
        "type": "object",
        "description": "What is wrong, where (a JSON pointer, or a header's name), and how to mend it.",
        "required": ["pointer", "code", "says"],
        "properties": {"pointer": TEXT, "code": TEXT, "says": TEXT, "mend": TEXT},
    },
}
ANSWER = {
    "description": "A problem",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document_of(app: FastAPI) -> Document:
    """The application's document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        made["components"] = {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        }
        for operation in operations(made):
            answers = operation["responses"]
            answers.pop("422", None)  # a problem like any other
            answers["default"] = ANSWER
        app.openapi_schema = made
    return app.openapi_schema


def operations(document: Document) -> Iterator[Document]:
    """Every method of every address."""
    for methods in document["paths"].values():
        yield from methods.values()
