"""`hub family`: a whole family, now or as at a moment."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from hub.cli._open import with_hub
from hub.cli._say import AsJson, AsTeam, say, say_json
from hub.reading import family_for
from hub.teams.viewers import as_team
from hub.viewer import OPERATOR

AsAt = Annotated[
    str | None, typer.Option("--as-at", metavar="TIME", help="What had been recorded by then (ISO 8601).")
]


def moment(said: str | None) -> datetime | None:
    """The time, UTC where no zone is said; raises ValueError."""
    if said is None:
        return None
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{said!r} is no time: write it like 2026-03-04T10:15:00Z") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def command(
    person: Annotated[str, typer.Argument(help="Any of its people, such as P-000001.")],
    as_at: AsAt = None,
    as_: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """A whole family, addressed by any of its people."""
    viewer = as_team(as_) if as_ else OPERATOR
    family = with_hub(lambda hub: family_for(hub, viewer, person, moment(as_at)), settled=True)
    if as_json:
        say_json(family)
        return
    say(family_lines(family))


def family_lines(family: object) -> list[str]:
    """The family as lines of text."""
    from hub.reading import in_lines

    return in_lines(family)
