"""`hub init`: makes schemas, roles and the first event."""

from typing import Annotated

import typer

from hub.cli._say import AsJson, say, say_json
from hub.errors import NotAllowed
from hub.settings import read_settings


def command(
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration", help="Begin a log for made-up people; this can never be changed."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make what the hub needs in its database, once; later calls change nothing."""
    from hub import bootstrap

    settings = read_settings()
    with bootstrap.database(settings, demonstration=demonstration) as found:
        kind = "a demonstration" if found.demonstration else "a live log"
    if demonstration and not found.demonstration:
        raise NotAllowed("This log is live, and stays it: another HUB_HOME or database begins a demonstration.")  # fmt: skip
    if as_json:
        say_json({"council": settings.council, "demonstration": found.demonstration})
    else:
        say(f"The database of {settings.council} is ready; it is {kind}.")
