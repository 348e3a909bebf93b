"""People of one contact who are known to belong together prove each other, as far as a stranger goes and no further."""

from typing import Any

import pytest

from events.content import Mention
from tests.linking.given import World, person, tie

OLD = "12 High Street, Grays, RM17 6XX"
NEW = "3 Mill Lane, Tilbury, RM18 7AB"
OTHER = "7 Elm Close, Purfleet, RM19 1AA"


def grace(ref: str = "p1", **more: Any) -> Mention:
    return person(ref, **{"name": "Grace Okoro", "dob": "1981-06-12", "home": OLD, **more})


def daniel(ref: str = "p2", **more: Any) -> Mention:
    return person(ref, **{"name": "Daniel Okoro", "dob": "2012-02-03", "home": OLD, **more})


def a_family(**more: Any) -> World:
    """A mother and her son are known."""
    world = World()
    world.tell(grace(), daniel(), relations=[tie("p1", "parent-of", "p2")], **more)
    return world


def outcomes(world: World, *people: Mention, **more: Any) -> list[tuple[str, str | None]]:
    return [(a.outcome, a.person) for a in world.tell(*people, **more).values()]


LINKED = [("link", "P-000001"), ("link", "P-000002")]


def test_a_mother_and_son_who_moved_prove_each_other() -> None:
    assert outcomes(a_family(), grace(home=NEW), daniel(home=NEW)) == LINKED
    assert outcomes(a_family(), grace(home=NEW))[0][0] == "review"
    assert outcomes(a_family(), daniel(home=NEW))[0][0] == "review"


def test_who_lives_in_one_home_needs_no_stated_relation() -> None:
    world = World()
    world.tell(grace())
    world.tell(daniel())
    assert outcomes(world, grace(home=NEW), daniel(home=NEW)) == LINKED


def test_it_is_shown_in_what_was_considered_and_told_in_words() -> None:
    answer = a_family().tell(grace(home=NEW), daniel(home=NEW))["p1"]
    (weight,) = [w for w in answer.considered[0].weights if w.field == "beside"]
    assert weight.level == "exact" and weight.stranger > 8 and weight.mate == 0
    assert "known family or house-mates in the same contact" in answer.because


def test_two_known_people_who_have_nothing_to_do_with_each_other_prove_nothing() -> None:
    world = World()
    world.tell(grace())
    world.tell(daniel(home=OTHER))
    found = outcomes(world, grace(home=NEW), daniel(home=NEW))
    assert [outcome for outcome, _ in found] == ["review", "review"]


def test_of_two_of_one_name_the_one_whose_child_is_named_too_is_meant() -> None:
    world = a_family()
    world.tell(person("x", "Grace Okoro", "1981-06-12", OTHER))
    assert outcomes(world, grace(home=None), daniel()) == LINKED


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(daniel("p2", name="Samuel Okoro", dob="2014-05-06", home=NEW), id="a sibling"),
        pytest.param(daniel("p2", name="Samuel Okoro", home=NEW), id="a twin"),
        pytest.param(daniel("p2", name="Daniela Okoro", home=NEW, sex="female"), id="a twin of nearly one name"),
        pytest.param(daniel("p2", dob=None, home=NEW), id="of one name without a date"),
        pytest.param(daniel("p2", dob="1979-01-01", home=NEW), id="a parent of one name"),
    ],
)  # fmt: skip
def test_somebody_new_beside_a_known_mother_is_never_the_child_we_know(other: Mention) -> None:
    answers = a_family().tell(grace(), other, relations=[tie("p1", "parent-of", "p2")])
    assert answers["p1"].person == "P-000001"
    assert answers["p2"].outcome in ("new", "review")


def test_a_veto_stands_though_the_family_is_named_too() -> None:
    world = World()
    world.tell(grace(), daniel(nhs="9990000026"), relations=[tie("p1", "parent-of", "p2")])
    answers = world.tell(grace(home=NEW), daniel(home=NEW, nhs="9990000034"))
    assert answers["p2"].outcome == "review"
    assert answers["p2"].considered[0].veto == "two different NHS numbers"
