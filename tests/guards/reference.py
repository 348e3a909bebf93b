"""Writes docs/reference.md from what the program says of itself: `python -m tests.guards.reference`."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

import typer.main
from fastapi.routing import APIRoute

import hub
from events.registry import event_types
from hub.api.app import create_app
from hub.api.permissions import GuardedRoute
from hub.cli import application
from hub.errors import HubError
from hub.services import Hub
from hub.settings import Settings
from projections.registry import all_projections
from tests.guards.repository import ROOT

FILE = ROOT / "docs" / "reference.md"
INTRO = """# Reference

Everything that has a name: what partners, auditors and operators meet, in the program's own words. `make reference` writes
this page from the code, and a test fails while it is behind.
"""


def first(said: str | None) -> str:
    """The first paragraph of what something says of itself, on one line."""
    return " ".join((said or "").strip().partition("\n\n")[0].split())


def table(*columns: str, rows: Iterator[tuple[str, ...]]) -> list[str]:
    """A table in Markdown."""
    return [
        f"| {' | '.join(columns)} |",
        f"|{' --- |' * len(columns)}",
        *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows),
    ]


def events() -> Iterator[tuple[str, ...]]:
    """Every event: its stored type, its version and what it says of itself."""
    for name, event in event_types().items():
        yield f"`{name}`", str(event.VERSION), first(event.__doc__)


def hub_modules() -> Iterator[ModuleType]:
    """Every module of the package that decides."""
    for found in pkgutil.walk_packages(hub.__path__, "hub."):
        if not found.ispkg and not found.name.startswith("hub.bootstrap"):
            yield importlib.import_module(found.name)


def command_of(module: ModuleType) -> type[Any] | None:
    """The command that a module's `decide` takes; None where it decides on no command."""
    decide = vars(module).get("decide")
    if not inspect.isfunction(decide) or decide.__module__ != module.__name__:
        return None
    taken = inspect.signature(decide).parameters.get("command")
    command = taken.annotation if taken else None
    return command if inspect.isclass(command) else None


def commands() -> Iterator[tuple[str, ...]]:
    """Every command that the hub decides on."""
    found = {command.__name__: command for m in hub_modules() if (command := command_of(m))}
    for name, command in sorted(found.items()):
        yield f"`{name}`", first(command.__doc__)


def projections() -> Iterator[tuple[str, ...]]:
    """Every projection and the question it answers."""
    for projection in sorted(all_projections(), key=lambda each: each.NAME):
        module = importlib.import_module(f"projections.{projection.NAME}")
        yield f"`{projection.NAME}`", str(projection.VERSION), first(module.__doc__)


def errors() -> Iterator[tuple[str, ...]]:
    """Every refusal, in order of the tree."""

    def tree(error: type[HubError]) -> Iterator[type[HubError]]:
        for child in error.__subclasses__():
            if child.__module__.startswith("hub"):
                yield child
                yield from tree(child)

    for error in tree(HubError):
        yield f"`{error.slug}`", str(error.status), error.title, error.hint


def settings() -> Iterator[tuple[str, ...]]:
    """Every setting."""
    for name, says in re.findall(r"(HUB_[A-Z_]+)\s{2,}(.+)", Settings.__doc__ or ""):
        yield f"`{name}`", says.strip()


def cli() -> Iterator[tuple[str, ...]]:
    """Every command of the command line, with its arguments."""

    def walk(command: Any, path: str) -> Iterator[tuple[str, ...]]:
        children = getattr(command, "commands", None)
        if children is None:
            words = [word for p in command.params if (word := said(p)) != "[--help]"]
            yield f"`{' '.join((path, *words))}`", first(command.help)
            return
        for name, child in sorted(children.items()):
            yield from walk(child, f"{path} {name}")

    def said(parameter: Any) -> str:
        name = (parameter.metavar or parameter.name).upper()
        if parameter.param_type_name == "option":
            return (
                f"[{parameter.opts[0]}]"
                if not parameter.required
                else f"{parameter.opts[0]} {name}"
            )
        word = f"{name.rstrip('.…')}…" if parameter.nargs == -1 else name
        return word if parameter.required else f"[{word}]"

    yield from walk(typer.main.get_command(application()), "hub")


def routes() -> list[APIRoute]:
    """Every route of the application."""
    app = create_app(cast(Hub, None))
    return [route for route in every_route(app.routes) if isinstance(route, APIRoute)]


def every_route(listed: Any) -> Iterator[Any]:
    """The routes, and those of routers included whole."""
    for route in listed:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is None:
            yield route
        else:
            yield from every_route(inner)


def addresses() -> Iterator[tuple[str, ...]]:
    """Every address: method, path, who may call it, what for."""
    for route in sorted(routes(), key=lambda each: (each.path, sorted(each.methods or ()))):
        who = ", ".join(sorted(route.permits)) if isinstance(route, GuardedRoute) else ""
        says = route.summary or first(route.endpoint.__doc__)
        yield f"`{' '.join(sorted(route.methods or ()))} {route.path}`", who or "anybody", says


def reference() -> str:
    """The whole page."""
    parts = [
        ("Events", table("type", "version", "says", rows=events())),
        ("Commands", table("command", "says", rows=commands())),
        ("Projections", table("projection", "version", "answers", rows=projections())),
        ("Errors", table("problem", "status", "says", "hint", rows=errors())),
        ("Settings", table("variable", "sets", rows=settings())),
        ("Command line", table("command", "does", rows=cli())),
        ("Addresses", table("address", "who", "for", rows=addresses())),
    ]
    return INTRO + "".join(f"\n## {title}\n" + "\n".join(lines) + "\n" for title, lines in parts)


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE.relative_to(ROOT)}\n")
