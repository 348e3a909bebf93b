"""`hub demo`: the made-up contacts."""

from hub.cli._say import AsJson, say, say_json
from hub.settings import read_settings


def command(as_json: AsJson = False) -> None:
    """Load the made-up contacts into a demonstration's log; a fresh database becomes a demonstration."""
    from hub import bootstrap

    sent = bootstrap.load_demo(read_settings())
    if as_json:
        say_json({"sent": sent})
    else:
        say(
            f"{sent} made-up contacts were sent."
            if sent
            else "The made-up contacts are there already."
        )
