"""`hub demo`: the made-up borough."""

from typing import Annotated

import typer

from hub.cli._say import AsJson, say, say_json
from hub.demo.borough.chronicle import HOUSEHOLDS, SEED
from hub.settings import read_settings

Seed = Annotated[int, typer.Option("--seed", help="Which borough: the same for the same seed.")]
EndsOn = Annotated[
    str | None,
    typer.Option("--ends-on", metavar="DATE", help="The last day of its two years (today)."),
]
Households = Annotated[
    int, typer.Option("--households", help="How many families; 0: those of the stories alone.")
]


def command(
    seed: Seed = SEED,
    ends_on: EndsOn = None,
    households: Households = HOUSEHOLDS,
    as_json: AsJson = False,
) -> None:
    """Load the made-up borough; a fresh database becomes a demonstration. One that was broken off goes on where it was."""
    from hub.bootstrap import borough, upkeep

    asked = borough.asked_borough(seed, ends_on, households)
    with upkeep.progress("Reliving") as bar:
        loaded = borough.load_demo(read_settings(), asked, bar("two years"))
    if as_json:
        say_json({"contacts": loaded})
    elif loaded:
        say(f"The made-up borough is loaded: {loaded} contacts in two years.")
    else:
        say("A made-up borough is there already.")
