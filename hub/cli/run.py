"""`hub run`: API, pages and pager here, the engine and the projections each in a process beside it."""

from typing import Annotated

import typer

from hub.cli._say import AsJson, when_up
from hub.cli.demo import EndsOn, Households, Seed
from hub.demo.borough.chronicle import HOUSEHOLDS, SEED
from hub.settings import read_settings


def command(
    demo: Annotated[
        bool, typer.Option("--demo", help="Begin a fresh log with the made-up borough.")
    ] = False,
    seed: Seed = SEED,
    ends_on: EndsOn = None,
    households: Households = HOUSEHOLDS,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Serve pages while a small borough is loaded too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start the hub: API, pages, engine, projections and pager, on its own PostgreSQL where HUB_DATABASE_URL names none."""
    from hub.bootstrap import borough, serving

    asked = borough.asked_borough(seed, ends_on, households) if demo else None
    serving.serve(
        read_settings(),
        parts=("api", "engine", "views", "pager"),
        tell=when_up("run", as_json),
        borough=asked,
        at_once=at_once,
    )
