"""The stage on which hard cases are played: an empty hub, or one that knows thousands of strangers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from benchmarks.linking.people import Borough, Person, made_up
from events.base import Event
from events.contact_received import ContactReceived
from events.content import Concern, ContactContent, Mention, Relationship, Reporter
from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention, MentionsLinked
from hub.families import derive
from hub.families.view import FamilyView
from hub.linking import PeopleLinker
from hub.people import state
from projections.table import Key, MemoryTables, Row, TableDef
from tests.linking.given import World
from tests.linking.hard.rows import Said, Told

CROWD, CROWD_SEED = 4_000, 20_261
Ids = dict[str, set[str]]


def the_linker() -> PeopleLinker:
    """The linker that is played with."""
    return PeopleLinker()


class Undoable(MemoryTables):
    """Tables in memory that can go back to what they were: a crowd is told of once, and each row meets it as it was."""

    def __init__(self, defs: Iterable[TableDef]) -> None:
        super().__init__(defs)
        self._replaced: list[tuple[str, Key, Row | None]] | None = None

    def begin(self) -> None:
        """Remember from here what is changed."""
        self._replaced = []

    def undo(self) -> None:
        """Back to where it began."""
        replaced, self._replaced = self._replaced or [], None
        for table, key, row in reversed(replaced):
            self.delete(table, *key)
            if row is not None:
                self.put(table, row)

    def put(self, table: str, row: Row) -> None:
        key = self.defs[table].key_of(row)
        self._remember(table, key)
        replaced, self._replaced = (
            self._replaced,
            None,
        )  # a row is replaced by deleting the one before
        super().put(table, row)
        self._replaced = replaced

    def delete(self, table: str, *key: Any) -> None:
        self._remember(table, key)
        super().delete(table, *key)

    def _remember(self, table: str, key: Key) -> None:
        if self._replaced is not None:
            self._replaced.append((table, key, self.get(table, *key)))


@dataclass
class Stage(World):
    """A world with a calendar: each contact comes on a day."""

    linker: PeopleLinker = field(default_factory=the_linker)
    day: str = "2026-03-02"

    def record(self, event: Event, actor: str = "partner:test") -> RecordedEvent:
        """Put an event at the end of the log, on that day."""
        position = len(self.log) + 1
        at = datetime.fromisoformat(self.day).replace(hour=9, tzinfo=UTC) + timedelta(
            seconds=position
        )
        recorded = RecordedEvent(
            event=event, stream=f"{event.STREAM}:{event.stream_id()}", version=1, actor=actor, organisation=None,
            occurred_at=None, correlation_id=None, causation_id=None, purpose=None, tags=event.tags(),
            event_id=UUID(int=position), position=position, recorded_at=at,
        )  # fmt: skip
        self.log.append(recorded)
        return recorded

    def family(
        self, *persons: str, on: date = date(2026, 11, 2), communal: frozenset[str] | None = None
    ) -> FamilyView:
        """The family of these people, with the communal homes of the policy."""
        return derive(self.tables, persons, on=on, communal=communal)

    @contextmanager
    def for_one_row(self) -> Iterator["Stage"]:
        """The stage for a while: what happens on it is undone."""
        assert isinstance(self.tables, Undoable)
        self.tables.begin()
        events, day = len(self.log), self.day
        try:
            yield self
        finally:
            self.tables.undo()
            del self.log[events:]
            self.day = day

    def told_truly(self, told: Told, ids: Ids) -> None:
        """A contact that was linked as it is true: each label is one person."""
        self.day = told.on
        received = self.receive(content_of(told))
        last, mentions = state.last_number(self.tables), []
        for label in told.people:
            outcome, person = "link", next(iter(ids.get(label, ())), "")
            if not person:
                last += 1
                outcome, person = "new", state.person_id(last)
            ids[label] = {person}
            mentions.append(
                LinkedMention.model_validate(
                    {"ref": label, "outcome": outcome, "person": person, "because": "It is true."}
                )
            )
        assert isinstance(received.event, ContactReceived)
        linked = MentionsLinked(
            contact=received.event.contact, model="truth", input_position=received.position, mentions=tuple(mentions)
        )  # fmt: skip
        state.fold(self.tables, received)
        state.fold(self.tables, self.record(linked, actor="engine"))

    def judged(self, told: Told) -> dict[str, LinkedMention]:
        """A contact that the linker judges."""
        self.day = told.on
        return {m.ref: m for m in self.decide(self.receive(content_of(told)))}


def content_of(told: Told) -> ContactContent:
    """A contact with its people, relations and deaths, and nothing else."""
    concerns = tuple(Concern(code="death", about=ref) for ref in told.deaths)
    return ContactContent(
        occurred_at=datetime.fromisoformat(told.on).replace(hour=8, tzinfo=UTC), door="health", reporter=Reporter(org="F81XXX"),
        people=tuple(mention_of(ref, said) for ref, said in told.people.items()),
        relationships=tuple(
            Relationship.model_validate({"from": a, "type": relation, "to": b}) for a, relation, b in told.relations
        ),
        concerns=concerns or (Concern(code="care-need"),),
    )  # fmt: skip


def mention_of(ref: str, said: Said) -> Mention:
    """A mention as rows write it."""
    more: dict[str, Any] = {"ref": ref, **said}
    name = more.pop("name", None)
    if isinstance(name, str):
        *given, family = name.split(" ")
        name = {"family": family or None, "given": [g for g in given if g]}
    if name:
        more["name"] = name
    if home := more.pop("home", None):
        *lines, postcode = str(home).split(", ")
        more["address"] = {"lines": lines, "postcode": postcode or None}
    if uprn := more.pop("uprn", None):
        more["address"] = {**more.get("address", {}), "uprn": uprn}
    if nhs := more.pop("nhs", None):
        more["ids"] = [{"system": "nhs-number", "value": nhs}]
    if phone := more.pop("phone", None):
        more["phones"] = [phone]
    for member in ("dob", "expected_dob"):
        if member in more:
            more[member] = str(more[member])
    return Mention.model_validate_json(
        Mention.model_construct(**more).model_dump_json(warnings=False)
    )


@cache
def crowd() -> Stage:
    """Thousands of people who have nothing to do with the case, told of home by home."""
    stage, borough = Stage(tables=Undoable(state.TABLES)), crowd_of_people()
    for home in borough.homes:
        people = {
            f"p{n}": p for n in home.people if (p := borough.people[n]).born.isoformat() < stage.day
        }
        ties = tuple(
            (f"p{m}", "parent-of", f"p{p.number}")
            for p in people.values()
            for m in (p.mother, p.father)
            if f"p{m}" in people
        )
        if people:
            stage.told_truly(Told({label: all_of(p) for label, p in people.items()}, ties), {})
    return stage


@cache
def crowd_of_people() -> Borough:
    """Who they are."""
    return made_up(CROWD, CROWD_SEED)


def all_of(person: Person) -> Said:
    """What is known of a person, as one mention."""
    said: dict[str, Any] = {
        "name": {"family": person.family, "given": list(person.given)}, "dob": person.born.isoformat(), "sex": person.sex,
        "address": {"lines": list(person.home.lines), "postcode": person.home.postcode},
    }  # fmt: skip
    if number_known(person):
        said["nhs"] = person.nhs
    if person.number % 2 and person.phone:
        said["phone"] = person.phone
    return said


def number_known(person: Person) -> bool:
    """Whether the NHS number was told before: of one in eight it was not."""
    return person.number % 8 != 0
