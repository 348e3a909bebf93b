"""A contact is linked: proof links, what is doubtful goes to a person, the rest are new people."""

from typing import Any

import pytest

from events.content import Concern, ContactContent, Mention
from hub.linking.contact import BORN, NOBODY_ELSE
from hub.people.evidence import read_mention
from tests.linking.given import World, content, one, person, tie

HOME = "12 High Street, Grays, RM17 6XX"
ELSEWHERE = "3 Mill Lane, Tilbury, RM18 7AB"
GRACE, DANIEL, SAM = "9990000018", "9990000026", "9990000034"


def known(*people: Mention, **more: Any) -> World:
    """A world in which one contact came before."""
    world = World()
    world.tell(*people, **more)
    return world


def grace(**more: Any) -> Mention:
    return person("p1", "Grace Okoro", "1981-06-12", HOME, GRACE, sex="female", **more)


def daniel(ref: str = "p1", **more: Any) -> Mention:
    said: dict[str, Any] = {"name": "Daniel Okoro", "dob": "2012-02-03", "home": HOME, **more}
    return person(ref, **said)


# Proof


def test_nobody_known_is_a_new_person_with_the_next_number() -> None:
    answers = World().tell(grace(), person("p2", "Daniel Okoro", "2012-02-03"))
    assert [(a.outcome, a.person) for a in answers.values()] == [
        ("new", "P-000001"),
        ("new", "P-000002"),
    ]


def test_the_same_nhs_number_links() -> None:
    answer = one(known(grace()).tell(person("x", nhs="999 000 0018")))
    assert (answer.outcome, answer.person) == ("link", "P-000001")


def test_a_new_surname_and_home_do_not_contradict_the_same_nhs_number() -> None:
    answer = one(known(grace()).tell(person("x", "Grace Bello", "1981-06-12", ELSEWHERE, GRACE)))
    assert (answer.outcome, answer.person) == ("link", "P-000001")


@pytest.mark.parametrize(
    "name", ["Grace OKORO", "grace  okoro", "Gráce Okoro", "Grace O'Koro", "Grace Oko-ro"]
)
def test_the_same_name_birth_date_and_home_link_whatever_the_spelling_of_the_name(
    name: str,
) -> None:
    answer = one(known(grace()).tell(person("x", name, "1981-06-12", "12 HIGH ST., RM176XX")))
    assert (answer.outcome, answer.person) == ("link", "P-000001")


@pytest.mark.parametrize(
    "home", ["RM17 6XX", "12 High Street, Grays, ", "12 High Street, rm17 6xx", ""]
)
def test_name_and_birth_date_link_wherever_the_home_agrees_or_is_not_told(home: str) -> None:
    assert (
        one(known(grace()).tell(person("x", "Grace Okoro", "1981-06-12", home))).outcome == "link"
    )


def test_a_property_number_is_home_enough() -> None:
    world = known(person("p", "Grace Okoro", "1981-06-12", address={"uprn": "000090000001"}))
    answer = one(
        world.tell(
            person(
                "x",
                "Grace Okoro",
                "1981-06-12",
                address={"uprn": "90000001", "postcode": "RM17 6XX"},
            )
        )
    )
    assert answer.outcome == "link"


def test_who_lives_with_somebody_has_their_home() -> None:
    world = known(
        grace(),
        person("p2", "Daniel Okoro", "2012-02-03"),
        relations=[tie("p2", "lives-with", "p1")],
    )
    answer = one(world.tell(daniel("d")))
    assert (answer.outcome, answer.person) == ("link", "P-000002")


def test_a_person_met_by_an_earlier_contact_of_the_same_batch_is_known() -> None:
    world = World()
    first, second = (world.receive(_contact(grace())) for _ in range(2))
    assert world.decide(first)[0].outcome == "new"
    assert world.decide(second)[0].person == "P-000001"


def _contact(*people: Mention) -> ContactContent:
    return content(people)


def test_a_slip_of_day_and_month_does_not_contradict_the_nhs_number() -> None:
    answer = one(known(grace()).tell(person("x", "Grace Okoro", "1981-12-06", nhs=GRACE)))
    assert answer.outcome == "link"


@pytest.mark.parametrize("name", ["G Okoro", "Gra Okoro", "Mary Grace Okoro", "Okoro"])
def test_an_initial_a_short_form_or_a_middle_name_does_not_contradict_the_nhs_number(
    name: str,
) -> None:
    assert one(known(grace()).tell(person("x", name, None, nhs=GRACE))).outcome == "link"


# Contradiction


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Grace Okoro", "dob": "1990-01-02"},
        {"name": "Grace Okoro", "dob": "1990"},
        {"name": "Daniel Okoro"},
        {"name": "Daniel Bello", "dob": "2012-02-03", "sex": "male"},
        {"name": "Smith"},
        {"name": "Baby Okoro", "flags": ("unborn",)},
        {"name": "Baby Okoro", "dob": "2026-03-01"},
    ],
)
def test_an_nhs_number_with_a_contradiction_goes_to_a_person(said: dict[str, Any]) -> None:
    answer = one(known(grace()).tell(person("x", nhs=GRACE, **said)))
    assert (answer.outcome, answer.person, answer.candidate) == ("review", "P-000002", "P-000001")


def test_a_siblings_number_typed_by_mistake_goes_to_a_person_though_name_date_and_home_are_known() -> (
    None
):
    world = known(daniel(nhs=DANIEL), person("p2", "Sam Okoro", "2014-05-06", HOME, SAM))
    answer = one(world.tell(daniel("x", nhs=SAM)))
    assert (answer.outcome, answer.candidate) == ("review", "P-000001")


def test_a_disputed_nhs_number_is_no_proof_and_what_else_is_known_still_is() -> None:
    world = known(grace())
    assert (
        one(world.tell(person("x", "Daniel Okoro", "2012-02-03", HOME, GRACE))).outcome == "review"
    )
    assert one(world.tell(person("x", "Grace Okoro", None, None, GRACE))).outcome == "review"
    assert one(world.tell(grace())).person == "P-000001"
    assert one(world.tell(person("x", nhs=GRACE))).outcome == "review"


def test_two_different_nhs_numbers_are_never_linked() -> None:
    answer = one(known(grace()).tell(person("x", "Grace Okoro", "1981-06-12", HOME, DANIEL)))
    assert (answer.outcome, answer.candidate) == ("review", "P-000001")


def test_an_nhs_number_that_fails_its_check_is_no_evidence() -> None:
    world = known(grace())
    assert (
        one(world.tell(person("x", "Grace Okoro", "1981-06-12", HOME, "9990000019"))).outcome
        == "link"
    )
    assert (
        one(world.tell(person("x", "Grace Okoro", "1980-05-11", nhs="9990000019"))).outcome
        == "review"
    )


def test_two_different_valid_numbers_in_one_mention_are_no_evidence() -> None:
    ids = [{"system": "nhs-number", "value": v} for v in (GRACE, DANIEL)]
    assert one(known(grace()).tell(person("x", ids=ids))).outcome == "insufficient"


def test_another_sex_is_a_slip_beside_the_whole_name_and_date_and_a_doubt_beside_less() -> None:
    said = person("x", "Grace Okoro", "1981-06-12", HOME, sex="male")
    assert one(known(grace()).tell(said)).outcome == "link"
    answer = one(known(grace()).tell(person("x", "G Okoro", "1981-06-12", HOME, sex="male")))
    assert (answer.outcome, answer.candidate) == ("review", "P-000001")


def test_a_name_used_again_after_a_death_goes_to_a_person() -> None:
    world = known(grace(flags=("deceased",)))
    for again in (person("x", nhs=GRACE), person("x", "Grace Okoro", "1981-06-12", HOME)):
        assert one(world.tell(again)).outcome == "review"


def test_a_death_notified_as_a_concern_is_a_death() -> None:
    died = [Concern(code="death", about="p1")]
    assert one(known(grace(), concerns=died).tell(person("x", nhs=GRACE))).outcome == "review"
    again = person("x", nhs=GRACE, flags=("deceased",))
    assert one(known(grace(), concerns=died).tell(again)).outcome == "link"


def test_two_known_people_with_the_same_proof_go_to_a_person() -> None:
    world = known(person("p", "Grace Okoro", "1981-06-12", HOME, GRACE))
    assert (
        one(world.tell(person("x", "Grace Okoro", "1981-06-12", HOME, DANIEL))).person == "P-000002"
    )
    assert one(world.tell(person("x", "Grace Okoro", "1981-06-12", HOME))).outcome == "review"
    assert (
        one(world.tell(person("x", "Grace Okoro", "1981-06-12", HOME, DANIEL))).person == "P-000002"
    )


# Families of look-alikes


def test_a_twin_is_never_linked() -> None:
    answer = one(known(daniel()).tell(daniel(name="Michael Okoro")))
    assert (answer.outcome, answer.candidate) == ("review", "P-000001")


def test_twins_with_numbers_of_their_own_are_two_people_and_nothing_to_look_at() -> None:
    answer = one(known(daniel(nhs=DANIEL)).tell(daniel(name="Michael Okoro", nhs=SAM)))
    assert answer.outcome == "new"


def test_twins_in_one_contact_are_two_people() -> None:
    answers = World().tell(daniel("p1"), daniel("p2", name="Michael Okoro"))
    assert {a.outcome for a in answers.values()} == {"new"}
    assert len({a.person for a in answers.values()}) == 2


def test_a_parent_and_child_of_one_name_are_two_people() -> None:
    answer = one(known(daniel(dob="1980-09-30")).tell(daniel()))
    assert answer.person == "P-000002"
    both = known(daniel(dob="1980-09-30"), daniel("p2"))
    assert one(both.tell(daniel())).person == "P-000002"


def test_a_parent_and_child_of_one_name_without_dates_go_to_a_person() -> None:
    answer = one(known(daniel(dob="1980-09-30")).tell(daniel(dob=None)))
    assert (answer.outcome, answer.candidate) == ("review", "P-000001")


def test_a_new_sibling_is_a_new_person() -> None:
    answer = one(known(daniel()).tell(daniel(name="Sara Okoro", dob="2015-07-08")))
    assert (answer.outcome, answer.candidate) == ("new", None)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Danial Okoro", "dob": "2012-02-03"},
        {"name": "Daniel Okoro", "dob": "2012-02-03", "home": ELSEWHERE},
        {"name": "Dan Okoro", "dob": "2012-02-03", "home": ELSEWHERE},
        {"name": "Daniel Okora", "dob": "2012-02-03", "home": ELSEWHERE},
        {"name": "Daniel Okoro", "dob": "2013-05-04"},
        {"name": "Daniel Okoro", "dob": None},
        {"name": "Daniel Okoro", "dob": None, "home": ""},
        {"name": "Baby Okoro", "dob": "2012-02-03"},
        {"name": "James Daniel Okoro", "dob": "2012-02-03"},
    ],
)
def test_somebody_near_goes_to_a_person_and_is_new_until_then(said: dict[str, Any]) -> None:
    answer = one(known(daniel()).tell(daniel(**said)))
    assert (answer.outcome, answer.person, answer.candidate) == ("review", "P-000002", "P-000001")


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Daniel Okoro", "dob": "2012-02-03", "home": ""},
        {"name": "Dan Okoro", "dob": "2012-02-03"},
        {"name": "Daniel Bello", "dob": "2012-02-03"},
        {"name": "Okoro Daniel", "dob": "2012-02-03"},
        {"name": "Daniel Okoro", "dob": "2012-03-02"},
        {"name": "Daniel Okoro", "dob": "2012-02-04"},
        {"name": "Daniel Okoro", "dob": "2012"},
        {"name": "Daniel Okoro", "dob": "2012-02"},
        {"name": "Daniel James Okoro", "dob": "2012-02-03"},
    ],
)
def test_a_slip_a_move_or_another_form_of_the_name_is_the_same_person(said: dict[str, Any]) -> None:
    answer = one(known(daniel()).tell(daniel(**said)))
    assert (answer.outcome, answer.person) == ("link", "P-000001"), answer


@pytest.mark.parametrize("dob", ["1990-10-11", None])
@pytest.mark.parametrize("name", ["Ruth Okoro", "Ada Bello"])
def test_house_mates_are_other_people(name: str, dob: str | None) -> None:
    assert (
        one(known(daniel()).tell(person("x", name, dob, HOME, phones=("07700 900123",)))).outcome
        == "new"
    )


def test_one_common_name_elsewhere_is_not_linked() -> None:
    said = person("x", "Daniel Okoro", None, ELSEWHERE)
    assert one(known(daniel()).tell(said)).person == "P-000002"


def test_a_name_alone_is_looked_at_where_one_person_bears_it_and_not_where_many_do() -> None:
    world = known(daniel())
    assert one(world.tell(person("x", "Daniel Okoro"))).candidate == "P-000001"
    assert one(world.tell(person("x", "Daniel Okoro"))).outcome == "new"


def test_a_relative_of_the_same_forename_is_looked_at() -> None:
    world = known(grace(), daniel("p2", home=""), relations=[tie("p1", "parent-of", "p2")])
    answers = world.tell(grace(), person("p2", "Daniel "), relations=[tie("p1", "parent-of", "p2")])
    assert (answers["p2"].outcome, answers["p2"].candidate) == ("review", "P-000002")


def test_an_unborn_child_told_of_twice_is_looked_at() -> None:
    unborn = person("p2", expected_dob="2026-09-01", flags=("unborn",))
    world = known(grace(), unborn, relations=[tie("p1", "parent-of", "p2")])
    answers = world.tell(grace(), unborn, relations=[tie("p1", "parent-of", "p2")])
    assert (answers["p2"].outcome, answers["p2"].candidate) == ("review", "P-000002")
    assert answers["p2"].because == BORN


def test_an_unborn_child_of_the_next_pregnancy_is_another() -> None:
    first, next_one = (
        person("p2", expected_dob=on, flags=("unborn",)) for on in ("2026-09-01", "2027-09-20")
    )
    world = known(grace(), first, relations=[tie("p1", "parent-of", "p2")])
    answers = world.tell(grace(), next_one, relations=[tie("p1", "parent-of", "p2")])
    assert answers["p2"].outcome == "new"


def test_of_somebody_beside_whom_one_like_them_was_named_it_is_said_that_there_is_no_other() -> (
    None
):
    father = person("p1", "Kojo Owusu", "1980-01-15", HOME)
    son = person("p2", "Kojo Owusu", home=HOME)
    answers = known(father).tell(father, son, relations=[tie("p1", "parent-of", "p2")])
    assert (answers["p2"].outcome, answers["p2"].because) == ("new", NOBODY_ELSE)


@pytest.mark.parametrize(("name", "outcome"), [("Grace Bello", "link"), ("Daniel Bello", "review")])
def test_the_number_of_a_senders_own_system_is_proof_unless_the_name_is_anothers(
    name: str, outcome: str
) -> None:
    ids = [{"system": "mosaic", "value": "700123"}]
    answer = one(known(person("p", "Grace Okoro", ids=ids)).tell(person("x", name, ids=ids)))
    assert answer.outcome == outcome


# Too little


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "Unknown"},
        {"name": "Baby Unknown"},
        {"name": "Baby Unknown", "dob": "1900-01-01", "home": "ZZ99 3VZ"},
        {"name": "Grace"},
        {"name": "Grace Unknown", "sex": "female"},
        {"name": "Grace N/A", "home": "No fixed abode, ZZ99 3VZ"},
        {"home": HOME},
        {"dob": "1981-06-12"},
        {"nhs": "9999999999"},
        {"flags": ("unborn",)},
        {"name": "Okoro", "dob": "1900-01-01"},
    ],
)
def test_placeholders_and_too_little_make_nobody(said: dict[str, Any]) -> None:
    world = known(grace())
    answer = one(world.tell(person("x", **said)))
    assert (answer.outcome, answer.person, answer.candidate) == ("insufficient", None, None)
    assert one(world.tell(person("y", "Ada Cole", "1970-01-02"))).person == "P-000002"


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Ada Cole"},
        {"name": "Ada", "dob": "1970"},
        {"name": "Cole", "home": ELSEWHERE},
        {"name": "Ada", "phones": ("07700 900123",)},
        {"nhs": DANIEL},
        {"expected_dob": "2026-09-01", "flags": ("unborn",)},
    ],
)
def test_two_names_or_one_with_something_beside_it_make_somebody(said: dict[str, Any]) -> None:
    assert one(World().tell(person("x", **said))).outcome == "new"


@pytest.mark.parametrize(
    "name", ["Nina Guest", "Son Friend", "Nino Person", "Nan Minor", "Man Carer"]
)
def test_a_word_that_people_are_called_by_is_a_name(name: str) -> None:
    said = read_mention(person("x", name))
    assert " ".join((*said.given, said.family)) == name.casefold()


@pytest.mark.parametrize("name", ["Husband Okoro", "Occupier Okoro", "Senora M Okoro"])
def test_a_word_in_place_of_a_forename_is_none(name: str) -> None:
    said = read_mention(person("x", name))
    assert (said.given, said.family) == ((), "okoro")


def test_a_placeholder_date_is_no_date() -> None:
    world = known(person("p", "Grace Okoro", "1900-01-01", HOME))
    assert one(world.tell(person("x", "Grace Okoro", "1900-01-01", HOME))).outcome == "review"


# Hidden people


def test_somebody_shielded_is_known_again_and_stays_shielded() -> None:
    world = known(grace(flags=("shielded",)))
    assert (
        one(world.tell(person("x", "Grace Okoro", "1981-06-12", ELSEWHERE, GRACE))).person
        == "P-000001"
    )
    assert world.family("P-000001").people[0].flags == {"shielded"}


PLACED: dict[str, Any] = {"flags": ("adoptive_placement",)}


def test_an_adopted_childs_new_identity_is_never_a_candidate_of_the_old() -> None:
    world = known(daniel(nhs=DANIEL))
    answer = one(world.tell(daniel("x", nhs=DANIEL, **PLACED)))
    assert (answer.outcome, answer.person, answer.candidate) == ("new", "P-000002", None)
    assert answer.because == "Nobody like this is known."


@pytest.mark.parametrize(
    "said",
    [
        {"nhs": DANIEL},
        {"name": "Daniel Okoro", "dob": "2012-02-03", "home": HOME},
        {"name": "Daniel Smith", "dob": "2012-02-03", "home": HOME},
    ],
)
def test_the_old_identity_is_never_a_candidate_of_the_new(said: dict[str, Any]) -> None:
    world = known(person("p", "Daniel Smith", "2012-02-03", ELSEWHERE, DANIEL, **PLACED))
    answer = one(world.tell(person("x", **said)))
    assert (answer.outcome, answer.candidate) == ("new", None)


def test_an_adopted_child_is_known_again_by_who_names_the_placement_or_the_new_home() -> None:
    world = known(person("p", "Daniel Smith", "2012-02-03", ELSEWHERE, DANIEL, **PLACED))
    assert one(world.tell(person("x", nhs=DANIEL, **PLACED))).person == "P-000001"
    answer = one(world.tell(person("x", "Daniel Smith", "2012-02-03", ELSEWHERE)))
    assert answer.person == "P-000001"


# Several people in one contact


def test_one_person_named_twice_with_the_same_proof_is_one_person() -> None:
    answers = World().tell(daniel("p1", nhs=DANIEL), daniel("p2", home="", nhs=DANIEL))
    assert [(a.outcome, a.person) for a in answers.values()] == [
        ("new", "P-000001"),
        ("link", "P-000001"),
    ]
    assert "twice" in answers["p2"].because


def test_a_known_person_named_twice_with_the_same_proof_is_linked_twice() -> None:
    answers = known(grace()).tell(
        person("a", "Grace Okoro", nhs=GRACE), person("b", "Grace Okoro", "1981-06-12", nhs=GRACE)
    )
    assert {(a.outcome, a.person) for a in answers.values()} == {("link", "P-000001")}


def test_two_people_of_one_contact_are_never_one_known_person() -> None:
    answers = known(grace()).tell(
        person("a", nhs=GRACE), person("b", "Grace Okoro", "1981-06-12", HOME)
    )
    assert {a.outcome for a in answers.values()} == {"review"}
    assert len({a.person for a in answers.values()}) == 2


def test_of_two_who_point_at_one_known_person_the_one_with_all_the_proof_is_linked() -> None:
    number_alone = person("a", nhs=GRACE)
    number_and_all = person("b", "Grace Okoro", "1981-12-06", HOME, GRACE)
    world = known(grace())
    answers = world.tell(number_alone, number_and_all)
    assert [(a.outcome, a.person) for a in answers.values()] == [
        ("link", "P-000001"),
        ("link", "P-000001"),
    ]
    other = person("a", "Graham Okoro", "1981-06-12", HOME, sex="male")
    answers = world.tell(other, number_and_all)
    assert (answers["a"].outcome, answers["b"].outcome) == ("new", "link")


def test_two_people_with_one_nhs_number_in_one_contact_are_two_people_and_looked_at() -> None:
    answers = World().tell(grace(), daniel("p2", nhs=GRACE))
    assert [(a.outcome, a.candidate) for a in answers.values()] == [
        ("new", None),
        ("review", "P-000001"),
    ]


def test_nobody_is_linked_in_a_contact_about_nobody() -> None:
    assert World().tell() == {}


def test_a_reason_names_nobody() -> None:
    world = known(grace(), daniel("p2"))
    for said in (
        grace(),
        daniel("x", name="Michael Okoro"),
        person("x", "Daniel Okoro", nhs=GRACE),
        person("x"),
    ):
        because = one(world.tell(said)).because
        assert because.endswith(".")
        assert not any(
            word in because for word in ("Grace", "Okoro", "Daniel", "1981", "2012", "RM17", GRACE)
        )


def test_a_child_born_about_the_expected_day_may_be_the_unborn_one() -> None:
    unborn = person("p2", expected_dob="2026-09-01", flags=("unborn",))
    world = known(grace(), unborn, relations=[tie("p1", "parent-of", "p2")])
    born = person("p2", "Zoe Okoro", "2026-08-24")
    answers = world.tell(grace(), born, relations=[tie("p1", "parent-of", "p2")])
    assert (answers["p2"].outcome, answers["p2"].candidate) == ("review", "P-000002")
    assert answers["p2"].because == BORN
    older = person("p2", "Max Okoro", "2020-08-24")
    answers = world.tell(grace(), older, relations=[tie("p1", "parent-of", "p2")])
    assert answers["p2"].outcome == "new"


def test_what_is_searched_by_stays_short_whatever_a_sender_sends() -> None:
    world = World()
    long = "Łong" * 50_000
    many = tuple(f"07700 9{n:05}" for n in range(20_000))
    said = person(
        "x" * 9_000 + "1" * 9_000, f"{long} {long}", "2012-02-03", f"{long}, RM17 6XX", phones=many
    )
    assert one(world.tell(said)).outcome == "new"
    assert one(world.tell(said)).person == "P-000001"
    rows = world.tables.rows("home_name")  # type: ignore[attr-defined]
    assert len(rows) + len(world.tables.rows("person_key")) < 100  # type: ignore[attr-defined]
    assert max(len(word) for row in rows for word in row.values() if word) < 500


def test_nobody_is_known_by_a_date_and_a_postcode_alone() -> None:
    world = World()
    world.tell(person("p1", "Daniel Okoro", "1981-06-12", "RM17 6XX"))
    told = world.tell(person("p1", "", "1981-06-12", "RM17 6XX", "9990000026"))["p1"]
    assert (told.outcome, told.candidate) == ("review", "P-000001")
