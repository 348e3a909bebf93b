"""How much may be under way at once: each caller has a share, and those at work take turns, so that one's flood starves nobody."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass

from hub.errors import TooMany, Unavailable

AT_WORK = 64
READING = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the door takes at once; more is answered 503, or 429 where one caller asks for more than a share."""

    requests: int = 2000
    body_bytes: int = 16_000_000


LIMITS = Limits()


@dataclass(slots=True)
class Held:
    """What one caller has under way."""

    requests: int = 0
    body_bytes: int = 0


class Room:
    """Counts what is under way, by caller. There is always a share left for one who is not there yet: alone, a caller may
    have half of the room, which is more than the hub can work on at once; two may have a third each, and so on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = Held()
        self._by_caller: dict[str, Held] = {}
        self.turns = Turns(AT_WORK)
        self.turns_to_read = Turns(READING)

    @property
    def empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._by_caller and self._all == Held()

    def enter(self, caller: str) -> "Place":
        """A place for one request; leave it. Raises TooMany for more than a share, Unavailable where there is no room."""
        held = self._by_caller.get(caller)
        if held is None:
            held = self._by_caller[caller] = Held()
        elif held.requests >= max(self._limits.requests // (len(self._by_caller) + 1), 1):
            raise TooMany
        if self._all.requests >= self._limits.requests:
            self._forget(caller, held)
            raise Unavailable(FULL)
        held.requests += 1
        self._all.requests += 1
        return Place(self, caller, held)

    def grow(self, held: Held, size: int) -> None:
        """Room for so many bytes more. Raises TooMany, Unavailable. Who holds none yet is not asked for a share."""
        share = self._limits.body_bytes // (len(self._by_caller) + 1)
        if held.body_bytes and held.body_bytes + size > share:
            raise TooMany
        if self._all.body_bytes + size > self._limits.body_bytes:
            raise Unavailable(FULL)
        held.body_bytes += size
        self._all.body_bytes += size

    def leave(self, caller: str, held: Held, body_bytes: int) -> None:
        """What a request held is free again."""
        held.requests -= 1
        held.body_bytes -= body_bytes
        self._all.requests -= 1
        self._all.body_bytes -= body_bytes
        self._forget(caller, held)

    def _forget(self, caller: str, held: Held) -> None:
        if not held.requests:
            del self._by_caller[caller]


FULL = "The hub has as much under way as it can hold."


class Place:
    """A request's place in the room."""

    __slots__ = ("_body_bytes", "_held", "_left", "_room", "caller")

    def __init__(self, room: Room, caller: str, held: Held) -> None:
        self._room, self.caller, self._held = room, caller, held
        self._body_bytes = 0
        self._left = False

    def grow(self, size: int) -> None:
        """Hold so many bytes more. Raises TooMany, Unavailable."""
        self._room.grow(self._held, size)
        self._body_bytes += size

    def turn(self) -> "Turn":
        """To be at work: `async with place.turn()`."""
        return Turn(self._room.turns, self.caller)

    def turn_to_read(self) -> "Turn":
        """To read what pages read too: few at once, so that pages need not wait behind a flood."""
        return Turn(self._room.turns_to_read, self.caller)

    def leave(self) -> None:
        """Give back what is held, once."""
        if not self._left:
            self._left = True
            self._room.leave(self.caller, self._held, self._body_bytes)


class Turns:
    """So many are at work at once; the rest wait, and go in turn, caller by caller."""

    def __init__(self, at_work: int) -> None:
        self._free = at_work
        self._lanes: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, caller: str) -> None:
        """Wait for a turn."""
        if self._free:
            self._free -= 1
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(caller, deque()).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """The turn goes to the next caller who waits."""
        while self._lanes:
            caller, lane = self._lanes.popitem(last=False)
            waiting = lane.popleft()
            if lane:
                self._lanes[caller] = lane  # last: the others come first
            if not waiting.done():
                waiting.set_result(None)
                return
        self._free += 1


class Turn:
    """One turn, taken and given back."""

    __slots__ = ("_caller", "_turns")

    def __init__(self, turns: Turns, caller: str) -> None:
        self._turns, self._caller = turns, caller

    async def __aenter__(self) -> None:
        await self._turns.take(self._caller)

    async def __aexit__(self, *_exception: object) -> None:
        self._turns.give_back()
