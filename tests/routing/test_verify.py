"""Decisions made again: from a log as it was recorded, and from one that was changed with its hashes made anew."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.policies.register import SHIPPED
from hub.route import FreshHub
from hub.routing import decide
from hub.verify import Redecider
from hub.viewer import OPERATOR
from tests.hub_process import contact
from tests.routing.given import ENGLAND, person, pinned, policy
from tests.routing.given import contact as contact_of


@pytest.fixture(scope="module")
def log() -> list[RecordedEvent]:
    """A policy, and two contacts with their decisions."""
    kept: list[RecordedEvent] = []

    class Recording(FreshHub):
        def record(self, events, at):  # type: ignore[no-untyped-def]  # as its parent's
            kept.extend(recorded := FreshHub.record(self, events, at))
            return recorded

    now = datetime(2026, 3, 5, tzinfo=UTC)
    hub = Recording(SHIPPED.read_text(encoding="utf-8"), england(), now)
    for number in (1, 2):
        message = json.dumps(contact("urn:example:source", f"m-{number}")).encode()
        hub.route(Message(message, "application/cloudevents+json"), OPERATOR)
    return kept


def faults(log: list[RecordedEvent]) -> list[str]:
    """What is wrong, decision by decision."""
    calendar = england()
    redecider = Redecider(policies={}, calendars={calendar.hash: calendar})
    return [fault.says for fault in redecider.faults(log)]


def test_decisions_of_a_log_as_it_was_recorded_come_out_again(log: list[RecordedEvent]) -> None:
    assert faults(log) == []
    assert sum(isinstance(e.event, ContactRouted) for e in log) == 2


def test_a_receipt_moved_afterwards_is_a_fault_of_the_decision_whose_clocks_began_with_it(
    log: list[RecordedEvent],
) -> None:
    at = next(i for i, e in enumerate(log) if isinstance(e.event, ContactReceived))
    moved = list(log)
    moved[at] = replace(moved[at], recorded_at=moved[at].recorded_at - timedelta(microseconds=1))
    [says] = faults(moved)
    assert "another time of receipt" in says


def test_a_decision_changed_with_its_hash_is_found(log: list[RecordedEvent]) -> None:
    at = next(i for i, e in enumerate(log) if isinstance(e.event, ContactRouted))
    routed = log[at].event
    assert isinstance(routed, ContactRouted)
    fewer = routed.decision.model_copy(update={"obligations": ()})
    changed = list(log)
    changed[at] = replace(log[at], event=routed.model_copy(update={"decision": fewer}))
    [says] = faults(changed)
    assert "another decision" in says


def decided_by(log: list[RecordedEvent], decider: str, named: str) -> list[RecordedEvent]:
    """The log, its first decision one of `decider`'s about a mother of unknown age, with another's name under it."""
    at = next(i for i, e in enumerate(log) if isinstance(e.event, ContactRouted))
    routed = log[at].event
    assert isinstance(routed, ContactRouted)
    mother, child = person(), person(0)
    care = ["p1 parent-of p2", "p1 cares-for p2"]
    facts = pinned(
        contact_of({"p1": mother, "p2": child}, ["child-need p2"], care), routed.received_at
    )
    decision = decide(facts, policy(), ENGLAND, decider=decider)
    told = routed.model_copy(update={"facts": facts, "decision": decision, "decider": named})
    return [*log[:at], replace(log[at], event=told), *log[at + 1 :]]


def test_a_decision_of_an_older_decider_comes_out_as_it_did(log: list[RecordedEvent]) -> None:
    assert faults(decided_by(log, "1", "1")) == []
    assert faults(decided_by(log, "2", "2")) == []


def test_a_decision_that_another_decider_made_is_found(log: list[RecordedEvent]) -> None:
    assert ["another decision" in says for says in faults(decided_by(log, "1", "2"))] == [True]
    assert faults(decided_by(log, "1", "0")) == [
        "it was made by decider 0, which this program does not know"
    ]
