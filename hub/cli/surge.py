"""`hub surge`: a bulk list of people who need something now becomes contacts, followed to "no longer needed"."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.cli._open import with_hub
from hub.cli._say import AsJson, counted, say, say_json
from hub.services import Hub
from hub.surges import register
from hub.surges.rows import SUPPLY_AND_FOLLOW_UP, Terms
from hub.surges.stand import standing, standing_of_all
from hub.viewer import OPERATOR
from projections.surges import SOURCE

group = typer.Typer(
    help="Bulk lists of people who need something now, such as people who shield.",
    no_args_is_help=True,
)
Name = Annotated[
    str, typer.Argument(metavar="SURGE", help="Its short name, such as shielding-2026.")
]


@group.command("begin")
def begin(
    surge: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The list, one person a row.")],
    about: Annotated[str, typer.Option(help="What it is called.")],
    org: Annotated[str, typer.Option("--from", metavar="ORG", help="Who gave the list.")],
    door: Annotated[str, typer.Option(help="By which door it came.")] = "health",
    needs: Annotated[
        str, typer.Option(help="The concerns of each row that names none of its own.")
    ] = " ".join(SUPPLY_AND_FOLLOW_UP),
    overridden: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Why help is sent before anybody was asked (F8)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take up a list: each row becomes a contact, once however often it is sent, and goes to its locality's teams.

    Columns as `hub link` takes them, and `needs`, `agreement`, `safe_to_call`, `note`. Nothing is sent of a list with a row that
    cannot be used.
    """
    words = tuple(needs.replace(",", " ").split())

    def terms(at: datetime) -> Terms:
        return Terms(f"{SOURCE}{surge}", about, org, door, at, words, overridden)

    register.decide_begin({}, surge, about)  # its name and its words can be used
    now = datetime.now(UTC)
    register.refuse_unusable(register.messages_of(file, terms(now)), now)

    async def take_up(hub: Hub) -> register.SentList:
        begun = await register.begin(hub.log, surge, about)
        listed = register.messages_of(
            file, terms(begun.begun_at)
        )  # the same rows are the same messages
        return await register.send(hub, counted(listed, "Sending"))

    sent = with_hub(take_up)
    if as_json:
        say_json({"surge": surge, "new": sent.new, "before": sent.before, "refused": sent.refused})
    else:
        say([f"{sent.new} new contacts; {sent.before} had come before.", *sent.refused])
    if sent.refused:
        raise typer.Exit(1)


@group.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Every list, and how far it has come."""
    found = with_hub(lambda hub: standing_of_all(hub, OPERATOR), settled=True)
    if as_json:
        say_json([one.told() for one in found])
    else:
        say(
            f"{one.surge.surge}  {one.surge.about}: {one.said}{'; ended' if one.surge.ended_at else ''}"
            for one in found
        )


@group.command("show")
def show(surge: Name, as_json: AsJson = False) -> None:
    """Where the contacts of a list stand, by locality."""
    found = with_hub(lambda hub: standing(hub, OPERATOR, surge), settled=True)
    if as_json:
        say_json(found.told())
    else:
        say(f"{found.surge.about}: {found.said}")
        say(f"  locality {c.place}: {c.many} {c.stage}" for c in found.counts)


@group.command("end")
def end(
    surge: Name,
    reason: Annotated[str, typer.Option(help="Why it is no longer followed up as one.")],
    as_json: AsJson = False,
) -> None:
    """End a list; each of its contacts goes on until its own end."""
    ended = with_hub(lambda hub: register.end(hub.log, surge, reason))
    if as_json:
        say_json({"surge": ended.surge, "ended_at": ended.ended_at})
    else:
        say(f"{surge} has ended.")
