"""Plays a hard case: tells what was before as it is true, lets the linker judge the contact, and says what was wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from events.mentions_linked import LinkedMention
from hub.access import find_people
from hub.families.shown import with_known_people
from hub.viewer import Viewer
from projections.as_at import fold_as_at
from projections.secrets import Hidden
from projections.table import MemoryTables
from tests.access.everything import person_pages
from tests.linking.hard.corrected import PLAYERS
from tests.linking.hard.rows import Category, Happened, Row, Shown
from tests.linking.hard.stage import Ids, Stage, crowd

BY_CHANCE = 0.01
"""Among thousands, so many may be reviewed beside a stranger of the same names and date, which no row can foresee."""
SMALL = 100
"""Pages are looked at where so few events are to be folded: what they show has nothing to do with strangers."""
VIEWERS = {
    "young carers": Viewer("duty", "S-1", "YC"),
    "social care": Viewer("duty", "S-6", "CSC", frozenset({"shielded", "adoption"})),
}


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
            PLAYERS[before.event](stage, before.of, ids)
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
    in_a_crowd: bool = False

    def wrong(self) -> list[str]:
        """Every wrong automatic link."""
        return [w for p in self.played for w in p.wrong]

    def faults(self) -> list[str]:
        """Every other fault that may never be."""
        return [f for p in self.played for f in p.faults]

    def misfits(self) -> list[str]:
        """Every outcome that is none of the expected."""
        return [m for p in self.played for m in p.misfits]

    def short_of(self, wanted: Mapping[str, float]) -> dict[str, str]:
        """Where less came out than must, with both figures."""
        found = self.shares()
        least = {**wanted, "fits": wanted["fits"] - BY_CHANCE * self.in_a_crowd}
        return {word: f"{found[word]:.3f} < {n}" for word, n in least.items() if found[word] < n}

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
    """All rows of a category, each alone or among thousands of strangers."""
    return Scene(
        tuple(play_in_a_crowd(row) if in_a_crowd else play(row) for row in rows), in_a_crowd
    )


def play_in_a_crowd(row: Row) -> Played:
    """Play a row among the strangers."""
    with crowd().for_one_row() as stage:
        return play(row, stage)
