"""Once all of a file is read, who stands apart is looked at again: whoever else might be meant would have been told of."""

from itertools import permutations

import pytest

from hub.linking.file import FileLinker
from hub.linking.model import Model, shipped
from hub.linking.records import Record
from tests.linking.test_proven import HOME, NUMBER, row

OTHER_NUMBER = "9990000026"
BORN = "2013-05-15"


def people(*rows: Record, model: Model | None = None, passes: int = 3) -> dict[str, str]:
    """By record, the person, as it is when all is read."""
    linker = FileLinker(model or shipped())
    answers = [linker.link(r) for r in rows]
    for _ in range(passes):
        linker.settle(answers)
    return {a["record_id"]: a["person"] for a in linker.restated(answers)}


def several(
    record_id: str, name: str, times: int = 3, dob: str = BORN, **more: str
) -> list[Record]:
    """The same row so many times."""
    return [row(f"{record_id}{n}", name, dob, **more) for n in range(times)]


def test_an_initial_is_the_one_person_who_is_told_of() -> None:
    told = people(*several("a", "Grace Okoro"), row("x", "G Okoro", BORN))
    assert told["x"] == told["a0"]


def test_an_initial_that_twins_share_is_neither() -> None:
    twins = several("a", "Grace Okoro"), several("b", "Gillian Okoro")
    told = people(*twins[0], *twins[1], row("x", "G Okoro", BORN))
    assert len({told["a0"], told["b0"], told["x"]}) == 3


def test_whoever_was_new_when_read_is_looked_at_again_as_well() -> None:
    told = people(row("x", "G Okoro", BORN), *several("a", "Grace Okoro"))
    assert set(told.values()) == {"x"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_child_without_a_forename_is_neither_twin_in_whatever_order_they_are_told_of(
    order: tuple[int, ...],
) -> None:
    rows = [row("x", "Okoro", BORN)], several("a", "Evie Okoro"), several("b", "Isla Okoro")
    told = people(*(each for place in order for each in rows[place]))
    assert len({told["a0"], told["b0"], told["x"]}) == 3


@pytest.mark.parametrize(
    "other",
    [
        row("x", "Grace Okoro", BORN, nhs_number=OTHER_NUMBER),
        row("x", "Grace Okoro", "2008-11-03", nhs_number=NUMBER),
        row("x", "Joshua Okoro", BORN, nhs_number=NUMBER),
    ],
    ids=["another number", "another date", "a twin's forename"],
)
def test_what_a_veto_sends_to_a_person_stays_there_however_often_the_one_is_told_of(
    other: Record,
) -> None:
    told = people(*several("a", "Grace Okoro", 8, nhs_number=NUMBER), other)
    assert told["x"] != told["a0"]


def test_a_twins_number_proves_nothing_where_no_home_is_told() -> None:
    told = people(
        *several("a", "Teddy Okoro", 8, nhs_number=NUMBER),
        row("x", "Logan Okoro", BORN, "", nhs_number=NUMBER),
    )
    assert told["x"] != told["a0"]


@pytest.mark.parametrize(("times", "one"), [(1, True), (2, False)])
def test_another_sex_of_one_name_at_home_is_a_slip_if_it_is_told_of_once(
    times: int, one: bool
) -> None:
    told = people(
        *several("a", "Joshua Okoro", 6, sex="male"),
        *several("x", "Joshua Okoro", times, "2013", sex="female"),
    )
    assert (told["x0"] == told["a0"]) is one


@pytest.mark.parametrize(("times", "one"), [(1, True), (2, False)])
def test_a_second_name_told_of_once_is_ones_own_and_twice_a_twins(times: int, one: bool) -> None:
    told = people(*several("a", "Millie Isla Okoro"), *several("x", "Isla Okoro", times))
    assert (told["x0"] == told["a0"]) is one


def test_both_given_names_in_another_order_are_no_twins_however_often_told() -> None:
    told = people(*several("a", "Millie Isla Okoro"), *several("x", "Isla Millie Okoro"))
    assert told["x0"] == told["a0"]


@pytest.mark.parametrize(("names", "one"), [(("emily",), True), (("emily", "emely"), False)])
def test_a_forename_that_is_nobodys_is_a_slip_of_the_pen(names: tuple[str, ...], one: bool) -> None:
    model = shipped().with_(names=frozenset(names))
    told = people(
        *several("a", "Emily Okoro"), row("x", "Emely Okoro", BORN, sex="female"), model=model
    )
    assert (told["x"] == told["a0"]) is one


def test_a_form_as_rare_as_the_slips_of_a_common_name_is_one() -> None:
    names = frozenset(("emily", "emely"))
    shares = {**shipped().shares, "forename": {"emily": 0.05, "emely": 0.0005}}
    told = people(
        *several("a", "Emily Okoro"),
        row("x", "Emely Okoro", BORN),
        model=shipped().with_(names=names, shares=shares),
    )
    assert told["x"] == told["a0"]


def test_another_forename_of_one_day_may_be_a_twins_where_only_the_postcode_is_told() -> None:
    postcode = HOME.partition("|")[2]
    told = people(
        *several("a", "Frankie Okoro", 8), row("x", "Florence Okoro", BORN, f"|{postcode}")
    )
    assert told["x"] != told["a0"]


def test_a_house_mates_number_does_not_link_by_a_family_name_that_stands_for_a_forename() -> None:
    told = people(
        *several("a", "Holmes Joanne", dob="1978-12-02", nhs_number=NUMBER),
        row("x", "Craig Holmes", "1979-02-12", nhs_number=NUMBER),
    )
    assert told["x"] != told["a0"]
