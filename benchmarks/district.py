"""One district's three years: contacts taken in by the hub's own door, decided by its own engine, worked on by made-up teams."""

import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from benchmarks.made_up import homes_of, message
from events.base import Event
from events.calendar_adopted import CalendarAdopted
from events.contact_closed import ContactClosed
from events.envelope import NewEvent, RecordedEvent, new_event
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.policy_published import PolicyPublished
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.engine import Engine
from hub.folding import TABLES
from hub.log import RawMessage
from hub.policies.register import REGISTER
from projections.table import MemoryTables

BEGAN = datetime(2023, 1, 9, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=3 * 364)
CONTACTS = 600  # of a slice
LASTS = timedelta(days=75)  # the longest that a team takes over a referral
STILL_OPEN = 0.01
NEXT = ("TF", "EH", "CAR", "YC")


@dataclass(slots=True)
class Group:
    """What was recorded together at one moment: a contact with all that was decided on it, or one step of a team."""

    events: list[RecordedEvent]
    raw: RawMessage | None = None


@dataclass(slots=True)
class Slice:
    """One district's three years, by the hub's own code over plain memory."""

    contacts: int
    groups: list[Group] = field(default_factory=list)
    tables: MemoryTables = field(default_factory=lambda: MemoryTables(TABLES))
    position: int = 0
    _engine: Engine = field(default_factory=lambda: Engine(england()))
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _later: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _versions: dict[str, int] = field(default_factory=dict)

    def live(self, policy: PolicyPublished, calendar: CalendarAdopted) -> None:
        """From the first contact to the last, with the teams at work between."""
        begun = [self._new(event) for event in (calendar, policy)]
        self._record(begun, BEGAN)
        homes = homes_of(max(self.contacts // 2, 1), self._chance)
        step = YEARS / self.contacts
        for number in range(1, self.contacts + 1):
            at = BEGAN + number * step
            self._until(at)
            [home] = self._chance.choices(homes, [h.weight for h in homes])
            self._receive(number, message(number, home, at, self._chance), at)
        self._until(BEGAN + YEARS + LASTS)

    def _receive(self, number: int, sent: Message, at: datetime) -> None:
        found = receive(sent, Carrier("http", "history"), contact_id(number, at), at)
        assert isinstance(found, Accept), found
        self._record(found.append.events, at, found.append.raw)

    def _until(self, at: datetime) -> None:
        while self._later and self._later[0][0] < at:
            when, _, act = heapq.heappop(self._later)
            act(when)

    def _record(self, new: Iterable[NewEvent], at: datetime, raw: RawMessage | None = None) -> None:
        recorded = self._placed(new, at)
        for decided in self._engine.step(self.tables, recorded):
            recorded += self._placed(decided.events, at)
        self.groups.append(Group(recorded, raw))
        for event in recorded:
            if isinstance(event.event, ReferralSent):
                self._work_on(event.event, at)
            elif isinstance(event.event, ObligationOpened):
                self._meet(event.event, at)

    def _placed(self, new: Iterable[NewEvent], at: datetime) -> list[RecordedEvent]:
        recorded = []
        for event in new:
            self.position += 1
            self._versions[event.stream] = event.version
            recorded.append(event.at(self.position, at))
        return recorded

    def _new(self, event: Event, **more: Any) -> NewEvent:
        stream = f"{event.STREAM}:{event.stream_id()}"
        tags = (REGISTER,) if isinstance(event, PolicyPublished) else ()
        version = self._versions.get(stream, 0) + 1
        return new_event(event, version, actor=more.pop("actor", "operator"), tags=tags, **more)

    def _at(self, when: datetime, *events: Event) -> None:
        """These events by a member of staff, at that time."""

        def act(at: datetime) -> None:
            contact = getattr(events[0], "contact", None)
            new = [self._new(e, actor="staff:S-000001", correlation_id=contact) for e in events]
            self._record(new, at)

        heapq.heappush(self._later, (when, next(self._order), act))

    def _work_on(self, sent: ReferralSent, at: datetime) -> None:
        """Seen within the day, then accepted and finished, or declined to another team; a few are never ended."""
        chance, named = (
            self._chance,
            {"referral": sent.referral, "contact": sent.contact, "team": sent.team},
        )
        seen = at + timedelta(hours=1 + 8 * chance.random())
        self._at(seen, ReferralSeen(**named))
        if chance.random() < 0.06 and sent.follows is None:
            opens, team = f"{sent.referral[:-1]}{int(sent.referral[-1]) + 5}", chance.choice(NEXT)
            declined = ReferralDeclined(
                **named, reason="Known to another team.", next=team, opens=opens
            )
            going_on = {"referral": opens, "team": team, "follows": sent.referral}
            self._at(seen + timedelta(hours=2), declined, sent.model_copy(update=going_on))
            return
        self._at(seen + timedelta(hours=3), ReferralAccepted(**named))
        if chance.random() >= STILL_OPEN:
            ends = seen + timedelta(days=2 + (LASTS.days - 5) * chance.random())
            ended: list[Event] = [ReferralDone(**named, outcome="Support plan agreed.")]
            if sent.lead:
                ended.append(ContactClosed(contact=sent.contact, outcome="Support plan agreed."))
            self._at(ends, *ended)

    def _meet(self, owed: ObligationOpened, at: datetime) -> None:
        """What is owed is done within days."""
        done = ObligationDone(
            obligation=owed.obligation, contact=owed.contact, team="MASH", outcome="Done."
        )
        self._at(at + timedelta(days=1 + self._chance.random()), done)
