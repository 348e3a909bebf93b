"""A condition that cannot do without something is answered by that only where the expression would say the same."""

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.contact_received import ContactReceived
from hub.policies.needs import needs_of
from hub.policies.row import Trigger
from hub.routing.people import AS_SEEN, Circle
from hub.routing.rows import Conditions
from tests.routing.given import pinned, policy
from tests.routing.test_decisions_hold import contacts


@settings(max_examples=100, deadline=None)
@given(contacts())
def test_every_trigger_says_what_its_expression_says(received: ContactReceived) -> None:
    circle = Circle.of(pinned(received))
    conditions = Conditions(circle)
    for person in (*circle.people, circle.whole):
        for row in policy().rows.values():
            for trigger in row.triggers:
                says = conditions.holds(cel.compile(trigger.when), person)
                assert conditions.sets_off(trigger, person) == says, trigger.when


LISTS = (
    "concerns",
    "flags",
    "marks",
    "concerns_of_children",
    "concerns_of_parents",
    "concerns_at_home",
)
YES_OR_NO = tuple(sorted(set(AS_SEEN) - {*LISTS, "child", "youngest", "oldest", "dash", "pathway"}))
words = st.sampled_from(("young-carer", "fall", "domestic-abuse", "shielded", "escalating"))
single = st.one_of(
    st.builds("'{}' in p.{}".format, words, st.sampled_from(LISTS)),
    st.builds("p.{}".format, st.sampled_from(YES_OR_NO)),
    st.builds("['{}', '{}'].exists(w, w in p.{})".format, words, words, st.sampled_from(LISTS)),
    st.sampled_from(("p.child == 'yes'", "p.oldest >= 16", "c.agreement == 'given'", "true")),
)
conditions_of_a_policy = st.recursive(
    single,
    lambda inner: st.one_of(
        st.builds("!({})".format, inner),
        st.builds("({}) && {}".format, inner, inner),
        st.builds("{} || {}".format, inner, inner),
        st.builds("({}) == ({})".format, inner, inner),
        st.builds("({}) ? ({}) : ({})".format, inner, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(contacts(), conditions_of_a_policy)
def test_whatever_the_condition_it_is_answered_as_its_expression_says(
    received: ContactReceived, condition: str
) -> None:
    circle = Circle.of(pinned(received))
    conditions = Conditions(circle)
    for person in (*circle.people, circle.whole):
        says = conditions.holds(cel.compile(condition), person)
        assert conditions.sets_off(Trigger(when=condition, because="So it is."), person) == says


@pytest.mark.parametrize(
    ("condition", "any_of", "alone"),
    [
        ("'fall' in p.concerns", {("concerns", "fall")}, True),
        ("('fall' in p.concerns)", {("concerns", "fall")}, True),
        (
            "['fall', 'loneliness'].exists(x, x in p.concerns)",
            {("concerns", "fall"), ("concerns", "loneliness")},
            True,
        ),
        ("p.has_parent", {("has_parent", None)}, True),
        ("p.child == 'no' && 'fall' in p.marks", {("marks", "fall")}, False),
        ("'fall' in p.concerns && (p.named || p.unborn)", {("concerns", "fall")}, False),
        (
            "(p.unborn || 'fall' in p.marks) && p.named",
            {("unborn", None), ("marks", "fall")},
            False,
        ),
        ("'fall' in p.concerns || p.named", {("concerns", "fall"), ("named", None)}, True),
        (
            "'fall' in p.concerns && p.child == 'no' || p.unborn",
            {("concerns", "fall"), ("unborn", None)},
            False,
        ),
        ("'a && b' in p.concerns", {("concerns", "a && b")}, True),
    ],
)
def test_what_a_condition_cannot_do_without(
    condition: str, any_of: set[tuple[str, str | None]], alone: bool
) -> None:
    needs = needs_of(condition)
    assert needs is not None
    assert (needs.any_of, needs.alone) == (any_of, alone)


@pytest.mark.parametrize(
    "condition",
    [
        "'fall' in p.concerns || p.child == 'no'",
        "'fall' in p.concerns ? p.named : p.unborn",
        "'fall' in p.concerns == false",
        "'fall' in p.concerns.filter(x, x != 'fall')",
        "!('fall' in p.concerns)",
        "!p.named",
        "['fall'].all(x, x in p.concerns)",
        "['fall'].exists(x, !(x in p.concerns))",
        "(p.named) == (p.unborn)",
        "c.facts.immediate_danger == 'yes'",
        "true",
        "'fall' in p.concerns // && false",
        '"fall" in p.concerns',
        "'@0' == '@1'",
    ],
)
def test_what_may_be_true_without_anything_is_worked_out(condition: str) -> None:
    assert needs_of(condition) is None
