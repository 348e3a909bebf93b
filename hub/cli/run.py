"""`hub run`: API, pages, engine and projections in one process."""

from typing import Annotated

import typer

from hub.cli._say import AsJson, when_up
from hub.settings import read_settings


def command(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the made-up contacts first, into an empty log.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start the hub: API, pages, engine and projections, on its own PostgreSQL where HUB_DATABASE_URL names none."""
    from hub import bootstrap

    bootstrap.serve(
        read_settings(), parts=("api", "engine", "views"), tell=when_up("run", as_json), demo=demo
    )
