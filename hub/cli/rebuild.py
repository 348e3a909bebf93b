"""`hub rebuild`: folds projections anew beside the old, compares, and swaps."""

from typing import Annotated

import typer

from hub.cli._say import AsJson, say, say_json
from hub.settings import read_settings


def command(
    projection: Annotated[
        str | None, typer.Argument(help="Its name; all where none is given.")
    ] = None,
    compare: Annotated[bool, typer.Option(help="Say whether the new equals the old.")] = True,
    as_json: AsJson = False,
) -> None:
    """Build a projection beside the old one from the log, compare, and swap in one transaction."""
    from hub.bootstrap import upkeep

    results = upkeep.rebuild(read_settings(), projection, compare)
    if as_json:
        say_json(results)
    else:
        say(f"{r['projection']}: {r['says']}" for r in results)
    if not all(r["same"] for r in results):
        raise typer.Exit(1)
