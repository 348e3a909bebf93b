"""The loop over the real log: what is acted is stored, and of those who act at once one is first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.keys import PostgresKeys
from adapters.postgres.log import PostgresLog
from events.base import Event
from hub.errors import NotAllowed, NotPermitted, NotSignedIn
from hub.keys import digest
from hub.log import Append
from hub.partners.register import add_partner, issue_partner_key, list_partners, revoke_partner
from hub.referrals.act import act
from hub.referrals.episodes import read_episode
from hub.referrals.state import Owner
from hub.teams.register import (
    add_staff,
    begin_session,
    issue_sign_in_link,
    issue_staff_key,
    list_staff,
    remove_staff,
    sign_in,
    viewer_of_key,
)
from hub.viewer import Viewer
from tests.loop.given import (
    C1,
    C2,
    O1,
    R1,
    R2,
    R3,
    MemoryLog,
    contact_of_a_family,
    owed,
    route,
    wrapped,
    young_carer,
)
from tests.postgres import COUNCIL

pytestmark = pytest.mark.asyncio

ADULT = ("p1", "P-000001")
YC, MASH, CSC, EH, CLS_1 = (
    Viewer("duty", f"S-{n}", team) for n, team in enumerate(("YC", "MASH", "CSC", "EH", "CLS-1"), 1)
)


@pytest_asyncio.fixture
async def keys(database: str) -> AsyncIterator[PostgresKeys]:
    """The keys kept beside the log, on connections of their own."""
    async with AsyncConnectionPool(database, min_size=1, max_size=2, open=False) as pool:
        yield PostgresKeys(pool, COUNCIL)


async def holding(log: PostgresLog, events: list[Event]) -> None:
    await log.append(Append(tuple(wrapped(events, MemoryLog()))))


async def stored(log: PostgresLog, contact: str = C1) -> list[str]:
    """What staff did, without what that meant for a clock."""
    told = await log.read_tagged([f"contact:{contact}"])
    return [e.type for e in told if e.actor != "engine" and not e.type.startswith("clock.")]


async def test_seen_is_stored(log: PostgresLog) -> None:
    await holding(log, young_carer())
    outcome = await act(log, YC, "seen", R1)
    assert outcome.position == await log.head() and await stored(log) == ["referral.seen"]


async def test_accepted_is_stored_once(log: PostgresLog) -> None:
    await holding(log, young_carer())
    await act(log, YC, "accept", R1)
    await act(log, YC, "accept", R1)
    assert await stored(log) == ["referral.accepted"]
    assert (await read_episode(log, C1)).owner == Owner("team", "YC")


@pytest.mark.parametrize(
    ("verb", "body", "kind", "next_one"),
    [
        ("decline", {"reason": "Full."}, "referral.declined", MASH),
        ("override", {"reason": "Level 2.", "next": "EH"}, "referral.overridden", EH),
        ("hand-on", {"reason": "Screened.", "next": "CSC"}, "referral.handed_on", CSC),
    ],
)
async def test_what_goes_on_is_stored_with_what_follows_it(
    log: PostgresLog, verb: str, body: dict[str, str], kind: str, next_one: Viewer
) -> None:
    await holding(log, young_carer([owed("F4")]))
    await act(log, YC, verb, R1, body)
    assert await stored(log) == [kind, "referral.sent"]
    with pytest.raises(NotPermitted):
        await act(log, YC, "done", O1)
    await act(log, next_one, "done", O1)
    await act(log, next_one, "accept", R2)


@pytest.mark.parametrize(
    ("verb", "body", "kind"),
    [
        ("done", {"outcome": "Plan."}, "referral.done"),
        ("withdraw", {"reason": "Moved."}, "referral.withdrawn"),
    ],
)
async def test_the_end_is_stored_with_the_closing(
    log: PostgresLog, verb: str, body: dict[str, str], kind: str
) -> None:
    await holding(log, young_carer([owed("F4"), owed("F2")]))
    await act(log, YC, "accept", R1)
    with pytest.raises(NotAllowed, match=O1):
        await act(log, YC, verb, R1, body)
    await act(log, YC, "done", O1)
    await act(log, YC, "waive", "O-26-000001-2", {"reason": "Asked before."})
    await act(log, YC, verb, R1, body)
    met = ["referral.accepted", "obligation.done", "obligation.waived"]
    assert await stored(log) == [*met, kind, "contact.closed"]


async def test_of_twenty_who_accept_at_once_one_is_first_and_none_fails(log: PostgresLog) -> None:
    await holding(log, young_carer())
    outcomes = await asyncio.gather(*(act(log, YC, "accept", R1) for _ in range(20)))
    assert sum(bool(o.events) for o in outcomes) == 1
    assert await stored(log) == ["referral.accepted"]


async def test_two_who_end_the_last_two_at_once_close_the_contact_once(log: PostgresLog) -> None:
    for n in range(1, 11):
        contact = f"C-26-{n:06}"
        await holding(
            log,
            contact_of_a_family(route("R8", "YC"), route("R11", "CLS-1", *ADULT), contact=contact),
        )
        await asyncio.gather(
            act(log, YC, "withdraw", f"R-26-{n:06}-1", {"reason": "Moved."}),
            act(log, CLS_1, "withdraw", f"R-26-{n:06}-2", {"reason": "Moved."}),
        )
        assert (await stored(log, contact)).count("contact.closed") == 1


async def test_two_who_decline_at_once_open_a_referral_each(log: PostgresLog) -> None:
    await holding(log, contact_of_a_family(route("R8", "YC"), route("R11", "CLS-1", *ADULT)))
    outcomes = await asyncio.gather(
        act(log, YC, "decline", R1, {"reason": "Full."}),
        act(log, CLS_1, "decline", R2, {"reason": "Full."}),
    )
    assert {o.opens for o in outcomes} == {R3, "R-26-000001-4"}


async def test_a_later_contact_that_leans_on_a_referral_closes_with_it(log: PostgresLog) -> None:
    leaning = contact_of_a_family(
        route("R8", "YC", held_by=R1), obligations=[owed("F2")], contact=C2
    )
    await holding(log, young_carer())
    await holding(log, leaning)
    await act(log, YC, "accept", R1)
    with pytest.raises(NotAllowed, match="O-26-000002-1"):
        await act(log, YC, "done", R1, {"outcome": "Plan."})
    await act(log, YC, "done", "O-26-000002-1")
    await act(log, YC, "done", R1, {"outcome": "Plan."})
    assert await stored(log, C2) == ["obligation.done", "contact.closed"]


async def test_partners_and_staff_are_registered_and_two_added_at_once_have_a_number_each(
    log: PostgresLog,
) -> None:
    await asyncio.gather(*(add_staff(log, f"Sam {n}", "MASH") for n in range(3)))
    assert {m.staff for m in await list_staff(log)} == {"S-1", "S-2", "S-3"}
    await issue_staff_key(log, "S-1")
    await remove_staff(log, "S-1")
    assert len(await list_staff(log)) == 2
    await add_partner(log, "urn:a", "Grays Surgery")
    await issue_partner_key(log, "urn:a")
    assert [len(p.keys) for p in await list_partners(log)] == [1]
    await revoke_partner(log, "grays-surgery")
    assert [len(p.keys) for p in await list_partners(log)] == [0]


async def test_a_key_works_from_the_moment_it_is_issued_until_it_is_revoked(
    log: PostgresLog, keys: PostgresKeys
) -> None:
    await add_partner(log, "urn:a", "Grays Surgery")
    first, second = [await issue_partner_key(log, "urn:a") for _ in range(2)]
    for key in (first, second):
        assert await viewer_of_key(log, keys, digest(key)) == Viewer("partner", "grays-surgery")
    await revoke_partner(log, "urn:a")
    for key in (first, second, "nwd_p_nobody"):
        assert await viewer_of_key(log, keys, digest(key)) is None
    third = await issue_partner_key(log, "urn:a")
    assert await viewer_of_key(log, keys, digest(third)) == Viewer("partner", "grays-surgery")


async def test_a_link_signs_in_once_and_an_expired_one_or_session_not_at_all(
    log: PostgresLog, keys: PostgresKeys
) -> None:
    now = datetime.now(UTC)
    member = await add_staff(log, "Sam Taylor", "MASH")
    link = await issue_sign_in_link(log, "S-1", now)
    assert await viewer_of_key(log, keys, digest(link)) is None
    session = await sign_in(log, keys, link, now)
    viewer = await viewer_of_key(log, keys, digest(session))
    assert viewer is not None and (viewer.id, viewer.team) == (member.staff, "MASH")
    stale_link = await issue_sign_in_link(log, "S-1", now - timedelta(hours=1))
    for spent in (link, stale_link):
        with pytest.raises(NotSignedIn):
            await sign_in(log, keys, spent, now)
    stale = await begin_session(log, "S-1", now - timedelta(hours=13))
    assert await viewer_of_key(log, keys, digest(stale)) is None
    await remove_staff(log, "S-1")
    assert await viewer_of_key(log, keys, digest(session)) is None
