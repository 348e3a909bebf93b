"""Overriding a referral and handing one on."""

import pytest

from events.referral_sent import ReferralSent
from hub.errors import InvalidCommand, NotAllowed
from hub.referrals.state import Owner
from tests.loop.given import O1, R1, R2, episode_of, given, owed, young_carer

VERBS = {"override": "referral.overridden", "hand-on": "referral.handed_on"}


@pytest.mark.parametrize("verb", VERBS)
def test_it_ends_here_and_the_next_opens_with_its_clock(verb: str) -> None:
    moved = given(*young_carer()).when(verb, R1, reason="Level 2.", next="EH")
    [_, following] = moved.then_types(VERBS[verb], "referral.sent")
    sent = young_carer()[2]
    assert isinstance(sent, ReferralSent)
    assert following == sent.model_copy(update={"referral": R2, "team": "EH", "follows": R1})


@pytest.mark.parametrize("verb", VERBS)
def test_it_needs_a_reason_and_a_next_team(verb: str) -> None:
    given(*young_carer()).when(verb, R1, next="EH").then_refused(InvalidCommand, "reason")
    given(*young_carer()).when(verb, R1, reason="Level 2.").then_refused(InvalidCommand, "next")


@pytest.mark.parametrize("verb", VERBS)
def test_it_never_goes_to_the_team_that_has_it_nor_to_one_that_does_not_exist(verb: str) -> None:
    given(*young_carer()).when(verb, R1, reason="Level 2.", next="YC").then_refused(NotAllowed)
    given(*young_carer()).when(verb, R1, reason="Level 2.", next="NOBODY").then_refused(
        InvalidCommand, "MASH"
    )


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_again_changes_nothing_and_another_way_is_refused(verb: str) -> None:
    moved = given(*young_carer()).and_then(verb, R1, reason="Level 2.", next="EH")
    moved.when(verb, R1, reason="Level 2.", next="EH").then_nothing()
    moved.when(verb, R1, reason="Level 2.", next="CSC").then_refused(NotAllowed, R2)


def test_what_was_not_accepted_is_not_handed_on_where_nothing_may_be_declined_to() -> None:
    asked = given(*young_carer())
    asked.when("hand-on", R1, reason="Not ours.", next="LAC-2").then_refused(NotAllowed)
    accepted = asked.and_then("accept", R1)
    accepted.when("hand-on", R1, reason="She would like an introduction.", next="LAC-2").then_types(
        "referral.handed_on", "referral.sent"
    )


def test_an_accepted_referral_is_handed_on_and_not_overridden() -> None:
    accepted = given(*young_carer()).and_then("accept", R1)
    accepted.when("override", R1, reason="Level 2.", next="EH").then_refused(
        NotAllowed, "hand it on"
    )
    accepted.when("hand-on", R1, reason="Screened.", next="CSC").then_types(
        "referral.handed_on", "referral.sent"
    )


def test_who_hands_an_accepted_referral_on_answers_for_it_until_the_next_accepts() -> None:
    handed_on = (
        given(*young_carer())
        .and_then("accept", R1)
        .and_then("hand-on", R1, reason="Screened.", next="CSC")
    )
    assert episode_of(handed_on.events).owner == Owner("team", "YC")
    assert episode_of(handed_on.and_then("accept", R2).events).owner == Owner("team", "CSC")


def test_what_is_owed_goes_with_the_referral() -> None:
    moved = given(*young_carer([owed("F4")])).and_then("override", R1, reason="Level 2.", next="EH")
    [done] = moved.when("done", O1, outcome="Asked.").then_types("obligation.done")
    assert done.team == "EH"  # type: ignore[attr-defined]
    moved.and_then("accept", R2).when("done", R2, outcome="Plan.").then_refused(NotAllowed, O1)
