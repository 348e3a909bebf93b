"""The engine that decides: takes contacts in log order, links, derives the family, routes, and says it all at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

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
from events.referral_sent import ReferralSent
from events.teams_adopted import TeamsAdopted
from hub.amended import reconsider, withdraw
from hub.capacity import asked, unmet
from hub.clocks import Calendar
from hub.corrections.follow import Correction, follows, merge_found
from hub.corrections.found import found_after, found_twice
from hub.corrections.owed import owed
from hub.corrections.reconsider import without_own
from hub.families import derive
from hub.families.view import FamilyView
from hub.folding import fold, fold_work
from hub.linking import PeopleLinker
from hub.linking.model import Model
from hub.log import Append
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
from projections.table import Tables


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
        if isinstance(recorded.event, ReferralSent) and recorded.event.follows:
            return self.sent_on(tables, recorded, recorded.event)
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
        because = why and unmet.why_owed(policy, why)
        if was is None or why is None or was["unmet"] == why or not because:
            return []
        own = Writer(recorded, recorded.correlation_id)
        queues = Queues(policy, self.register(tables))
        own.write(unmet.need(tables, was, why, queues), version=2 if was["unmet"] else 1)
        for owed_now in unmet.review(
            tables, was, declined.opens, because, recorded.recorded_at, policy, self.calendar
        ):
            own.write(owed_now, version=1)
            fold_work(tables, owed_now)
        return [Append(events=tuple(own.written))]

    def sent_on(self, tables: Tables, recorded: RecordedEvent, sent: ReferralSent) -> list[Append]:
        """Take in that somebody declined, overrode or handed an ask on. A full queue keeps it as it keeps what the engine sends: the need
        is counted, and whoever has it now looks again (R30)."""
        policy, register = self.policy(tables), self.register(tables)
        full = asked.full_of(tables, register, [sent.team])
        self.fold(tables, recorded)
        if not full:
            return []
        own, queues = Writer(recorded, recorded.correlation_id), Queues(policy, register)
        self.open(
            own, tables, unmet.kept(tables, sent, recorded.recorded_at, queues, self.calendar)
        )
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
        model = self.linker(tables).parameters
        for proposed in found_after(model, tables, correction.moved, correction.moved.correction):
            own.write(proposed, version=1)
            corrections.fold_proposed(tables, proposed)
        return [Append(events=tuple(own.written))]
