"""Those who are about to ask go along: gives way while others are at work, and never waits when nobody is."""

import asyncio
from collections.abc import Callable

MOST = 16
QUIET = 2


async def while_more_come(waiting: Callable[[], int]) -> None:
    """Give the loop to those who are ready, again while any of them joins the waiting. Takes no time on an idle loop."""
    seen, quiet = waiting(), 0
    for _ in range(MOST):
        await asyncio.sleep(0)
        now = waiting()
        quiet = quiet + 1 if now == seen else 0
        if quiet == QUIET:
            return
        seen = now
