"""What is decided by the register in force: localities by ward, sector and district, hours; and that it is decided again alike."""

import json
from datetime import UTC, datetime

import pytest

from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.teams_adopted import TeamsAdopted
from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.policies.register import SHIPPED
from hub.route import FreshHub
from hub.routing.queues import Home, Queues
from hub.verify import Redecider
from hub.viewer import OPERATOR
from tests.hub_process import contact
from tests.routing.given import policy
from tests.teams.given import DOCUMENT, changed, register

UPRN, WARD = "100090000001", "E05002235"
WARDS = ("  names:\n", f"  wards: {{{WARD}: 4}}\n  uprns: {{{UPRN}: {WARD}}}\n  names:\n")
GRACE_AT_HOME = {"lines": ["12 High Street", "Grays"], "postcode": "RM17 6XX", "uprn": UPRN}


def test_a_ward_goes_ahead_of_a_sector_and_a_sector_of_its_district() -> None:
    queues = Queues(policy(), register(WARDS))
    assert queues.queue("CLS", Home("RM16 4", WARD)) == "CLS-4"
    assert queues.queue("CLS", Home("RM16 4", "E05009999")) == "CLS-3"
    assert queues.queue("CLS", Home("RM16 9")) == "CLS-2"
    assert queues.queue("CLS", Home()) == queues.queue("CLS", Home("SW1A 1")) == "TF"
    assert queues.queue("YC", Home("RM16 4")) == "YC"


def test_what_the_register_does_not_state_the_policy_does() -> None:
    bare = register(
        (DOCUMENT[DOCUMENT.index("\nlocalities:") :], "\n"),
        (", hours: {always: true}}", "}"),
    )
    queues, alone = Queues(policy(), bare), Queues(policy())
    for home in (Home("RM16 4"), Home("RM17 6"), Home()):
        assert queues.queue("CLS", home) == alone.queue("CLS", home)
    assert queues.hours("EDT").always
    night = datetime(2026, 3, 4, 22, tzinfo=UTC)
    late = register(("accepts: [R8]", 'hours: {opens: "20:00", closes: "23:00"}'))
    assert Queues(policy(), late).hours("YC").open_at(night, england())
    assert not alone.hours("YC").open_at(night, england())


def decided(document: str | None) -> tuple[dict[str, str | None], list[RecordedEvent]]:
    """Who was asked for Grace and for Daniel, by row; and the log."""
    kept: list[RecordedEvent] = []

    class Kept(FreshHub):
        def record(self, events, at):  # type: ignore[no-untyped-def]  # as its parent's
            kept.extend(recorded := FreshHub.record(self, events, at))
            return recorded

    hub = Kept(SHIPPED.read_text(encoding="utf-8"), england(), datetime(2026, 3, 5, tzinfo=UTC), document)  # fmt: skip
    said = contact("urn:example:source", "m-1")
    said["data"]["people"][0]["address"] = GRACE_AT_HOME
    told = hub.route(Message(json.dumps(said).encode(), "application/cloudevents+json"), OPERATOR)
    return {r["rule"]: r["team"] for r in told["routes"]}, kept


def test_a_decision_pins_the_register_and_comes_out_again() -> None:
    teams, log = decided(changed(WARDS))
    assert teams["R11"] == "CLS-4"
    [routed] = [e.event for e in log if isinstance(e.event, ContactRouted)]
    assert routed.register_hash == register(WARDS).hash
    assert [p.ward for p in routed.facts.people if p.ward] == [WARD] * len(
        [p for p in routed.facts.people if p.sector]
    )
    assert faults(log) == []


def test_without_a_register_the_policy_tells_of_teams_as_it_always_did() -> None:
    teams, log = decided(None)
    assert teams["R11"] == "CLS-2"
    [routed] = [e.event for e in log if isinstance(e.event, ContactRouted)]
    assert routed.register_hash is None and faults(log) == []
    with_shipped, _ = decided(DOCUMENT)
    assert with_shipped == teams


@pytest.mark.parametrize("given", ["none of it", "another"])
def test_a_decision_whose_register_was_never_adopted_is_a_fault(given: str) -> None:
    _, log = decided(changed(WARDS))
    others = [e for e in log if not isinstance(e.event, TeamsAdopted)]
    if given == "another":
        others = [*decided(DOCUMENT)[1][:2], *others]
    [says] = faults(others)
    assert "never adopted" in says


def faults(log: list[RecordedEvent]) -> list[str]:
    """What is wrong, decision by decision."""
    redecider = Redecider(policies={}, calendars={england().hash: england()})
    return [fault.says for fault in redecider.faults(log)]
