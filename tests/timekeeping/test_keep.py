"""When time passes and nobody acts: each clock is missed once, what lies untouched is told to others, and whoever acted is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from events.base import Event
from events.clock_missed import ClockMissed
from events.referral_escalated import ReferralEscalated
from events.referral_sent import ReferralSent
from tests.loop.given import DUE_AT, O1, R1, R2, RECEIVED_AT, Given, given, owed, young_carer
from tests.timekeeping.given import KEEPER, clocks_of, said, with_team

LATE = DUE_AT + timedelta(hours=2)


def asked(**changed: object) -> Given:
    """A young carers' referral with something owed, changed so."""
    events = young_carer([owed("F4")])
    return given(
        *(e.model_copy(update=changed) if isinstance(e, ReferralSent) else e for e in events)
    )


def of_type(events: list[Event], kind: type[Event]) -> list[Event]:
    return [e for e in events if isinstance(e, kind)]


def test_before_its_time_nothing_is_said() -> None:
    assert said(clocks_of(asked().events), DUE_AT - timedelta(seconds=1)) == []


def test_what_nobody_touched_is_missed_and_told_to_the_front_door_of_its_side() -> None:
    events = said(clocks_of(asked().events), LATE)
    [owed_missed, missed] = of_type(events, ClockMissed)
    [escalated] = of_type(events, ReferralEscalated)
    assert isinstance(missed, ClockMissed) and isinstance(escalated, ReferralEscalated)
    assert (owed_missed.stream_id(), missed.subject, missed.team, missed.over) == (
        O1,
        R1,
        "YC",
        "2 hours",
    )
    assert (escalated.team, escalated.to, escalated.person) == ("YC", "MASH", "P-000002")


def test_it_is_said_once() -> None:
    tables = clocks_of(asked().events)
    assert len(said(tables, LATE)) == 3
    assert said(tables, LATE) == said(tables, LATE + timedelta(days=90)) == []


def test_whoever_looked_at_it_is_not_told_on_but_the_clock_is_missed() -> None:
    for verb in ("seen", "accept"):
        tables = clocks_of(asked(met_by="done").and_then(verb, R1).events)
        assert not of_type(said(tables, LATE), ReferralEscalated)
        assert said(clocks_of(asked(met_by="done").and_then(verb, R1).events), LATE)


def test_what_was_met_or_ended_is_left_alone() -> None:
    for verb, body in (("accept", {}), ("withdraw", {"reason": "Moved."})):
        before = asked(met_by="accepted").at(RECEIVED_AT).and_then("done", O1)
        assert said(clocks_of(before.and_then(verb, R1, **body).events), LATE) == []


def test_what_came_late_and_said_so_itself_is_not_said_again() -> None:
    taken = asked(met_by="accepted").at(LATE).and_then("accept", R1).and_then("done", O1)
    assert said(clocks_of(taken.events), LATE + timedelta(days=1)) == []


def test_what_moved_on_keeps_that_it_was_missed_and_the_next_team_has_a_time_of_its_own_to_look() -> (
    None
):
    moved = asked().at(LATE).and_then("decline", R1, reason="Full.", next="CSC")
    tables = clocks_of(moved.events, LATE)
    [owed_missed] = said(tables, LATE + timedelta(hours=3))
    assert owed_missed.stream_id() == O1  # the ask is new to them
    events = said(tables, datetime(2026, 3, 31, tzinfo=UTC))
    assert [e.TYPE for e in events] == ["referral.escalated"]
    assert events[0].stream_id() == R2


def test_what_is_due_at_once_is_told_to_the_emergency_team_where_the_team_is_closed() -> None:
    for hour, to in ((22, "EDT"), (11, "MASH")):
        at = datetime(2026, 3, 4, hour, tzinfo=UTC)
        once = asked(
            due_at=at,
            clock_started_at=at,
            missed_from=at + timedelta(minutes=15),
            rule="R0",
            team="MASH",
        )
        tables = clocks_of(once.events)
        assert said(tables, at + timedelta(minutes=14)) == []
        [told] = of_type(said(tables, at + timedelta(minutes=16)), ReferralEscalated)
        assert isinstance(told, ReferralEscalated) and told.to == to


def test_a_restricted_stream_is_told_to_itself_alone_unless_its_record_names_another() -> None:
    for rule, team in (("R15", "LADO"), ("R14", "MARAC"), ("R8", "PREV")):
        [told] = of_type(
            said(clocks_of(asked(rule=rule, team=team).events), LATE), ReferralEscalated
        )
        assert isinstance(told, ReferralEscalated) and told.to == team
    named = said(clocks_of(asked(team="LADO").events), LATE, with_team("LADO", "EDT"))
    [told] = of_type(named, ReferralEscalated)
    assert isinstance(told, ReferralEscalated) and told.to == "EDT"


def test_an_adult_is_told_of_to_the_front_door_for_adults() -> None:
    tables = clocks_of(asked(about="p9", rule="R11", team="CLS-1").events)
    [told] = of_type(said(tables, LATE), ReferralEscalated)
    assert isinstance(told, ReferralEscalated) and told.to == "TF"


def test_what_has_no_time_is_never_late() -> None:
    tables = clocks_of(asked(due_at=None).events)
    assert {e.stream_id() for e in said(tables, LATE)} == {O1}


@pytest.mark.parametrize("now", [LATE, LATE + timedelta(days=3)])
def test_the_same_clocks_at_the_same_moment_lead_to_the_same_events_with_the_same_ids(
    now: datetime,
) -> None:
    first, again = (KEEPER.keep(clocks_of(asked().events), now) for _ in range(2))
    assert [(e.event_id, e.event) for a in first for e in a.events] == [
        (e.event_id, e.event) for a in again for e in a.events
    ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["seen", "accept", "decline", "override", "hand-on", "look"]),
        st.integers(0, 200),
    ),
    max_size=6,
)


@drawn(STEPS)
def test_whatever_happens_a_clock_is_missed_once_at_most_and_each_ask_is_told_on_once(
    steps: list[tuple[str, int]],
) -> None:
    now, so_far = RECEIVED_AT, asked(met_by="accepted")
    teams = ("EH", "CSC", "MASH", "YC")
    for turn, (verb, hours) in enumerate(steps):
        now += timedelta(hours=hours)
        so_far = given(*so_far.events, *said(clocks_of(so_far.events), now)).at(now)
        holder = f"R-26-000001-{sum(e.TYPE == 'referral.sent' for e in so_far.events)}"
        body = {} if verb in ("seen", "accept") else {"reason": "No.", "next": teams[turn % 4]}
        tried = so_far.when(verb, holder, **body) if verb != "look" else None
        so_far = tried.so_far() if tried and not tried.refusal else so_far
    so_far = given(*so_far.events, *said(clocks_of(so_far.events), now + timedelta(days=60)))
    asks = [e for e in so_far.events if isinstance(e, ClockMissed) and e.subject.startswith("R")]
    told = [e.stream_id() for e in so_far.events if isinstance(e, ReferralEscalated)]
    assert len(asks) <= 1
    assert len(told) == len(set(told))
    accepted = any(e.TYPE == "referral.accepted" for e in so_far.events)
    assert accepted or asks, "what nobody took on was missed in the end"
