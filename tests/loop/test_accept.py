"""Accepting a referral."""

from events.referral_accepted import ReferralAccepted
from hub.errors import NotAllowed
from hub.referrals.state import Owner
from tests.loop.given import C1, R1, episode_of, given, young_carer


def test_a_team_that_accepts_owns_the_contact_and_the_door_no_longer_does() -> None:
    before = given(*young_carer())
    assert episode_of(before.events).owner == Owner("door", "F81XXX")
    accepted = before.when("accept", R1, note="Visit on Friday.")
    accepted.then(ReferralAccepted(referral=R1, contact=C1, team="YC", note="Visit on Friday."))
    assert episode_of(accepted.so_far().events).owner == Owner("team", "YC")


def test_a_second_identical_accept_changes_nothing() -> None:
    given(*young_carer()).and_then("accept", R1).when("accept", R1).then_nothing()


def test_a_second_accept_in_other_words_is_refused_so_that_no_words_are_lost() -> None:
    accepted = given(*young_carer()).and_then("accept", R1)
    accepted.when("accept", R1, note="Visit on Friday.").then_refused(NotAllowed, "already")


def test_a_declined_referral_can_no_longer_be_accepted_and_says_where_it_went() -> None:
    declined = given(*young_carer()).and_then("decline", R1, reason="Known elsewhere.")
    declined.when("accept", R1).then_refused(NotAllowed, "declined", "R-26-000001-2")
