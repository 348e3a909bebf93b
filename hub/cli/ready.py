"""`hub ready`: whether a part that has no door of its own is at work."""

from enum import StrEnum
from typing import Annotated

import typer

from hub.cli._say import AsJson, say, say_json
from hub.settings import read_settings


class Part(StrEnum):
    """The parts that cannot be asked by HTTP."""

    ENGINE = "engine"
    RELAY = "relay"


def command(
    part: Annotated[Part, typer.Argument(metavar="PART", help="engine or relay")],
    as_json: AsJson = False,
) -> None:
    """Say whether an engine, or a relay, is at work over the hub's database; ends with 1 where none is. Starts and changes nothing."""
    from hub.bootstrap import standing

    why = standing.not_at_work(read_settings(), part.value)
    if as_json:
        say_json({"part": part.value, "ready": why is None, "because": why})
    else:
        say(why or f"The {part.value} is at work.")
    if why:
        raise typer.Exit(1)
