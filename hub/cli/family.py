"""`hub family`: a whole family, now or as at a moment."""

from collections.abc import Mapping
from typing import Annotated

import typer

from hub.as_at import read_moment
from hub.cli._open import seen_by, with_hub
from hub.cli._say import AsAt, AsJson, AsTeam, say, say_json
from hub.families.households import Lives, households_of
from hub.families.relations import said
from hub.reading import Family, family_for
from hub.services import Hub
from hub.values import london_day


def command(
    person: Annotated[str, typer.Argument(help="Any of its people, such as P-000001.")],
    as_at: AsAt = None,
    as_: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """A whole family, addressed by any of its people."""

    async def asked(hub: Hub) -> Family:
        return await family_for(hub, await seen_by(hub, as_), person, read_moment(as_at or ""))

    family = with_hub(asked, settled=True)
    if as_json:
        say_json(family)
        return
    say(in_lines(family))


def in_lines(told: Family) -> list[str]:
    """The family for a person."""
    family = told.family
    when = f", as known at {told.as_at:%Y-%m-%d %H:%M} UTC" if told.as_at else ""
    lines = [f"Family of {family.asked}: {len(family.people)} people{when}."]
    lines += [f"  Held back: {what}." for what in family.withheld]
    for p in family.people:
        homes = "; ".join(" ".join((*home.lines, home.postcode or "")) for home in p.homes)
        facts = [
            p.name or "no name held",
            f"born {' or '.join(p.births)}" if p.births else "",
            homes,
            ", ".join(p.flags),
        ]
        lines.append(f"  {p.person}: {', '.join(f for f in facts if f)}")
        lines += [f"    held back: {what}" for what in p.withheld]
    names = {p.person: p.name or p.person for p in (*family.people, *family.beyond)}
    lines += [
        f"  {names.get(r.from_person, r.from_person)} {said(r.type)} {names.get(r.to_person, r.to_person)} ({r.contact})"
        for r in family.relations
    ]
    for household in households_of(family):
        home = " ".join((*household.address.lines, household.address.postcode or ""))
        lines.append(
            f"  Said to live at {home}: {'; '.join(lived(h, names) for h in household.people)}"
        )
    return [*lines, *(f"  {e.at:%Y-%m-%d %H:%M} UTC: {e.sentence}" for e in told.timeline)]


def lived(lives: Lives, names: Mapping[str, str]) -> str:
    """Who, and between which days that was said."""
    first, last = (f"{london_day(at):%Y-%m-%d}" for at in (lives.first_at, lives.last_at))
    between = f"on {first}" if first == last else f"from {first} to {last}"
    return f"{names[lives.person]} (said {between}{'' if lives.newest else ', another home since'})"
