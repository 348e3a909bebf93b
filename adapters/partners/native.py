"""The native contract: one CloudEvent as JSON, a list of them (a CloudEvents batch), or one on each line (NDJSON)."""

import json
from collections.abc import Iterator

from hub.contacts.cloud_event import Message

CONTENT_TYPE = "application/cloudevents+json"
BLANK = " \t\r\n"
Placed = tuple[str, Message]


def recognises(_body: bytes) -> bool:
    """Anything: what is not JSON is refused with its bytes kept."""
    return True


def messages(body: bytes) -> Iterator[Placed]:
    """The messages with their places: `message`, `message 2` of a list, or `line 3`; empty lines are left out.

    Each keeps its own bytes as they came, so that one that is broken spoils none of the others.
    """
    lines = [(n, line.strip()) for n, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) > 1 and is_one_a_line([line for _, line in lines]):
        for number, line in lines:
            yield f"line {number}", Message(line, CONTENT_TYPE)
        return
    for number, part in enumerate(parts := parts_of_list(body) or [body], 1):
        place = f"message {number}" if len(parts) > 1 else "message"
        yield place, Message(part, CONTENT_TYPE)


def is_one_a_line(lines: list[bytes]) -> bool:
    """Whether each line is a message of its own: one of them is an event, or the first is a whole object."""
    if any(b"specversion" in line and is_object(line) for line in lines):
        return True
    return is_object(lines[0]) and is_object(lines[1])


def is_object(line: bytes) -> bool:
    """Whether a line is a JSON object and nothing else."""
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def parts_of_list(body: bytes) -> list[bytes] | None:
    """The bytes of each event of a JSON list, as they stand; None where it is no list of objects."""
    if not body.lstrip().startswith(b"["):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    decoder, found = json.JSONDecoder(), []
    at = after_blank(text, text.index("[") + 1)
    while text[at : at + 1] == "{":
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        found.append(text[at:end].encode("utf-8"))
        at = after_blank(text, end)
        if text[at : at + 1] == "]":
            return found if not text[at + 1 :].strip(BLANK) else None
        if text[at : at + 1] != ",":
            return None
        at = after_blank(text, at + 1)
    return None


def after_blank(text: str, at: int) -> int:
    """Where the next character stands that is not white space."""
    while at < len(text) and text[at] in BLANK:
        at += 1
    return at
