"""`hub engine`: the engine, the projections and the pager, without API and pages."""

from hub.cli._say import AsJson, when_up
from hub.settings import read_settings


def command(as_json: AsJson = False) -> None:
    """Start the engine, the projections and the pager alone. Two may run: one works, the other waits to take over."""
    from hub.bootstrap import serving

    serving.serve(
        read_settings(), parts=("engine", "views", "pager"), tell=when_up("engine", as_json)
    )
