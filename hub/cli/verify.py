"""`hub verify`: proves that nothing was changed and that every decision comes out again."""

import typer

from hub.cli._say import AsJson, say, say_json
from hub.settings import read_settings


def command(as_json: AsJson = False) -> None:
    """Re-read the whole log: contiguity, hashes, each decision decided again to the same bytes. Names the first fault."""
    from hub.bootstrap import upkeep

    found = upkeep.verify(read_settings(), progress_bar=not as_json)
    if as_json:
        say_json(found)
    elif found["ok"]:
        say(
            f"{found['events']} events and {found['decisions']} decisions: nothing is missing, nothing was changed."
        )
    else:
        say(f"Fault at position {found['fault']['position']}: {found['fault']['says']}")
    if not found["ok"]:
        raise typer.Exit(1)
