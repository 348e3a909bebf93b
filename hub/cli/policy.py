"""`hub policy`: the policy in force, a draft's faults, publishing."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli._files import text_of
from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.policies.register import publish, published
from hub.services import Hub

group = typer.Typer(
    help="The routing policy: data in the log, checked before it is published.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="The policy document (YAML).")]


@group.command("show")
def show(as_json: AsJson = False) -> None:
    """The policy in force, as the whole document."""

    async def all_of(hub: Hub) -> list[tuple[str, str, str, str]]:
        return [(p.policy, p.label, p.hash, p.document) for p in await published(hub.log)]

    name, version, hash_, document = with_hub(all_of)[-1]
    if as_json:
        say_json({"name": name, "version": version, "hash": hash_, "document": document})
    else:
        say([f"# {name} {version}, SHA-256 {hash_}", document])


@group.command("check")
def check_file(file: File, as_json: AsJson = False) -> None:
    """Every fault of a draft, with its place: syntax, unknown words, rows without examples, examples that fail."""
    from hub.policies.check import check

    faults = check(text_of(file))
    if as_json:
        say_json({"ok": not faults, "errors": [f.model_dump(exclude_none=True) for f in faults]})
    else:
        say(
            [f"{f.pointer}: {f.says} {f.mend or ''}".rstrip() for f in faults]
            or ["The policy can be published."]
        )
    if faults:
        raise typer.Exit(1)


@group.command("publish")
def publish_file(file: File, as_json: AsJson = False) -> None:
    """Put a policy in force for every contact from here on."""
    from hub.clocks import england

    document = text_of(file)
    event = with_hub(lambda hub: publish(hub.log, document, england()))
    if as_json:
        say_json({"published": event is not None, "hash": event.hash if event else None})
    elif event:
        say(f"{event.policy} {event.label} is in force ({event.hash[:12]}).")
    else:
        say("This policy is in force already.")
