"""What would lead to a hidden person without saying where they are: a doubtful double, whom they live with, a root of a family."""

from typing import Any

import pytest

from events.obligation_opened import ObligationOpened
from hub.access import find_people, see_event, see_queue, see_timeline
from projections import duty_queue, timeline
from projections.secrets import Hidden
from tests.access.everything import all_pages, person_pages, tables_of
from tests.access.test_access import (
    CSC,
    HOME,
    LOCALITY,
    MASH,
    YOUNG_CARERS,
    contact_of,
    family_of,
    page_of,
    person,
    told,
)
from tests.access.test_leaks import AUDITOR
from tests.projections.story import Story

ELSEWHERE = {"lines": ["44 Secret Street"], "postcode": "RM16 7ZZ"}


def named(flags: list[str], home: dict[str, Any]) -> dict[str, Any]:
    """A contact that names one person at one home."""
    return {"people": [person("p1", flags=flags, address=home)], "narrative": "At Secret Street."}


def doubled(first: list[str], second: list[str], candidate: str = "P-000001") -> Story:
    """Two contacts about what may be one person, at two homes, with these flags."""
    story = told(named(first, HOME), p1="P-000001")
    contact = story.contact(2, named(second, ELSEWHERE))
    story.link(contact, {"p1": candidate}, p1="P-000002")
    story.route(contact, {"rule": "R11", "team": "CLS-2", "person": "P-000002", "about": "p1"})
    return story


@pytest.mark.parametrize(("first", "second"), [(["shielded"], []), ([], ["shielded"])])
def test_whoever_may_be_a_shielded_person_is_hidden_as_they_are(
    first: list[str], second: list[str]
) -> None:
    story = doubled(first, second)
    shown = all_pages(story.events, tables_of(story), YOUNG_CARERS)
    assert "Secret Street" not in shown and "Hidden Lane" not in shown and "CLS-2" not in shown


def test_a_shield_reaches_whoever_may_be_the_same_person_long_before_it_was_said() -> None:
    story = doubled([], [])
    told(named(["shielded"], {"lines": ["9 Refuge"]}), story=story, p1="P-000001")
    shown = all_pages(story.events, tables_of(story), YOUNG_CARERS)
    assert "Secret Street" not in shown and "Refuge" not in shown


def test_a_chain_of_doubts_is_hidden_from_end_to_end() -> None:
    story = doubled([], [])
    contact = story.contact(3, named([], {"lines": ["5 Third Street"]}))
    story.link(contact, {"p1": "P-000002"}, p1="P-000003")
    told(named(["shielded"], HOME), story=story, p1="P-000001")
    assert "Third Street" not in all_pages(story.events, tables_of(story), YOUNG_CARERS)


def test_those_at_home_with_a_double_of_a_shielded_person_do_not_give_them_away() -> None:
    story = doubled(["shielded"], [])
    sister = {"people": [person("p1", address=ELSEWHERE)]}
    told(sister, story=story, p1="P-000003")
    page = page_of(tables_of(story), "P-000003", YOUNG_CARERS)
    assert page and page.homes == ()


def test_whoever_may_be_a_child_in_an_adoptive_placement_is_shown_alone_too() -> None:
    story = told(named(["adoptive_placement"], HOME), p1="P-000001")
    birth_family = {
        "people": [person("p1"), person("p2")],
        "relationships": [{"from": "p2", "type": "parent-of", "to": "p1"}],
    }
    contact = story.contact(2, birth_family)
    story.link(contact, {"p1": "P-000001"}, p1="P-000002", p2="P-000003")
    tables = tables_of(story)
    for viewer in (YOUNG_CARERS, AUDITOR, MASH):
        assert "P-000002" not in person_pages(tables, "P-000003", viewer)
        assert "P-000003" not in person_pages(tables, "P-000002", viewer)
    family = family_of(tables, "P-000003", CSC)
    assert family and "P-000002" in family.members


def test_a_namesake_of_nobody_hidden_is_shown_as_ever() -> None:
    tables = tables_of(doubled([], []))
    page = page_of(tables, "P-000002", YOUNG_CARERS)
    assert page and page.homes[0].lines == ("44 Secret Street",)
    assert find_people(tables, "Familyp1", Hidden(tables), YOUNG_CARERS)


def sharing_a_home() -> Story:
    """A shielded woman, and a man of whom another contact gives the same home."""
    story = told(named(["shielded"], HOME), p1="P-000001")
    lodger = {"people": [person("p1", address=HOME)]}
    ask = {"rule": "R11", "team": "TF", "person": "P-000002", "about": "p1"}
    contact = story.contact(2, lodger)
    story.link(contact, p1="P-000002")
    referrals = story.route(contact, ask, family="P-000001")
    story.tell(
        ObligationOpened(
            obligation="O-26-000002-1", contact=contact, referral=referrals[0], rule="F4", about="P-000001",
            person="P-000001", does="Ask after every child.", because="They share a home.", clock=None, due_at=None,
        )
    )  # fmt: skip
    return story


def test_who_shares_a_home_with_a_shielded_person_is_not_of_their_family_to_the_uncleared() -> None:
    tables = tables_of(sharing_a_home())
    for asked, other in (("P-000001", "P-000002"), ("P-000002", "P-000001")):
        family = family_of(tables, asked, YOUNG_CARERS)
        assert family and family.members == (asked,) and other not in family.model_dump_json()
        cleared = family_of(tables, asked, MASH)
        assert cleared and set(cleared.members) == {"P-000001", "P-000002"}


def test_living_with_a_shielded_person_makes_no_family_to_the_uncleared_where_nothing_else_does() -> (
    None
):
    people = {
        "people": [person("p1", flags=["shielded"]), person("p2")],
        "relationships": [{"from": "p2", "type": "lives-with", "to": "p1"}],
    }
    tables = tables_of(told(people, p1="P-000001", p2="P-000002"))
    family = family_of(tables, "P-000002", YOUNG_CARERS)
    assert family and family.members == ("P-000002",)


def test_a_stated_relative_of_a_shielded_person_is_still_of_the_family() -> None:
    people = {
        "people": [person("p1", flags=["shielded"], address=HOME), person("p2", address=HOME)],
        "relationships": [{"from": "p1", "type": "parent-of", "to": "p2"}],
    }
    family = family_of(
        tables_of(told(people, p1="P-000001", p2="P-000002")), "P-000002", YOUNG_CARERS
    )
    assert family and set(family.members) == {"P-000001", "P-000002"}


def test_nothing_of_a_contact_names_whom_only_a_shared_home_led_to() -> None:
    story = sharing_a_home()
    tables = tables_of(story)
    contact = contact_of(tables, YOUNG_CARERS, number=2)
    assert contact and "P-000001" not in contact.model_dump_json()
    assert contact.family == "P-000002"
    rows = see_queue(duty_queue.open_for(tables, "TF"), Hidden(tables), LOCALITY)
    assert [row.family for row in rows] == ["P-000002"]
    happened = see_timeline(timeline.of_contact(tables, "C-26-000002"), Hidden(tables), AUDITOR)
    events = [see_event(e, Hidden(tables), AUDITOR) for e in story.events[-3:]]
    for shown in (*happened, *events):
        assert shown and "P-000001" not in shown.model_dump_json()


def test_a_contact_s_own_words_for_people_are_free_text_where_somebody_is_hidden() -> None:
    people = {
        "people": [{**person("p1"), "ref": "anna-of-refuge", "flags": ["shielded"]}, person("p2")],
        "relationships": [{"from": "anna-of-refuge", "type": "parent-of", "to": "p2"}],
        "concerns": [{"code": "care-need", "about": "anna-of-refuge"}],
    }
    story = Story()
    contact = story.contact(1, people)
    story.link(contact, **{"anna-of-refuge": "P-000001", "p2": "P-000002"})
    ask = {"rule": "R11", "team": "CLS-2", "person": "P-000001", "about": "anna-of-refuge"}
    story.route(contact, ask, family="P-000001")
    tables = tables_of(story)
    assert "refuge" not in all_pages(story.events, tables, YOUNG_CARERS)
    seen = contact_of(tables, YOUNG_CARERS)
    assert seen and seen.content
    mentioned = {m.person: m.ref for m in seen.mentions}
    assert [c.about for c in seen.content.concerns] == [mentioned["P-000001"]]
