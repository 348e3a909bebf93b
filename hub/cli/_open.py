"""Opens the hub for one command: its database where none runs yet, and closes what was opened."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hub.services import Hub
from hub.settings import read_settings
from hub.teams.book import go_by
from hub.teams.viewers import as_team
from hub.viewer import OPERATOR, Viewer

Answer = TypeVar("Answer")


def with_hub(ask: Callable[[Hub], Awaitable[Answer]], *, settled: bool = False) -> Answer:
    """Run `ask` over the hub of this machine's settings. Starts the embedded database where it is not running, and stops it after.

    `settled`: everything accepted so far is decided and shown first.
    """
    from hub import bootstrap

    async def run() -> Answer:
        async with bootstrap.opened(read_settings(), settled=settled) as hub:
            go_by(await hub.teams())
            return await ask(hub)

    return asyncio.run(run())


async def seen_by(hub: Hub, team: str | None) -> Viewer:
    """Whoever is answered: the operator, or with `--as TEAM` a member of that team as the register in force has it."""
    return as_team(team, await hub.teams()) if team else OPERATOR
