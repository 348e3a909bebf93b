"""What a comparison counts, and what it does not: halves of names and dates, names that go together, what a file leaves out."""

import json
from dataclasses import replace

from hub.linking.model import Model, shipped
from hub.linking.profile import (
    Birth,
    Named,
    Place,
    Profile,
    as_full_as_can_be,
    as_whole_as_can_be,
    place_of,
    profile_of_person,
    together,
)
from hub.linking.shares import told_once
from hub.linking.train import learn_model, shared_by_mates, thresholds_for
from hub.linking.weigh import weigh
from hub.people.person import unknown_person

BORN = Birth(2013, 5, 15)
HOME = Place(frozenset(("a:RM17 6XX 12 high street",)), "12 high street", "RM176XX")


def of(given: str, family: str = "okoro", *births: Birth, place: Place | None = HOME) -> Profile:
    """A profile of one name."""
    named = Named(tuple(given.split()), tuple(family.split()))
    return Profile(names=(named,), births=births, places=(place,) if place else ())


def test_half_a_name_does_not_hide_another_forename() -> None:
    rory = together(of("rory", "okoro", BORN), of("", "okoro", BORN))
    found = weigh(shipped(), of("joshua", "okoro", BORN), rory)
    assert (found.level("forename"), found.veto) == ("other", "twin")
    halves = (Named((), ("okoro",)), Named(("rory",), ()))
    assert as_whole_as_can_be(halves) == halves


def test_what_is_compared_of_a_person_is_read_of_the_row_as_it_is_now() -> None:
    before = unknown_person("P-000001", 1) | {"names": ["okoro|ada"]}
    since = before | {"names": ["okoro|ada", "bello|ada"]}
    for row, names in ((before, 1), (since, 2), (before, 1)):
        assert len(profile_of_person(row).names) == names


def test_a_year_or_a_month_is_part_of_the_date_known_and_contradicts_nothing() -> None:
    known = as_full_as_can_be((Birth(2013), Birth(2013, 5), Birth(2013, 1, 1), BORN))
    assert known == (BORN,)
    assert as_full_as_can_be((Birth(2012), BORN)) == (Birth(2012), BORN)
    assert as_full_as_can_be((Birth(2013, 6), BORN)) == (Birth(2013, 6), BORN)
    assert as_full_as_can_be((Birth(2013), Birth(2013, 1, 1))) == (Birth(2013), Birth(2013, 1, 1))


def test_a_slip_beside_the_full_date_is_a_slip_though_the_year_alone_was_told_too() -> None:
    known = together(of("grace", "okoro", Birth(2008, 9, 13)), of("grace", "okoro", Birth(2008)))
    assert weigh(shipped(), of("grace", "okoro", Birth(2018, 9, 13)), known).veto == ""


def test_a_family_name_in_the_forenames_place_makes_no_twin_the_same_child() -> None:
    known = of("muhammad", "muhammad", BORN)
    assert weigh(shipped(), of("zakariya", "muhammad", BORN), known).veto == "twin"


def test_twins_may_share_the_first_name() -> None:
    for known, told in (("muhammad hasan", "muhammad husain"), ("xin yi", "xin yu")):
        assert weigh(shipped(), of(told, "okoro", BORN), of(known, "okoro", BORN)).veto == "twin"
    year, street = Birth(BORN.year), Place(frozenset(), "", HOME.postcode)
    xin_yi = of("xin yi", "chan", BORN)
    assert weigh(shipped(), of("xin yu", "chan", year), xin_yi).veto == "twin"
    assert weigh(shipped(), of("xin yu", "chan", BORN, place=street), xin_yi).veto == "twin"
    second = of("hasan", "okoro", Birth(BORN.year, BORN.month))
    assert weigh(shipped(), second, of("muhammad hasan", "okoro", BORN)).veto == "twin"
    half = of("muhammad", "okoro", BORN)
    assert weigh(shipped(), half, of("muhammad hasan", "okoro", BORN)).veto == ""


def test_an_initial_may_be_a_twins() -> None:
    james = of("james", "okoro", BORN)
    assert weigh(shipped(), of("j", "okoro", BORN), james).veto == "twin"
    lately = shipped().with_(twins_since=2000)
    grown = Birth(1970, 5, 15)
    assert weigh(lately, of("j", "okoro", grown), of("james", "okoro", grown)).veto == ""


def test_a_relatives_number_beside_another_forename_and_no_date_goes_to_a_person() -> None:
    hafsa = of("hafsa", "okoro", BORN)._replace(nhs=("9990000018",))
    umar = of("umar")._replace(nhs=("9990000018",))
    assert weigh(shipped(), umar, hafsa).veto == "household alone"
    assert weigh(shipped(), umar._replace(births=(BORN,)), hafsa).veto == "twin"
    moved = Place(frozenset(("a:RM18 7AB 3 mill lane",)), "3 mill lane", "RM187AB")
    assert weigh(shipped(), umar._replace(births=(BORN,), places=(moved,)), hafsa).veto == ""
    renamed = of("umar", "bello", BORN)._replace(nhs=hafsa.nhs, places=(moved,))
    assert weigh(shipped(), renamed, hafsa).veto == "another name"
    slip = umar._replace(births=(Birth(2013, 5, 14),), places=())
    assert weigh(shipped(), slip, hafsa).veto == "household alone"


def test_the_number_of_a_senders_own_system_may_be_a_households() -> None:
    umar = of("umar", "okoro", BORN)._replace(local=frozenset({"family-file|f12345"}))
    for brother in ("umair", "hafsa"):
        other = of(brother, "okoro", BORN)._replace(local=umar.local)
        assert weigh(shipped(), other, umar).veto == "twin"
        assert weigh(shipped(), other._replace(births=()), umar).veto == "household alone"
    assert weigh(shipped(), umar._replace(births=()), umar).veto == ""


def test_a_relatives_number_beside_nearly_the_same_forename_needs_the_whole_date() -> None:
    umar = of("umar", "okoro", BORN)._replace(nhs=("9990000018",))
    umair = of("umair", "okoro", BORN)._replace(nhs=umar.nhs)
    assert weigh(shipped(), umair, umar).veto == ""
    for births in ((), (Birth(2015, 5, 15),)):
        assert weigh(shipped(), umair._replace(births=births), umar).veto == "household alone"


def test_a_date_that_agrees_is_not_contradicted_by_a_slip_of_it_that_was_told_too() -> None:
    known = of("grace", "okoro", BORN, Birth(2013, 4, 15))
    assert weigh(shipped(), of("grace", "okoro", Birth(2013, 5)), known).veto == ""
    parent = of("grace", "okoro", BORN, Birth(1983, 4, 15))
    assert weigh(shipped(), of("grace", "okoro", BORN), parent).veto == "births differ"


def test_a_slip_that_makes_a_date_a_parents_is_for_a_person_to_say() -> None:
    son, father = of("grace", "okoro", Birth(1992, 3, 15)), of("grace", "okoro", Birth(1962, 3, 15))
    assert weigh(shipped(), son, father).veto == "a generation apart"
    for place in ((), (Place(frozenset(), "", "SW1A1AA"),)):
        assert weigh(shipped(), son._replace(places=place), father).veto == "a generation apart"
    turned = of("grace", "okoro", Birth(1986, 3, 15)), of("grace", "okoro", Birth(1968, 3, 15))
    assert weigh(shipped(), *turned).veto == "a generation apart"
    near = of("grace", "okoro", Birth(1993, 3, 15))
    assert weigh(shipped(), son, near).veto == ""
    number = ("9990000018",)
    assert weigh(shipped(), son._replace(nhs=number), father._replace(nhs=number)).veto == ""
    both = of("grace", "okoro", Birth(1962, 3, 15), Birth(1993, 3, 15))
    assert weigh(shipped(), son, both).veto != "a generation apart"
    without_dwellings = shipped().with_(
        thresholds=replace(shipped().thresholds, contradicted=shipped().thresholds.automatic)
    )
    assert weigh(without_dwellings, son, father).veto == ""


def test_two_years_of_which_no_day_was_known_are_two_and_no_slip() -> None:
    for year in (1985, 1981):
        told = (
            of("jaswinder", "kaur", Birth(year, 1, 1)),
            of("jaswinder", "kaur", Birth(1980, 1, 1)),
        )
        assert weigh(shipped(), *told).veto == "births differ"
    day = of("jaswinder", "kaur", Birth(1985, 1, 2)), of("jaswinder", "kaur", Birth(1980, 1, 2))
    assert (weigh(shipped(), *day).level("birth"), weigh(shipped(), *day).veto) == ("slip", "")


def test_a_second_name_that_brothers_share_hides_none_that_they_do_not() -> None:
    hasan = of("muhammad hasan raza", "okoro", BORN)
    for second, level in (
        ("omar raza", "other"), ("husain raza", "near"), ("raza hasan", "exact"), ("raza", ""), ("h raza", ""),
    ):  # fmt: skip
        found = weigh(shipped(), of(f"muhammad {second}", "okoro", BORN), hasan)
        assert (found.level("middle"), found.veto) == (
            level,
            "twin" if level in ("near", "other") else "",
        )


def test_twins_who_moved_have_the_telephone_they_had() -> None:
    umar = of("umar", "okoro", BORN)._replace(reach=frozenset({"07700900312"}))
    moved = Place(frozenset(("a:RM18 7AB 3 mill lane",)), "3 mill lane", "RM187AB")
    umair = of("umair", "okoro", BORN, place=moved)
    assert weigh(shipped(), umair._replace(reach=umar.reach), umar).veto == "twin"
    assert weigh(shipped(), umair, umar).veto == ""
    same = of("umar", "okoro", BORN, place=moved)._replace(reach=umar.reach)
    assert weigh(shipped(), same, umar).veto == ""


def test_given_names_that_go_together_weigh_less_than_two_that_do_not() -> None:
    people = [of(given, "chan", Birth(1950 + n)) for n, given in enumerate(["xin yi"] * 40)]
    people += [of(f"name{n} ann", f"family{n}", Birth(1950 + n)) for n in range(40)]
    model = learn_model(shipped(), "learnt", [], people)
    assert model.share_after("xin yi") > 0.5
    assert model.share_after("xin ann") == 0
    both = (of("xin yi", "chan"), of("xin yi", "chan"))
    (middle,) = [part for part in weigh(model, *both).parts if part.field == "middle"]
    assert middle.stranger < 1 < shipped().parts["middle"]["exact"].stranger
    for second, more in (("yi", False), ("ying", True)):
        initial = weigh(model, of("xin y", "chan"), of(f"xin {second}", "chan"))
        (middle,) = [part for part in initial.parts if part.field == "middle"]
        assert middle.level == "initial"
        assert (middle.stranger > 1) == more


def many_of_one_name() -> Model:
    """What is learnt where fifty people are called Anaya Joshi, and many others something else."""
    people = [of("anaya", "joshi", Birth(1950 + n)) for n in range(50)]
    people += [of(f"name{n}", f"family{n}", Birth(1950 + n % 60)) for n in range(1500)]
    return learn_model(shipped(), "learnt", [], people)


def test_a_slip_in_a_common_name_tells_no_more_than_the_name_itself() -> None:
    model, known = many_of_one_name(), of("anaya", "joshi", BORN)
    whole, slipped, turned = (
        sum(p.stranger for p in found.parts if p.field in ("forename", "surname"))
        for found in (
            weigh(model, of("anaya", "joshi", BORN), known),
            weigh(model, of("anya", "joshi", BORN), known),
            weigh(model, of("joshi", "anaya", BORN), known),
        )
    )
    assert slipped <= whole + 0.01
    assert turned <= whole + 0.01


def test_a_spelling_that_is_nobodys_name_is_a_slip_of_the_pen() -> None:
    known = of("anaya", "joshi", BORN)
    assert weigh(many_of_one_name(), of("anayah", "joshi"), known).level("forename") == "slip"
    assert weigh(shipped(), of("anayah", "joshi"), known).level("forename") == "variant"


def test_second_names_tell_nothing_beside_another_forename() -> None:
    brother = weigh(shipped(), of("arjun deepak", "nair"), of("rohan deepak", "nair"))
    assert brother.level("middle") == ""
    assert weigh(shipped(), of("rohan deepak"), of("rohan deepak")).level("middle") == "exact"


def test_a_second_name_after_another_that_only_one_has_tells_nothing() -> None:
    known = of("mohammad abdirahman", "ali")
    father_of_his_father = weigh(shipped(), of("mohammad youssef abdirahman", "ali"), known)
    assert father_of_his_father.level("middle") == ""
    for told in ("mohammad abdirahman", "mohammad abdirahman youssef"):
        assert weigh(shipped(), of(told, "ali"), known).level("middle") == "exact"


def test_who_lives_in_a_hostel_has_its_address_in_common_with_thirty_others() -> None:
    lines = ("Harbour Light", "40 Dock Road", "Grays")
    listed = place_of(
        ("a:RM17 9XX 40 dock road", "u:100090009001", "p:RM17 9XX"), lines, "RM17 9XX"
    )
    said = place_of(("a:RM17 9XX salvation hostel",), ("Salvation Hostel",), "RM17 9XX")
    assert listed.communal and said.communal and not HOME.communal

    def of_home(place: Place, population: float = 20_000) -> float:
        one = of("ahmed", "hussein", BORN, place=place)
        found = weigh(shipped().with_(population=population), one, one)
        assert found.bits > shipped().thresholds.automatic
        return next(p.stranger for p in found.parts if p.field == "home")

    assert of_home(said) == of_home(listed) < of_home(HOME) - 5
    assert -1 < of_home(said, population=4) < of_home(HOME)


def test_two_letters_that_differ_are_no_single_slip() -> None:
    model = many_of_one_name()
    known = of("karam", "dhillan", BORN)
    assert weigh(model, of("karam", "dhilan", BORN), known).level("surname") != "near"
    assert weigh(model, of("karam", "dhilllon", BORN), known).level("surname") == "near"


def test_of_mentions_each_person_is_counted_once() -> None:
    told = [of("grace", "okoro", BORN)] * 3 + [of("grace", "okoro", Birth(1950, 2, 3))]
    numbered = of("grace", "okoro")._replace(nhs=("9990000018",))
    assert len(told_once(told)) == 2
    assert len(told_once([numbered, numbered, of("grace", "okoro")])) == 2
    assert learn_model(shipped(), "learnt", told).population == 2


def test_where_no_dwelling_is_told_another_date_is_outweighed_and_elsewhere_it_never_is() -> None:
    nowhere = Place(frozenset(), "", "RM176XX")
    strong = replace(shipped(), mates=1e-6, population=1.0)
    two = of("grace", "okoro", BORN), of("grace", "okoro", Birth(1950, 2, 3))
    assert weigh(strong, *two).veto == "births differ"
    people = [each._replace(places=(nowhere,)) for each in two]
    open_to_it = strong.with_(thresholds=thresholds_for(strong.thresholds, people))
    assert weigh(open_to_it, *people).veto == ""
    assert thresholds_for(strong.thresholds, two) == strong.thresholds


def test_house_mates_seldom_share_what_pairs_of_one_person_are_looked_for_by() -> None:
    for blind in ({"forename", "surname", "order"}, {"birth"}, {"nhs"}):
        assert 0 < shared_by_mates(shipped(), blind) < 0.01


def test_a_document_kept_before_a_field_or_threshold_was_there_is_still_read() -> None:
    kept = shipped().as_json()
    del kept["chances"]["beside"], kept["thresholds"]["contradicted"]
    assert Model.from_text(json.dumps(kept)).hash == shipped().hash


def test_who_is_of_an_age_at_which_nobody_has_a_twin_at_home_may_be_told_of_without_a_forename() -> (
    None
):
    grown = of("grace", "okoro", Birth(1970, 5, 15))
    lately = shipped().with_(twins_since=2000)
    assert weigh(shipped(), of("", "okoro", Birth(1970, 5, 15)), grown).veto == "twin"
    assert weigh(lately, of("", "okoro", Birth(1970, 5, 15)), grown).veto == ""
    assert weigh(lately, of("joy", "okoro", Birth(1970, 5, 15)), grown).veto == "twin"
    assert weigh(lately, of("", "okoro", BORN), of("grace", "okoro", BORN)).veto == "twin"


def test_beside_a_mistyped_postcode_another_family_name_is_a_changed_one() -> None:
    typed = Place(frozenset(), "", "RM176YX")
    for place, veto in ((typed, ""), (Place(frozenset(), "", "SW1A1AA"), "another family name")):
        told = of("ozan", "demir", BORN, place=place)
        known = of("ozan", "yildiz", BORN, place=Place(frozenset(), "", HOME.postcode))
        assert weigh(shipped(), told, known).veto == veto


def test_a_name_in_the_others_place_is_as_common_as_where_it_is_borne() -> None:
    shares = {"forename": {"max": 0.02}, "surname": {"ward": 0.01}}
    model = shipped().with_(shares=shares, rare={**shipped().rare, "surname": 0.00001})
    known = of("ward", "max", BORN)
    found = weigh(model, of("max", "anderson", BORN), known)
    assert [part.stranger for part in found.parts if part.field == "order"]
    (agrees,) = (p for p in found.parts if p.field == "surname" and p.level == "exact")
    assert agrees.stranger <= weigh(model, of("max"), of("max")).parts[0].stranger + 0.1
