"""The made-up borough is as it says: the same for a seed, with the errors at their rates and people who are easily mixed up."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.linking.made import main
from benchmarks.linking.measured import NOBODY_COULD
from benchmarks.linking.mentions import COLUMNS, without_accents
from benchmarks.linking.people import Borough, made_up
from benchmarks.linking.strangers import SHARES
from benchmarks.linking.stream import Files, against_a_master, without_a_master
from hub.values import NhsNumber, PartialDate, Postcode


@pytest.fixture(scope="module")
def borough() -> Borough:
    return made_up(6_000, 7)


@pytest.fixture(scope="module")
def usual() -> Files:
    return against_a_master(6_000, 4_000, 0.25, 7)


def test_everybody_has_a_number_of_their_own_from_the_range_for_tests(borough: Borough) -> None:
    numbers = [p.nhs for p in borough.people]
    assert len(set(numbers)) == len(numbers) == 6_000
    assert all(n.startswith("999") and NhsNumber.parse(n) for n in numbers)


def test_nobody_is_born_before_their_mother_has_grown_up(borough: Borough) -> None:
    for p in borough.people:
        if p.mother is not None:
            assert (p.born - borough.people[p.mother].born).days > 17 * 365


def test_homes_hold_who_lives_there(borough: Borough) -> None:
    assert sum(len(h.people) for h in borough.homes) == 6_000
    assert all(borough.people[n].home is h for h in borough.homes for n in h.people)
    assert all(Postcode.parse(h.postcode) == h.postcode for h in borough.homes)
    assert 8 < len(borough.homes) / len({h.postcode for h in borough.homes}) < 20
    assert max(len(h.people) for h in borough.homes if h.communal) > 10


def test_twins_share_a_birthday_and_no_forename(borough: Borough) -> None:
    twins = [
        (p, borough.people[p.twin]) for p in borough.people if p.twin is not None and p.twin < 6_000
    ]
    assert twins
    assert all(a.born == b.born and a.given[0] != b.given[0] and a.home is b.home for a, b in twins)


def test_names_are_as_unequal_as_names_are(borough: Borough) -> None:
    families = Counter(p.family for p in borough.people)
    assert families["Smith"] > 25
    assert sum(n == 1 for n in families.values()) > 600


def test_the_same_seed_makes_the_same_files_and_another_others(usual: Files) -> None:
    assert against_a_master(6_000, 4_000, 0.25, 7) == usual
    assert against_a_master(6_000, 4_000, 0.25, 8) != usual


def test_the_truth_names_people_of_the_master_or_nobody_in_it(usual: Files) -> None:
    known = {row[0] for row in usual.master}
    assert all((t.person in known) == (t.known == "yes") for t in usual.truth)
    assert [t.record_id for t in usual.truth] == [row[0] for row in usual.mentions]
    assert {t.kind.split(",")[0] for t in usual.truth if t.known == "no"} == set(SHARES)


def test_dates_are_in_the_form_of_the_contract(usual: Files) -> None:
    assert all(not row[3] or PartialDate.parse(row[3]) for row in usual.mentions)
    assert all(row[4] in {"", "male", "female"} for row in usual.mentions)


@pytest.mark.parametrize(
    ("rough", "family", "given"),
    [(False, (0.035, 0.075), (0.035, 0.075)), (True, (0.15, 0.21), (0.09, 0.15))],
)
def test_names_differ_as_often_as_the_setting_says(
    rough: bool, family: tuple[float, float], given: tuple[float, float]
) -> None:
    files = against_a_master(6_000, 6_000, 0.0, 9, rough=rough)
    known = {row[0]: row for row in files.master}
    pairs = [(known[t.person], row) for t, row in zip(files.truth, files.mentions, strict=True)]
    assert family[0] < differing([(a[1], b[1]) for a, b in pairs]) < family[1]
    assert (
        given[0]
        < differing([(a[2].split(" ")[0], b[2].split(" ")[0]) for a, b in pairs])
        < given[1]
    )


def differing(pairs: list[tuple[str, str]]) -> float:
    """The share of names that are not the same but for accents, capitals and marks."""
    said = [(letters(a), letters(b)) for a, b in pairs if a and b]
    return sum(a != b for a, b in said) / len(said)


def letters(name: str) -> str:
    return "".join(c for c in without_accents(name).lower() if c.isalpha())


def test_few_rows_of_known_people_say_too_little_to_be_found(usual: Files) -> None:
    known = [t for t in usual.truth if t.known == "yes"]
    lost = [t for t in known if t.kind in NOBODY_COULD]
    assert 0 < len(lost) < 0.015 * len(known)
    master = {row[0]: row for row in usual.master}
    rows = {row[0]: row for row in usual.mentions}
    for t in lost:
        assert rows[t.record_id][8] == "" or rows[t.record_id][8] != master[t.person][8]


def test_without_a_master_everybody_is_told_of_and_the_numbers_are_as_asked() -> None:
    files = without_a_master(900, 2_664, 3)
    assert (len(files.master), len(files.mentions)) == (0, 2_664)
    assert len({t.person for t in files.truth}) == 900


def test_each_origin_can_be_told_of_as_often() -> None:
    files = against_a_master(6_000, 1_100, 0.0, 5, even=True)
    assert set(Counter(t.origin for t in files.truth).values()) == {100}


def test_the_command_writes_what_a_linker_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--people", "300", "--mentions", "50"]) == 0
    assert "300 known people, 50 mentions" in capsys.readouterr().out
    with (tmp_path / "master.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert (tuple(rows[0]), len(rows)) == (COLUMNS, 301)
    assert main([str(tmp_path / "one"), "--no-master", "--people", "30", "--mentions", "90"]) == 0
    assert sorted(p.name for p in (tmp_path / "one").iterdir()) == ["file.csv", "truth.csv"]
