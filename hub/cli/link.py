"""`hub link`: who in a file of people is whom."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli._say import AsJson, say, say_json
from hub.settings import read_settings


def command(
    file: Annotated[
        Path, typer.Argument(help="A CSV file of people, one a row.", metavar="FILE.csv")
    ],
    out: Annotated[
        Path, typer.Option("--out", help="Where the answers go, as CSV.", metavar="FILE.csv")
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            help="The people who are known, one a row; without it each row is known to those after it.",
            metavar="MASTER.csv",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Link a file of people, in file order, as the engine would. What was broken off goes on where it was."""
    from hub.bootstrap import upkeep
    from hub.bootstrap.people_file import link_file

    with upkeep.progress("Linking") as bar:
        linked = link_file(read_settings(), file, against, out, bar)
    if as_json:
        say_json({"rows": linked.rows, "outcomes": dict(linked.outcomes)})
    else:
        told = ", ".join(f"{many} {outcome}" for outcome, many in linked.outcomes.most_common())
        say(f"{linked.rows} rows in {out}{f': {told}' if told else ''}.")
