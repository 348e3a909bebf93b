"""`hub engine`: the engine and the projections alone."""

from hub.settings import read_settings


def command() -> None:
    """Start the engine and the projections alone. Two may run: one works, the other waits to take over."""
    from hub import bootstrap

    bootstrap.serve(read_settings(), parts=("engine", "views"))
