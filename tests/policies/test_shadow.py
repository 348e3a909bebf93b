"""A draft run over history: what would have come out otherwise, by team, clock and obligation, and nothing where nothing would."""

import pytest

from benchmarks.district import Slice
from events.calendar_adopted import CalendarAdopted
from events.contact_routed import ContactRouted
from events.policy_published import PolicyPublished
from hub.clocks import england
from hub.policies import Policy, read_policy
from hub.policies.shadow import Pinned, Tally, compare, tally
from hub.routing import decide
from tests.routing.given import POLICY_FILE

SHIPPED = POLICY_FILE.read_text(encoding="utf-8")
PINNED = Pinned({england().hash: england()}, {})


@pytest.fixture(scope="module")
def history() -> list[tuple[int, ContactRouted]]:
    """Sixty decisions of families at all doors."""
    calendar, pin = england(), read_policy(SHIPPED).pin
    lived = Slice(60)
    lived.live(
        PolicyPublished(policy=pin.name, label=pin.version, hash=pin.hash, document=SHIPPED),
        CalendarAdopted(calendar=calendar.name, hash=calendar.hash, holidays=calendar.holidays),
    )
    events = (event for group in lived.groups for event in group.events)
    return [(e.position, e.event) for e in events if isinstance(e.event, ContactRouted)]


def draft(old: str, new: str) -> Policy:
    """The shipped policy with one thing changed."""
    assert old in SHIPPED
    return read_policy(SHIPPED.replace(old, new, 1))


def run(history: list[tuple[int, ContactRouted]], policy: Policy) -> Tally:
    return tally(history, policy, PINNED)


def test_the_policy_in_force_changes_nothing(history: list[tuple[int, ContactRouted]]) -> None:
    found = run(history, read_policy(SHIPPED))
    assert found.decisions == len(history) > 50
    assert found.otherwise == []
    event = found.event(read_policy(SHIPPED).pin, None, None)
    assert (event.changed, event.teams, event.contacts) == (0, (), ())


def test_other_words_alone_are_no_change(history: list[tuple[int, ContactRouted]]) -> None:
    other = draft("{who} is said to be in immediate danger.", "{who} may be in danger.")
    assert run(history, other).otherwise == []


def test_a_row_given_to_another_team_moves_its_asks(
    history: list[tuple[int, ContactRouted]],
) -> None:
    had = sum(r.rule == "R8" for _, e in history for r in e.decision.routes)
    assert had
    found = run(history, draft("    team: YC\n", "    team: CAR\n"))
    shifts = {s.what: (s.more, s.fewer) for s in found.shifts("teams")}
    assert shifts["YC"] == (0, had) and shifts["CAR"] == (had, 0)
    assert len(shifts) == 2
    first = found.otherwise[0]
    assert any("gone to CAR" in s for s in first.sentences)
    assert any(s.startswith("would not have gone to YC") for s in first.sentences)


def test_another_clock_is_told_by_clock_and_by_nothing_else(
    history: list[tuple[int, ContactRouted]],
) -> None:
    old = "young-carer-offer:   {say: offer within 5 working days, working_days: 5"
    other = draft(
        old, old.replace("5 working days", "3 working days").replace("days: 5", "days: 3")
    )
    found = run(history, other)
    assert found.otherwise and found.shifts("teams") == () == found.shifts("notices")
    assert {s.what for s in found.shifts("clocks")} == {
        "offer within 5 working days (practice)", "offer within 3 working days (practice)",
    }  # fmt: skip


def test_an_obligation_that_is_dropped_is_told_with_its_contacts(
    history: list[tuple[int, ContactRouted]],
) -> None:
    owed = [e.contact for _, e in history if any(o.rule == "F3" for o in e.decision.obligations)]
    assert owed
    rows = "    rows: [R8]\n    offer:"
    found = run(history, draft(rows, rows.replace("R8", "R7")))
    event = found.event(read_policy(SHIPPED).pin, None, None)
    assert list(event.contacts) == owed and event.changed == len(owed)
    assert [s.what for s in event.obligations] == ["F3"]


def test_what_differs_is_exactly_what_deciding_again_gives(
    history: list[tuple[int, ContactRouted]],
) -> None:
    other = draft("ages: {under: 18}", "ages: {under: 16}")
    for position, event in history:
        same_routes = [
            (r.rule, r.about, r.team, r.clock) for r in decide(event.facts, other, england()).routes
        ] == [(r.rule, r.about, r.team, r.clock) for r in event.decision.routes]
        told = compare(event, position, other, england())
        if not same_routes:
            assert told is not None and told.contact == event.contact


def test_parts_of_a_history_add_up_to_the_whole(history: list[tuple[int, ContactRouted]]) -> None:
    other = draft("    team: YC\n", "    team: CAR\n")
    whole, parts = run(history, other), Tally()
    for begin in range(0, len(history), 7):
        parts.take(run(history[begin : begin + 7], other))
    assert parts == whole
