"""The door of the loop: who may act, what is recorded, and what happens when two act at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from events.base import Event
from events.contact_closed import ContactClosed
from hub.errors import Conflict, InvalidCommand, NotKnown, NotPermitted
from hub.referrals.act import Outcome
from hub.referrals.act import act as act_at
from hub.referrals.closing import NO_OUTCOME
from hub.referrals.episodes import read_episode
from hub.teams.book import works_for
from hub.viewer import OPERATOR, Viewer
from tests.loop.given import (
    C1,
    C2,
    O1,
    R1,
    R2,
    RECEIVED_AT,
    MemoryLog,
    contact_of_a_family,
    owed,
    route,
    wrapped,
    young_carer,
)  # fmt: skip

pytestmark = pytest.mark.asyncio

YC = Viewer("duty", "S-1", "YC")
MASH = Viewer("duty", "S-2", "MASH", frozenset({"shielded"}))
CLS_1 = Viewer("duty", "S-3", "CLS-1")
ADULT = ("p1", "P-000001")


async def act(log: Any, viewer: Viewer, *what: Any, **more: Any) -> Outcome:
    """Act while the clocks still run."""
    return await act_at(log, viewer, *what, **{"recorded_at": RECEIVED_AT, **more})


def types(log: MemoryLog, after: int = 0) -> list[str]:
    return [e.event.TYPE for e in log.events[after:]]


async def test_what_was_decided_is_recorded_in_the_actors_name_where_its_pages_find_it() -> None:
    log = MemoryLog.holding(*young_carer())
    outcome = await act(log, YC, "accept", R1, {})
    accepted = log.events[-1]
    assert outcome.position == accepted.position == 4
    assert (accepted.actor, accepted.correlation_id, accepted.version) == ("staff:S-1", C1, 2)
    assert accepted.causation_id == log.events[2].event_id
    assert {"team:YC", "family:P-000001", "person:P-000002"} <= set(accepted.tags)


async def test_what_changes_nothing_appends_nothing_and_names_a_position_to_read_from() -> None:
    log = MemoryLog.holding(*young_carer())
    first = await act(log, YC, "accept", R1)
    again = await act(log, YC, "accept", R1)
    assert again.events == () and again.position == first.position and len(log.appends) == 1


async def test_a_decline_opens_the_next_in_the_same_append() -> None:
    log = MemoryLog.holding(*young_carer())
    outcome = await act(log, YC, "decline", R1, {"reason": "Full."})
    assert outcome.opens == R2
    [append] = log.appends
    assert [e.stream for e in append.events] == [f"referral:{R1}", f"referral:{R2}"]
    assert append.events[1].causation_id == append.events[0].event_id


async def test_only_staff_of_the_team_that_has_it_may_act() -> None:
    log = MemoryLog.holding(*young_carer([owed("F4")]))
    for viewer in (
        MASH,
        CLS_1,
        Viewer("duty", "S-9"),
        Viewer("auditor", "S-4", "YC"),
        Viewer("partner", "yc"),
        OPERATOR,
    ):
        for verb, subject in (("accept", R1), ("done", O1)):
            with pytest.raises(NotPermitted):
                await act(log, viewer, verb, subject)
    assert log.appends == []


async def test_once_it_went_on_only_the_next_team_may_act_on_it_and_on_what_is_owed() -> None:
    log = MemoryLog.holding(*young_carer([owed("F4")]))
    await act(log, YC, "decline", R1, {"reason": "Full."})
    for verb, subject in (("accept", R2), ("done", O1)):
        with pytest.raises(NotPermitted):
            await act(log, YC, verb, subject)
        await act(log, MASH, verb, subject)


async def test_a_referral_of_a_restricted_stream_is_unknown_to_those_not_cleared() -> None:
    log = MemoryLog.holding(*contact_of_a_family(route("R14", "MARAC", *ADULT)))
    with pytest.raises(NotKnown):
        await act(log, YC, "accept", R1)
    with pytest.raises(NotPermitted):
        await act(log, Viewer("duty", "S-9", "CSC", frozenset({"R14"})), "accept", R1)


async def test_a_locality_acts_for_itself_and_its_team_and_not_for_its_neighbour() -> None:
    assert works_for("CLS-2", "CLS-2") and works_for("CLS", "CLS-2") and works_for("CLS-2", "CLS")
    assert (
        not works_for("CLS-1", "CLS-2")
        and not works_for("CLS", "CSC")
        and not works_for(None, "CLS")
    )


async def test_what_is_no_id_and_what_is_not_there_are_not_known() -> None:
    log = MemoryLog.holding(*young_carer())
    for subject in (
        "",
        "R",
        "C-26-000001",
        "R-26-000001-0",
        "R-26-000001-١",
        "R-26-000002-1",
        "O-26-000001-1",
        "R-26-000001-1\n",
    ):
        with pytest.raises(NotKnown):
            await act(log, YC, "done", subject, {"outcome": "Plan."})
    with pytest.raises(NotKnown):
        await act(log, YC, "destroy", R1)


BAD_BODIES: list[tuple[Any, str]] = [
    ([], ""),
    ("reason", ""),
    ({"reason": 1}, "/reason"),
    ({"reason": ["x"]}, "/reason"),
    ({"reason": "x", "next": True}, "/next"),
    ({"reason": "x", "outcome": "y"}, "/outcome"),
    ({"reason": "x", "reasons": "y"}, "/reasons"),
    ({"reason": "x", "a/b~": "y"}, "/a~1b~0"),
    ({"reason": "\0"}, "/reason"),
    ({"reason": "\ud800"}, "/reason"),
    ({"reason": "x" * 4001}, "/reason"),
    ({"reason": None}, "/reason"),
    ({"reason": " \n"}, "/reason"),
    ({"reason": "x", "next": "NOBODY"}, "/next"),
]


@pytest.mark.parametrize(("body", "pointer"), BAD_BODIES)
async def test_a_body_that_cannot_be_used_is_refused_by_its_place(body: Any, pointer: str) -> None:
    log = MemoryLog.holding(*young_carer())
    with pytest.raises(InvalidCommand) as refused:
        await act(log, YC, "decline", R1, body)
    assert [f.pointer for f in refused.value.faults] == [pointer]
    assert log.appends == []


async def test_blank_members_are_as_if_absent() -> None:
    log = MemoryLog.holding(*young_carer())
    outcome = await act(log, YC, "accept", R1, {"note": " ", "reason": "", "next": None})
    assert [e.TYPE for e in outcome.events] == ["referral.accepted"]


def others(*events: Event) -> Callable[[MemoryLog], Any]:
    """Somebody else's events, stored between reading and appending."""
    return lambda log: log.store(wrapped(events, log))


async def test_who_comes_second_decides_again_on_what_is_so_now() -> None:
    log = MemoryLog.holding(*young_carer())
    first = MemoryLog.holding(*young_carer())
    accepted = (await act(first, YC, "accept", R1)).events
    log.meanwhile.append(others(*accepted))
    outcome = await act(log, YC, "accept", R1)
    assert outcome.events == () and types(log).count("referral.accepted") == 1


async def test_two_that_open_the_next_referral_at_once_get_a_number_each() -> None:
    two = contact_of_a_family(route("R8", "YC"), route("R11", "CLS-1", *ADULT))
    log, other = MemoryLog.holding(*two), MemoryLog.holding(*two)
    theirs = (await act(other, CLS_1, "decline", R2, {"reason": "Full."})).events
    log.meanwhile.append(others(*theirs))
    outcome = await act(log, YC, "decline", R1, {"reason": "Full."})
    assert outcome.opens == "R-26-000001-4"


async def test_who_loses_three_times_is_told_so() -> None:
    log = MemoryLog.holding(*young_carer())
    moved = young_carer()[2]
    log.meanwhile = [
        others(moved.model_copy(update={"referral": f"R-26-000001-{n}", "follows": R1}))
        for n in (2, 3, 4)
    ]
    with pytest.raises(Conflict):
        await act(log, YC, "decline", R1, {"reason": "Full."})


async def test_the_last_two_open_ends_tied_up_at_the_same_moment_still_close_the_contact() -> None:
    two = contact_of_a_family(route("R8", "YC"), route("R11", "CLS-1", *ADULT))
    log, other = MemoryLog.holding(*two), MemoryLog.holding(*two)
    theirs = (await act(other, CLS_1, "withdraw", R2, {"reason": "No wish."})).events
    log.meanwhile.append(others(*theirs))
    outcome = await act(log, YC, "withdraw", R1, {"reason": "Moved."})
    assert [e.TYPE for e in outcome.events] == ["referral.withdrawn", "contact.closed"]
    assert types(log).count("contact.closed") == 1


async def test_a_demonstration_may_act_at_a_time_of_its_own() -> None:
    log = MemoryLog.holding(*young_carer())
    then = datetime(2026, 3, 5, 9, tzinfo=UTC)
    await act(log, YC, "accept", R1, recorded_at=then)
    assert log.events[-1].recorded_at == then


def a_second_contact_that_leans_on_the_first() -> list[Event]:
    """The young carers team has Daniel already: the second contact points at its referral and owes a question with it."""
    second = contact_of_a_family(
        route("R8", "YC", held_by=R1), obligations=[owed("F2")], contact=C2
    )
    return [*young_carer(), *second]


async def test_what_a_later_contact_owes_blocks_the_referral_it_leans_on() -> None:
    log = MemoryLog.holding(*a_second_contact_that_leans_on_the_first())
    await act(log, YC, "accept", R1)
    with pytest.raises(Exception, match="O-26-000002-1"):
        await act(log, YC, "done", R1, {"outcome": "Plan."})
    await act(log, YC, "done", "O-26-000002-1")
    await act(log, YC, "done", R1, {"outcome": "Plan."})
    closed = {
        e.event.contact: e.event.outcome for e in log.events if isinstance(e.event, ContactClosed)
    }
    assert closed == {C1: "Plan.", C2: NO_OUTCOME}


async def test_a_contact_that_leans_on_an_accepted_referral_is_owned_by_its_team() -> None:
    log = MemoryLog.holding(*a_second_contact_that_leans_on_the_first())
    assert (await read_episode(log, C2)).owner.code == "F81XXX"
    await act(log, YC, "accept", R1)
    assert (await read_episode(log, C2)).owner.code == "YC"


async def test_what_a_later_contact_owes_goes_on_with_the_referral_it_leans_on() -> None:
    log = MemoryLog.holding(*a_second_contact_that_leans_on_the_first())
    await act(log, YC, "decline", R1, {"reason": "Full.", "next": "CSC"})
    with pytest.raises(NotPermitted):
        await act(log, YC, "done", "O-26-000002-1")
    await act(log, Viewer("duty", "S-5", "CSC"), "done", "O-26-000002-1")


async def test_a_contact_with_work_of_its_own_stays_open_when_what_it_leans_on_ends() -> None:
    second = contact_of_a_family(
        route("R8", "YC", held_by=R1), route("R11", "CLS-1", *ADULT), contact=C2
    )
    log = MemoryLog.holding(*young_carer(), *second)
    await act(log, YC, "withdraw", R1, {"reason": "Moved."})
    assert not (await read_episode(log, C2)).closed
    await act(log, CLS_1, "withdraw", "R-26-000002-1", {"reason": "Moved."})
    assert (await read_episode(log, C2)).closed
