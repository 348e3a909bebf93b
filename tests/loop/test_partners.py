"""Partners: who publishes, under which sources, with which keys."""

import re

import pytest

from events.base import Event
from events.partner_added import PartnerAdded
from events.partner_key_issued import PartnerKeyIssued
from events.partner_revoked import PartnerRevoked
from events.partner_source_added import PartnerSourceAdded
from hub.errors import InvalidCommand, NotKnown, SourceTaken
from hub.keys import digest, key_text
from hub.log import KeyRow, RevokeKeys
from hub.partners import add, issue_key, revoke
from hub.partners.register import (
    PartnerDirectory,
    add_partner,
    issue_partner_key,
    list_partners,
    read_partners,
    revoke_partner,
)  # fmt: skip
from hub.partners.state import Partners, fold
from tests.loop.given import MemoryLog, recorded

SURGERY = PartnerAdded(partner="grays-surgery", name="Grays Surgery", sources=("urn:a",))


def register(*events: Event) -> Partners:
    return fold(recorded(events))


def test_a_slug_is_made_of_the_name() -> None:
    for name, slug in [
        ("Grays Surgery", "grays-surgery"),
        ("  St. Mary's  Café & Co ", "st-marys-cafe-co"),
        ("ŁÓDŹ 7", "odz-7"),
        ("日本", "partner"),
        ("x" * 200, "x" * 55),
    ]:
        [added] = add.decide(Partners(), add.AddPartner("urn:a", name))
        assert isinstance(added, PartnerAdded)
        assert added.partner == slug


def test_a_slug_that_another_partner_has_gets_a_number() -> None:
    [added] = add.decide(register(SURGERY), add.AddPartner("urn:b", "Grays Surgery"))
    assert added == PartnerAdded(
        partner="grays-surgery-2", name="Grays Surgery", sources=("urn:b",)
    )


def test_the_same_slug_with_a_new_source_gives_the_partner_one_more() -> None:
    decided = add.decide(
        register(SURGERY), add.AddPartner("urn:b", "Grays Surgery", "grays-surgery")
    )
    assert decided == [PartnerSourceAdded(partner="grays-surgery", source="urn:b")]


def test_the_same_partner_again_changes_nothing() -> None:
    for slug in (None, "grays-surgery"):
        assert add.decide(register(SURGERY), add.AddPartner("urn:a", "Grays Surgery", slug)) == []


def test_another_partners_source_is_taken() -> None:
    for name, slug in [("Other", None), ("Grays Surgery", "other")]:
        with pytest.raises(SourceTaken, match="grays-surgery"):
            add.decide(register(SURGERY), add.AddPartner("urn:a", name, slug))


@pytest.mark.parametrize("slug", ["", "A", "a_b", "-a", "a-", "a--b", "a.b", "ä", "a\n", "x" * 61])
def test_what_cannot_name_a_topic_is_no_slug(slug: str) -> None:
    with pytest.raises(InvalidCommand):
        add.decide(Partners(), add.AddPartner("urn:a", "Name", slug))


@pytest.mark.parametrize("source", ["", " ", "urn:a b", "urn:\n", "urn:\0", "urn:é", "x" * 256])
def test_what_is_no_uri_is_no_source(source: str) -> None:
    with pytest.raises(InvalidCommand):
        add.decide(Partners(), add.AddPartner(source, "Name"))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "x" * 201])
def test_what_is_no_short_plain_text_is_no_name(name: str) -> None:
    with pytest.raises(InvalidCommand):
        add.decide(Partners(), add.AddPartner("urn:a", name))


def test_each_key_has_the_next_number_and_is_found_by_slug_or_source() -> None:
    known = register(
        SURGERY,
        PartnerKeyIssued(partner="grays-surgery", key="k1"),
        PartnerRevoked(partner="grays-surgery"),
    )
    for name in ("grays-surgery", "urn:a"):
        decided = issue_key.decide(known, issue_key.IssuePartnerKey(name))
        assert decided == [PartnerKeyIssued(partner="grays-surgery", key="k2")]


def test_an_unknown_partner_gets_no_key() -> None:
    with pytest.raises(NotKnown):
        issue_key.decide(Partners(), issue_key.IssuePartnerKey("urn:a"))
    with pytest.raises(NotKnown):
        revoke.decide(Partners(), revoke.RevokePartner("urn:a"))


def test_revoking_ends_every_key_and_there_is_nothing_to_revoke_twice() -> None:
    keyed = register(SURGERY, PartnerKeyIssued(partner="grays-surgery", key="k1"))
    assert revoke.decide(keyed, revoke.RevokePartner("urn:a")) == [
        PartnerRevoked(partner="grays-surgery")
    ]
    assert revoke.decide(register(SURGERY), revoke.RevokePartner("urn:a")) == []


def test_a_key_says_what_it_is_and_has_256_bits() -> None:
    assert re.fullmatch(r"nwd_p_[A-Za-z0-9_-]{43}", key_text("nwd_p_", bytes(range(32))))
    with pytest.raises(ValueError, match="32"):
        key_text("nwd_p_", b"short")


@pytest.mark.asyncio
async def test_a_key_is_stored_hashed_with_its_event_and_never_as_it_is() -> None:
    log = MemoryLog()
    await add_partner(log, "urn:a", "Grays Surgery")
    key = await issue_partner_key(log, "urn:a")
    await revoke_partner(log, "grays-surgery")
    assert [a.keys for a in log.appends] == [
        (),
        (KeyRow("partner_keys", "k1", "grays-surgery", digest(key)),),
        (RevokeKeys("partner_keys", "grays-surgery"),),
    ]
    assert key not in repr(log.events)
    assert [e.version for e in log.events] == [1, 2, 3]


@pytest.mark.asyncio
async def test_two_partners_of_one_name_added_at_once_are_two_partners() -> None:
    log, rival = MemoryLog(), MemoryLog()
    await add_partner(rival, "urn:b", "Grays Surgery")
    log.meanwhile.append(lambda log: log.store(rival.appends[0].events))
    partner = await add_partner(log, "urn:a", "Grays Surgery")
    assert partner.slug == "grays-surgery-2"
    assert [p.slug for p in await list_partners(log)] == ["grays-surgery", "grays-surgery-2"]


@pytest.mark.asyncio
async def test_the_directory_knows_whose_a_source_is_as_soon_as_it_is_added() -> None:
    log = MemoryLog()
    directory = PartnerDirectory(log)
    assert await directory.slug_of("urn:a") is None
    await add_partner(log, "urn:a", "Grays Surgery")
    assert await directory.owns("grays-surgery", "urn:a")
    await add_partner(log, "urn:b", "Grays Surgery", "grays-surgery")
    assert await directory.owns("grays-surgery", "urn:b")
    assert not await directory.owns("grays-surgery", "urn:c")
    assert await directory.sources_of("grays-surgery") == {"urn:a", "urn:b"}


@pytest.mark.asyncio
async def test_a_source_that_two_had_at_once_stays_with_the_first() -> None:
    log = MemoryLog.holding()
    await add_partner(log, "urn:a", "First")
    rival = MemoryLog()
    await add_partner(rival, "urn:a", "Second")
    log.store(rival.appends[0].events)
    known = await read_partners(log)
    assert known.slug_of["urn:a"] == "first" and known.sources_of("second") == frozenset()
