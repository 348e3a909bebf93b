"""How commands speak: plain lines for people, JSON for scripts, refusals with reasons on standard error."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import TypeAdapter

from events.message_refused import Fault
from hub.errors import HubError

Thing = TypeVar("Thing")

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
AsTeam = Annotated[
    str | None,
    typer.Option("--as", metavar="TEAM", help="Answer what a member of this team may see."),
]
AsAt = Annotated[
    str | None,
    typer.Option("--as-at", metavar="TIME", help="What had been recorded by then (ISO 8601)."),
]


UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_anything: TypeAdapter[Any] = TypeAdapter(Any)


def say_json(value: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.buffer.write(_anything.dump_json(value, by_alias=True) + b"\n")
    sys.stdout.flush()


def say(lines: str | Iterable[str]) -> None:
    """Plain lines on standard output."""
    for line in [lines] if isinstance(lines, str) else lines:
        typer.echo(shown(line))


def say_faults(faults: Sequence[Fault], sound: str, as_json: bool) -> None:
    """Each fault of a document with its place, and ends with 1; where there is none, that it is sound."""
    if as_json:
        say_json({"ok": not faults, "errors": [f.model_dump(exclude_none=True) for f in faults]})
    else:
        told = [(f"{f.pointer}: " if f.pointer else "") + f"{f.says} {f.mend or ''}".rstrip() for f in faults]  # fmt: skip
        say(told or [sound])
    if faults:
        raise typer.Exit(1)


def shown(text: str) -> str:
    """Text for a terminal: what others said must not move its cursor, colour it or turn its lines round."""
    return UNSHOWN.sub("\ufffd", text)


def counted(things: Sequence[Thing], doing: str, *, quiet: bool = False) -> Iterable[Thing]:
    """The same things, with a progress bar on standard error where somebody looks at it."""
    from rich.console import Console
    from rich.progress import track

    bar = Console(stderr=True)
    return track(things, doing, console=bar, transient=True, disable=quiet or not bar.is_terminal)


def when_up(part: str, as_json: bool) -> Callable[[str | None], None]:
    """Says, once, that what was started is at work."""

    def tell(address: str | None) -> None:
        name = "hub" if part == "run" else part
        try:
            if as_json:
                say_json({"started": part, "url": address})
            else:
                say(
                    f"The {name} {'is on ' + address if address else 'is at work'} (Ctrl-C stops it)."
                )
                sys.stdout.flush()
        except (
            BrokenPipeError
        ):  # whoever started it does not listen any more: it works all the same
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return tell


def refuse(error: HubError) -> NoReturn:
    """Say why not, on standard error, and end with 1."""
    if "--json" in sys.argv:
        body = {"error": error.slug, "says": error.says, "hint": error.hint}
        faults = [fault.model_dump(exclude_none=True) for fault in error.faults]
        typer.echo(json.dumps(body | {"errors": faults}), err=True)
        raise SystemExit(1)
    typer.echo(shown(error.says), err=True)
    for fault in error.faults:
        mend = f" {fault.mend}" if fault.mend else ""
        says = f"{fault.says}{mend}"
        if says.strip() != error.says:
            typer.echo(shown(f"  {fault.pointer or 'the message'}: {says}"), err=True)
    if error.hint:
        typer.echo(error.hint, err=True)
    raise SystemExit(1)
