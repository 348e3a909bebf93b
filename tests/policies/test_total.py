"""A condition answers of everybody, whatever is known of them: what could break, or go round and round, is refused by the check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.policies.check import check
from hub.policies.document import conditions
from hub.policies.total import may_break
from tests.policies.test_policy import DOCUMENT
from tests.routing.given import policy

WHEN = "'child-harm' in p.concerns\""


@pytest.mark.parametrize(
    "condition",
    [
        "10 / (p.oldest - 41) > 0", "p.youngest % 2 == 0", "p.oldest + 1 > 3", "p.oldest -1 > 3", "p.dash * 2 > 3",
        "p.concerns[0] == 'fall'", "['a'][0] == 'a'", "p.child ? true : false", "{'a': 1} == {}",
        "'fall'.matches('(f+)+$')", "int(p.child) == 3", "has(p.named)", "p.concerns.map(c, c) == p.flags",
        "p.concerns.all(a, p.concerns.all(b, a == b))", "p.flags.exists(a, p.marks.exists(b, a == b))",
        "p.dash", "p.dash && p.named", "p.dash > p.pathway", "p.dash > 'x'", "'x' < 3",
        "3 < p.named", "3 > p.child", "1 < 2 < p.dash", "p.named > 3", "p.named == 1", "p.named == 'x'", "p.named in [1]",
        "p.dash < p.named",
        "p.child", "'x' in p.child", "'x' in p.named", "!c.agreement", "c.facts.safe_to_call && p.named",
        "p.concerns == 'fall'", "p.flags", "size(p.flags)", "size(p.flags) && p.named", "p.concerns.exists(x, x.code == 'fall')",
    ],
)  # fmt: skip
def test_what_may_break_or_go_round_and_round_is_named(condition: str) -> None:
    assert list(may_break(condition)), condition


@pytest.mark.parametrize(
    "condition",
    [
        "'fall / (trip)' in p.concerns", "p.dash >= 14 && p.dash != -1", "size(c.full) > 0", "p.child in ['yes', 'perhaps']",
        "(p.child == 'no' || p.grown_up) && !('care-need' in p.concerns)", "c.facts.safe_to_call == 'no'", "p.named == true",
        "['fall', 'end_of_life'].exists(mark, mark in p.marks) || p.flags.all(f, f != 'deceased')", "true", "!p.named",
        "18 <= p.oldest && p.oldest < 25", "0 < size(p.flags)", "-1 != p.dash || 14<=p.dash",
    ],
)  # fmt: skip
def test_what_answers_of_everybody_is_not(condition: str) -> None:
    assert list(may_break(condition)) == []


def test_every_condition_of_the_shipped_policy_answers_of_everybody() -> None:
    found = [(path, list(may_break(condition))) for path, condition in conditions(policy())]
    assert len(found) > 50
    assert not [one for one in found if one[1]]


@given(st.text(alphabet="pc.()[]'\"&|!=<>@-+/ exists,al0in", max_size=40))
def test_whatever_is_written_the_check_comes_to_an_end(condition: str) -> None:
    assert all(isinstance(says, str) for says in may_break(condition))


@pytest.mark.parametrize(
    "condition",
    ["1/0 == 1", "p.oldest > 30 && 10 / (p.oldest - 41) > 0", "p.named && p.dash < p.pathway"],
)
def test_a_condition_that_would_stop_the_engine_is_a_fault_with_its_line(condition: str) -> None:
    [fault] = check(DOCUMENT.replace(WHEN, f'{condition}"', 1))
    assert (fault.pointer, fault.code) == ("/rows/R1/triggers/0/when", "bad-condition")
