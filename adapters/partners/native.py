"""The native contract: one CloudEvent as JSON, or one on each line (NDJSON)."""

import json
from collections.abc import Iterator

from hub.contacts.cloud_event import Message

CONTENT_TYPE = "application/cloudevents+json"


def recognises(_body: bytes) -> bool:
    """Anything: what is not JSON is refused with its bytes kept."""
    return True


def messages(body: bytes) -> Iterator[tuple[str, Message]]:
    """One message where the body is one JSON value, laid out as one likes; else one a line, empty lines left out."""
    lines = [(number, line.rstrip(b"\r")) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) < 2 or is_one_value(body):
        yield "message", Message(body, CONTENT_TYPE)
        return
    for number, line in lines:
        yield f"line {number}", Message(line, CONTENT_TYPE)


def is_one_value(body: bytes) -> bool:
    """Whether the whole body is one JSON value, or a broken one that goes over several lines."""
    try:
        json.loads(body)
    except RecursionError:
        return True
    except ValueError:
        first = body.lstrip().split(b"\n", 1)[0].rstrip()
        return not (first.startswith(b"{") and first.endswith(b"}"))
    return True
