"""`hub api`: the HTTP door and the pages alone."""

from hub.settings import read_settings


def command() -> None:
    """Start the API and the pages alone; an engine must run elsewhere."""
    from hub import bootstrap

    bootstrap.serve(read_settings(), parts=("api",))
