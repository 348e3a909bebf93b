"""NDJSON: a line is one JSON value, whichever of Unicode's line ends its reader breaks lines at."""

LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\u0085\u2028\u2029"}
FIRST_BYTES = (b"\xc2\x85", b"\xe2\x80")


def line_of(json: bytes) -> bytes:
    """The value as a line of its own."""
    if any(first in json for first in FIRST_BYTES):
        json = json.decode().translate(LINE_ENDS).encode()
    return json + b"\n"
