"""`hub check`: what is wrong with a message, and how to mend it."""

import typer

from hub.cli._files import Files, messages_in
from hub.cli._say import AsJson, say, say_json
from hub.contacts.check import check
from hub.services import utc_now


def command(files: Files, as_json: AsJson = False) -> None:
    """Say what is wrong with each message, where, and how to mend it; store nothing."""
    verdicts = [check(message, place, utc_now()) for place, message in messages_in(files)]
    for verdict in verdicts:
        say_json(verdict) if as_json else say(verdict.lines())
    if not all(verdict.ok for verdict in verdicts):
        raise typer.Exit(1)
