"""Those who are about to ask go along: for many who want to know the same, the database is asked once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

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


class Shared(Generic[Answer]):
    """One question that many ask: all who come while it is being asked share the next answer, which is asked for after they
    came and so holds whatever they know of."""

    def __init__(self, question: Callable[[], Awaitable[Answer]]) -> None:
        self._question = question
        self._asking: asyncio.Task[Answer] | None = None
        self._next: asyncio.Task[Answer] | None = None

    async def ask(self) -> Answer:
        """An answer that was asked for after this call. Raises what the question raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._asking))
            self._next.add_done_callback(let_go)
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[Answer] | None) -> Answer:
        """The question, once the one before it is answered: nobody may join it from then on."""
        if before is not None:
            await asyncio.wait((before,))
        self._asking, self._next = self._next, None
        return await self._question()


def let_go(asked: asyncio.Task[Answer]) -> None:
    """Nobody may wait for it any more; what became of it is looked at, so that it is not called forgotten."""
    if not asked.cancelled():
        asked.exception()
