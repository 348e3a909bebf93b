"""A condition that hangs on a concern is answered without its expression only where the expression would say the same."""

import cel
import pytest
from hypothesis import given, settings

from events.contact_received import ContactReceived
from hub.routing.people import Circle
from hub.routing.rows import Conditions, concerns_asked
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


@pytest.mark.parametrize(
    ("condition", "any_of", "nothing_else"),
    [
        ("'fall' in p.concerns", {"fall"}, True),
        ("['fall', 'loneliness'].exists(x, x in p.concerns)", {"fall", "loneliness"}, True),
        ("'fall' in p.concerns && p.child == 'no'", {"fall"}, False),
        ("'fall' in p.concerns && (p.named || p.unborn)", {"fall"}, False),
        ("'fall' in p.concerns && !('loneliness' in p.concerns)", {"fall"}, False),
    ],
)
def test_what_a_condition_wants_first(condition: str, any_of: set[str], nothing_else: bool) -> None:
    asked = concerns_asked(condition)
    assert asked is not None
    assert (asked.any_of, asked.nothing_else) == (any_of, nothing_else)


@pytest.mark.parametrize(
    "condition",
    [
        "'fall' in p.concerns || p.named",
        "'fall' in p.concerns && p.named || p.unborn",
        "'fall' in p.concerns ? p.named : p.unborn",
        "'fall' in p.concerns == false",
        "'fall' in p.concerns_at_home",
        "'fall' in p.concerns.filter(x, x != 'fall')",
        "!('fall' in p.concerns)",
        "['fall'].all(x, x in p.concerns)",
        "['fall'].exists(x, x in p.concerns) || p.named",
        "p.named && 'fall' in p.concerns",
    ],
)
def test_what_may_be_true_without_the_concern_is_asked(condition: str) -> None:
    assert concerns_asked(condition) is None
