"""The command line: one command or group a file, found by walking this package."""

import gc
import importlib
import logging
import pkgutil
import sys

import typer
from pydantic import ValidationError

from hub.errors import HubError

LOADS = 200_000
"""A command loads somewhat fewer objects, and they stay: to look through them for garbage meanwhile is a sixth of the loading."""


def application(word: str | None = None) -> typer.Typer:
    """The command line: the one command or group of that name where there is one, else all of it. A module is a command where it
    has `command`, a group where it has `group`."""
    app = typer.Typer(
        name="hub",
        help="The No Wrong Doors hub: contacts in, the right team out, nothing lost.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_nothing)
    modules = {
        module.name.removesuffix("_command").replace("_", "-"): module.name
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    }
    for name in [word] if word in modules else modules:
        found = importlib.import_module(f"{__name__}.{modules[name]}")
        if hasattr(found, "group"):
            app.add_typer(found.group, name=name)
        elif hasattr(found, "command"):
            app.command(name)(found.command)
    return app


def _nothing() -> None:
    """Before any command: with one alone, Typer would else take its name for an argument."""


def main() -> None:
    """Run the command line: exit 0 done, 1 refused with reasons, 2 misused."""
    gc.set_threshold(LOADS)
    from hub import nameless_log
    from hub.cli._say import refuse

    try:
        nameless_log.begin()
        application(next(iter(sys.argv[1:]), None))()
    except HubError as error:
        refuse(error)
    except ValidationError as error:
        # it quotes what it was given, and that may be somebody's name
        typer.echo(f"The hub made a mistake: {error.title} is not what it must be.", err=True)
        raise SystemExit(1) from None
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
    except Exception:
        logging.getLogger("hub").exception("The hub made a mistake.")
        raise SystemExit(1) from None
