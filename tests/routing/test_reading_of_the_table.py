"""The routing table, read as its own section says: a test for each sentence that touches the rows of the policy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events.content import Relationship
from hub.clocks import end_of_day
from hub.policies.examples import view_of
from hub.routing import decide
from hub.values import LONDON, london_day
from tests.routing.given import (
    ENGLAND,
    WEDNESDAY,
    WEDNESDAY_NIGHT,
    contact,
    decided,
    linked,
    owed,
    person,
    pinned,
    policy,
    routes,
    told,
)

MOTHER = person(44, postcode="RM17 6XX")
SON = person(14)


# Team and pathway


def test_care_goes_straight_to_the_locality_of_the_home() -> None:
    assert routes(decided({"p1": MOTHER}, ["care-need p1"])) == ["R11 p1 CLS-2"]


def test_care_goes_to_the_front_door_only_where_no_locality_is_known() -> None:
    assert routes(decided({"p1": person(44)}, ["care-need p1"])) == ["R11 p1 TF"]
    assert routes(decided({"p1": person(44, postcode="CM1 1AA")}, ["care-need p1"])) == [
        "R11 p1 TF"
    ]


def test_somebody_without_an_address_is_routed_by_the_home_they_live_in() -> None:
    people = {"p1": person(70), "p2": MOTHER}
    assert "R11 p1 CLS-2" in routes(decided(people, ["care-need p1"], ["p1 lives-with p2"]))


def test_danger_goes_to_the_childrens_door_or_adult_safeguarding_and_the_emergency_services_are_told() -> (
    None
):
    decision = decided({"p1": MOTHER, "p2": SON}, ["immediate-danger p2", "immediate-danger p1"])
    assert sorted(routes(decision)) == ["R0 p1 ASG", "R0 p2 MASH"]
    assert "R0 999" in told(decision)


def test_early_help_goes_to_mash() -> None:
    route = decided({"p1": SON}, ["early-help p1"], agreement="given").routes[0]
    assert (route.rule, route.team, route.pathway) == ("R3", "MASH", "early help")


def test_a_death_is_the_hubs_own_work_and_stops_other_routes() -> None:
    decision = decided(
        {"p1": person(80)}, ["death p1", "care-need p1", "loneliness p1"], agreement="given"
    )
    assert "R31 p1 -" in routes(decision)
    assert {r.row for r in decision.routes} == {"R31", "F1"}


# Rank


def test_severity_leads_and_what_needs_agreement_comes_last() -> None:
    people = {"p1": MOTHER, "p2": SON, "p3": person(80)}
    concerns = [
        "loneliness p3",
        "care-need p3",
        "child-need p2",
        "child-harm p2",
        "adult-abuse p1",
        "immediate-danger p2",
    ]
    rows = [r.row for r in decided(people, concerns, ["p1 cares-for p3"], agreement="given").routes]
    assert rows == ["R0", "R12", "R1", "R2", "R11", "R9", "R17", "R18"]


def test_ties_go_by_due_time_then_row_then_birth_date() -> None:
    people = {"p1": person(5), "p2": person(9), "p3": person(2)}
    decision = decided(people, ["child-harm p1", "child-harm p2", "child-harm p3"])
    assert routes(decision) == ["R1 p2 MASH", "R1 p1 MASH", "R1 p3 MASH"]
    assert [r.rank for r in decision.routes] == [1, 2, 3]


# Clocks


@pytest.mark.parametrize(
    ("concern", "days"), [("child-harm p1", 1), ("child-need p1", 1), ("young-carer p1", 7)]
)
def test_the_first_clock_is_the_routes_own(concern: str, days: int) -> None:
    route = decided({"p1": SON}, [concern]).routes[0]
    day = london_day(WEDNESDAY)
    assert route.due_at == end_of_day(day.replace(day=day.day + days))


def test_abuse_is_screened_within_24_hours_of_receipt() -> None:
    route = decided({"p1": person(80)}, ["adult-abuse p1"]).routes[0]
    assert route.due_at == datetime(2026, 3, 5, 10, 15, tzinfo=UTC)


def test_danger_is_due_at_receipt() -> None:
    assert decided({"p1": SON}, ["immediate-danger p1"]).routes[0].due_at == WEDNESDAY


def test_a_rows_further_clocks_are_obligations() -> None:
    decision = decided({"p1": SON}, ["child-harm p1"])
    clocks = {o.clock: o.due_at for o in decision.obligations if o.rule == "R1"}
    assert clocks["child seen within 24 hours (practice)"] == datetime(
        2026, 3, 5, 10, 15, tzinfo=UTC
    )
    assert clocks["assessment within 45 working days (law)"] == datetime(
        2026, 5, 11, 22, 59, 59, tzinfo=UTC
    )


def test_a_late_call_is_due_no_later_than_an_early_one_of_the_same_day() -> None:
    early = decided({"p1": SON}, ["child-harm p1"], at=datetime(2026, 3, 4, 0, 1, tzinfo=UTC))
    late = decided({"p1": SON}, ["child-harm p1"], at=datetime(2026, 3, 4, 23, 59, tzinfo=UTC))
    assert early.routes[0].due_at == late.routes[0].due_at


def test_an_age_is_of_the_london_day_of_receipt() -> None:
    born = {"p1": person("2008-07-02")}
    before = datetime(2026, 7, 1, 22, 59, tzinfo=UTC)  # a minute before midnight in London
    after = datetime(2026, 7, 1, 23, 1, tzinfo=UTC)
    assert routes(decided(born, ["child-harm p1"], at=before)) == ["R1 p1 MASH"]
    assert "R1" not in {r.row for r in decided(born, ["child-harm p1"], at=after).routes}


def test_a_date_past_the_published_bank_holidays_says_so() -> None:
    decision = decided(
        {"p1": person("2030-01-01")}, ["child-harm p1"], at=datetime(2033, 3, 4, tzinfo=UTC)
    )
    assert "bank holidays" in decision.routes[0].because


# Concerns are not the only triggers


def test_a_child_who_cares_is_a_young_carer_whatever_worry_is_named() -> None:
    decision = decided({"p1": MOTHER, "p2": SON}, ["money-benefits p1"], ["p2 cares-for p1"])
    assert {"R8 p2 YC", "R11 p1 CLS-2"} <= set(routes(decision))


def test_whoever_is_under_18_and_cares_is_a_young_carer_a_mother_too() -> None:
    people = {"p1": person(17), "p2": person(0)}
    cares = decided(people, ["money-benefits p1"], ["p1 parent-of p2", "p1 cares-for p2"])
    assert "R8 p1 YC" in routes(cares)
    assert "R8" not in {
        r.row for r in decided(people, ["child-need p2"], ["p1 parent-of p2"]).routes
    }


def test_a_mother_who_cares_for_her_child_is_no_young_carer_where_her_age_can_be_told_to_be_an_adults() -> None:  # fmt: skip
    cares = ["p1 parent-of p2", "p1 cares-for p2"]
    for mother, child in ((18, 0), (None, 6)):
        grown = decided({"p1": person(mother), "p2": person(child)}, ["child-need p2"], cares)
        assert "R8" not in {r.row for r in grown.routes}
    of_no_known_age = decided({"p1": person(), "p2": person(0)}, ["child-need p2"], cares)
    assert "R8 p1 YC" in routes(of_no_known_age)
    assert "Ask for the date of birth, which decides about R8 and R26." in {
        o.does for o in of_no_known_age.obligations
    }


def test_whoever_is_homeless_and_of_no_known_age_may_be_16() -> None:
    unknown = decided({"p1": person()}, ["homelessness p1"])
    assert routes(unknown) == ["R5 p1 MASH", "R27 p1 HOU"]
    assert "R5 p1" in owed(unknown)
    of_the_whole = decided({"p1": person(30), "p2": person(4)}, ["homelessness"])
    assert routes(of_the_whole) == ["R27 - HOU"]


def test_every_parent_tells_how_old_a_child_can_be_whatever_they_are_called() -> None:
    for young, old in (("p1", "p2"), ("p2", "p1")):
        people = {young: person(20), old: person(50), "p3": person()}
        decision = decided(
            people, ["care-need p3"], [f"{young} parent-of p3", f"{old} parent-of p3"]
        )
        assert "R11" not in {r.row for r in decision.routes}, "a child of 8 at most"


def test_a_parent_carers_child_is_a_living_child() -> None:
    for child in (person(18), person(9, "deceased")):
        decision = decided(
            {"p1": child, "p2": person(50)}, ["child-disability p1"], ["p2 parent-of p1"]
        )
        assert "R10" not in {r.row for r in decision.routes}


def test_a_child_is_a_victim_of_domestic_abuse_whatever_else_is_said_of_them() -> None:
    people = {"p1": person(14), "p2": person(45), "p3": person(17), "p4": person(0)}
    relations = ["p2 parent-of p1", "p1 alleged-to-harm p2", "p3 lives-with p2", "p3 parent-of p4"]
    decision = decided(people, ["domestic-abuse p2"], relations)
    assert {"R2 p1 MASH", "R2 p3 MASH", "R13 p2 TF"} <= set(routes(decision))


def test_a_mother_of_17_is_a_child_of_the_home_and_no_sister() -> None:
    home = ["p2 parent-of p1", "p2 lives-with p1"]
    young = decided({"p1": person(0), "p2": person(17)}, ["child-harm p1", "child-need p1"], home)
    assert "F4 p2" in owed(young)
    assert "R8 p2" not in owed(young)
    assert "F4 p2" not in owed(
        decided({"p1": person(0), "p2": person(18)}, ["child-harm p1"], home)
    )


@pytest.mark.parametrize(
    ("dob", "due"),
    [
        ("2016-03-04", "2032-03-04"), ("2010-03-05", "2026-03-05"), ("2010-03-04", "2026-03-04"),
        ("2010-03-03", "2027-03-03"), ("2008-12-31", "2026-06-30"), ("2008-09-04", "2026-03-04"),
        ("2008-09-03", None), ("2010", "2027-01-01"), (None, None),
    ],
)  # fmt: skip
def test_transition_is_looked_at_on_the_next_of_three_days(dob: str | None, due: str | None) -> None:  # fmt: skip
    [route] = decided({"p1": person(dob)}, ["transition p1"]).routes
    assert route.rule == "R26"
    assert (route.due_at and str(london_day(route.due_at))) == due


def test_the_childrens_front_door_hears_of_children_near_a_restricted_worry() -> None:
    for concern, row in (("professional-allegation p1", "R15"), ("radicalisation p1", "R16")):
        near = decided({"p1": person(40), "p2": person(9)}, [concern], ["p1 lives-with p2"])
        assert f"{row} MASH" in told(near)
        alone = decided({"p1": person(40), "p2": person(18)}, [concern], ["p1 lives-with p2"])
        assert "MASH" not in {n.to for n in alone.tell}


def test_an_allegation_against_somebody_is_enough_for_safeguarding() -> None:
    harmed = "p2 alleged-to-harm p1"
    needs_care = decided({"p1": person(80), "p2": person(40)}, ["care-need p1"], [harmed])
    assert routes(needs_care) == ["R12 p1 ASG", "R11 p1 TF"]
    of_no_known_age = decided({"p1": person(), "p2": person(40)}, ["loneliness p1"], [harmed])
    assert routes(of_no_known_age) == ["R1 p1 MASH"]
    assert "R1 p1" in owed(of_no_known_age)


def test_an_allegation_against_somebody_without_a_need_for_care_is_not_that_row() -> None:
    people = {"p1": person(40), "p2": person(40)}
    for concern in ("loneliness p1", "worry-below-threshold p1"):
        decision = decided(people, [concern], ["p2 alleged-to-harm p1"], agreement="given")
        assert "R12" not in {r.row for r in decision.routes}


def test_a_worry_about_the_whole_that_somebodys_own_facts_have_placed_is_understood() -> None:
    people = {"p1": MOTHER, "p2": person(80)}
    placed = decided(people, ["adult-carer"], ["p1 cares-for p2"])
    assert routes(placed) == ["R9 p1 CAR"]
    assert not {o for o in owed(placed) if o.startswith("F1")}
    other = decided(people, ["loneliness p2", "money-benefits"], agreement="given")
    assert "F1 -" in owed(other)


def test_care_that_has_ended_sets_nothing_off() -> None:
    received = contact({"p1": MOTHER, "p2": SON}, ["care-need p1"])
    ended = Relationship(from_ref="p2", type="cares-for", to_ref="p1", until="2025-12")
    content = received.content.model_copy(update={"relationships": (ended,)})
    received = received.model_copy(update={"content": content})
    assert routes(decide(pinned(received), policy(), ENGLAND)) == ["R11 p1 CLS-2"]


def test_a_fact_sets_a_row_off() -> None:
    assert "R8 - YC" in routes(
        decided({"p1": MOTHER}, ["care-need p1"], child_providing_care="yes")
    )
    decision = decided({"p1": MOTHER, "p2": SON}, ["care-need p1"], child_providing_care="yes")
    assert "R8 p2 YC" in routes(decision)


def test_the_same_fact_beside_a_named_young_carer_adds_nothing() -> None:
    decision = decided(
        {"p1": MOTHER, "p2": SON, "p3": person(9)},
        ["care-need p1"],
        ["p2 cares-for p1"],
        child_providing_care="yes",
    )
    assert [r for r in routes(decision) if r.startswith("R8")] == ["R8 p2 YC"]


def test_danger_said_of_the_whole_is_about_nobody_in_particular_and_goes_to_the_childrens_door() -> (
    None
):
    people = {"p1": MOTHER, "p2": SON, "p3": person(3)}
    decision = decided(people, ["care-need p1"], immediate_danger="yes")
    assert routes(decision)[0] == "R0 - MASH"


def test_a_worry_about_the_whole_contact_is_about_the_only_one_it_can_be_about() -> None:
    assert "R1 p2 MASH" in routes(decided({"p1": MOTHER, "p2": SON}, ["child-harm"]))
    several = decided({"p1": MOTHER, "p2": SON, "p3": person(3)}, ["child-harm"])
    assert routes(several) == ["R1 - MASH"]
    assert {"F4 p2", "F4 p3"} <= owed(several)


# F3 and the other entries of "must also"


def test_the_cared_for_adult_has_a_route_of_their_own_and_the_offer_is_the_mirror_rules() -> None:
    decision = decided({"p1": MOTHER, "p2": SON}, ["young-carer p2"], ["p2 cares-for p1"])
    assert set(routes(decision)) == {"R8 p2 YC", "R11 p1 CLS-2"}
    assert "F3 p1" in owed(decision)


def test_an_adult_cared_for_by_an_adult_is_an_obligation() -> None:
    decision = decided({"p1": MOTHER, "p2": person(80)}, ["adult-carer p1"], ["p1 cares-for p2"])
    assert routes(decision) == ["R9 p1 CAR"]
    assert "R11 p2" in owed(decision)


def test_it_is_none_where_their_own_facts_set_the_row_off() -> None:
    decision = decided(
        {"p1": MOTHER, "p2": person(80)}, ["adult-carer p1", "care-need p2"], ["p1 cares-for p2"]
    )
    assert set(routes(decision)) == {"R9 p1 CAR", "R11 p2 TF"}
    assert not [
        o
        for o in decision.obligations
        if o.rule == "R11" and o.does.startswith("Ask whether the person cared")
    ]


def test_a_cared_for_brother_is_asked_about_as_a_child_in_need() -> None:
    decision = decided({"p1": person(6), "p2": SON}, ["young-carer p2"], ["p2 cares-for p1"])
    assert routes(decision) == ["R8 p2 YC"]
    assert "R2 p1" in owed(decision)


# F2


@pytest.mark.parametrize(
    "concern", ["care-need", "mental-ill-health", "substance-use", "hospital-discharge"]
)
def test_an_adult_in_need_is_asked_about_children(concern: str) -> None:
    assert "F2 p1" in owed(decided({"p1": person(44)}, [f"{concern} p1"]))


def test_it_is_not_asked_where_it_was_said() -> None:
    said = {"children_in_household": "no", "child_providing_care": "no"}
    assert "F2 p1" not in owed(decided({"p1": MOTHER}, ["care-need p1"], **said))
    said["child_providing_care"] = "unknown"
    assert "F2 p1" in owed(decided({"p1": MOTHER}, ["care-need p1"], **said))


def test_it_is_not_asked_where_the_contact_shows_it() -> None:
    decision = decided(
        {"p1": MOTHER, "p2": SON}, ["care-need p1"], ["p2 cares-for p1", "p2 lives-with p1"]
    )
    assert "F2 p1" not in owed(decision)


def test_it_is_about_the_adult_whose_need_raised_it() -> None:
    decision = decided({"p1": MOTHER, "p2": person(45)}, ["care-need p1"], ["p1 partner-of p2"])
    assert {o for o in owed(decision) if o.startswith("F2")} == {"F2 p1"}


# F4


def test_every_other_child_of_home_and_parents_and_of_the_one_alleged_is_asked_about() -> None:
    people = {
        "p1": person(9), "p2": person(4), "p3": person(7), "p4": person(40), "p5": person(35), "p6": person(2),
        "p7": person(19), "p8": person(None, "unborn"),
    }  # fmt: skip
    relations = [
        "p2 lives-with p1", "p4 parent-of p1", "p4 parent-of p3", "p5 alleged-to-harm p1", "p5 parent-of p6",
        "p7 lives-with p1", "p4 parent-of p8",
    ]  # fmt: skip
    decision = decided(people, ["child-harm p1"], relations)
    assert {o for o in owed(decision) if o.startswith("F4")} == {"F4 p2", "F4 p3", "F4 p6", "F4 p8"}
    assert {r.about for r in decision.routes} == {"p1"}


def test_children_of_one_address_share_a_home() -> None:
    people = {"p1": person(9, postcode="RM17 6XX"), "p2": person(4, postcode="RM17 6XX")}
    assert "F4 p2" in owed(decided(people, ["child-need p1"]))


def test_a_child_of_another_family_is_not_asked_about() -> None:
    people = {"p1": person(9, postcode="RM17 6XX"), "p2": person(4, postcode="RM18 7AA")}
    assert "F4 p2" not in owed(decided(people, ["child-need p1"]))


def test_a_mother_without_a_date_of_birth_is_no_child_of_the_home() -> None:
    decision = decided(
        {"p1": person(9), "p2": person()},
        ["child-harm p1"],
        ["p2 parent-of p1", "p1 lives-with p2"],
    )
    assert "F4 p2" not in owed(decision)


def test_children_fostered_together_or_by_the_one_alleged_are_asked_about() -> None:
    people = {"p1": person(9), "p2": person(4), "p3": person(45), "p4": person(40), "p5": person(6)}
    relations = [
        "p3 foster-carer-of p1", "p3 foster-carer-of p2", "p4 alleged-to-harm p1", "p4 foster-carer-of p5",
    ]  # fmt: skip
    decision = decided(people, ["child-harm p1"], relations)
    assert {o for o in owed(decision) if o.startswith("F4")} == {"F4 p2", "F4 p5"}


def test_of_a_parent_carers_children_the_disabled_one_is_not_asked_whether_they_help() -> None:
    people = {"p1": MOTHER, "p2": person(7), "p3": person(12)}
    decision = decided(
        people,
        ["parent-carer p1", "child-disability p2"],
        ["p1 parent-of p2", "p1 parent-of p3"],
    )
    assert {"F4 p3", "R8 p3"} <= owed(decision)
    assert not {"F4 p2", "R8 p2"} & owed(decision)


def test_nobody_unborn_is_asked_whether_they_help_to_care() -> None:
    people = {"p1": person(9), "p2": person(None, "unborn"), "p3": MOTHER}
    relations = ["p3 parent-of p1", "p3 parent-of p2"]
    decision = decided(people, ["child-disability p1"], relations)
    assert "F4 p2" in owed(decision)
    assert "R8 p2" not in owed(decision)


# F7


def test_the_same_row_again_goes_to_the_team_that_holds_it() -> None:
    decision = decided(
        {"p1": SON}, ["child-harm p1", "child-need p1"], opened={"p1": {"R1": "CSC"}}
    )
    assert routes(decision) == ["F7 p1 CSC", "R2 p1 MASH"]
    held = decision.routes[0]
    assert (held.row, held.held_by, held.due_at) == ("R1", "R-26-000000-1", None)


def test_new_danger_is_told_again_though_a_team_has_the_old() -> None:
    again = decided({"p1": SON}, ["immediate-danger p1"], opened={"p1": {"R0": "MASH"}})
    assert routes(again) == ["F7 p1 MASH"]
    assert "R0 999" in told(again)
    known = decided({"p1": SON}, ["child-harm p1"], opened={"p1": {"R1": "CSC"}})
    assert told(known) == {"R1 referrer"}


def test_an_open_case_does_not_silence_new_danger_or_relatives() -> None:
    decision = decided(
        {"p1": SON, "p2": person(9)},
        ["child-harm p1", "child-need p2"],
        opened={"p1": {"R2": "CSC"}, "p2": {"R1": "CSC"}},
    )
    assert routes(decision) == ["R1 p1 MASH", "R2 p2 MASH"]


# F8


@pytest.mark.parametrize("agreement", ["given", "overridden"])
def test_given_and_overridden_open_what_needs_agreement(agreement: str) -> None:
    assert routes(decided({"p1": MOTHER}, ["loneliness p1"], agreement=agreement)) == [
        "R17 p1 SPLW-2",
        "R18 p1 LAC-2",
    ]


@pytest.mark.parametrize("agreement", [None, "not-asked", "refused"])
def test_anything_else_blocks_it_and_the_front_door_has_the_contact(agreement: str | None) -> None:
    decision = decided({"p1": MOTHER}, ["loneliness p1"], agreement=agreement)
    assert routes(decision) == ["F1 p1 TF"]
    [f8] = [o for o in decision.obligations if o.rule == "F8"]
    assert f8.does.startswith("Ask") is (agreement != "refused")
    assert "R17" in f8.because and "R18" in f8.because


def test_refusing_a_service_never_stops_a_duty_in_law() -> None:
    people = {"p1": MOTHER, "p2": SON}
    decision = decided(
        people,
        ["child-harm p2", "child-need p2", "adult-abuse p1", "care-need p1", "loneliness p1"],
        agreement="refused",
    )
    assert {r.row for r in decision.routes} == {"R1", "R2", "R12", "R11"}


# An age that cannot be told


def test_a_carer_whose_age_cannot_be_told_is_taken_for_a_child_and_the_date_is_asked_for() -> None:
    decision = decided({"p1": MOTHER, "p2": person("2008")}, ["care-need p1"], ["p2 cares-for p1"])
    assert "R8 p2 YC" in routes(decision)
    assert "R9" not in {r.row for r in decision.routes}
    [ask] = [o for o in decision.obligations if o.about == "p2" and "date of birth" in o.does]
    assert "R8 and R9" in ask.does


def test_a_partial_date_that_is_enough_asks_for_nothing() -> None:
    decision = decided(
        {"p1": MOTHER, "p2": person("2012-02")}, ["care-need p1"], ["p2 cares-for p1"]
    )
    assert not [o for o in decision.obligations if "date of birth" in o.does]


@pytest.mark.parametrize(
    ("concern", "rows"),
    [("young-carer p1", "R8, R26 and R9"), ("adult-abuse p1", "R12 and R1"), ("loneliness p1", "R17 and R18"),
     ("equipment-adaptation p1", "R20 and R19"), ("care-need p1", "about R11.")],
)  # fmt: skip
def test_the_obligation_names_every_row_that_hangs_on_the_date(concern: str, rows: str) -> None:
    decision = decided({"p1": person()}, [concern], agreement="given")
    [ask] = [o for o in decision.obligations if "date of birth" in o.does]
    assert rows in ask.does


def test_danger_to_somebody_of_unknown_age_goes_to_the_childrens_door() -> None:
    decision = decided({"p1": person()}, ["immediate-danger p1"])
    assert routes(decision) == ["R0 p1 MASH"]
    assert "R0 p1" in owed(decision)


def test_dates_of_birth_that_contradict_each_other_leave_both_open() -> None:
    received = contact({"p1": person("2009-05-01")}, ["child-harm p1"])
    view = view_of(received.content, linked(received), WEDNESDAY)
    older = replace(view.people[0], births=("2006-05-01", "2009-05-01"))
    facts = pinned(received, family=replace(view, people=(older,)))
    assert (facts.people[0].youngest, facts.people[0].oldest) == (16, 19)
    decision = decide(facts, policy(), ENGLAND)
    assert routes(decision) == ["R1 p1 MASH"]
    assert "R1 p1" in owed(decision)


# R28


def test_at_night_the_emergency_team_stands_just_below_what_cannot_wait() -> None:
    decision = decided(
        {"p1": SON, "p2": MOTHER}, ["immediate-danger p1", "care-need p2"], at=WEDNESDAY_NIGHT
    )
    assert routes(decision) == ["R0 p1 MASH", "R28 p1 EDT", "R11 p2 CLS-2"]
    assert decision.routes[0].due_at == WEDNESDAY_NIGHT


def test_what_the_contact_says_cannot_wait_has_the_emergency_team_beside_its_lead() -> None:
    decision = decided(
        {"p1": SON},
        ["child-harm p1", "child-need p1"],
        at=WEDNESDAY_NIGHT,
        out_of_hours_cannot_wait="yes",
    )
    assert routes(decision) == ["R1 p1 MASH", "R28 p1 EDT", "R2 p1 MASH"]
    assert decision.routes[1].due_at == WEDNESDAY_NIGHT
    assert decision.routes[0].due_at == end_of_day(london_day(WEDNESDAY).replace(day=5))
    [handover] = [o for o in decision.obligations if o.rule == "R28"]
    assert handover.due_at == datetime(2026, 3, 5, 9, tzinfo=LONDON)


def test_by_day_the_day_team_has_it_alone() -> None:
    assert routes(
        decided({"p1": SON}, ["immediate-danger p1"], out_of_hours_cannot_wait="yes")
    ) == ["R0 p1 MASH"]


def test_the_adults_front_door_is_open_when_others_have_gone() -> None:
    seven = datetime(2026, 3, 4, 18, 59, tzinfo=UTC)
    said = {"out_of_hours_cannot_wait": "yes"}
    assert routes(decided({"p1": person(44)}, ["care-need p1"], at=seven, **said)) == ["R11 p1 TF"]
    later = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
    assert routes(decided({"p1": person(44)}, ["care-need p1"], at=later, **said)) == [
        "R11 p1 TF",
        "R28 p1 EDT",
    ]


# R5


def test_at_16_and_17_homelessness_is_also_for_childrens_services() -> None:
    for born, rows in (
        ("2010-03-05", {"R27"}), ("2010-03-04", {"R5", "R27"}), ("2008-03-05", {"R5", "R27"}),
        ("2008", {"R5", "R27"}), ("2008-03-04", {"R27"}),
    ):  # fmt: skip
        decision = decided({"p1": person(born)}, ["homelessness p1"])
        assert {r.row for r in decision.routes} == rows, born


# F1, F9, F14


def test_a_contact_that_no_row_takes_has_an_owner() -> None:
    assert routes(decided({"p1": person(44)}, ["something-new p1"])) == ["F1 p1 TF"]
    assert routes(decided({"p1": SON}, ["something-new p1"])) == ["F1 p1 MASH"]
    assert routes(decided({}, ["something-new"])) == ["F1 - TF"]


def test_a_word_nobody_knows_is_read_by_whoever_leads() -> None:
    decision = decided({"p1": person(44)}, ["care-need p1", "something-new p1"])
    assert routes(decision) == ["R11 p1 TF"]
    assert "F1 p1" in owed(decision)


def test_a_family_that_may_not_be_informed_hears_nothing() -> None:
    for said in ("no", "unknown"):
        decision = decided({"p1": SON}, ["child-harm p1"], family_may_be_informed=said)
        assert not {"family", "person"} & {n.to for n in decision.tell}
    assert "F9 family" in told(
        decided({"p1": SON}, ["child-harm p1"], family_may_be_informed="yes")
    )


def test_a_row_for_children_is_a_childs_referral_whoever_it_is_about() -> None:
    people = {"p1": SON, "p2": person(9)}
    several = decided(people, ["child-need"], family_may_be_informed="yes")
    assert routes(several) == ["R2 - MASH"]
    assert {"F10 referrer", "F9 family"} <= told(several)
    assert {"R1 referrer", "F9 family"} <= told(
        decided({"p1": person()}, ["child-harm p1"], family_may_be_informed="yes")
    )


def test_a_home_in_which_somebody_hides_hears_nothing_whoever_it_is() -> None:
    for flags in (("shielded",), ("adoptive_placement",)):
        people = {"p1": SON, "p2": person(9, *flags)}
        decision = decided(
            people, ["child-need p1"], ["p2 lives-with p1"], family_may_be_informed="yes"
        )
        assert not {"family", "person"} & {n.to for n in decision.tell}
        assert "F9 p1" in owed(decision)


def test_reasons_name_the_fact() -> None:
    decision = decided({"p1": MOTHER, "p2": SON}, ["money-benefits p1"], ["p2 cares-for p1"])
    assert (
        decision.routes[0].because
        == "An adult is cared for by a child of 14: that is an appearance of need."
    )
    assert decision.routes[1].because == "A child of 14 cares for an adult."
