"""Decisions made again in processes of their own come out as they do in one, with the same first fault."""

import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.postgres.redecide import Judged, Redeciding, Row
from adapters.postgres.rows import stored
from benchmarks.history import Slice
from events.calendar_adopted import CalendarAdopted
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.policy_published import PolicyPublished
from events.registry import encode
from hub.clocks import england
from hub.policies import read_policy
from hub.policies.register import SHIPPED
from hub.verify import Redecider

STATE, RECORDED_AT = 6, 7


def row_of(event: RecordedEvent) -> Row:
    """The event as a row of the log."""
    return (
        event.position, event.event_id, event.stream, event.version, event.type, event.event.VERSION, encode(event.event),
        event.recorded_at, event.occurred_at, event.actor, event.organisation, event.correlation_id, event.causation_id,
        event.purpose, None, list(event.tags),
    )  # fmt: skip


@pytest.fixture(scope="module")
def log() -> list[Row]:
    """What verify reads of forty contacts and their decisions, with the policy and the calendar they were made under."""
    document, calendar = SHIPPED.read_text(encoding="utf-8"), england()
    pin = read_policy(document).pin
    lived = Slice(40)
    lived.live(
        PolicyPublished(policy=pin.name, label=pin.version, hash=pin.hash, document=document),
        CalendarAdopted(calendar=calendar.name, hash=calendar.hash, holidays=calendar.holidays),
    )
    events = (event for group in lived.groups for event in group.events)
    return [row_of(event) for event in events if event.type in Redecider.READS]


def changed(row: Row, column: int, value: Any) -> Row:
    """The row with another cell."""
    return (*row[:column], value, *row[column + 1 :])


def places(log: list[Row], type_: str) -> list[int]:
    """Where the events of a type are."""
    return [n for n, row in enumerate(log) if row[4] == type_]


def otherwise(row: Row) -> Row:
    """A decision that tells nobody."""
    said = json.loads(row[STATE])
    said["decision"]["tell"], said["decision"]["obligations"] = [], []
    said["decision"]["routes"] = said["decision"]["routes"][:1]
    said["decision"]["routes"][0]["rank"] = 7
    return changed(row, STATE, json.dumps(said).encode())


def here(log: list[Row]) -> Judged:
    """In this process, one event after another."""
    redecider = Redecider.fresh()
    fault = next(redecider.faults(map(stored, log)), None)
    return Judged(redecider.decisions, fault)


def apart(log: list[Row], batch: int = 7) -> Judged:
    """In two processes, a few events at a time."""
    with Redeciding(processes=2, alone=5) as again:
        for begin in range(0, len(log), batch):
            again.take(log[begin : begin + batch])
        again.end()
        return Judged(again.decisions, again.fault)


def damaged(log: list[Row]) -> dict[str, list[Row]]:
    """The log as it was, and as it was changed in some places."""
    decisions, arrivals = places(log, ContactRouted.TYPE), places(log, ContactReceived.TYPE)
    two, moved, unread, unsaid = (list(log) for _ in range(4))
    for n in (decisions[30], decisions[20], decisions[38]):
        two[n] = otherwise(log[n])
    at = arrivals[25]
    moved[at] = changed(log[at], RECORDED_AT, log[at][RECORDED_AT] - timedelta(microseconds=1))
    unread[decisions[22]] = changed(log[decisions[22]], STATE, b"{}")
    [policy] = places(log, PolicyPublished.TYPE)
    unsaid.append(unsaid.pop(policy))
    return {"whole": log, "decided otherwise": two, "received otherwise": moved, "unreadable": unread,
            "under a policy that came later": unsaid}  # fmt: skip


def test_what_other_processes_decide_is_what_this_one_decides(log: list[Row]) -> None:
    assert here(log) == apart(log) == Judged(40, None)
    logs = damaged(log)
    for name in ("decided otherwise", "received otherwise", "unreadable"):
        alone, beside = here(logs[name]), apart(logs[name])
        assert alone.fault is not None and alone.fault == beside.fault, name


def test_a_policy_published_later_vouches_for_no_decision(log: list[Row]) -> None:
    unsaid = damaged(log)["under a policy that came later"]
    fault = apart(unsaid, batch=len(unsaid)).fault
    assert fault is not None and "never published" in fault.says and fault == here(unsaid).fault


def test_a_short_log_starts_no_process(log: list[Row]) -> None:
    with Redeciding(processes=2) as again:
        again.take(log)
        assert again.decisions == 40 and again._pool is None
