"""`hub teams`: the register of teams in force, a draft's faults, importing another, writing it to a file."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli._files import text_of
from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_faults, say_json
from hub.errors import NotKnown
from hub.services import Hub
from hub.teams.importing import import_teams
from hub.teams.in_force import adopted

group = typer.Typer(
    help="The teams: names, hours, localities, capacity and clearances, data in the log.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="The register of teams (YAML).")]
Out = Annotated[Path | None, typer.Argument(help="Where to; standard output where none is named.")]


Hash = Annotated[
    str | None,
    typer.Argument(
        metavar="[HASH]", help="An earlier one, by how its hash begins; else the one in force."
    ),
]


@group.command("show")
def show(hash_: Hash = None, as_json: AsJson = False) -> None:
    """The register in force, or any that ever was, as the whole document."""
    hash_, document = in_force(hash_ or "")
    if as_json:
        say_json({"hash": hash_, "document": document})
    else:
        say([f"# teams, SHA-256 {hash_}", document])


@group.command("check")
def check_file(
    file: File,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also whether it has every team this policy sends to."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every fault of a register, with its place: syntax, unknown teams, rows and localities, a missing front door.

    `hub teams import` finds besides which queues with open referrals, and teams of the policy in force, it leaves out.
    """
    from hub.policies.document import read_policy
    from hub.policies.sends_to import teams_of
    from hub.teams.adopt import left_out_of
    from hub.teams.document import check, read_register

    document = text_of(file)
    sent_to = teams_of(read_policy(text_of(policy))) if policy else ()
    faults = check(document) or left_out_of(read_register(document), sent_to=sent_to)
    say_faults(faults, "The register can be imported.", as_json)


@group.command("import")
def import_file(file: File, as_json: AsJson = False) -> None:
    """Put a register in force: from the next request and the next contact on. The same again changes nothing."""
    document = text_of(file)
    event = with_hub(lambda hub: import_teams(hub, document), settled=True)
    if as_json:
        say_json({"imported": event is not None, "hash": event.hash if event else None})
    elif event:
        say(f"The register is in force ({event.hash[:12]}).")
    else:
        say("This register is in force already.")


@group.command("export")
def export(file: Out = None, as_json: AsJson = False) -> None:
    """Write the register in force as it was imported, so that it can be changed and imported again."""
    hash_, document = in_force()
    if file is None:
        say_json({"hash": hash_, "document": document}) if as_json else say(document.rstrip("\n"))
        return
    try:
        file.write_text(document, encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror or error}") from None
    if as_json:
        say_json({"hash": hash_, "file": str(file)})
    else:
        say(f"The register {hash_[:12]} is in {file}.")


def in_force(begins: str = "") -> tuple[str, str]:
    """The hash and the document of the last register whose hash begins so. Raises NotKnown where there was none."""

    async def last(hub: Hub) -> tuple[str, str]:
        found = [e for e in await adopted(hub.log) if e.hash.startswith(begins.lower())]
        if not found:
            raise NotKnown(
                f"No register that ever came into force has a hash like {begins[:64]!r}."
            )
        return found[-1].hash, found[-1].document

    return with_hub(last)
