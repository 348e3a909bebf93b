"""How far the made-up past of a demonstration has come, while its log relives it."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from events.log_created import LogCreated

if TYPE_CHECKING:
    from hub.demo.borough.past_log import RelivedLog

LOOKS_AFTER = 0.5  # seconds: so old an answer may be while it loads


@dataclass(frozen=True, slots=True)
class Stand:
    """The moment that the past has come to, and how many of a hundred of its days that is."""

    came_to: datetime
    percent: int


class LoadingStands(Protocol):
    """Where one asks how far it is."""

    async def stands(self) -> Stand | None:
        """How far it is; None where all is loaded, or nothing ever was."""


class NotLoading:
    """A log that never had a past to relive."""

    async def stands(self) -> Stand | None:
        return None


class Loading:
    """Looks at the log: seldom while it loads, and never again once it lives in the present."""

    def __init__(self, log: "RelivedLog") -> None:
        self._log = log
        self._stand: Stand | None = None
        self._looked_at = -LOOKS_AFTER
        self._over = False

    async def stands(self) -> Stand | None:
        """See LoadingStands."""
        now = time.monotonic()
        if not self._over and now - self._looked_at >= LOOKS_AFTER:
            self._looked_at = now
            self._stand = await self._look()
            self._over = self._stand is None
        return self._stand

    async def _look(self) -> Stand | None:
        came_to = await self._log.relives()
        if came_to is None:
            return None
        from hub.demo.borough.chronicle import borough_of

        [first] = await self._log.read(0, 1)
        borough = borough_of(first.event) if isinstance(first.event, LogCreated) else None
        if borough is None:
            return Stand(came_to, 0)
        share = (came_to - borough.begins_at) / (borough.ends_at - borough.begins_at)
        return Stand(came_to, max(0, min(99, int(100 * share))))
