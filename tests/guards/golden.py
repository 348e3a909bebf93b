"""Writes the golden file of each event type's newest version, once: `python -m tests.guards.golden`."""

import sys
from pathlib import Path

from events.base import Event
from events.registry import encode, event_types
from tests.guards.repository import ROOT

FOLDER = ROOT / "events" / "golden"


def golden_file(event: type[Event]) -> Path:
    """Where the example of this version of the event is kept for ever."""
    return FOLDER / f"{event.TYPE}.{event.VERSION}.json"


def main() -> int:
    """Write what is missing. What is there is never written again: a new shape needs a new version and an upcast."""
    FOLDER.mkdir(exist_ok=True)
    for event in event_types().values():
        path = golden_file(event)
        if path.exists():
            continue
        path.write_bytes(encode(event.example()) + b"\n")
        sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
