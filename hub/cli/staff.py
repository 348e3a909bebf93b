"""`hub staff`: who may sign in."""

from typing import Annotated

import typer

from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.services import Hub
from hub.settings import read_settings
from hub.teams.register import (
    add_staff,
    issue_sign_in_link,
    issue_staff_key,
    list_staff,
    remove_staff,
)
from hub.teams.state import Member

group = typer.Typer(help="Staff: who may sign in, and their keys.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="The member's id (S-1) or name.")]


def shown(member: Member) -> dict[str, object]:
    """A member of staff as JSON."""
    return {"staff": member.staff, "name": member.name, "team": member.team, "role": member.role}


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    team: Annotated[str, typer.Option(help="The team's code, such as MASH or CLS-2.")],
    role: Annotated[str, typer.Option(help="duty, auditor or operator.")] = "duty",
    as_json: AsJson = False,
) -> None:
    """Add a member of staff."""
    member = with_hub(lambda hub: add_staff(hub.log, name, team, role))
    say_json(shown(member)) if as_json else say(
        f"{member.staff}: {member.name}, {member.team}, {member.role}"
    )


@group.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Everybody who may sign in."""
    members = with_hub(lambda hub: list_staff(hub.log))
    if as_json:
        say_json([shown(m) for m in members])
    else:
        say(f"{m.staff}: {m.name}, {m.team}, {m.role}" for m in members)


@group.command("key")
def key(name: Who, as_json: AsJson = False) -> None:
    """Make a new key for scripts and print it, alone and once; only its hash is kept."""
    made = with_hub(lambda hub: issue_staff_key(hub.log, name))
    say_json({"key": made}) if as_json else say(made)


@group.command("link")
def link(name: Who, as_json: AsJson = False) -> None:
    """Make a link that signs the member in once, within half an hour, and print it."""

    async def make(hub: Hub) -> str:
        return await issue_sign_in_link(hub.log, name, hub.now())

    token = with_hub(make)
    url = f"http://localhost:{read_settings().port}/sign-in/link/{token}"
    say_json({"link": url}) if as_json else say(url)


@group.command("remove")
def remove(name: Who, as_json: AsJson = False) -> None:
    """The member may no longer use the hub, at once."""
    with_hub(lambda hub: remove_staff(hub.log, name))
    say_json({"removed": name}) if as_json else say(f"{name} is removed.")
