"""A small world for the tests: contacts told in a line each, linked and folded as the engine does it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from events.base import Event
from events.contact_received import ContactReceived
from events.content import Concern, ContactContent, Mention, Relationship, Reporter
from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention, MentionsLinked
from hub.families import derive
from hub.families.view import FamilyView
from hub.linking import PeopleLinker
from hub.people import state
from projections.table import MemoryTables, Tables

DAY_ONE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def person(
    ref: str,
    name: str = "",
    dob: str | None = None,
    home: str = "",
    nhs: str | None = None,
    **more: Any,
) -> Mention:
    """A mention in a line: `name` as `Grace Okoro`, `home` as `12 High Street, Grays, RM17 6XX`."""
    said: dict[str, Any] = {"ref": ref, "dob": dob, **more}
    if name:
        *given, family = name.split(" ")
        said["name"] = {"family": family or None, "given": [g for g in given if g]}
    if home:
        *lines, postcode = home.split(", ")
        said["address"] = {"lines": lines, "postcode": postcode or None}
    if nhs:
        said["ids"] = [{"system": "nhs-number", "value": nhs}]
    return Mention.model_validate_json(
        Mention.model_construct(**said).model_dump_json(warnings=False)
    )


def tie(one: str, relation: str, other: str, **more: Any) -> Relationship:
    """A relation between two refs."""
    return Relationship.model_validate({"from": one, "type": relation, "to": other, **more})


def content(
    people: Iterable[Mention],
    relations: Iterable[Relationship] = (),
    concerns: Iterable[Concern] = (),
) -> ContactContent:
    """A contact with nothing in it but people, relations and concerns."""
    return ContactContent(
        occurred_at=DAY_ONE, door="health", reporter=Reporter(org="F81XXX"), people=tuple(people),
        relationships=tuple(relations), concerns=tuple(concerns) or (Concern(code="care-need"),),
    )  # fmt: skip


@dataclass
class World:
    """The log and the engine's tables; `linker` may be any."""

    tables: Tables = field(default_factory=lambda: MemoryTables(state.TABLES))
    linker: PeopleLinker = field(default_factory=PeopleLinker)
    log: list[RecordedEvent] = field(default_factory=list)

    def record(self, event: Event, actor: str = "partner:test") -> RecordedEvent:
        """Put an event at the end of the log."""
        position = len(self.log) + 1
        recorded = RecordedEvent(
            event=event, stream=f"{event.STREAM}:{event.stream_id()}", version=1, actor=actor, organisation=None,
            occurred_at=None, correlation_id=None, causation_id=None, purpose=None, tags=event.tags(),
            event_id=UUID(int=position), position=position, recorded_at=DAY_ONE + timedelta(minutes=position),
        )  # fmt: skip
        self.log.append(recorded)
        return recorded

    def receive(self, said: ContactContent) -> RecordedEvent:
        """Record a contact without looking at it yet."""
        contact = f"C-26-{len(self.log) + 1:06}"
        received = ContactReceived(
            contact=contact, source="urn:test", message_id=contact, carried_by="http", body_sha256="0" * 64, content=said
        )  # fmt: skip
        return self.record(received)

    def decide(self, received: RecordedEvent) -> tuple[LinkedMention, ...]:
        """Link one received contact and fold what comes of it."""
        assert isinstance(received.event, ContactReceived)
        state.load(self.tables, [received.event])
        mentions = self.linker.link(self.tables, received)
        linked = MentionsLinked(
            contact=received.event.contact,
            model="exact-1",
            input_position=received.position,
            mentions=mentions,
        )
        recorded = self.record(linked, actor="engine")
        state.fold(self.tables, received)
        state.fold(self.tables, recorded)
        return mentions

    def tell(
        self,
        *people: Mention,
        relations: Iterable[Relationship] = (),
        concerns: Iterable[Concern] = (),
    ) -> dict[str, LinkedMention]:
        """A contact comes in and is linked: the answers by ref."""
        answers = self.decide(self.receive(content(people, relations, concerns)))
        return {m.ref: m for m in answers}

    def family(
        self, *persons: str, on: date = date(2026, 11, 22), communal: frozenset[str] = frozenset()
    ) -> FamilyView:
        """The family of these people."""
        return derive(self.tables, persons, on=on, communal=communal)


def one(answers: dict[str, LinkedMention]) -> LinkedMention:
    """The only answer."""
    (answer,) = answers.values()
    return answer


def in_family(view: FamilyView) -> set[str]:
    """The ids of the people shown together."""
    return {p.person for p in view.people}
