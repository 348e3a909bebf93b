"""`hub queue`: what waits for a team."""

from typing import Annotated

import typer

from hub.as_at import read_moment
from hub.cli._open import seen_by, with_hub
from hub.cli._say import AsAt, AsJson, AsTeam, say, say_json
from hub.pages.words import clock_in_words
from hub.reading import Queue, queue_for
from hub.services import Hub, utc_now


def command(
    team: Annotated[str, typer.Argument(help="The team's code, such as MASH or CLS-2.")],
    as_at: AsAt = None,
    as_: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """What waits for a team, soonest due first, and what it has in hand, now or as at a moment."""

    async def asked(hub: Hub) -> Queue:
        return await queue_for(hub, await seen_by(hub, as_), team, as_at=read_moment(as_at or ""))

    queue = with_hub(asked, settled=True)
    if as_json:
        say_json(queue)
        return
    now = queue.as_at or utc_now()
    when = f", as at {now:%Y-%m-%d %H:%M} UTC" if queue.as_at else ""
    say(f"{queue.name}: {len(queue.waiting)} waiting, {len(queue.held)} in hand{when}.")
    for row in (*queue.waiting, *queue.held):
        say(
            f"  {clock_in_words(row, now)}: {row.contact} ({row.referral}, {row.rule}, {row.status}) {row.because or ''}"
        )
