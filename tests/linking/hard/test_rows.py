"""The hard cases themselves are in order: each kind of the issue is there, every row can be, and nothing is left out in silence."""

from dataclasses import replace

import pytest

from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention
from hub.linking import PeopleLinker
from hub.values import NhsNumber
from projections.table import Tables
from tests.linking.hard.cast import EACH, generated, makers
from tests.linking.hard.corrected import PLAYERS
from tests.linking.hard.playing import play
from tests.linking.hard.rows import Category, Happened, Row, Shown, Told, by_hand, categories
from tests.linking.hard.stage import Stage, Undoable, crowd

NAMES = [c.name for c in categories()]


def test_every_category_is_made_by_seed() -> None:
    assert set(NAMES) == set(makers())
    assert len(NAMES) == len(set(NAMES)) == 43


@pytest.mark.parametrize("category", categories(), ids=lambda c: c.name)
def test_the_rows_of_a_category_can_be(category: Category) -> None:
    rows = generated(category.name)
    assert len(rows) == EACH >= 200
    assert len({str((row.before, row.contact)) for row in rows}) == EACH
    assert [fault for row in rows for fault in row.faults()] == []
    assert set(category.shares) <= {"fits", "linked", "new", "review", "insufficient"}
    assert {b.event for row in rows for b in row.before if isinstance(b, Happened)} <= set(PLAYERS)


def test_the_same_rows_are_made_again() -> None:
    before = generated("nickname")
    generated.cache_clear()
    assert generated("nickname") == before
    assert generated("nickname", 1) != before


def test_fifty_rows_are_written_by_hand() -> None:
    rows = by_hand()
    assert len(rows) >= 50
    assert len({row.name for row in rows}) == len(rows)
    assert [fault for row in rows for fault in row.faults()] == []
    assert {row.category for row in rows} == set(NAMES)


def test_every_nhs_number_written_by_hand_is_of_the_range_for_tests() -> None:
    numbers = [
        n for row in by_hand() for told in (*row.before, row.contact) if isinstance(told, Told) for p in told.people.values()
        if (n := p.get("nhs"))
    ]  # fmt: skip
    assert numbers
    assert [n for n in numbers if not NhsNumber.parse(str(n)) or not str(n).startswith("999")] == []


def test_whatever_a_worker_can_say_comes_before_some_case() -> None:
    rows = [row for c in categories() for row in generated(c.name)]
    said = {b.event for row in rows for b in row.before if isinstance(b, Happened)}
    assert said == set(PLAYERS)


def test_the_crowd_is_a_crowd_and_what_happens_in_it_is_undone() -> None:
    stage = crowd()
    assert isinstance(stage.tables, Undoable)
    people = stage.tables.get("person_counter", 1)
    assert people is not None and people["last"] > 3_800
    rows, events = {d: stage.tables.rows(d) for d in stage.tables.defs}, len(stage.log)
    with stage.for_one_row() as told:
        told.told_truly(
            Told(
                {
                    "one": {
                        "name": "Grace Okoro",
                        "dob": "1981-06-12",
                        "home": "1 Mill Lane, Grays, RM17 6AA",
                    }
                }
            ),
            {},
        )
        assert stage.tables.get("person_counter", 1) != people
    assert {d: stage.tables.rows(d) for d in stage.tables.defs} == rows
    assert len(stage.log) == events


def test_a_row_that_contradicts_itself_is_found() -> None:
    told = Told({"one": {"name": "Grace Okoro"}})
    row = Row(
        "r",
        "nickname",
        (told,),
        Told({"x": {}}),
        {"x": ("link one", "perhaps")},
        never_link=("two",),
    )
    assert list(row.faults()) == [
        "x may be linked to one, who is somebody else", "perhaps is no outcome", "['two'] are nobody",
    ]  # fmt: skip


class Rash(PeopleLinker):
    """Links whoever might be meant: what the suite is there to find out."""

    def link(self, tables: Tables, received: RecordedEvent) -> tuple[LinkedMention, ...]:
        return tuple(
            m.model_copy(update={"outcome": "link", "person": m.candidate, "candidate": None}) if m.outcome == "review" else m
            for m in super().link(tables, received)
        )  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [
        "twin unknown, the other known", "parent and child of one name, without dates", "two people of one common name and date",
        "a name used again after a death", "twin without a first name"
    ],
)  # fmt: skip
def test_a_rash_linker_is_found_out(kind: str) -> None:
    played = [play(row, Stage(linker=Rash())) for row in generated(kind)]
    assert sum(bool(p.wrong) for p in played) > 20


def test_what_is_shown_to_whom_it_must_not_be_is_found_out() -> None:
    row = next(row for row in by_hand() if row.category == "moved for safety")
    shown = Shown(
        "social care", page_of="mum", must_show=("Nowhere",), must_not_show=("Hidden Court",)
    )
    assert len(play(replace(row, shown=(shown,))).faults) == 2


def test_a_family_of_strangers_is_found_out() -> None:
    row = next(row for row in by_hand() if row.category == "two homes")
    assert len(play(replace(row, apart=row.together, together=())).faults) == 2
