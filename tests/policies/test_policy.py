"""The policy as data: its examples hold, its words are the vocabulary's, its faults are named by place and line."""

from pathlib import Path

import pytest

from events.envelope import new_event
from hub.clocks import england
from hub.policies import InvalidPolicy, document_hash, read_policy
from hub.policies.check import check
from hub.policies.document import Example
from hub.policies.examples import decide_example, unmet
from hub.policies.publish import PolicyInForce, PublishPolicy, decide
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
        ("RM15: 1", "RM15: 9", "/localities/postcodes/RM15", "unknown-locality"),
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


# Publishing


def test_a_policy_comes_into_force_whole() -> None:
    [event] = decide(PolicyInForce(), PublishPolicy(DOCUMENT))
    assert event.model_dump() == {
        "policy": "thurrock", "label": "1", "hash": document_hash(DOCUMENT), "document": DOCUMENT,
    }  # fmt: skip
    assert new_event(event, 1, actor="operator").stream == "policy:thurrock"


def test_the_same_document_again_changes_nothing() -> None:
    assert decide(PolicyInForce(hash=document_hash(DOCUMENT)), PublishPolicy(DOCUMENT)) == []


def test_a_policy_with_faults_is_not_published() -> None:
    draft = DOCUMENT.replace("expect: [R1 p1 MASH]", "expect: [R1 p1 ASG]", 1)
    with pytest.raises(InvalidPolicy):
        decide(PolicyInForce(), PublishPolicy(draft, tuple(check(draft))))


def test_the_vocabulary_here_has_every_word_that_the_policy_uses() -> None:
    assert Path(POLICY_FILE).with_name("vocabulary.yaml").exists()
    assert "young-carer" in vocabulary().concerns
