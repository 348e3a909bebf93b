"""Plays a hard case: tells what was before as it is true, lets the linker judge the contact, and says what was wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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
from hub.access import find_people
from hub.families import derive
from hub.families.view import FamilyView
from hub.linking import PeopleLinker
from hub.people import state
from hub.viewer import Viewer
from projections.hidden_people import Hidden
from projections.table import MemoryTables
from tests.access.everything import person_pages
from tests.linking.given import World
from tests.linking.hard.rows import Category, Happened, Row, Said, Shown, Told

NOT_YET = {
    "never-link": "No event keeps that two people are never one.",
    "merge": "No event says that two people are one, and which id stands for both.",
    "split": "No event says that one person was two, and which mentions move.",
    "unlink": "No event takes back what a link told, by a worker who reports it.",
}
"""What is not played yet, and why. Once the hub has it, its line goes from here and a player of it into PLAYABLE."""
PLAYABLE: dict[str, Callable[["Stage", tuple[str, ...], "Ids"], None]] = {}
"""By name of what happened, what puts it on the stage: told the labels it is about, and everybody's ids so far."""

SHARES_ARE_ASKED = True
"""Whether outcomes and shares are asked for too. The linker that links on proof alone links nobody wrongly, and too few; its
successor turns this on. That nobody is linked to another, shown where they must not be or joined with strangers is asked of every one."""

CROWD, CROWD_SEED = 4_000, 20_261
SMALL = 100
"""Pages are looked at where so few events are to be folded: what they show has nothing to do with strangers."""
VIEWERS = {
    "young carers": Viewer("duty", "S-1", "YC"),
    "social care": Viewer("duty", "S-6", "CSC", frozenset({"shielded", "adoption"})),
}
Ids = dict[str, set[str]]


def the_linker() -> PeopleLinker:
    """The linker that is played with."""
    return PeopleLinker()


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

    def copied(self) -> "Stage":
        """The same once more, to go on from."""
        assert isinstance(self.tables, MemoryTables)
        tables = MemoryTables(self.tables.defs.values())
        tables._rows = {name: dict(rows) for name, rows in self.tables._rows.items()}
        tables._indexes = {
            index: {value: dict(keys) for value, keys in held.items()}
            for index, held in self.tables._indexes.items()
        }
        return Stage(tables=tables, log=list(self.log))

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
    stage, borough = Stage(), crowd_of_people()
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


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a row. `wrong` are automatic links to somebody else; `endings` one word a mention; `faults` all else that is wrong."""

    row: Row
    answers: Mapping[str, LinkedMention]
    endings: Mapping[str, str]
    misfits: tuple[str, ...]
    wrong: tuple[str, ...]
    faults: tuple[str, ...]


def play(row: Row, stage: Stage | None = None) -> Played:
    """Play a row on an empty stage, or on one on which others live."""
    stage = stage or Stage()
    ids: Ids = {}
    for before in row.before:
        if isinstance(before, Happened):
            PLAYABLE[before.event](stage, before.of, ids)
        else:
            stage.told_truly(before, ids)
    answers = stage.judged(row.contact)
    for ref, a in answers.items():
        ids[ref] = {a.person} if a.person and a.outcome != "link" else set()
    wrong = [
        ref for ref, a in answers.items() if is_wrong(row, a, ids) or is_shared(row, a, answers)
    ]
    faults = [
        *hinted(row, answers, ids),
        *unlike_alone(row, answers),
        *families(row, stage, answers, ids),
        *pages(row, stage, answers, ids),
    ]
    misfits = [
        f"{row.name}: {ref} {said(a, ids)}, expected {' or '.join(row.expected[ref])}"
        for ref, a in answers.items()
        if not fits(a, row.expected[ref], ids)
    ]
    return Played(
        row, answers, {ref: ending(row, a, ids) for ref, a in answers.items()}, tuple(misfits),
        tuple(f"{row.name}: {ref} {said(answers[ref], ids)}: {answers[ref].because}" for ref in wrong), tuple(faults),
    )  # fmt: skip


def is_wrong(row: Row, answer: LinkedMention, ids: Ids) -> bool:
    """Whether somebody was linked, by no one's decision, to another."""
    if answer.outcome != "link":
        return False
    right = {person for label in row.who.get(answer.ref, ()) for person in ids[label]}
    forbidden = {person for label in row.never_link for person in ids[label]}
    return answer.person not in right or answer.person in forbidden


def is_shared(row: Row, answer: LinkedMention, answers: Mapping[str, LinkedMention]) -> bool:
    """Whether two different people of the contact were both linked to one."""
    mine = row.who.get(answer.ref, ())
    return answer.outcome == "link" and any(
        other.person == answer.person
        for other in answers.values()
        if other.ref != answer.ref and other.ref not in mine and answer.ref not in row.who.get(other.ref, ())
    )  # fmt: skip


def fits(answer: LinkedMention, expected: Iterable[str], ids: Ids) -> bool:
    """Whether the outcome is one of those that are right."""
    meant = answer.candidate if answer.outcome == "review" else answer.person
    outcomes = (outcome.partition(" ") for outcome in expected)
    return any(
        word == answer.outcome and (not label or meant in ids[label]) for word, _, label in outcomes
    )


def said(answer: LinkedMention, ids: Ids) -> str:
    """An answer in labels."""
    person = answer.candidate if answer.outcome == "review" else answer.person
    labels = sorted(
        label for label, persons in ids.items() if person in persons and label != answer.ref
    )
    return " ".join(
        (
            answer.outcome,
            *(
                labels
                or ([f"somebody else ({person})"] if person and answer.outcome != "new" else [])
            ),
        )
    )


def ending(row: Row, answer: LinkedMention, ids: Ids) -> str:
    """How a mention ended: linked, wrong, or its outcome."""
    if answer.outcome != "link":
        return answer.outcome
    return "wrong" if is_wrong(row, answer, ids) else "linked"


def hinted(row: Row, answers: Mapping[str, LinkedMention], ids: Ids) -> Iterable[str]:
    """Candidates that must not have been offered."""
    secret = {person for label in row.no_candidate for person in ids[label]}
    return [
        f"{row.name}: {ref} was offered somebody secret"
        for ref, a in answers.items()
        if a.candidate in secret
    ]


def unlike_alone(row: Row, answers: Mapping[str, LinkedMention]) -> Iterable[str]:
    """Where not even a hint may be given, the answer is that of a hub that knows nobody."""
    if not row.no_candidate:
        return
    alone = Stage().judged(row.contact)
    for ref, a in answers.items():
        if a.outcome != "link" and (a.outcome, a.because, a.bits) != (
            alone[ref].outcome,
            alone[ref].because,
            alone[ref].bits,
        ):
            yield f"{row.name}: {ref} is answered otherwise than where nobody is known"


def families(
    row: Row, stage: Stage, answers: Mapping[str, LinkedMention], ids: Ids
) -> Iterable[str]:
    """Who should be shown as one family and is not, or the other way about."""

    def persons(word: str) -> set[str]:
        person = answers[word].person if word in answers else None
        return {person} if person else ids[word]

    for pairs, wanted in ((row.together, True), (row.apart, False)):
        for one, other in pairs:
            found = {
                p.person
                for person in persons(one)
                for p in stage.family(person, on=date.fromisoformat(row.contact.on)).people
            }
            if (
                persons(one)
                and persons(other)
                and (not found.isdisjoint(persons(other))) is not wanted
            ):
                yield f"{row.name}: {one} and {other} are {'not ' * wanted}one family"


def pages(row: Row, stage: Stage, answers: Mapping[str, LinkedMention], ids: Ids) -> Iterable[str]:
    """What a viewer reads and must not, or should and does not."""
    if not row.shown or len(stage.log) > SMALL:
        return
    from hub.families.shown import with_known_people
    from projections.as_at import fold_as_at

    tables = fold_as_at(stage.log, with_known_people())
    for shown in row.shown:
        text = read(tables, shown, answers, ids)
        yield from (
            f"{row.name}: {shown.to} does not read {w!r}" for w in shown.must_show if w not in text
        )
        yield from (f"{row.name}: {shown.to} reads {w!r}" for w in shown.must_not_show if w in text)


def read(tables: MemoryTables, shown: Shown, answers: Mapping[str, LinkedMention], ids: Ids) -> str:
    """A page, or what a search finds, as text."""
    viewer = VIEWERS[shown.to]
    if shown.search:
        return "\n".join(
            h.model_dump_json() for h in find_people(tables, shown.search, Hidden(tables), viewer)
        )
    person = answers[shown.page_of].person if shown.page_of in answers else None
    people = [person] if person else sorted(ids[shown.page_of])
    return "\n".join(person_pages(tables, p, viewer) for p in people)


@dataclass(frozen=True, slots=True)
class Scene:
    """What came of all rows of a category."""

    played: tuple[Played, ...]

    def wrong(self) -> list[str]:
        """Every wrong automatic link."""
        return [w for p in self.played for w in p.wrong]

    def faults(self) -> list[str]:
        """Every other fault that may never be."""
        return [f for p in self.played for f in p.faults]

    def misfits(self) -> list[str]:
        """Every outcome that is none of the expected."""
        return [m for p in self.played for m in p.misfits]

    def shares(self) -> dict[str, float]:
        """What is measured of a category: of all whom it is about, of those known, of those unknown."""
        told = sum(len(p.endings) for p in self.played)
        every = [
            (p, ref, e)
            for p in self.played
            for ref, e in p.endings.items()
            if ref not in p.row.aside
        ]
        known = [e for p, ref, e in every if p.row.who.get(ref)]
        unknown = [e for p, ref, e in every if not p.row.who.get(ref)]
        return {
            "fits": 1 - len(self.misfits()) / told,
            "linked": share(known.count("linked"), len(known)),
            "new": share(unknown.count("new"), len(unknown)),
            "review": share([e for *_, e in every].count("review"), len(every)),
            "insufficient": share([e for *_, e in every].count("insufficient"), len(every)),
        }

    def counts(self) -> Counter[str]:
        """Mentions by how they ended."""
        return Counter(
            e for p in self.played for ref, e in p.endings.items() if ref not in p.row.aside
        )


def share(part: int, whole: int) -> float:
    """A share; of nothing, all."""
    return part / whole if whole else 1.0


def play_all(category: Category, rows: Iterable[Row], *, in_a_crowd: bool) -> Scene:
    """All rows of a category, each alone or one after the other among thousands of strangers."""
    assert not set(category.needs) & set(NOT_YET)
    stage = crowd().copied() if in_a_crowd else None
    return Scene(tuple(play(row, stage) for row in rows))
