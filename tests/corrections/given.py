"""A town in plain memory: contacts are told, the engine links and routes, and people say where it was wrong."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from events.base import Event
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_withdrawn import ContactWithdrawn
from events.content import ContactContent
from events.envelope import RecordedEvent, new_event
from events.mention_at import MentionAt
from events.mentions_linked import LinkedMention, MentionsLinked
from events.mentions_unlinked import MentionsUnlinked
from events.people_judged import PeopleJudged, SameOrNot
from events.people_proposed import PeopleProposed
from hub.clocks import england
from hub.people.corrections import pair
from hub.policies.register import SHIPPED
from hub.route import FreshHub
from projections.table import MemoryTables

BEGAN = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@dataclass
class Town:
    """The log so far, and the engine's tables with every view."""

    log: list[RecordedEvent] = field(default_factory=list)
    hub: FreshHub = field(init=False)

    def __post_init__(self) -> None:
        document = SHIPPED.read_text(encoding="utf-8")
        self.hub = FreshHub(document, england(), BEGAN)

    @property
    def tables(self) -> MemoryTables:
        """What is known."""
        return self.hub.tables

    def record(self, *events: Event, actor: str) -> list[RecordedEvent]:
        """Events at the end of the log, in every view, and not yet seen by the engine."""
        at = BEGAN + timedelta(minutes=self.hub.position)
        new = [new_event(event, 1, actor=actor) for event in events]
        recorded = self.hub.record(new, at)
        self.log += recorded
        return recorded

    def engine_takes(self, recorded: list[RecordedEvent]) -> list[Event]:
        """The engine sees these, and what it makes of them is recorded."""
        made: list[Event] = []
        for append in self.hub.engine.step(self.tables, recorded):
            self.log += self.hub.record(append.events, BEGAN + timedelta(minutes=self.hub.position))
            made += [new.event for new in append.events]
        return made

    def receive(self, said: ContactContent) -> list[RecordedEvent]:
        """A contact comes in."""
        contact = f"C-26-{self.hub.position:06}"
        received = ContactReceived(
            contact=contact, source="urn:test", message_id=contact, carried_by="http", body_sha256="0" * 64, content=said
        )  # fmt: skip
        return self.record(received, actor="partner:test")

    def tell(self, said: ContactContent) -> dict[str, LinkedMention]:
        """A contact comes in and is decided: who its people are, by its own words for them."""
        made = self.engine_takes(self.receive(said))
        [linked] = [e for e in made if isinstance(e, MentionsLinked)]
        return {m.ref: m for m in linked.mentions}

    def judged(self, one: str, other: str, answer: SameOrNot) -> list[RecordedEvent]:
        """Somebody answers."""
        first, second = pair(one, other)
        said = PeopleJudged(one=first, other=second, answer=answer, reason=None, team="TF")
        return self.record(said, actor="staff:1")

    def judge(self, one: str, other: str, answer: SameOrNot) -> list[Event]:
        """Somebody answers, and the engine does what follows."""
        return self.engine_takes(self.judged(one, other, answer))

    def found(self, one: str, other: str) -> list[RecordedEvent]:
        """Everybody was compared anew, and these two are found to be one."""
        first, second = pair(one, other)
        said = PeopleProposed(
            correction=f"E-{self.hub.position}-1", one=first, other=second, model="told", bits=20.0, weights=(), sure=True,
            because="So.",
        )  # fmt: skip
        return self.record(said, actor="operator")

    def unlinked(
        self, person: str, *mentions: tuple[str, str], to: str | None = None
    ) -> list[RecordedEvent]:
        """Somebody says that mentions are of another person."""
        named = tuple(MentionAt(contact=contact, ref=ref) for contact, ref in mentions)
        said = MentionsUnlinked(person=person, mentions=named, to=to, reason="So.", team="TF")
        return self.record(said, actor="staff:1")

    def unlink(self, person: str, *mentions: tuple[str, str], to: str | None = None) -> list[Event]:
        """The same, and the engine does what follows."""
        return self.engine_takes(self.unlinked(person, *mentions, to=to))

    def amended(self, amendment: Event) -> list[RecordedEvent]:
        """A message that corrects or withdraws a contact comes in."""
        stream = f"{amendment.STREAM}:{amendment.stream_id()}"
        version = sum(e.stream == stream for e in self.log) + 1
        at = BEGAN + timedelta(minutes=self.hub.position)
        recorded = self.hub.record([new_event(amendment, version, actor="partner:test")], at)
        self.log += recorded
        return recorded

    def corrected(self, contact: str, said: ContactContent) -> list[RecordedEvent]:
        """A contact is corrected."""
        return self.amended(
            ContactCorrected(
                contact=contact, corrects=contact, source="urn:test", message_id=f"{contact}+{self.hub.position}",
                carried_by="http", body_sha256="0" * 64, content=said,
            )
        )  # fmt: skip

    def withdrawn(self, contact: str) -> list[RecordedEvent]:
        """A contact is withdrawn."""
        return self.amended(
            ContactWithdrawn(
                contact=contact, withdraws=contact, source="urn:test", message_id=f"{contact}+{self.hub.position}",
                carried_by="http", body_sha256="0" * 64, reason="Sent by mistake.",
            )
        )  # fmt: skip

    def correct(self, contact: str, said: ContactContent) -> list[Event]:
        """A contact is corrected, and the engine takes it in."""
        return self.engine_takes(self.corrected(contact, said))

    def withdraw(self, contact: str) -> list[Event]:
        """A contact is withdrawn, and the engine takes it in."""
        return self.engine_takes(self.withdrawn(contact))

    @property
    def contact(self) -> str:
        """The contact that came in last."""
        return next(
            e.event.contact for e in reversed(self.log) if isinstance(e.event, ContactReceived)
        )
