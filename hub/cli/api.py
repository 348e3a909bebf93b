"""`hub api`: the HTTP door and the pages alone."""

from hub.cli._say import AsJson, when_up
from hub.settings import read_settings


def command(as_json: AsJson = False) -> None:
    """Start the API and the pages alone; an engine must run elsewhere."""
    from hub.bootstrap import serving

    serving.serve(read_settings(), parts=("api",), tell=when_up("api", as_json))
