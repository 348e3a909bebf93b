"""The policy as data: its examples hold, its words are the vocabulary's, its faults are named by place and line."""

import pytest

from hub.clocks import england
from hub.policies import InvalidPolicy, document_hash, read_policy
from hub.policies.check import check
from hub.policies.examples import decide_example, unmet
from hub.policies.row import Example
from hub.policies.vocabulary import vocabulary
from hub.teams.book import team_book
from tests.routing.given import POLICY_FILE, policy

DOCUMENT = POLICY_FILE.read_text(encoding="utf-8")
EXAMPLES = [(row, example) for row, rules in policy().rows.items() for example in rules.examples]


@pytest.mark.parametrize(
    ("row", "example"), EXAMPLES, ids=[f"{row}-{e.kind}-{e.says}" for row, e in EXAMPLES]
)
def test_every_example_of_every_row_holds(row: str, example: Example) -> None:
    assert list(unmet(example, decide_example(example, policy(), england()))) == []


def test_the_shipped_policy_has_no_fault() -> None:
    assert check(DOCUMENT) == []


def test_only_the_two_rows_that_cannot_wait_page_people_themselves() -> None:
    assert [row_id for row_id, row in policy().rows.items() if row.pages] == ["R0", "R1"]
    wrong = DOCUMENT.replace("  R8:\n", "  R8:\n    pages: true\n", 1)
    assert [(f.pointer, f.code) for f in check(wrong)] == [("/rows/R8/pages", "may-not-page")]


def test_a_policy_that_pages_says_how_and_one_that_does_not_need_not() -> None:
    start, end = DOCUMENT.index("paging:\n"), DOCUMENT.index("# The highest tier first")
    assert "paging" in check(DOCUMENT[:start] + DOCUMENT[end:])[0].says
    old = (DOCUMENT[:start] + DOCUMENT[end:]).replace("    pages: true\n", "")
    assert check(old) == [] and read_policy(old).paging is None


def test_the_pin_is_the_hash_of_the_documents_bytes() -> None:
    pin = policy().pin
    assert (pin.name, pin.version, pin.hash) == ("thurrock", "1", document_hash(DOCUMENT))
    assert read_policy(DOCUMENT + "# a word more\n").pin.hash != pin.hash


def test_it_knows_the_teams_and_localities_of_the_team_book() -> None:
    book = team_book()
    assert set(policy().teams) == set(book.teams) == set(vocabulary().teams)
    for code, team in policy().teams.items():
        assert tuple(map(str, team.localities)) == book.teams[code].localities
    assert book.front_door(about_child=True) == policy().front_doors.children
    assert book.front_door(about_child=False) == policy().front_doors.adults


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ("'child-harm' in p.concerns\"", "'child-ham' in p.concerns\"", "/rows/R1/triggers/0/when", "unknown-word"),
        ("'child-harm' in p.concerns\"", "'child-harm' in p.worries\"", "/rows/R1/triggers/0/when", "unknown-word"),
        ("'child-harm' in p.concerns\"", "'child-harm' in q.concerns\"", "/rows/R1/triggers/0/when", "unknown-word"),
        ("'child-harm' in p.concerns\"", "'child-harm' in p.concerns &&\"", "/rows/R1/triggers/0/when", "not-cel"),
        ("'child-harm' in p.concerns\"", "p.youngest + 1\"", "/rows/R1/triggers/0/when", "bad-condition"),
        ("team: YC\n", "team: YZ\n", "/rows/R8/team", "unknown-team"),
        ("clock: triage\n", "clock: triaje\n", "/rows/R11/clock", "unknown-clock"),
        ("cannot_wait: true\n", "can_wait: true\n", "/rows/R0/can_wait", "extra_forbidden"),
        ("kind: boundary, says: On the 18th", "kind: hit, says: On the 18th", None, None),
        ("expect: [R1 p1 MASH], tells: [R1 police", "expect: [R1 p1 ASG], tells: [R1 police", "/rows/R1/examples/0", "failing-example"),
        ("name: thurrock\n", "name: thurrock\nname: grays\n", "", "not-yaml"),
        ("[child-harm p1], expect: [R1", "[child-harm p7], expect: [R1", "/rows/R1/examples/0", "unknown-word"),
        ("R4, R23]", "R4, R99]", "/rank/2/1", "unknown-row"),
        ("  HW:    {}", "  HW:    {hours: {days: []}}", "/teams/HW/hours", "never-open"),
        ("RM15: 1", "RM15: 9", "/localities/postcodes/RM15", "unknown-locality"),
        ("'child-need' in p.concerns\"", "'child-need' in p.concerns && p.youngest >= 18\"", "/rows/R2/triggers/0/when", "unreachable"),
        ("'child-harm' in p.concerns\"", "'child-harm' in p.flags\"", "/rows/R1/triggers/0/when", "unreachable"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_place_and_line(
    old: str, new: str, pointer: str | None, code: str | None
) -> None:
    assert old in DOCUMENT
    faults = check(DOCUMENT.replace(old, new, 1))
    if pointer is None:
        assert faults == []
        return
    assert (faults[0].pointer, faults[0].code) == (pointer, code)
    assert faults[0].says.startswith("Line ")


@pytest.mark.parametrize("kind", ["hit", "boundary", "miss", "shielded"])
def test_a_row_owes_a_hit_a_boundary_a_miss_and_a_shielded_one(kind: str) -> None:
    start = DOCUMENT.index("  R1:\n    title")
    end = DOCUMENT.index("  R2:\n    title")
    row = "\n".join(
        line for line in DOCUMENT[start:end].splitlines() if f"kind: {kind}," not in line
    )
    faults = check(DOCUMENT[:start] + row + "\n\n" + DOCUMENT[end:])
    assert [(f.pointer, f.code) for f in faults] == [("/rows/R1", "missing-example")]
    assert kind in faults[0].says


@pytest.mark.parametrize(
    "document",
    ["", "- a", "a: [", "&a [*a]", "x: !!python/object:os.system 1", "\x00", "name: yes"],
)
def test_what_is_no_policy_is_refused_and_never_breaks(document: str) -> None:
    assert check(document)
    with pytest.raises(InvalidPolicy):
        read_policy(document)


def test_a_row_that_asks_a_team_twice_for_the_same_thing_is_named() -> None:
    start, end = DOCUMENT.index("  R23:\n    title"), DOCUMENT.index("  R24:\n    title")
    row = DOCUMENT[start:end].replace(
        "'care-breakdown' in p.concerns", "'regain-skills' in p.concerns && p.oldest > 60"
    )
    row = row.replace("pathway: emergency care", "pathway: enablement").replace(
        "care-breakdown p1", "regain-skills p1"
    )
    faults = check(DOCUMENT[:start] + row + DOCUMENT[end:])
    assert [(f.pointer, f.code) for f in faults if f.code == "overlapping"] == [
        ("/rows/R23", "overlapping")
    ]
    assert "never set off without R22" in next(f.says for f in faults if f.code == "overlapping")
