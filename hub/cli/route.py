"""`hub route`: what the hub would decide, keeping nothing."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli._files import Files, messages_in, text_of
from hub.cli._say import AsJson, AsTeam, counted, say, say_json
from hub.errors import HubError
from hub.services import utc_now
from hub.teams.book import read_teams, shipped_book
from hub.teams.viewers import as_team
from hub.viewer import OPERATOR


def command(
    files: Files,
    policy: Annotated[
        Path | None, typer.Option(help="A policy file; the shipped one where none is given.")
    ] = None,
    teams: Annotated[
        Path | None,
        typer.Option(
            help="A register of teams, whose localities and hours go ahead of the policy's."
        ),
    ] = None,
    as_: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """Decide on contacts in the order given, in a fresh hub that keeps nothing. Each route counts as sent at receipt."""
    from hub.clocks import england
    from hub.policies.register import SHIPPED
    from hub.policies.sends_to import refuse_lacking
    from hub.route import FreshHub

    document = text_of(policy or SHIPPED)
    register = text_of(teams) if teams else None
    book = read_teams(register) if register else shipped_book()
    viewer = as_team(as_, book) if as_ else OPERATOR
    if register:
        refuse_lacking(document, book.teams)
    hub = FreshHub(document, england(), utc_now(), register)
    refused = False
    shown = sys.stdout.isatty()  # then the answers themselves say how far it is
    for place, message in counted(list(messages_in(files)), "Deciding", quiet=shown):
        try:
            decided = hub.route(message, viewer)
        except HubError as error:
            refused = True
            told = refusal(place, error)
            say_json(told) if as_json else typer.echo(f"{place}: {error.says}", err=True)
            continue
        say_json(decided) if as_json else say(in_lines(decided))
    if refused:
        raise typer.Exit(1)


def refusal(place: str, error: HubError) -> dict[str, Any]:
    """A refused message in the place of its decision."""
    faults = [fault.model_dump(exclude_none=True) for fault in error.faults]
    return {"place": place, "error": error.slug, "says": error.says, "errors": faults}


def in_lines(decided: dict[str, Any]) -> list[str]:
    """A decision for a person."""
    lines = [
        f"{decided['contact']} (policy {decided['policy']['name']} {decided['policy']['version']})"
    ]
    for r in decided["routes"]:
        due = f", due {r['due_at']} ({r['clock']})" if r["due_at"] else ""
        lines.append(
            f"  {r['rank']}. {r['rule']} about {r['about'] or 'the contact'} to {r['team'] or 'no team'}{due}: {r['because']}"
        )
    lines += [
        f"  owed {o['rule']} about {o['about'] or 'the contact'}: {o['does']}"
        for o in decided["obligations"]
    ]
    lines += [f"  tell {t['to']} ({t['rule']}): {t['because']}" for t in decided["tell"]]
    return lines if len(lines) > 1 else [*lines, "  Nobody is asked: the contact was withdrawn."]
