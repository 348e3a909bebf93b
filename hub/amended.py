"""What the engine makes of a correction or a withdrawal: whom the contact is about now, what would be decided, who must look again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from events.base import Event
from events.contact_reconsidered import ContactReconsidered
from events.content import ContactContent
from events.decision import Decision
from events.envelope import RecordedEvent
from events.facts import PinnedFacts
from events.mentions_amended import MentionsAmended
from events.mentions_linked import LinkedMention
from events.person_minted import PersonMinted
from hub.capacity.unmet import needs_of
from hub.clocks import Calendar
from hub.corrections.hold import held
from hub.corrections.reconsider import (
    WITHDRAWN,
    asked_on,
    decided_before,
    differences,
    further,
    leant_on,
    look_again,
    told_otherwise,
    why_again,
)
from hub.families import derive
from hub.families.view import FamilyView
from hub.linking import PeopleLinker
from hub.people import state as people
from hub.people.amended import careful, fold_decided, say_anew
from hub.people.told import read
from hub.policies import Policy
from hub.routing import DECIDER_VERSION
from hub.routing.queues import Queues
from hub.teams.document import Register
from hub.values import london_day
from hub.writer import Writer, number_of
from projections.rows import row_of
from projections.table import Row, Tables


class Deciding(Protocol):
    """What of the engine is needed."""

    calendar: Calendar

    def policy(self, tables: Tables) -> Policy:
        """The policy in force."""

    def linker(self, tables: Tables) -> PeopleLinker:
        """The linker by the parameters in use."""

    def register(self, tables: Tables) -> Register | None:
        """The register of teams in force."""

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
        """The facts, and what is decided on them."""

    def make_one(
        self,
        own: Writer,
        tables: Tables,
        received: RecordedEvent,
        mentions: tuple[LinkedMention, ...],
    ) -> tuple[LinkedMention, ...]:
        """Whoever is known twice is proposed, or made one."""

    def open(self, own: Writer, tables: Tables, events: Iterable[Event]) -> None:
        """Ask teams, and let them owe something."""


def withdraw(
    engine: Deciding, own: Writer, tables: Tables, before: Row, recorded: RecordedEvent
) -> None:
    """Nothing that the contact said counts any more; each team that was asked on it looks again."""
    contact, at = before["contact"], recorded.recorded_at
    asked = [*asked_on(tables, contact), *leant_on(decided_before(before))]
    reasons = [(row, WITHDRAWN) for row in asked]
    again = look_again(tables, contact, reasons, at, engine.calendar)
    amended = amended_by(engine, tables, before, recorded)
    take_in(own, tables, amended.model_copy(update={"withdrawn": True, "opened": bool(again)}))
    engine.open(own, tables, again)


def reconsider(
    engine: Deciding,
    own: Writer,
    tables: Tables,
    before: Row,
    recorded: RecordedEvent,
    content: ContactContent,
) -> None:
    """Say anew who its people are and what would now be decided, ask whoever is newly to be asked, and let the others look again."""
    contact, at, said = before["contact"], recorded.recorded_at, read(before)
    content = careful(content, said.content)
    mentions = told_anew(engine, own, tables, before, recorded, content)
    seeds = [m.person for m in mentions if m.person]
    family = derive(tables, seeds, on=london_day(at), mentions=mentions)
    policy, register = engine.policy(tables), engine.register(tables)
    facts, decision = engine.decide_on(
        tables, content, mentions, family, at, recorded.position, contact
    )
    row = row_of(tables, "told", contact)
    differs = differences(decided_before(row), decision)
    sent, opened = further(
        tables, row, decision, differs.newly, family.root, at, policy.clocks_as_shown
    )
    another, otherwise = told_otherwise(said, content, mentions)
    reasons = [
        (asked, why)
        for asked in (*asked_on(tables, contact), *leant_on(differs.no_longer))
        if (why := why_again(asked, differs.no_longer, another, otherwise))
    ]
    again = look_again(tables, contact, reasons, at, engine.calendar, len(opened))
    newly, no_longer = differs.named
    reconsidered = ContactReconsidered(
        contact=contact, amendment=number_of(recorded), input_position=recorded.position, received_at=at,
        family=family.root, policy=policy.pin, calendar_hash=engine.calendar.hash, decider=DECIDER_VERSION, facts=facts,
        decision=decision, newly=newly, no_longer=no_longer, opened=bool(sent or opened or again),
        register_hash=register.hash if register else None,
    )  # fmt: skip
    own.write(reconsidered, version=1)
    fold_decided(tables, reconsidered)
    engine.open(own, tables, (*sent, *opened, *again))
    engine.open(own, tables, needs_of(tables, sent, facts.full, Queues(policy, register)))


def told_anew(
    engine: Deciding,
    own: Writer,
    tables: Tables,
    before: Row,
    recorded: RecordedEvent,
    content: ContactContent,
) -> tuple[LinkedMention, ...]:
    """Whom the contact is about now: each word is linked with what it said before taken out, and everybody is known anew."""
    linker, said = engine.linker(tables), read(before)
    say_anew(tables, before, {})
    kept = held(linker.parameters, tables, said.content, said.people, content)
    mentions = linker.link_said(tables, content, kept)
    say_anew(tables, row_of(tables, "told", before["contact"]), said.people)
    amended = amended_by(engine, tables, before, recorded)
    take_in(own, tables, amended.model_copy(update={"mentions": mentions}))
    for m in mentions:
        if m.person and m.outcome in ("new", "review") and m.ref not in kept:
            own.write(
                PersonMinted(person=m.person, contact=before["contact"], ref=m.ref), version=1
            )
    return engine.make_one(own, tables, recorded, mentions)


def amended_by(
    engine: Deciding, tables: Tables, before: Row, recorded: RecordedEvent
) -> MentionsAmended:
    """An amended contact that is about nobody yet."""
    return MentionsAmended(
        contact=before["contact"], amendment=number_of(recorded), input_position=recorded.position,
        first_position=before["position"], withdrawn=False, model=engine.linker(tables).model, mentions=(),
        before=before["people"],
    )  # fmt: skip


def take_in(own: Writer, tables: Tables, amended: MentionsAmended) -> None:
    """Record whom an amended contact is about, and know everybody anew by it."""
    own.write(amended, version=1)
    people.fold_mentions(tables, amended)
