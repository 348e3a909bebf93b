"""`hub partner`: who may publish contacts."""

from typing import Annotated

import typer

from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.partners.register import add_partner, issue_partner_key, list_partners, revoke_partner
from hub.partners.state import Partner

group = typer.Typer(
    help="Partners: who may publish contacts, and their keys.", no_args_is_help=True
)

Source = Annotated[
    str, typer.Argument(help="A source of the partner, as in its messages, or its slug.")
]


def shown(partner: Partner) -> dict[str, object]:
    """A partner as JSON."""
    return {
        "slug": partner.slug,
        "name": partner.name,
        "sources": list(partner.sources),
        "keys": len(partner.keys),
    }


@group.command("add")
def add(
    source: Annotated[str, typer.Argument(help="The CloudEvents source it publishes under.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    slug: Annotated[
        str | None,
        typer.Option(help="Its short name, used in topics; made from the name where not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a partner; with the slug of one that exists, add the source to it."""
    partner = with_hub(lambda hub: add_partner(hub.log, source, name, slug))
    say_json(shown(partner)) if as_json else say(
        f"{partner.slug}: {partner.name}, {', '.join(partner.sources)}"
    )


@group.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Every partner with its sources and how many keys of it work."""
    partners = with_hub(lambda hub: list_partners(hub.log))
    if as_json:
        say_json([shown(p) for p in partners])
    else:
        say(f"{p.slug}: {p.name}, {', '.join(p.sources)}, {len(p.keys)} keys" for p in partners)


@group.command("key")
def key(source: Source, as_json: AsJson = False) -> None:
    """Make a new key and print it, alone and once; only its hash is kept."""
    made = with_hub(lambda hub: issue_partner_key(hub.log, source))
    say_json({"key": made}) if as_json else say(made)


@group.command("revoke")
def revoke(source: Source, as_json: AsJson = False) -> None:
    """No key of the partner works any more, at once."""
    partner = with_hub(lambda hub: revoke_partner(hub.log, source))
    say_json(shown(partner)) if as_json else say(f"The keys of {partner.slug} are revoked.")
