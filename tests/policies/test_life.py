"""A policy's life: put forward, checked, agreed to by two people, in force; each step once, and none by the wrong person."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from events.base import Event
from events.envelope import RecordedEvent
from events.policy_agreed import PolicyAgreed
from events.policy_checked import PolicyChecked
from events.policy_drafted import PolicyDrafted
from events.policy_published import PolicyPublished
from events.policy_shadowed import PolicyShadowed
from events.teams_adopted import TeamsAdopted
from hub.clocks import england
from hub.errors import Conflict, NotAllowed, NotKnown, NotPermitted
from hub.policies import InvalidPolicy, document_hash
from hub.policies.agree import AgreeToPolicy
from hub.policies.agree import decide as agree
from hub.policies.check import check
from hub.policies.draft import DraftPolicy
from hub.policies.draft import decide as draft
from hub.policies.publish import PublishPolicy
from hub.policies.publish import decide as publish
from hub.policies.register import agree as agree_in
from hub.policies.register import may_agree, policies, policy_if_any
from hub.policies.register import publish as publish_in
from hub.policies.register import put_forward as put_forward_in
from hub.policies.sends_to import refuse_lacking
from hub.policies.state import Policies, fold
from hub.teams.in_force import adopt
from hub.teams.register import add_staff
from tests.loop.given import MemoryLog, wrapped
from tests.routing.given import POLICY_FILE
from tests.teams.given import DOCUMENT, changed, register

SHIPPED = POLICY_FILE.read_text(encoding="utf-8")
SECOND = SHIPPED.replace('version: "1"', 'version: "2"')
THIRD = SHIPPED.replace('version: "1"', 'version: "3"')
FAULTY = SHIPPED.replace("expect: [R1 p1 MASH]", "expect: [R1 p1 ASG]", 1)
HASH = document_hash(SHIPPED)
TWO = frozenset({"S-4", "S-5"})
FIRST = PolicyPublished(policy="thurrock", label="1", hash=document_hash(SHIPPED), document=SHIPPED)


def recorded(events: Sequence[Event]) -> Policies:
    """What the log knows after these."""
    start = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
    return fold(
        RecordedEvent(
            event=event, stream="policy:thurrock", version=n, actor="operator", organisation=None, occurred_at=None,
            correlation_id=None, causation_id=None, purpose=None, tags=(), event_id=uuid4(), position=n,
            recorded_at=start + timedelta(minutes=n),
        )
        for n, event in enumerate(events, 1)
    )  # fmt: skip


def after(*steps: Callable[[Policies], list[Event]]) -> tuple[list[Event], Policies]:
    """Everything recorded once these were done one after another, with the first policy in force."""
    events: list[Event] = [FIRST]
    for step in steps:
        events += step(recorded(events))
    return events, recorded(events)


def put_forward(document: str) -> Callable[[Policies], list[Event]]:
    return lambda state: draft(state, DraftPolicy(document, by="S-4"))


def agreed(document: str, by: str, may: frozenset[str] = TWO) -> Callable[[Policies], list[Event]]:
    return lambda state: agree(state, AgreeToPolicy(document_hash(document), by, may))


def test_a_draft_is_kept_whole_with_what_the_check_found() -> None:
    events, state = after(put_forward(SECOND))
    drafted, checked = events[1:]
    assert isinstance(drafted, PolicyDrafted) and drafted.document == SECOND and drafted.by == "S-4"
    assert isinstance(checked, PolicyChecked) and checked.faults == ()
    assert state.in_force == FIRST.hash, "a draft decides nothing"
    assert [d.hash for d in state.drafts] == [document_hash(SECOND)]


def test_a_draft_may_have_faults_and_they_are_kept_with_it() -> None:
    faults = tuple(check(FAULTY))
    events = draft(Policies(), DraftPolicy(FAULTY, faults))
    assert recorded(events).find(document_hash(FAULTY)).faults == faults


def test_the_same_draft_again_changes_nothing_unless_the_check_finds_something_else() -> None:
    _, state = after(put_forward(SECOND))
    assert draft(state, DraftPolicy(SECOND, by="S-5")) == []
    [checked] = draft(state, DraftPolicy(SECOND, tuple(check(FAULTY))))
    assert isinstance(checked, PolicyChecked) and checked.faults


def test_what_is_no_policy_is_no_draft() -> None:
    with pytest.raises(InvalidPolicy):
        draft(Policies(), DraftPolicy("name: [", ()))


def test_who_read_it_against_another_policy_than_the_one_in_force_reads_again_first() -> None:
    _, state = after(
        put_forward(SECOND), put_forward(THIRD), agreed(THIRD, "S-4"), agreed(THIRD, "S-5")
    )
    stale = AgreeToPolicy(document_hash(SECOND), "S-4", TWO, instead_of=HASH)
    with pytest.raises(Conflict):
        agree(state, stale)
    [event] = agree(state, replace(stale, instead_of=document_hash(THIRD)))
    assert isinstance(event, PolicyAgreed) and event.in_force == document_hash(THIRD)


def test_it_comes_into_force_when_a_second_person_agrees() -> None:
    events, state = after(put_forward(SECOND), agreed(SECOND, "S-4"))
    assert isinstance(events[-1], PolicyAgreed) and state.in_force == FIRST.hash
    assert state.find(document_hash(SECOND)).agreed == ("S-4",)
    events, state = after(put_forward(SECOND), agreed(SECOND, "S-4"), agreed(SECOND, "S-5"))
    assert [type(e) for e in events[-2:]] == [PolicyAgreed, PolicyPublished]
    assert state.in_force == document_hash(SECOND)


def test_one_person_cannot_agree_twice() -> None:
    steps = put_forward(SECOND), agreed(SECOND, "S-4"), agreed(SECOND, "S-4")
    events, state = after(*steps)
    assert sum(isinstance(e, PolicyAgreed) for e in events) == 1
    assert state.in_force == FIRST.hash


def test_who_has_left_no_longer_counts_as_the_first_of_two() -> None:
    _, state = after(
        put_forward(SECOND), agreed(SECOND, "S-4"), agreed(SECOND, "S-5", frozenset({"S-5"}))
    )
    assert state.in_force == FIRST.hash


def test_once_another_is_in_force_those_who_agreed_are_asked_again() -> None:
    _, state = after(
        put_forward(SECOND), put_forward(THIRD), agreed(SECOND, "S-4"),
        agreed(THIRD, "S-4"), agreed(THIRD, "S-5"), agreed(SECOND, "S-5"),
    )  # fmt: skip
    assert state.in_force == document_hash(THIRD)
    assert state.find(document_hash(SECOND)).agreed == ("S-5",)


def test_an_older_policy_can_come_back_in_the_same_way() -> None:
    _, state = after(
        put_forward(SECOND), agreed(SECOND, "S-4"), agreed(SECOND, "S-5"), agreed(SHIPPED, "S-4"), agreed(SHIPPED, "S-5")
    )  # fmt: skip
    assert state.in_force == FIRST.hash
    assert len(state.find(FIRST.hash).published) == 2


def test_only_operators_agree_only_to_what_is_known_and_without_fault() -> None:
    _, state = after(put_forward(SECOND))
    with pytest.raises(NotPermitted):
        agreed(SECOND, "S-1")(state)
    with pytest.raises(NotKnown):
        agreed(THIRD, "S-4")(state)
    faulty = AgreeToPolicy(document_hash(SECOND), "S-4", TWO, tuple(check(FAULTY)))
    with pytest.raises(InvalidPolicy):
        agree(state, faulty)


def test_to_agree_to_what_is_in_force_changes_nothing() -> None:
    _, state = after()
    assert agreed(SHIPPED, "S-4")(state) == []


def test_the_operator_of_the_machine_publishes_alone_only_where_no_two_others_can() -> None:
    [event] = publish(Policies(), PublishPolicy(SHIPPED, may=TWO))
    assert event == FIRST, "the first policy of a log"
    _, state = after()
    assert publish(state, PublishPolicy(SHIPPED)) == []
    [event] = publish(state, PublishPolicy(SECOND, may=frozenset({"S-4"})))
    assert isinstance(event, PolicyPublished)
    with pytest.raises(NotAllowed, match="S-4, S-5"):
        publish(state, PublishPolicy(SECOND, may=TWO))
    with pytest.raises(InvalidPolicy):
        publish(state, PublishPolicy(FAULTY, tuple(check(FAULTY))))


def test_a_policy_is_named_by_the_first_of_its_hash() -> None:
    _, state = after(put_forward(SECOND))
    assert state.find(FIRST.hash[:12]).label == "1"
    for name in ("", "1", FIRST.hash[:5], "0" * 64):
        with pytest.raises(NotKnown):
            state.find(name)


def test_a_run_over_history_stands_with_its_draft() -> None:
    shadowed = PolicyShadowed.example().model_copy(update={"hash": document_hash(SECOND)})
    _, state = after(put_forward(SECOND), lambda _state: [shadowed])
    assert state.find(document_hash(SECOND)).shadowed == shadowed


@pytest.mark.parametrize(
    ("left_out", "pointers"),
    [
        ("CAR", ["/rows/R9/team"]),
        ("EDT", ["/timekeeping/out_of_hours", "/rows/R28/team"]),
        ("ASG", ["/rows/R0/team/adult", "/rows/R12/team"]),
        ("VCS", []),
    ],
)
def test_a_team_that_the_register_lacks_is_a_fault_at_each_place_that_sends_to_it(
    left_out: str, pointers: list[str]
) -> None:
    faults = check(SHIPPED, teams=set(register().teams) - {left_out})
    assert [f.pointer for f in faults] == pointers
    assert all(left_out in f.says and left_out in str(f.mend) for f in faults)


def test_what_would_be_decided_is_not_said_with_a_register_that_lacks_a_team_of_the_policy() -> (
    None
):
    refuse_lacking(SHIPPED, set(register().teams))
    with pytest.raises(InvalidPolicy, match="does not have") as refusal:
        refuse_lacking(SHIPPED, set(register().teams) - {"OTC"})
    assert [f.pointer for f in refusal.value.faults] == ["/rows/R20/team"]


@pytest.mark.asyncio
async def test_neither_the_operator_nor_two_people_put_a_policy_in_force_that_sends_to_no_team() -> (
    None
):
    log = MemoryLog()
    lac = next(line for line in DOCUMENT.splitlines() if line.startswith("  LAC:"))
    without = changed((f"{lac}\n", ""))
    log.store(wrapped([TeamsAdopted(hash=document_hash(without), document=without)], log))
    with pytest.raises(InvalidPolicy) as refusal:
        await publish_in(log, SHIPPED, england())
    assert [f.pointer for f in refusal.value.faults] == ["/rows/R18/team"]
    assert "row R18" in refusal.value.faults[0].says and "LAC" in refusal.value.faults[0].says

    for name in ("Ada", "Ben"):
        await add_staff(log, name, "TF", "operator")
    ada, ben = (await may_agree(log)).keys()
    await put_forward_in(log, SHIPPED, england(), by=ada)
    assert [f.code for f in (await policies(log)).find(HASH).faults or ()] == [
        "team-not-in-register"
    ]
    with pytest.raises(InvalidPolicy):
        await agree_in(log, HASH, ada, england())

    assert await adopt(log, DOCUMENT)
    await put_forward_in(log, SHIPPED, england(), by=ada)
    assert (await policies(log)).find(HASH).faults == ()
    await agree_in(log, HASH, ada, england())
    await agree_in(log, HASH, ben, england())
    assert (await policies(log)).in_force == HASH


@pytest.mark.asyncio
async def test_the_policy_in_force_is_the_last_published_whatever_is_drafted_since() -> None:
    log = MemoryLog()
    assert await policy_if_any(log) is None
    await put_forward_in(log, SECOND, england())
    assert await policy_if_any(log) is None
    for published, drafted in ((SHIPPED, THIRD), (SECOND, THIRD)):
        await publish_in(log, published, england())
        await put_forward_in(log, drafted, england())
        found = await policy_if_any(log)
        assert found is not None and found.document_hash == document_hash(published)
