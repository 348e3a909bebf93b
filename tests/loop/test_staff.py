"""Staff: who may sign in, with what clearances; and the teams they work for."""

from datetime import UTC, datetime, timedelta

import pytest

from events.base import Event
from events.staff_added import StaffAdded
from events.staff_key_issued import StaffKeyIssued
from events.staff_removed import StaffRemoved
from events.staff_session_ended import StaffSessionEnded
from hub.errors import InvalidCommand, NotKnown, NotSignedIn
from hub.keys import digest
from hub.log import KeyRow, RevokeKeys
from hub.teams import add, end_session, issue_key, remove
from hub.teams.book import team_book
from hub.teams.in_force import TeamsOf, begin_with_shipped_teams
from hub.teams.register import (
    Members,
    add_staff,
    begin_session,
    issue_sign_in_link,
    issue_staff_key,
    list_staff,
    member_of,
    remove_staff,
    sign_in,
    sign_out,
    viewer_by,
    viewer_of_key,
)  # fmt: skip
from hub.teams.state import Member, Staff, fold
from hub.teams.viewers import as_team, viewer_of
from hub.viewer import ALL_CLEARANCES, Viewer
from tests.loop.given import MemoryLog, recorded

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
SAM = StaffAdded(staff="S-1", name="Sam Taylor", team="MASH", role="duty")
TEAMS = team_book()


def revoked(row: KeyRow, change: RevokeKeys) -> bool:
    """Whether a key stopped working."""
    return (row.table, row.holder) == (change.table, change.holder) and change.key in (
        None,
        row.key,
    )


class MemoryKeys:
    """The keys that a memory log stored, as the database would answer."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.used: set[str] = set()

    def rows(self, table: str) -> list[KeyRow]:
        rows: list[KeyRow] = []
        for change in (change for append in self.log.appends for change in append.keys):
            if isinstance(change, RevokeKeys):
                rows = [r for r in rows if not revoked(r, change)]
            else:
                rows.append(change)
        return [r for r in rows if r.table == table and r.sha256 not in self.used]

    async def find(self, table: str, sha256: str) -> tuple[str, str] | None:
        return next(
            (
                (r.holder, r.key)
                for r in self.rows(table)
                if r.sha256 == sha256 and not r.single_use
            ),
            None,
        )

    async def use(self, table: str, sha256: str) -> tuple[str, str] | None:
        found = next(
            ((r.holder, r.key) for r in self.rows(table) if r.sha256 == sha256 and r.single_use),
            None,
        )
        self.used.add(sha256)
        return found


def register(*events: Event) -> Staff:
    return fold(recorded(events))


def test_a_member_of_staff_gets_the_next_number() -> None:
    decided = add.decide(
        register(SAM, StaffRemoved(staff="S-1")), add.AddStaff("Alex Kaya", "CLS-2", TEAMS)
    )
    assert decided == [StaffAdded(staff="S-2", name="Alex Kaya", team="CLS-2", role="duty")]


def test_the_same_person_again_changes_nothing() -> None:
    assert add.decide(register(SAM), add.AddStaff("Sam Taylor", "MASH", TEAMS)) == []
    assert (
        add.decide(
            register(SAM, StaffRemoved(staff="S-1")), add.AddStaff("Sam Taylor", "MASH", TEAMS)
        )
        != []
    )


def test_a_team_or_role_that_does_not_exist_is_refused_with_those_that_do() -> None:
    for team in ("XYZ", "CLS-9", "MASH-1", ""):
        with pytest.raises(InvalidCommand, match="CLS-4"):
            add.decide(Staff(), add.AddStaff("Sam", team, TEAMS))
    with pytest.raises(InvalidCommand, match="auditor"):
        add.decide(Staff(), add.AddStaff("Sam", "MASH", TEAMS, "boss"))


def test_a_member_may_work_for_a_team_in_all_its_localities() -> None:
    assert add.decide(Staff(), add.AddStaff("Sam", "CLS", TEAMS)) != []


def test_who_left_gets_no_key_and_leaves_once() -> None:
    gone = register(SAM, StaffRemoved(staff="S-1"))
    with pytest.raises(NotKnown):
        issue_key.decide(gone, issue_key.IssueStaffKey("S-1"))
    assert remove.decide(gone, remove.RemoveStaff("S-1")) == []
    with pytest.raises(NotKnown):
        remove.decide(gone, remove.RemoveStaff("S-2"))


def test_each_key_link_and_session_has_the_next_number() -> None:
    known = register(SAM, StaffKeyIssued(staff="S-1", key="k1", kind="session"))
    for name in ("S-1", "Sam Taylor"):
        decided = issue_key.decide(known, issue_key.IssueStaffKey(name, "link"))
        assert decided == [StaffKeyIssued(staff="S-1", key="k2", kind="link")]


def test_a_name_that_two_have_does_not_name_one() -> None:
    both = register(SAM, SAM.model_copy(update={"staff": "S-2", "team": "CSC"}))
    with pytest.raises(NotKnown, match="2 members"):
        both.find("Sam Taylor")


def test_the_teams_are_those_of_the_vocabulary() -> None:
    words = "TF CLS LAC OTA OTC CAR YC WBT SPLW VCS HW MASH CSC EH ASG LADO MARAC PREV AMHP EDT HDT HOU TRANS"
    assert list(TEAMS.teams) == words.split()
    assert {c for c in TEAMS.codes if "-" in c} == {
        f"{t}-{n}" for t in ("CLS", "LAC", "SPLW", "VCS") for n in range(1, 5)
    }


def test_clearances_are_as_shipped() -> None:
    cleared = {code: TEAMS.clearances(code) for code in TEAMS.codes}
    assert {c for c in cleared if "shielded" in cleared[c]} == {
        "MASH",
        "CSC",
        "ASG",
        "MARAC",
        "AMHP",
        "EDT",
    }
    assert {c for c in cleared if "adoption" in cleared[c]} == {"CSC"}
    for row, team in (("R14", "MARAC"), ("R15", "LADO"), ("R16", "PREV")):
        assert {c for c in cleared if row in cleared[c]} == {team}


def test_duty_staff_see_what_their_team_is_cleared_for() -> None:
    assert viewer_of(Member("S-1", "Sam", "CSC", "duty"), TEAMS) == Viewer(
        "duty", "S-1", "CSC", frozenset({"shielded", "adoption"})
    )
    assert viewer_of(Member("S-1", "Sam", "CLS-1", "duty"), TEAMS).clearances == frozenset()


def test_an_auditor_is_cleared_for_nothing_whatever_team_they_come_from() -> None:
    for team in TEAMS.codes:
        assert viewer_of(Member("S-1", "Sam", team, "auditor"), TEAMS).clearances == frozenset()


def test_the_operator_sees_all_and_as_a_team_what_it_sees() -> None:
    assert viewer_of(Member("S-1", "Sam", "TF", "operator"), TEAMS).clearances == ALL_CLEARANCES
    assert as_team("MARAC", TEAMS).clearances == {"shielded", "R14"}
    assert as_team("YC", TEAMS) == Viewer("duty", "operator", "YC")
    with pytest.raises(InvalidCommand, match="MASH"):
        as_team("NOBODY", TEAMS)


def test_a_front_door_stands_on_each_side() -> None:
    assert (TEAMS.front_door(True), TEAMS.front_door(False)) == ("MASH", "TF")


@pytest.mark.asyncio
async def test_a_key_names_its_holder_until_they_leave() -> None:
    log = MemoryLog()
    keys = MemoryKeys(log)
    await begin_with_shipped_teams(log)
    sam = await add_staff(log, "Sam Taylor", "MASH")
    key = await issue_staff_key(log, "Sam Taylor")
    assert key.startswith("nwd_s_")
    assert (
        await viewer_of_key(log, keys, digest(key))
        == viewer_of(sam, TEAMS)
        == await viewer_by(log, "S-1")
    )
    await remove_staff(log, "S-1")
    assert await viewer_of_key(log, keys, digest(key)) is None
    assert await list_staff(log) == []
    for staff in ("S-1", "S-2", "S-\0", ""):
        with pytest.raises(NotKnown):
            await viewer_by(log, staff)
        with pytest.raises(NotKnown):
            await member_of(log, staff)


@pytest.mark.asyncio
async def test_a_link_signs_in_once_and_is_no_key() -> None:
    log = MemoryLog()
    keys = MemoryKeys(log)
    await add_staff(log, "Sam Taylor", "MASH")
    link = await issue_sign_in_link(log, "S-1", NOW)
    [row] = log.appends[-1].keys
    assert isinstance(row, KeyRow)
    assert row.single_use and row.expires_at == NOW + timedelta(minutes=30)
    assert await viewer_of_key(log, keys, digest(link)) is None
    session = await sign_in(log, keys, link, NOW)
    viewer = await viewer_of_key(log, keys, digest(session))
    assert viewer is not None and viewer.id == "S-1"
    with pytest.raises(NotSignedIn):
        await sign_in(log, keys, link, NOW)


def test_signing_out_ends_that_session() -> None:
    known = register(SAM, StaffKeyIssued(staff="S-1", key="k1", kind="session"))
    command = end_session.EndSession("S-1", "k1")
    assert end_session.decide(known, command) == [StaffSessionEnded(staff="S-1", key="k1")]


def test_signing_out_again_changes_nothing() -> None:
    session = StaffKeyIssued(staff="S-1", key="k1", kind="session")
    known = register(SAM, session, StaffSessionEnded(staff="S-1", key="k1"))
    assert end_session.decide(known, end_session.EndSession("S-1", "k1")) == []
    left = register(SAM, session, StaffRemoved(staff="S-1"))
    assert end_session.decide(left, end_session.EndSession("S-1", "k1")) == []


@pytest.mark.asyncio
async def test_a_session_signed_out_of_works_nowhere_and_the_others_go_on() -> None:
    log = MemoryLog()
    keys = MemoryKeys(log)
    await add_staff(log, "Sam Taylor", "MASH")
    key = await issue_staff_key(log, "S-1")
    ended, other = [await begin_session(log, "S-1", NOW) for _ in range(2)]
    await sign_out(log, keys, ended)
    await sign_out(log, keys, ended)
    await sign_out(log, keys, key)
    assert await viewer_of_key(log, keys, digest(ended)) is None
    assert await viewer_of_key(log, keys, digest(other))
    assert await viewer_of_key(log, keys, digest(key))


@pytest.mark.asyncio
async def test_of_years_of_sign_ins_only_what_is_new_is_read_again() -> None:
    log = MemoryLog()
    keys = MemoryKeys(log)
    await begin_with_shipped_teams(log)
    members, teams = Members(log), TeamsOf(log)
    await teams.now()
    for name in ("Sam Taylor", "Kim Osei"):
        await add_staff(log, name, "MASH")
    for _ in range(20):
        await sign_out(log, keys, await begin_session(log, "S-1", NOW))
    key = await issue_staff_key(log, "S-1")
    other = await issue_staff_key(log, "S-2")
    read = []
    for asked in (key, key, other, key):
        log.rows_read = 0
        assert await viewer_of_key(log, keys, digest(asked), members, teams) is not None
        read.append(log.rows_read)
    assert read == [42, 0, 2, 0]
    await remove_staff(log, "S-1")
    with pytest.raises(NotKnown):
        await members.find("S-1")
    assert (await members.find("S-2")).name == "Kim Osei"


@pytest.mark.asyncio
async def test_a_sign_in_reads_nobody_elses() -> None:
    log = MemoryLog()
    for name in ("Sam Taylor", "Kim Osei"):
        await add_staff(log, name, "MASH")
    for _ in range(20):
        await begin_session(log, "S-2", NOW)
    log.rows_read = 0
    await begin_session(log, "S-1", NOW)
    assert log.rows_read == 1


@pytest.mark.asyncio
async def test_a_session_expires() -> None:
    log = MemoryLog()
    await add_staff(log, "Sam Taylor", "MASH")
    await begin_session(log, "S-1", NOW)
    [row] = log.appends[-1].keys
    assert isinstance(row, KeyRow)
    assert not row.single_use and row.expires_at == NOW + timedelta(hours=12)
    assert log.events[-1].actor == "staff:S-1"
