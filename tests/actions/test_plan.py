"""The action plan: feedback is taken up, goes on step by step, and is told in words that name nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from events.action_agreed import ActionAgreed
from events.action_begun import ActionBegun
from events.action_done import ActionDone
from events.action_dropped import ActionDropped
from events.action_proposed import ActionProposed
from events.base import Event
from events.envelope import RecordedEvent
from hub.actions.advance import AdvanceAction
from hub.actions.advance import decide as advance
from hub.actions.propose import ProposeAction, standing
from hub.actions.propose import decide as propose
from hub.actions.state import Action, Plan, fold
from hub.errors import InvalidCommand, NotAllowed, NotKnown
from projections import feedback
from projections.as_at import fold_as_at
from tests.projections.story import Story

FIRST = ActionProposed.example()
NAMES = frozenset({"Grace", "Okoro"})


def recorded(*events: Event) -> Plan:
    """The plan after these."""
    at, versions = datetime(2026, 3, 4, 10, 15, tzinfo=UTC), dict[str, int]()
    found: list[RecordedEvent] = []
    for position, event in enumerate(events, 1):
        stream = f"action:{event.stream_id()}"
        versions[stream] = versions.get(stream, 0) + 1
        found.append(
            RecordedEvent(
                event=event, stream=stream, version=versions[stream], actor="staff:S-1", organisation=None, occurred_at=None,
                correlation_id=None, causation_id=None, purpose=None, tags=(), event_id=uuid4(), position=position,
                recorded_at=at + timedelta(hours=position),
            )
        )  # fmt: skip
    return fold(found)


def proposal(
    you_said: str = "We waited long.", contacts: Sequence[str] = ("C-26-000009",)
) -> ProposeAction:
    return ProposeAction(you_said, "CAR", tuple(contacts), "HW", 2026, NAMES)


def first(*events: Event) -> Action:
    """The example's item after these."""
    return recorded(FIRST, *events).find(FIRST.action)


def test_feedback_becomes_an_item_with_the_next_number() -> None:
    [event] = propose(recorded(FIRST), proposal())
    assert event == ActionProposed(
        action="A-26-000002",
        you_said="We waited long.",
        lead="CAR",
        contacts=("C-26-000009",),
        team="HW",
    )


def test_who_leads_is_a_team_or_a_partner_and_nobody_of_whom_was_told() -> None:
    with pytest.raises(InvalidCommand) as refused:
        propose(recorded(), replace(proposal(), lead="Mrs Okoro"))
    assert [fault.pointer for fault in refused.value.faults] == ["/lead"]
    [event] = propose(recorded(), replace(proposal(), lead="Riverside carers' group"))
    assert isinstance(event, ActionProposed) and event.lead == "Riverside carers' group"


def test_the_same_item_again_changes_nothing_unless_it_was_dropped() -> None:
    again = proposal(FIRST.you_said, FIRST.contacts)
    assert propose(recorded(FIRST), again) == []
    assert propose(recorded(FIRST, ActionDropped.example()), again)


def test_the_item_that_stands_already_is_the_one_of_the_same_words() -> None:
    other = FIRST.model_copy(update={"action": "A-26-000002", "you_said": "We waited long."})
    plan = recorded(FIRST, other)
    twice = proposal(" We waited long. ", [*FIRST.contacts, *FIRST.contacts])
    assert standing(plan, twice) == plan.find("A-26-000002")
    assert propose(plan, twice) == []
    assert standing(plan, proposal("It was cold.", FIRST.contacts)) is None


@pytest.mark.parametrize(
    "said", ["Grace waited long.", "The okoro family waited.", "", " ", "x" * 401, "a\nb"]
)
def test_words_that_name_somebody_or_are_no_words_are_refused(said: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        propose(Plan(), proposal(said))
    assert refused.value.faults[0].pointer == "/you_said"


def test_a_word_that_holds_a_name_within_it_names_nobody() -> None:
    [event] = propose(Plan(), proposal("It was a disgrace."))
    assert isinstance(event, ActionProposed)


@pytest.mark.parametrize(
    ("before", "verb", "said", "event"),
    [
        ((), "agree", "2026-06-30", ActionAgreed),
        ((), "agree", None, ActionAgreed),
        ((ActionAgreed.example(),), "begin", None, ActionBegun),
        ((ActionBegun.example(),), "done", "One form for all.", ActionDone),
        ((ActionAgreed.example(),), "drop", "Another item covers it.", ActionDropped),
    ],
)
def test_an_item_goes_on_step_by_step(
    before: tuple[Event, ...], verb: str, said: str | None, event: type[Event]
) -> None:
    [step] = advance(first(*before), AdvanceAction(verb, "HW", said, NAMES))
    assert isinstance(step, event)


@pytest.mark.parametrize(
    ("before", "verb", "said"),
    [
        (ActionAgreed.example(), "agree", "2026-06-30"), (ActionBegun.example(), "begin", None),
        (ActionDone.example(), "done", ActionDone.example().we_did), (ActionDropped.example(), "drop", "Another item covers it."),
    ],
)  # fmt: skip
def test_the_same_step_again_changes_nothing(before: Event, verb: str, said: str | None) -> None:
    assert advance(first(before), AdvanceAction(verb, "HW", said, NAMES)) == []


@pytest.mark.parametrize(
    ("before", "verb", "said"),
    [
        (ActionDone.example(), "begin", None), (ActionDone.example(), "drop", "No."), (ActionDropped.example(), "done", "Yes."),
        (ActionBegun.example(), "agree", None), (ActionAgreed.example(), "agree", "2026-07-01"),
        (ActionDone.example(), "done", "In other words."),
    ],
)  # fmt: skip
def test_a_step_that_does_not_follow_is_refused(before: Event, verb: str, said: str | None) -> None:
    with pytest.raises(NotAllowed):
        advance(first(before), AdvanceAction(verb, "HW", said, NAMES))


@pytest.mark.parametrize(
    ("verb", "said", "pointer"),
    [("done", None, "/we_did"), ("done", "We rang Grace.", "/we_did"), ("drop", "", "/reason"), ("agree", "soon", "/by_when"),
     ("agree", "2026-06", "/by_when")],
)  # fmt: skip
def test_what_a_step_asks_for_is_asked_for(verb: str, said: str | None, pointer: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        advance(first(), AdvanceAction(verb, "HW", said, NAMES))
    assert refused.value.faults[0].pointer == pointer


def test_the_plan_knows_what_is_taken_up_and_how_far_it_is() -> None:
    done = first(ActionAgreed.example(), ActionBegun.example(), ActionDone.example())
    assert (done.stage, done.by_when, done.we_did) == (
        "done",
        "2026-06-30",
        ActionDone.example().we_did,
    )
    assert recorded(FIRST).taken == {"C-26-000001"}
    assert recorded(FIRST, ActionDropped.example()).taken == frozenset()
    with pytest.raises(NotKnown):
        recorded(FIRST).find("A-26-000007")


def test_feedback_is_what_the_row_for_it_sent_and_nothing_else() -> None:
    story = Story()
    contacts = []
    for number, row in enumerate(("R29", "R8", "R29"), 1):
        contacts.append(story.contact(number, {}))
        story.route(contacts[-1], {"rule": row, "team": "HW"})
    found = feedback.newest(fold_as_at(story.events))
    assert [one.contact for one in found] == [contacts[2], contacts[0]]
