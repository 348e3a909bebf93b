"""routing.md read twice: the policy, and a plain-Python reading whose author had not seen it, must say the same."""

import re
from pathlib import Path

import pytest
import yaml

from hub.policies.vocabulary import vocabulary
from tests.routing.plain import answer
from tests.routing.plain.comparison import SHIPPED, Tally, compare, localities
from tests.routing.plain.contacts import DOORS, FACTS
from tests.routing.plain.contacts import contacts as made_up
from tests.routing.plain.open_points import OPEN
from tests.routing.plain.reading import read
from tests.routing.plain.words import CODES

HERE = Path(answer.__file__).parent


OTHERWISE = {
    ("due", "R8"): ("offer within 5 working days, working_days: 5", "offer within 5 working days, working_days: 6"),
    ("route", "R1"): ("'child-harm' in p.concerns", "'child-need' in p.concerns"),
    ("rank", "all"): ("R15, R16, R24]", "R15, R24]"),
    ("tell", "R5"): ("{to: HOU, because: Housing may", "{to: TF, because: Housing may"),
    ("team", "R11"): ("CLS:   {localities: [1, 2, 3, 4], without_locality: TF", "CLS:   {localities: [1, 2, 3, 4], without_locality: CAR"),
    ("obligation", "R25"): ("ages: {from: 16}\n    only_obligation", "ages: {from: 40}\n    only_obligation"),
}  # fmt: skip
"""Policies that say something else than routing.md, and the difference that shows it."""


@pytest.fixture(scope="module")
def tallies() -> list[Tally]:
    """Six hundred contacts of three seeds, read and decided."""
    return [compare(seed, 200) for seed in (1, 2, 3)]


def test_two_readers_of_the_table_agree(tallies: list[Tally]) -> None:
    assert [tally.differences for tally in tallies] == [[], [], []]
    assert [tally.agreeing_contacts for tally in tallies] == [200, 200, 200]


def test_they_agree_on_more_than_the_table_leaves_open(tallies: list[Tally]) -> None:
    for tally in tallies:
        assert sum(tally.agreed.values()) > sum(tally.left_open.values())


def test_every_row_and_question_of_the_reading_is_put_to_the_hub(tallies: list[Tally]) -> None:
    agreed = {key for tally in tallies for key in tally.agreed}
    rows = {f"R{number}" for number in range(33)} - {"R25", "R30"}
    assert {rule for kind, rule in agreed if kind == "route"} == rows
    assert {"F2", "F3", "F4", "F8", "R25"} <= {rule for kind, rule in agreed if kind == "obligation"}  # fmt: skip


def test_a_policy_that_reads_otherwise_is_found_out() -> None:
    policy = SHIPPED
    for was, becomes in OTHERWISE.values():
        assert policy.count(was) == 1
        policy = policy.replace(was, becomes)
    assert set(OTHERWISE) <= set(compare(5, 120, policy).differing)


def test_the_made_up_contacts_use_every_word() -> None:
    said = [data for data, _ in made_up(6, 1500)]
    words = vocabulary()
    assert {c["code"] for d in said for c in d["concerns"]} == set(words.concerns) == set(CODES)
    assert {r["type"] for d in said for r in d["relationships"]} == set(words.relationships)
    assert {f for d in said for p in d["people"] for f in p.get("flags", ())} == set(words.flags)
    assert {f for d in said for f in d["facts"]} == set(words.facts) == set(FACTS)
    assert {d["door"] for d in said} == set(DOORS)
    assert {len(p.get("dob", "")) for d in said for p in d["people"]} == {0, 4, 7, 10}


def test_no_two_made_up_contacts_share_a_person() -> None:
    names = [
        (p["name"]["family"], *p["name"]["given"]) for d, _ in made_up(7, 500) for p in d["people"]
    ]
    assert len(names) == len(set(names))


def test_the_rows_of_each_concern_are_the_vocabularys() -> None:
    assert {code: tuple(rows.split()) for code, rows in CODES.items()} == vocabulary().concerns


def test_each_open_point_is_one_that_the_reading_leaves_open() -> None:
    text = "".join(
        p.read_text(encoding="utf-8") for p in HERE.glob("*.py") if p.name != "open_points.py"
    )
    places = localities(SHIPPED)
    left = set()
    for data, received in made_up(8, 300):
        found = read(data, received, places)
        left |= {*found.open_routes.values(), *found.open_obligations.values()}
    assert left <= set(OPEN)
    assert {point for point in OPEN if point not in text} == set()


def test_the_reading_takes_nothing_from_the_hub() -> None:
    for file in HERE.glob("*.py"):
        if file.name != "comparison.py":
            assert not re.search(
                r"^(from|import) (hub|policies|yaml)\b",
                file.read_text(encoding="utf-8"),
                re.MULTILINE,
            )


def test_its_localities_are_the_policys_own() -> None:
    assert localities(SHIPPED) == yaml.safe_load(SHIPPED)["localities"]["postcodes"]
