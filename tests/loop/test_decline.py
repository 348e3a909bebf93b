"""Declining a referral."""

from events.content import Mention
from events.referral_declined import ReferralDeclined
from events.referral_sent import ReferralSent
from hub.errors import InvalidCommand, NotAllowed
from tests.loop.given import (
    C1,
    GRACE,
    R1,
    R2,
    RECEIVED_AT,
    contact_of_a_family,
    given,
    route,
    young_carer,
)  # fmt: skip


def test_a_declined_referral_goes_on_to_the_team_it_names_with_all_it_had() -> None:
    sent = young_carer()[2]
    assert isinstance(sent, ReferralSent)
    declined = given(*young_carer()).when("decline", R1, reason="Known elsewhere.", next="CSC")
    declined.then(
        ReferralDeclined(
            referral=R1, contact=C1, team="YC", reason="Known elsewhere.", next="CSC", opens=R2
        ),
        sent.model_copy(update={"referral": R2, "team": "CSC", "follows": R1}),
    )


def test_the_clock_does_not_start_again() -> None:
    [_, following] = given(*young_carer()).when("decline", R1, reason="Full.", next="CSC").events
    assert isinstance(following, ReferralSent)
    assert following.clock_started_at == RECEIVED_AT


def test_without_a_next_team_it_returns_to_the_front_door_for_children() -> None:
    [declined, following] = given(*young_carer()).when("decline", R1, reason="Full.").events
    assert isinstance(declined, ReferralDeclined) and isinstance(following, ReferralSent)
    assert (declined.next, following.team) == ("MASH", "MASH")


def test_without_a_next_team_it_returns_to_the_front_door_for_adults() -> None:
    grace = contact_of_a_family(route("R11", "CLS-2", "p1", "P-000001"))
    [declined, _] = given(*grace).when("decline", R1, reason="Not in our area.").events
    assert isinstance(declined, ReferralDeclined)
    assert declined.next == "TF"


def test_the_age_that_decides_the_front_door_is_that_of_the_day_of_receipt() -> None:
    for dob, door in [
        ("2008-03-05", "MASH"),
        ("2008-03-04", "TF"),
        ("2008", "MASH"),
        ("2007", "TF"),
        ("1950-02", "TF"),
    ]:
        person = Mention(ref="p1", dob=dob)
        contact = contact_of_a_family(route("R11", "CLS-2", "p1", "P-000001"), people=[person])
        [declined, _] = given(*contact).when("decline", R1, reason="Full.").events
        assert isinstance(declined, ReferralDeclined)
        assert (dob, declined.next) == (dob, door)


def test_where_no_age_is_known_the_row_says_which_front_door_it_is() -> None:
    for row, door in [("R8", "MASH"), ("R11", "TF")]:
        contact = contact_of_a_family(
            route(row, "OTA", "p1", "P-000001"), people=[Mention(ref="p1")]
        )
        [declined, _] = given(*contact).when("decline", R1, reason="Full.").events
        assert isinstance(declined, ReferralDeclined)
        assert (row, declined.next) == (row, door)


def test_an_unborn_child_is_a_child() -> None:
    unborn = Mention(ref="p2", flags=("unborn",), expected_dob="2026-07-01")
    [declined, _] = given(
        *contact_of_a_family(route("R4", "CSC"), people=[GRACE, unborn])
    ).when("decline", R1, reason="Full.").events  # fmt: skip
    assert isinstance(declined, ReferralDeclined)
    assert declined.next == "MASH"


def test_a_front_door_that_declines_must_name_the_next_team() -> None:
    for team, row in [("MASH", "R2"), ("TF", "R13")]:
        at_the_door = given(*contact_of_a_family(route(row, team)))
        at_the_door.when("decline", R1, reason="Not ours.").then_refused(
            InvalidCommand, "front door"
        )
        at_the_door.when("decline", R1, reason="Not ours.", next="EH").then_types(
            "referral.declined", "referral.sent"
        )


def test_a_decline_needs_a_reason() -> None:
    given(*young_carer()).when("decline", R1).then_refused(InvalidCommand, "reason")
    given(*young_carer()).when("decline", R1, reason="  ").then_refused(InvalidCommand, "reason")


def test_nothing_is_declined_to_the_team_that_has_it() -> None:
    given(*young_carer()).when("decline", R1, reason="Full.", next="YC").then_refused(
        NotAllowed, "another team"
    )


def test_nothing_is_declined_to_local_area_coordination() -> None:
    given(*young_carer()).when("decline", R1, reason="Full.", next="LAC-2").then_refused(
        NotAllowed, "introduction"
    )


def test_a_team_that_does_not_exist_is_refused_with_those_that_do() -> None:
    for code in ("XYZ", "CLS-5", "CLS", "YC-1", "yc"):
        refused = given(*young_carer()).when("decline", R1, reason="Full.", next=code)
        refused.then_refused(InvalidCommand, "MASH", "CLS-1", "CLS-4", "TRANS")


def test_an_accepted_referral_is_no_longer_declined() -> None:
    accepted = given(*young_carer()).and_then("accept", R1)
    accepted.when("decline", R1, reason="Full.").then_refused(NotAllowed, "no longer declined")


def test_the_same_decline_again_changes_nothing() -> None:
    declined = given(*young_carer()).and_then("decline", R1, reason="Full.")
    declined.when("decline", R1, reason="Full.").then_nothing()
    declined.when("decline", R1, reason="Full.", next="MASH").then_nothing()
    declined.when("decline", R1, reason="Other.").then_refused(NotAllowed, "already")
