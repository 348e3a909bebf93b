"""The pager: reads from the log which asks page their team, sends the pages, and says in the log what became of them.

At least once: what is recorded as sent was sent, and what was sent just before the pager died is sent again, by the same reference.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from events.base import Event
from events.envelope import new_event
from events.of_page import Way
from events.policy_published import PolicyPublished
from hub.access.words import bare
from hub.log import Append, Log, VersionConflict
from hub.paging import READER
from hub.paging.page import Carrier, NotDelivered, Page
from hub.paging.state import ASKS, Ask, Paged, asks_of, fold, untouched
from hub.paging.steps import Rules, Send, Steps, delivered, not_delivered, reference, steps
from hub.policies.document import Policy, read_policy
from hub.teams.book import TeamBook

ACTOR = "engine"
AT_ONCE = 500  # events of a type that are read together
KEPT_EVERY = timedelta(seconds=5)

log = logging.getLogger("hub")


class Checkpoints(Protocol):
    """How far a reader of the log has come, kept in the database."""

    async def checkpoint(self, name: str) -> int:
        """How far a reader of the log has come, 0 for a new one."""

    async def move_checkpoint(self, name: str, position: int) -> None:
        """Keep how far a reader has come; never backwards."""


@dataclass(slots=True)
class InForce:
    """Which policy was in force at a position of the log, read as far as somebody asked."""

    log: Log
    known: list[tuple[int, Policy]] = field(default_factory=list)
    read_to: int = 0

    async def read(self, head: int) -> None:
        """Learn of those published up to there."""
        while found := await self.log.read_type(PolicyPublished.TYPE, self.read_to, head, AT_ONCE):
            for recorded in found:
                assert isinstance(recorded.event, PolicyPublished)
                self.known.append((recorded.position, read_policy(recorded.event.document)))
            self.read_to = found[-1].position
        self.read_to = head

    def at(self, position: int) -> Policy | None:
        """The one that was in force then."""
        return next((policy for since, policy in reversed(self.known) if since <= position), None)


@dataclass(slots=True)
class Waiting:
    """An ask whose paging is not over; `wakes` is when it is next to be looked at, None for as soon as may be."""

    ask: Ask
    wakes: datetime | None = None
    task: asyncio.Task[datetime | None] | None = None


@dataclass(slots=True)
class Pager:
    """Pages the teams of one council. One pager works at a time; `still_ours` raises where another has its place.

    Its checkpoint is the last position before the oldest ask whose paging is not over: whoever begins there knows all there is.
    """

    log: Log
    checkpoints: Checkpoints
    teams: Callable[[], Awaitable[TeamBook]]
    carriers: Sequence[Carrier]
    url: str
    now: Callable[[], datetime]
    still_ours: Callable[[], Awaitable[None]]
    read_to: int = 0
    waiting: dict[str, Waiting] = field(default_factory=dict)
    kept: tuple[int, datetime | None] = (0, None)
    policies: InForce = field(init=False)

    def __post_init__(self) -> None:
        self.policies = InForce(self.log)

    async def begin(self) -> None:
        """Go on where the last one stopped."""
        self.read_to = await self.checkpoints.checkpoint(READER)
        self.kept = self.read_to, None

    async def turn(self) -> None:
        """Read what is new, and begin whatever is due; nobody waits here for a mail server. Raises what stopped one of them."""
        await self.read()
        self.settle()
        now = self.now()
        for each in self.waiting.values():
            if each.task is None and (each.wakes is None or each.wakes <= now):
                each.task = asyncio.create_task(self.attend(each.ask))
        await self.keep(now)

    async def end(self) -> None:
        """Stop what is under way: it is begun again by whoever pages next."""
        tasks = [each.task for each in self.waiting.values() if each.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def read(self) -> None:
        """Learn of what was asked and told up to now that pages its team."""
        head = await self.log.head()
        await self.policies.read(head)
        for kind in ASKS:
            after = self.read_to
            while found := await self.log.read_type(kind, after, head, AT_ONCE):
                for ask in (ask for recorded in found for ask in asks_of(recorded)):
                    if self.pages(ask):
                        self.waiting[ask.id] = Waiting(ask)
                after = found[-1].position
        self.read_to = max(head, self.read_to)

    def pages(self, ask: Ask) -> bool:
        """Whether it pages its team by the policy that was in force when it was made."""
        policy = self.policies.at(ask.position)
        if policy is None or policy.paging is None:
            return False
        return any(row.pages for name in ask.rows if (row := policy.rows.get(name)))

    def settle(self) -> None:
        """Take in what came of those that were attended to."""
        for ask, each in list(self.waiting.items()):
            if each.task is None or not each.task.done():
                continue
            wakes, each.task = each.task.result(), None
            if wakes is None:
                del self.waiting[ask]
            else:
                each.wakes = wakes

    async def keep(self, now: datetime) -> None:
        """Keep how far it has come: before the oldest whose paging is not over."""
        oldest = min((each.ask.position for each in self.waiting.values()), default=None)
        position = self.read_to if oldest is None else oldest - 1
        before, at = self.kept
        if position > before and (at is None or now - at >= KEPT_EVERY):
            await self.checkpoints.move_checkpoint(READER, position)
            self.kept = position, now

    async def attend(self, ask: Ask) -> datetime | None:
        """Do what is due for one ask; when to look again, or None where its paging is over."""
        rules = await self.rules(ask)
        while True:
            paged = fold(ask, await self.log.read_stream(f"page:{ask.id}"))
            if not untouched(ask, await self.log.read_stream(ask.stream)):
                return None
            now = self.now()
            todo = steps(ask, paged, rules, now)
            try:
                if not await self.do(ask, paged, todo, rules):
                    return todo.wakes
            except VersionConflict:
                log.warning("another pager is at work")

    async def do(self, ask: Ask, paged: Paged, todo: Steps, rules: Rules) -> bool:
        """Do it, and say so in the log; False where there is nothing to do now."""
        if todo.sends:
            await self.still_ours()
        said = await asyncio.gather(*(self.send(ask, paged, send, rules) for send in todo.sends))
        await self.say(ask, paged, (*todo.says, *said))
        return bool(todo.says or said)

    async def send(self, ask: Ask, paged: Paged, send: Send, rules: Rules) -> Event:
        """Page one team one way; what became of it. Where to is said nowhere."""
        page = Page(
            reference=reference(ask, send.team), ask=ask.id, team=bare(send.team), asked=bare(ask.team),
            url=f"{self.url}/contacts/{ask.contact}", sent_at=ask.sent_at,
        )  # fmt: skip
        carrier = next(c for c in self.carriers if c.by == send.by)
        try:
            await carrier.carry(page, send.to)
        except NotDelivered as why:
            log.warning("page %s by %s: %s", page.reference, send.by, why.because)
            return not_delivered(ask, paged, send, why, rules.paging, self.now())
        return delivered(ask, send, self.now())

    async def say(self, ask: Ask, paged: Paged, events: Sequence[Event]) -> None:
        """Record what happened. Raises VersionConflict where another pager did."""
        if not events:
            return
        recorded = tuple(
            new_event(event, paged.version + number, actor=ACTOR, correlation_id=ask.contact, purpose="safeguarding")
            for number, event in enumerate(events, 1)
        )  # fmt: skip
        await self.log.append(Append(recorded))

    async def rules(self, ask: Ask) -> Rules:
        """What is in force for an ask: the policy of its day, and the teams of now."""
        policy = self.policies.at(ask.position)
        assert policy is not None and policy.paging is not None
        not_set_up: dict[Way, str] = {c.by: why for c in self.carriers if (why := c.not_set_up)}
        return Rules(policy.paging, await self.teams(), policy.timekeeping.out_of_hours, not_set_up)
