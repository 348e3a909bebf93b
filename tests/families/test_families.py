"""Who belongs together: stated relations first, a shared home second, and who never does."""

from datetime import date
from itertools import pairwise

import pytest
import yaml

from events.content import Mention
from events.referral_declined import ReferralDeclined
from events.referral_sent import ReferralSent
from hub.families.relations import joins_on, said, said_inversely
from hub.people import state
from hub.people.communal import COMMUNAL_FILE, UnreadableHome, communal_homes, read_communal
from projections.kin import HOUSEHOLD
from tests.linking.given import World, in_family, person, tie

HOME = "12 High Street, Grays, RM17 6XX"
OTHER_HOME = "3 Mill Lane, Tilbury, RM18 7AB"
FORENAMES = ["Ada", "Bea", "Cai", "Dee", "Eve", "Flo", "Gus", "Hal", "Ida", "Jon"]
PLACED = ("adoptive_placement",)
VOCABULARY = [
    "parent-of", "step-parent-of", "guardian-of", "foster-carer-of", "partner-of", "ex-partner-of", "sibling-of",
    "grandparent-of", "other-relative-of", "lives-with", "cares-for", "alleged-to-harm",
]  # fmt: skip


def mention(number: int, home: str = "", **more: object) -> Mention:
    """One of ten people with nothing in common."""
    dob = f"{1950 + 7 * number}-0{number}-1{number}"
    return person(f"p{number}", f"{FORENAMES[number]} Fam{number}ly", dob, home, **more)  # type: ignore[arg-type]


def p(number: int) -> str:
    """The id of the person of that number."""
    return state.person_id(number)


@pytest.mark.parametrize(
    "relation", [r for r in VOCABULARY if r not in ("ex-partner-of", "alleged-to-harm")]
)
def test_a_stated_relation_makes_a_family(relation: str) -> None:
    world = World()
    world.tell(mention(1), mention(2), relations=[tie("p1", relation, "p2")])
    assert in_family(world.family(p(1))) == in_family(world.family(p(2))) == {p(1), p(2)}


@pytest.mark.parametrize("relation", ["ex-partner-of", "alleged-to-harm"])
def test_a_former_partner_and_one_alleged_to_harm_are_not_of_the_family(relation: str) -> None:
    world = World()
    world.tell(mention(1), mention(2), relations=[tie("p1", relation, "p2")])
    assert in_family(world.family(p(2))) == {p(2)}


def test_a_family_goes_on_from_person_to_person_over_several_contacts() -> None:
    world = World()
    world.tell(mention(1), mention(2), relations=[tie("p1", "parent-of", "p2")])
    world.tell(mention(2, nhs="9990000018"), mention(3), relations=[tie("p2", "sibling-of", "p3")])
    assert in_family(world.family(p(1))) == {p(1), p(2), p(3)}
    world.tell(person("x", nhs="9990000018"), mention(4), relations=[tie("x", "cares-for", "p4")])
    assert in_family(world.family(p(3))) >= {p(3), p(4)}


def test_the_root_is_the_longest_known_whoever_is_asked_for() -> None:
    world = World()
    world.tell(mention(1, nhs="9990000018"))
    world.tell(mention(2), person("x", nhs="9990000018"), relations=[tie("p2", "parent-of", "x")])
    assert {world.family(p(n)).root for n in (1, 2)} == {p(1)}


def test_nobody_has_no_family() -> None:
    view = World().family()
    assert (view.root, view.people) == (None, ())


# Time


def test_a_relation_that_is_over_joins_no_more_and_blood_does_not_end() -> None:
    world = World()
    world.tell(
        mention(1), mention(2), mention(3),
        relations=[tie("p1", "partner-of", "p2", until="2026-05"), tie("p1", "parent-of", "p3", until="2026-05")],
    )  # fmt: skip
    assert in_family(world.family(p(1), on=date(2026, 5, 31))) == {p(1), p(2), p(3)}
    assert in_family(world.family(p(1), on=date(2026, 6, 1))) == {p(1), p(3)}


def test_a_relation_joins_from_its_first_day() -> None:
    assert not joins_on(date(2026, 5, 31), "lives-with", "2026-06-01", None)
    assert joins_on(date(2026, 6, 1), "lives-with", "2026-06-01", None)


def test_an_end_that_cannot_be_read_is_an_end() -> None:
    assert not joins_on(date(2026, 5, 31), "partner-of", None, "last summer")


def test_partners_who_parted_are_no_longer_joined_by_the_home_they_had() -> None:
    world = World()
    first = (mention(1, HOME, nhs="9990000018"), mention(2, HOME, nhs="9990000026"))
    again = (person("p1", nhs="9990000018"), person("p2", nhs="9990000026"))
    world.tell(*first, relations=[tie("p1", "partner-of", "p2")])
    assert in_family(world.family(p(1))) == {p(1), p(2)}
    world.tell(*again, relations=[tie("p2", "ex-partner-of", "p1")])
    assert in_family(world.family(p(1))) == {p(1)}
    world.tell(*again, relations=[tie("p1", "lives-with", "p2")])
    assert in_family(world.family(p(1))) == {p(1), p(2)}


# Homes


def test_a_shared_home_makes_a_family() -> None:
    world = World()
    world.tell(mention(1, HOME))
    world.tell(mention(2, "12 High St, RM17 6XX"))
    assert in_family(world.family(p(1))) == {p(1), p(2)}


def test_a_shared_postcode_does_not() -> None:
    world = World()
    world.tell(mention(1, "RM17 6XX"))
    world.tell(mention(2, "RM17 6XX"))
    assert in_family(world.family(p(1))) == {p(1)}


def test_who_moved_has_left_the_home() -> None:
    world = World()
    world.tell(mention(1, HOME, nhs="9990000018"), mention(2, HOME))
    world.tell(mention(1, OTHER_HOME, nhs="9990000018"))
    assert in_family(world.family(p(2))) == {p(2)}
    assert [home.postcode for home in world.family(p(1)).people[0].homes] == [
        "RM17 6XX",
        "RM18 7AB",
    ]


def test_a_home_is_one_home_by_its_property_number_or_its_address() -> None:
    world = World()
    full = {"lines": ["12 High Street"], "postcode": "RM17 6XX", "uprn": "100090000001"}
    world.tell(mention(1, HOME))
    world.tell(mention(2, address=full))
    world.tell(mention(3, address={"uprn": "100090000001"}))
    assert in_family(world.family(p(1))) == {p(1), p(2), p(3)}


def test_two_flats_written_alike_are_two_homes() -> None:
    world = World()
    for number in (1, 2):
        address = {
            "lines": ["Beacon House, Grays"],
            "postcode": "RM17 6XX",
            "uprn": f"10009000000{number}",
        }
        world.tell(mention(number, address=address))
    assert in_family(world.family(p(1))) == {p(1)}
    world.tell(mention(3, "Beacon House, Grays, RM17 6XX"))
    assert in_family(world.family(p(3))) == {p(3)}


def test_a_communal_home_joins_nobody_but_relations_do() -> None:
    world = World()
    world.tell(
        mention(1, HOME),
        mention(2, HOME),
        mention(3, HOME),
        relations=[tie("p1", "sibling-of", "p3")],
    )
    communal = read_communal("communal: [{name: A, lines: [12 High Street], postcode: RM17 6XX}]")
    view = world.family(p(1), communal=communal)
    assert in_family(view) == {p(1), p(3)}
    assert view.left_out == ("A communal home joins nobody.",)


@pytest.mark.parametrize(
    "house",
    ["Thistle Care Home", "HMP Stonefield", "St Anne's Hostel, Room 4", "The Willows Nursing Home", "Acorn Women's Refuge"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}, 12 High Street, Grays, RM17 6XX", "{} (first floor), 12 High Street, Grays, RM17 6XX"])  # fmt: skip
def test_a_home_that_calls_itself_communal_joins_nobody(house: str, form: str) -> None:
    world = World()
    address = form.format(house)
    world.tell(mention(1, address), mention(2, address), mention(3, "12 High Street, RM17 6XX"))
    assert in_family(world.family(p(1))) == {p(1)}


@pytest.mark.parametrize("street", ["Hospital Road", "Prison Lane", "Refuge Cottages", "Hostel Hill", "Barracks Square"])  # fmt: skip
def test_a_street_named_for_one_is_a_street_like_others(street: str) -> None:
    world = World()
    world.tell(mention(1, f"4 {street}, Grays, RM17 6XX"), mention(2, f"4 {street}, Grays, RM17 6XX"))  # fmt: skip
    assert in_family(world.family(p(1))) == {p(1), p(2)}


def test_a_home_of_very_many_joins_nobody_listed_or_not() -> None:
    world = World()
    for number in range(HOUSEHOLD):
        world.tell(person("x", f"{FORENAMES[number]} Fam{number}", None, HOME))
    assert len(in_family(world.family(p(1)))) == HOUSEHOLD
    world.tell(person("x", "Last One", None, HOME))
    view = world.family(p(1))
    assert in_family(view) == {p(1)}
    assert view.left_out


def test_a_family_has_an_end() -> None:
    world = World()
    refs = [f"p{n}" for n in range(1, 61)]
    people = [person(ref, f"Ada Chain{ref}", f"{1900 + n}-02-03") for n, ref in enumerate(refs, 1)]
    world.tell(*people, relations=[tie(a, "sibling-of", b) for a, b in pairwise(refs)])
    view = world.family(p(1))
    assert len(view.people) == 40
    assert view.left_out and p(2) in in_family(view)


def test_the_shipped_list_of_communal_homes_can_be_read() -> None:
    entries = yaml.safe_load(COMMUNAL_FILE.read_text(encoding="utf-8"))["communal"]
    assert len(communal_homes()) >= len(entries)


def test_a_communal_home_without_an_address_is_refused() -> None:
    with pytest.raises(UnreadableHome):
        read_communal("communal: [{name: Nowhere, postcode: ZZ99 3VZ}]")


# Adoption


def test_a_child_placed_for_adoption_is_never_joined_to_the_family_of_birth() -> None:
    world = World()
    world.tell(
        mention(1, HOME), mention(2, HOME), mention(3, HOME, flags=PLACED),
        relations=[tie("p1", "parent-of", "p3"), tie("p2", "sibling-of", "p3"), tie("p1", "parent-of", "p2")],
    )  # fmt: skip
    assert in_family(world.family(p(1))) == {p(1), p(2)}
    assert in_family(world.family(p(3))) == {p(3)}


def test_a_child_placed_for_adoption_is_joined_to_the_family_of_the_placement() -> None:
    world = World()
    world.tell(
        mention(1, OTHER_HOME), mention(2, flags=PLACED), mention(3, OTHER_HOME, flags=PLACED),
        relations=[tie("p1", "guardian-of", "p2")],
    )  # fmt: skip
    assert in_family(world.family(p(1))) == {p(1), p(2), p(3)}


def test_what_was_said_without_the_placement_joins_nobody_to_the_child() -> None:
    world = World()
    child = {"name": "Kim Tall", "dob": "2015-06-07", "home": OTHER_HOME}
    world.tell(mention(1, OTHER_HOME), person("p2", flags=PLACED, **child))
    relative = person("x", "Some Relative", "1950-01-02", HOME)
    answers = world.tell(relative, person("k", **child), relations=[tie("x", "guardian-of", "k")])
    assert answers["k"].person == p(2)
    assert in_family(world.family(p(2))) == {p(1), p(2)}
    assert in_family(world.family(p(3))) == {p(3)}


# Beyond the family


def test_one_alleged_to_harm_brings_no_family_but_the_children_are_seen() -> None:
    world = World()
    world.tell(
        mention(4, OTHER_HOME, nhs="9990000018"), mention(5, OTHER_HOME), mention(6),
        relations=[tie("p4", "parent-of", "p5"), tie("p4", "sibling-of", "p6")],
    )  # fmt: skip
    answers = world.tell(
        mention(1, HOME), mention(2, HOME), person("x", nhs="9990000018"),
        relations=[tie("p1", "parent-of", "p2"), tie("x", "alleged-to-harm", "p2")],
    )  # fmt: skip
    mother, child, harming = (answers[ref].person or "" for ref in ("p1", "p2", "x"))
    view = world.family(mother, child, harming)
    assert view.root == mother
    assert [q.person for q in view.people] == [mother, child, harming]
    assert [q.person for q in view.beyond] == [p(2)]
    assert {r.type for r in view.relations if not r.joins} == {"alleged-to-harm"}
    later = world.family(child)
    assert in_family(later) == {mother, child}
    assert {q.person for q in later.beyond} == {harming, p(2)}
    assert mother not in {q.person for q in world.family(harming).beyond}


def test_a_person_of_the_contact_who_joins_no_family_is_shown() -> None:
    world = World()
    world.tell(mention(1, HOME), mention(2, OTHER_HOME))
    view = world.family(p(2), p(1))
    assert (view.root, [q.person for q in view.people]) == (p(2), [p(2), p(1)])


# What is known of each


def test_a_person_carries_all_that_was_said_the_newest_last() -> None:
    world = World()
    world.tell(person("a", "Grace Okoro", "1981", HOME, "9990000018", flags=("shielded",)))
    answers = world.tell(
        person("b", "Grace Okoro", "1981-06-12", OTHER_HOME, "9990000018", sex="female")
    )
    known = world.family(p(1)).people[0]
    assert known.births == ("1981", "1981-06-12")
    assert (known.sex, known.flags) == ("female", frozenset({"shielded"}))
    assert [home.postcode for home in known.homes] == ["RM17 6XX", "RM18 7AB"]
    assert known.positions == (1, 3)
    assert answers["b"].person == p(1)


def test_a_repetition_adds_nothing() -> None:
    world = World()
    for _ in range(3):
        world.tell(person("a", "Grace Okoro", "1981-06-12", HOME, "9990000018"))
    assert world.family(p(1)).people[0].positions == (1,)


def test_a_placeholder_date_is_no_age() -> None:
    world = World()
    world.tell(person("a", "Grace Okoro", "1900-01-01", HOME))
    assert world.family(p(1)).people[0].births == ()


def test_an_open_referral_is_seen_until_it_ends() -> None:
    world = World()
    world.tell(mention(1))
    sent = ReferralSent.example().model_copy(update={"person": p(1)})
    state.fold(world.tables, world.record(sent))
    (held,) = world.family(p(1)).people[0].open_referrals
    assert (held.referral, held.row, held.team) == (sent.referral, "R8", "YC")
    state.fold(world.tables, world.record(ReferralDeclined.example()))
    assert world.family(p(1)).people[0].open_referrals == ()


def test_since_when_a_relation_holds_is_not_forgotten() -> None:
    world = World()
    people = (person("a", nhs="9990000018"), person("b", nhs="9990000026"))
    world.tell(*people, relations=[tie("a", "cares-for", "b", since="2024", hours_per_week=20)])
    world.tell(*people, relations=[tie("a", "cares-for", "b")])
    (relation,) = world.family(p(1)).relations
    assert (relation.since, relation.hours_per_week, relation.position, relation.joins) == (
        "2024",
        20,
        3,
        True,
    )


@pytest.mark.parametrize("relation", VOCABULARY)
def test_every_relation_can_be_said_from_either_side(relation: str) -> None:
    assert said(relation) and said_inversely(relation)
    assert "-of" not in said(relation) + said_inversely(relation)
