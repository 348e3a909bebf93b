"""The one loop that decides: reads contacts in log order, links, derives the family, routes, and records it all at once."""

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from events.base import Event
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.contact_withdrawn import ContactWithdrawn
from events.content import ContactContent
from events.decision import Decision
from events.envelope import NewEvent, RecordedEvent
from events.facts import PinnedFacts
from events.linking_adopted import LinkingAdopted
from events.mentions_linked import LinkedMention, MentionsLinked
from events.mentions_unlinked import MentionsUnlinked
from events.people_judged import PeopleJudged
from events.people_proposed import PeopleProposed
from events.person_minted import PersonMinted
from events.policy_published import PolicyPublished
from events.referral_declined import ReferralDeclined
from events.teams_adopted import TeamsAdopted
from hub.amended import reconsider, withdraw
from hub.capacity import asked, unmet
from hub.clocks import Calendar
from hub.corrections.follow import Correction, follows, merge_found
from hub.corrections.found import found_twice
from hub.corrections.owed import owed
from hub.corrections.reconsider import without_own
from hub.families import derive
from hub.families.view import FamilyView
from hub.linking import PeopleLinker
from hub.linking.model import Model
from hub.log import Append, VersionConflict
from hub.people import corrections
from hub.people import state as people
from hub.people.amended import fold_decided
from hub.people.told import told_row
from hub.policies import Policy, read_policy
from hub.referrals.sent import open_referrals
from hub.routing import DECIDER_VERSION, decide_with_room, gather
from hub.routing.gather import no_ward
from hub.routing.queues import Queues
from hub.teams.book import book_of, team_book
from hub.teams.document import Register, read_register
from hub.timekeeping import running
from hub.timekeeping.keep import Timekeeper, due_by
from hub.values import london_day
from hub.writer import ENGINE, Writer, number_of
from projections.table import TableDef, Tables

TURN = 0.5  # seconds: so long is a turn at most, about
LOOK_AHEAD = 100
"""For so many the tables are read at once; what a turn that ends has no time for is at hand in the next one."""
FEW = 200  # positions
REST = 0.02  # seconds
LOOKS_EVERY = 1.0  # seconds: the clocks are looked at
AT_THE_LATEST = 30.0
"""So long the clocks wait while there is always something else: what is still to be read may have met them."""
POLICY = TableDef(
    "policy_in_force", {"one": "int", "document": "text", "position": "int"}, ("one",)
)
LINKING = TableDef("linking_in_use", {"one": "int", "document": "text"}, ("one",))
REGISTER = TableDef("teams_in_force", {"one": "int", "document": "text"}, ("one",))
TABLES = (*people.TABLES, *asked.TABLES, POLICY, LINKING, REGISTER, *running.TABLES)
TABLES_VERSION = 6
"""Raised whenever the same events fold into other rows: what an older release folded is folded anew."""


class NoPolicy(Exception):
    """A contact came before any policy was published: the engine cannot decide and halts."""


class Engine:
    """Decides on contacts one after another, over the engine's own tables. Pure but for those tables.

    The same events in the same order give the same decisions, in PostgreSQL and in plain memory.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._policy: Policy | None = None
        self._linker: PeopleLinker | None = None
        self._register: Register | None = None
        self._register_read = False

    def step(self, tables: Tables, events: Sequence[RecordedEvent]) -> list[Append]:
        """Fold `events` in, and return what each contact among them leads to, in order."""
        self.look_ahead(tables, events)
        return [decided for e in events for decided in self.take(tables, e)]

    def look_ahead(self, tables: Tables, events: Sequence[RecordedEvent]) -> None:
        """Fetch what taking these in will read. Only ever a matter of speed."""
        others = [e.event for e in events if e.actor != ENGINE]
        people.load(tables, others)
        tables.load(running.needs(others))
        asked.load(tables, others)

    def take(self, tables: Tables, recorded: RecordedEvent) -> list[Append]:
        """Fold one event in, and return what it leads to, where it is a contact."""
        if recorded.actor == ENGINE:
            return []  # folded when it was decided
        if isinstance(recorded.event, ContactReceived):
            return [Append(events=tuple(self.decide_contact(tables, recorded, recorded.event)))]
        if isinstance(recorded.event, ContactCorrected | ContactWithdrawn):
            return self.amend(tables, recorded, recorded.event)
        if isinstance(recorded.event, PeopleJudged | MentionsUnlinked | PeopleProposed):
            return self.correct(tables, recorded)
        if isinstance(recorded.event, ReferralDeclined):
            return self.declined(tables, recorded, recorded.event)
        self.fold(tables, recorded)
        return []

    def fold(self, tables: Tables, recorded: RecordedEvent) -> None:
        """Take in an event that others wrote."""
        if isinstance(recorded.event, PolicyPublished):
            self._policy = None
        if isinstance(recorded.event, LinkingAdopted):
            self._linker = None
        if isinstance(recorded.event, TeamsAdopted):
            self._register_read = False
        fold(tables, recorded)

    def policy(self, tables: Tables) -> Policy:
        """The policy in force; raises NoPolicy. It is read once: no other than this engine takes in the next one."""
        if self._policy is None:
            row = tables.get("policy_in_force", 1)
            if row is None:
                raise NoPolicy
            self._policy = read_policy(row["document"])
        return self._policy

    def linker(self, tables: Tables) -> PeopleLinker:
        """The linker by the parameters in use, read once as the policy is."""
        if self._linker is None:
            row = tables.get("linking_in_use", 1)
            self._linker = PeopleLinker(Model.from_text(row["document"])) if row else PeopleLinker()
        return self._linker

    def register(self, tables: Tables) -> Register | None:
        """The register of teams in force, read once as the policy is; None where the policy alone tells of teams."""
        if not self._register_read:
            row = tables.get("teams_in_force", 1)
            self._register = read_register(row["document"]) if row else None
            self._register_read = True
        return self._register

    def decide_contact(
        self, tables: Tables, received: RecordedEvent, contact: ContactReceived
    ) -> list[NewEvent]:
        """Link, derive the family, route: the events that one contact leads to, folded into the tables already."""
        own = Writer(received, contact.contact)
        policy = self.policy(tables)
        linker = self.linker(tables)
        mentions = linker.link(tables, received)
        linked = MentionsLinked(
            contact=contact.contact,
            model=linker.model,
            input_position=received.position,
            mentions=mentions,
        )
        own.write(linked, version=2)
        minted = dict.fromkeys(m.person for m in mentions if m.outcome in ("new", "review"))
        for person in minted:
            ref = next(m.ref for m in mentions if m.person == person)
            own.write(
                PersonMinted(person=person or "", contact=contact.contact, ref=ref), version=1
            )
        told = told_row(contact, received.position)
        people.fold_contact(tables, contact.content, told, linked)
        mentions = self.make_one(own, tables, received, mentions)
        family = derive(
            tables,
            [m.person for m in mentions if m.person],
            on=london_day(received.recorded_at),
            mentions=mentions,
        )
        facts, decision = self.decide_on(
            tables, contact.content, mentions, family, received.recorded_at, received.position
        )
        register = self.register(tables)
        routed = ContactRouted(
            contact=contact.contact,
            input_position=received.position,
            received_at=received.recorded_at,
            family=family.root,
            policy=policy.pin,
            calendar_hash=self.calendar.hash,
            decider=DECIDER_VERSION,
            facts=facts,
            decision=decision,
            register_hash=register.hash if register else None,
        )
        own.write(routed, version=3)
        fold_decided(tables, routed)
        sent, opened = open_referrals(
            decision,
            contact.contact,
            family.root,
            received.recorded_at,
            clocks=policy.clocks_as_shown,
        )
        self.open(own, tables, (*sent, *opened))
        self.open(own, tables, unmet.needs_of(tables, sent, facts.full, Queues(policy, register)))
        return own.written

    def declined(
        self, tables: Tables, recorded: RecordedEvent, declined: ReferralDeclined
    ) -> list[Append]:
        """Take in that a team declined. Where it has no room, or no service that may take them, the need is counted and whoever has
        the referral now looks again (R30); once a referral and reason."""
        was = tables.get("open_ask", declined.referral)
        self.fold(tables, recorded)
        why, policy = unmet.said_in(declined.reason), self.policy(tables)
        because = policy.where_no_room and why and policy.where_no_room[1].answers.get(why)
        if was is None or why is None or was["unmet"] == why or not because:
            return []
        own = Writer(recorded, recorded.correlation_id)
        queues = Queues(policy, self.register(tables))
        own.write(unmet.need(tables, was, why, queues), version=2 if was["unmet"] else 1)
        for owed_now in unmet.review(
            tables, was, declined, because, recorded.recorded_at, policy, self.calendar
        ):
            own.write(owed_now, version=1)
            fold_work(tables, owed_now)
        return [Append(events=tuple(own.written))]

    def keep_time(self, tables: Tables, now: datetime) -> list[Append] | None:
        """What time itself leads to: clocks that were missed by now, asks that lay untouched, pauses that are over. None where there
        is nothing to look at."""
        if tables.get("policy_in_force", 1) is None or not due_by(tables, now):
            return None
        register = self.register(tables)
        book = book_of(register) if register else team_book()
        return Timekeeper(self.policy(tables), self.calendar, book).keep(tables, now)

    def make_one(
        self,
        own: Writer,
        tables: Tables,
        received: RecordedEvent,
        mentions: tuple[LinkedMention, ...],
    ) -> tuple[LinkedMention, ...]:
        """Propose who is known twice, now that the contact was learnt from, and make them one where that may be done without
        anybody looking. The mentions come back as they are by then."""
        number = number_of(received)
        contact = own.correlation or ""
        model = self.linker(tables).parameters
        found = found_twice(model, tables, mentions, contact, number)
        for proposed in found:
            own.write(proposed, version=1)
            corrections.fold_proposed(tables, proposed)
            correction = merge_found(tables, proposed, proposed.correction)
            if correction is not None:
                self.mend(own, tables, received, correction, version=2)
        if not found:
            return mentions
        return tuple(
            m.model_copy(update={"person": corrections.now(tables, m.person)}) if m.person else m
            for m in mentions
        )

    def mend(
        self,
        own: Writer,
        tables: Tables,
        cause: RecordedEvent,
        correction: Correction,
        version: int = 1,
    ) -> None:
        """Mend a link; each team that was asked about the wrong record owes another look."""
        opened = owed(tables, correction.moved, cause.recorded_at, self.calendar)
        if correction.minted:
            own.write(correction.minted, version=1)
        own.write(correction.moved, version=version)
        people.fold_moved(tables, correction.moved)
        self.open(own, tables, opened)

    def decide_on(
        self,
        tables: Tables,
        content: ContactContent,
        mentions: tuple[LinkedMention, ...],
        family: FamilyView,
        at: datetime,
        position: int,
        own: str | None = None,
    ) -> tuple[PinnedFacts, Decision]:
        """The facts of a contact received at that moment and place, and what is decided on them; `own`: as if that contact had led
        to nothing yet."""
        register = self.register(tables)
        ward_of = register.ward if register else no_ward
        facts = gather(content, mentions, family, at, position, ward_of)
        return decide_with_room(
            without_own(facts, own) if own else facts,
            self.policy(tables),
            self.calendar,
            register,
            lambda queues: asked.full_of(tables, register, queues),
        )

    def amend(
        self,
        tables: Tables,
        recorded: RecordedEvent,
        amendment: ContactCorrected | ContactWithdrawn,
    ) -> list[Append]:
        """Take a correction or a withdrawal in: whom the contact is about now, what would be decided, and who must look again."""
        self.fold(tables, recorded)
        row = tables.get("told", amendment.contact)
        if row is None:
            raise people.NeverReceived(amendment.contact)
        if row["withdrawn"]:
            return []  # it came while the contact was taken back: it is kept, and nobody is asked
        own = Writer(recorded, amendment.contact)
        if isinstance(amendment, ContactWithdrawn):
            withdraw(self, own, tables, row, recorded)
        else:
            reconsider(self, own, tables, row, recorded, amendment.content)
        return [Append(events=tuple(own.written))]

    def open(self, own: Writer, tables: Tables, events: Iterable[Event]) -> None:
        """Ask teams, and let them owe something."""
        for event in events:
            own.write(event, version=1)
            fold_work(tables, event)

    def correct(self, tables: Tables, recorded: RecordedEvent) -> list[Append]:
        """Take in what somebody said of who people are, and mend the link where that is to be done."""
        correction = follows(tables, recorded)
        self.fold(tables, recorded)
        if correction is None:
            return []
        own = Writer(recorded, recorded.correlation_id)
        self.mend(own, tables, recorded, correction)
        return [Append(events=tuple(own.written))]


def fold(tables: Tables, recorded: RecordedEvent) -> None:
    """Take one event in: the engine's own too, in a rebuild."""
    if recorded.type == PolicyPublished.TYPE:
        document = recorded.light.document
        row = {"one": 1, "document": document, "position": recorded.position}
        tables.put("policy_in_force", row)
    if recorded.type == LinkingAdopted.TYPE:
        tables.put("linking_in_use", {"one": 1, "document": recorded.light.document})
    if recorded.type == TeamsAdopted.TYPE:
        tables.put("teams_in_force", {"one": 1, "document": recorded.light.document})
    people.fold(tables, recorded)
    if recorded.type not in people.DECIDES:
        running.fold(tables, recorded.event, recorded.recorded_at)
        asked.fold(tables, recorded.event)


def fold_work(tables: Tables, event: Event) -> None:
    """Take in what the engine itself asks of teams."""
    people.fold_referral(tables, event)
    asked.fold(tables, event)
    running.fold(tables, event)


def fold_anew(tables: Tables, events: Sequence[RecordedEvent]) -> None:
    """Take in events that were decided on before."""
    others = [e.event for e in events if e.type not in people.DECIDES]
    people.load(tables, others)
    tables.load(running.needs(others))
    asked.load(tables, others)
    for recorded in events:
        fold(tables, recorded)


class Turn(Protocol):
    """One transaction of the engine: what waits, the tables, and the commit that is fenced.

    looked_ahead   the position up to which the tables were told what will be read
    """

    looked_ahead: int

    @property
    def events(self) -> Sequence[RecordedEvent]:
        """What waits, in order."""

    @property
    def moved(self) -> int:
        """By how many positions the turn goes on (once committed: went on), the engine's own events included."""

    @property
    def tables(self) -> Tables:
        """The engine's tables as of this turn."""

    def now(self) -> datetime:
        """The time by the clock that the log goes by."""

    def commit(self, decided: Sequence[Append], taken: int, *, alone: bool = False) -> None:
        """Write tables, events and position together, having taken in so many of the events; raises Fenced where another
        engine has taken over, VersionConflict where others were first in a stream, or, if it must be `alone`, wrote anything since."""


class EngineStore(Protocol):
    """Where the engine's turns come from."""

    def turn(self, limit: int) -> AbstractContextManager[Turn]:
        """Begin a transaction with up to `limit` events after the engine's position."""

    def wait(self, seconds: float) -> None:
        """Until there may be something that no turn has read, or that long."""


def one_turn(engine: Engine, store: EngineStore, batch: int = 200, seconds: float = TURN) -> int:
    """Decide on what waits, at most `batch` events of others and for about so many seconds; how far that got, 0 where
    nothing waited. Where a turn ends makes no difference to what is decided."""
    with store.turn(batch) as turn:
        if turn.moved:
            turn.commit(*_decided_within(engine, turn, time.monotonic() + seconds))
        return turn.moved


def _decided_within(engine: Engine, turn: Turn, end: float) -> tuple[list[Append], int]:
    """What the events that there was time for lead to, and how many those are: one at least."""
    decided: list[Append] = []
    for at, recorded in enumerate(turn.events):
        if at and time.monotonic() > end:
            return decided, at
        if recorded.position > turn.looked_ahead:
            soon = turn.events[at : at + LOOK_AHEAD]
            engine.look_ahead(turn.tables, soon)
            turn.looked_ahead = soon[-1].position
        decided += engine.take(turn.tables, recorded)
    return decided, len(turn.events)


class Kept(NamedTuple):
    """What a look at the clocks came to: how many of them something was said of, and by how many positions the engine went on by it, as
    over its own events."""

    said: int = 0
    moved: int = 0


def keep_time(
    engine: Engine, store: EngineStore, at: datetime | None = None, *, urgent: bool = False
) -> Kept | None:
    """Say what time has led to by now, or by a moment that is relived; None where it did not come to it.

    Not while something waits to be read, or was written meanwhile, which may have met a clock; unless it is `urgent`. Then whoever acts
    on one of these clocks at this very moment is first all the same, where that is an event of the clock, and it is looked at again.
    """
    try:
        with store.turn(FEW) as turn:
            if turn.events and not urgent:
                return None
            decided = engine.keep_time(turn.tables, at or turn.now())
            if decided is None:
                return Kept()
            turn.commit(decided, 0, alone=not urgent)
            return Kept(len(decided), turn.moved)
    except VersionConflict:
        return None


class Rounds:
    """When the clocks are looked at: once a second, and at the latest twice a minute where there is always something else to do."""

    def __init__(self, engine: Engine, store: EngineStore) -> None:
        self._engine, self._store = engine, store
        self._looked = self._kept = -AT_THE_LATEST

    def go(self) -> None:
        """Look, where it is time."""
        now = time.monotonic()
        if now - self._looked < LOOKS_EVERY:
            return
        self._looked = now
        urgent = now - self._kept > AT_THE_LATEST
        if keep_time(self._engine, self._store, urgent=urgent) is not None:
            self._kept = now


def run(engine: Engine, store: EngineStore, stop: threading.Event) -> None:
    """Take turns until told to stop. Raises what stops it: a gap, a missing policy, a lost fence.

    After a turn on a few events it rests: those that come meanwhile are decided in one turn, which costs little more than one on
    one of them, and leaves the machine to those who ask.
    """
    rounds = Rounds(engine, store)
    while not stop.is_set():
        if 0 < one_turn(engine, store) < FEW:
            stop.wait(REST)
        rounds.go()
        store.wait(0.1)
