"""A register comes into force: the right event, the right refusal, silence where there is nothing to do; and who reads it."""

import pytest

from events.teams_adopted import TeamsAdopted
from hub.errors import Conflict, InvalidTeams
from hub.policies import document_hash
from hub.teams.adopt import AdoptTeams, TeamsInForce, decide
from hub.teams.book import go_by, read_teams, shipped_book, team_book
from hub.teams.in_force import TeamsOf, adopt, adopted, begin_with_shipped_teams, teams_in_force
from hub.teams.state import Member
from hub.teams.viewers import viewer_of
from tests.loop.given import MemoryLog, wrapped
from tests.teams.given import DOCUMENT, changed

BEN = Member("S-1", "Ben", "CSC", "duty")
UNCLEARED = changed(("clearances: [shielded, adoption], ", ""))


def in_log(log: MemoryLog, document: str) -> None:
    """Put a register into the log, whatever it says."""
    log.store(wrapped([TeamsAdopted(hash=document_hash(document), document=document)], log))


def test_a_register_comes_into_force_whole() -> None:
    [event] = decide(TeamsInForce(), AdoptTeams(DOCUMENT))
    assert event == TeamsAdopted(hash=document_hash(DOCUMENT), document=DOCUMENT)


def test_the_same_register_again_changes_nothing() -> None:
    assert decide(TeamsInForce(hash=document_hash(DOCUMENT)), AdoptTeams(DOCUMENT)) == []


@pytest.mark.parametrize("said", ["accepts: [R88]", "hours: {days: []}", "escalates_to: YC"])
def test_a_register_with_faults_is_refused(said: str) -> None:
    with pytest.raises(InvalidTeams):
        decide(TeamsInForce(), AdoptTeams(changed(("accepts: [R8]", said))))


def test_one_that_came_into_force_before_it_was_a_fault_is_read_as_it_is() -> None:
    assert read_teams(changed(("accepts: [R8]", "hours: {days: []}"))).find("YC")


def test_a_queue_with_open_referrals_and_a_team_of_the_policy_cannot_be_left_out() -> None:
    without = changed(("localities: [1, 2, 3, 4], without_locality: TF, phone: \"01632 960502\"", "phone: \"01632 960502\""))  # fmt: skip
    with pytest.raises(InvalidTeams) as refusal:
        decide(TeamsInForce(), AdoptTeams(without, still_asked=["CLS-4"], sent_to=["XYZ"]))
    assert [fault.pointer for fault in refusal.value.faults] == ["/teams/CLS", "/teams/XYZ"]
    assert decide(TeamsInForce(), AdoptTeams(without, sent_to=["CLS", "YC"]))


@pytest.mark.asyncio
async def test_a_log_begins_with_the_shipped_register_and_keeps_a_later_one() -> None:
    log = MemoryLog()
    await begin_with_shipped_teams(log)
    await begin_with_shipped_teams(log)
    assert [e.document for e in await adopted(log)] == [DOCUMENT]
    assert await adopt(log, UNCLEARED)
    assert await adopt(log, UNCLEARED) is None
    await begin_with_shipped_teams(log)
    assert [e.document for e in await adopted(log)] == [DOCUMENT, UNCLEARED]


@pytest.mark.asyncio
async def test_a_changed_clearance_counts_at_once_and_only_what_is_new_is_read() -> None:
    log = MemoryLog()
    await begin_with_shipped_teams(log)
    teams = TeamsOf(log)
    assert viewer_of(BEN, await teams.now()).clearances == {"shielded", "adoption"}
    log.rows_read = 0
    await teams.now()
    assert log.rows_read == 0
    await adopt(log, UNCLEARED)
    assert viewer_of(BEN, await teams.now()).clearances == frozenset()


@pytest.mark.asyncio
async def test_before_any_register_nobody_is_cleared_for_anything() -> None:
    book = await teams_in_force(MemoryLog())
    assert book.codes == shipped_book().codes
    assert not any(team.clearances for team in book.teams.values())


@pytest.mark.asyncio
async def test_where_the_register_cannot_be_read_nobody_is_answered_by_an_older_one() -> None:
    log = MemoryLog()
    await begin_with_shipped_teams(log)
    teams = TeamsOf(log)
    await teams.now()
    in_log(log, "teams: {}\n")
    for _ in range(2):
        with pytest.raises(InvalidTeams):
            await teams.now()


@pytest.mark.asyncio
async def test_of_two_who_import_at_once_one_is_told() -> None:
    log = MemoryLog()
    for number in range(3):
        log.meanwhile.append(lambda log, n=number: in_log(log, f"{DOCUMENT}# {n}\n"))
    with pytest.raises(Conflict):
        await adopt(log, UNCLEARED)


def test_a_request_is_answered_with_the_names_in_force() -> None:
    renamed = read_teams(changed(("name: Early help", "name: Family hubs")))
    assert team_book().name_of("EH") == "Early help"
    go_by(renamed)
    try:
        assert team_book().name_of("EH") == "Family hubs"
    finally:
        go_by(shipped_book())
