"""`hub directory`: the services near people, read from an Open Referral UK directory, listed, and suggested with reasons."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli._open import seen_by, with_hub
from hub.cli._say import AsJson, AsTeam, say, say_json
from hub.directory.fit import Suggestion
from hub.directory.importing import Imported, import_services
from hub.directory.pages import read_file
from hub.directory.shown import ForPerson, for_contact, read_asked, search, service_for
from hub.directory.state import ImportServices
from hub.errors import TooLarge
from hub.services import Hub
from hub.settings import read_settings

group = typer.Typer(
    help="The directory of services: read from Open Referral UK, listed, suggested with reasons.",
    no_args_is_help=True,
)
LARGEST_FILE = 50_000_000


@group.command("import")
def import_from(
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A JSON file, or the address of a directory.")
    ],
    source: Annotated[
        str | None,
        typer.Option(help="What the directory is called where it is a file; the same each time."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again for pages that were read before.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a directory to its end and record what changed: all of it or nothing. The same again changes nothing.

    An entry that cannot be used is named, with its place and why, and left out. A page of several withdraws nothing.
    """
    if "://" in what:
        imported = from_address(what, fresh=fresh)
    else:
        services, whole = read_file(bytes_of(Path(what)), Path(what).name)
        imported = recorded(ImportServices(source or "file", services, whole))
    tell(imported, as_json=as_json)


def from_address(url: str, *, fresh: bool) -> Imported:
    """Read a directory at an address; what was read is kept until it is recorded."""
    from hub.bootstrap import directory, upkeep

    with upkeep.progress("Reading") as bar:
        services, pages = directory.read_directory(
            read_settings(), url, bar("services"), fresh=fresh
        )
    imported = recorded(ImportServices(directory.address_of(url), services))
    pages.forget()
    return imported


def recorded(command: ImportServices) -> Imported:
    """Record what was read."""
    return with_hub(lambda hub: import_services(hub.log, command), settled=True)


def bytes_of(file: Path) -> bytes:
    """What stands in a file; raises ValueError where it cannot be read, and TooLarge."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise TooLarge(f"{file.name} is larger than {LARGEST_FILE:,} bytes.")
        return file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror or error}") from None


def tell(imported: Imported, *, as_json: bool) -> None:
    """Say what became of it, and name what was left out."""
    event = imported.event
    if as_json:
        counts = event.model_dump(mode="json") if event else None
        left_out = [{"service": o.service, "place": o.place, "says": o.says} for o in imported.left_out]  # fmt: skip
        say_json({"changed": event is not None, "imported": counts, "left_out": left_out})
        return
    say(event.sentence() if event else "The directory is as it was: nothing was changed.")
    say(f"  left out: {o.service or 'an entry'}, {o.place}: {o.says}" for o in imported.left_out)


@group.command("list")
def list_all(
    need: Annotated[
        str, typer.Option(help="A concern of the vocabulary, such as loneliness.")
    ] = "",
    postcode: Annotated[str, typer.Option(help="A postcode, or a part such as RM17.")] = "",
    age: Annotated[str, typer.Option(help="Whole years.")] = "",
    words: Annotated[str, typer.Option("--words", help="Words that must stand in it.")] = "",
    as_json: AsJson = False,
) -> None:
    """The services of the directory, those that nobody has checked for long last."""
    asked = read_asked(need, postcode, age, words)
    found = with_hub(lambda hub: search(hub, asked), settled=True)
    if as_json:
        say_json([s.model_dump(mode="json") for s in found])
    else:
        say([line_of(s) for s in found] or ["The directory has no such service."])


@group.command("show")
def show(
    service: Annotated[str, typer.Argument(metavar="ID", help="The service's id.")],
    as_json: AsJson = False,
) -> None:
    """One service, as its directory has it."""
    found = with_hub(lambda hub: service_for(hub, service), settled=True)
    if as_json:
        say_json(found.model_dump(mode="json"))
        return
    say(line_of(found))
    shown = found.model_dump(mode="json", exclude={"service", "name", "room_says", "assured_says"})
    say(
        f"  {member}: {said_of(value)}"
        for member, value in shown.items()
        if value not in (None, [])
    )


@group.command("suggest")
def suggest(
    contact: Annotated[str, typer.Argument(metavar="CONTACT")],
    team: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """Services that may fit the people of a contact, each with its reasons; nothing of them leaves the hub."""

    async def ask(hub: Hub) -> list[ForPerson]:
        return await for_contact(hub, await seen_by(hub, team), contact)

    found = with_hub(ask, settled=True)
    if as_json:
        say_json([one.told() for one in found])
        return
    for one in found:
        say(f"{one.ref}: {', '.join(one.needs)}")
        for s in one.suggestions:
            say([f"  {line_of(s)}", *(f"    {r}" for r in (*s.because, *s.not_known))])
        if one.none_may:
            say('  No service that fits is known to take them: decline with "No eligible service".')
    if not found:
        say("The contact names no need that the directory has words for.")


def line_of(s: Suggestion) -> str:
    """A service in one line."""
    by = f" ({s.organisation})" if s.organisation else ""
    return f"{s.service}  {s.name}{by}: {s.room_says}. {s.assured_says}."


def said_of(value: object) -> str:
    """What a member holds, in one line."""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
