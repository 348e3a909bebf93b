"""Seeing a referral."""

from events.referral_seen import ReferralSeen
from hub.errors import InvalidCommand, NotKnown
from tests.loop.given import C1, R1, R2, given, young_carer


def test_the_first_look_makes_a_referral_seen() -> None:
    seen = given(*young_carer()).when("seen", R1)
    seen.then(ReferralSeen(referral=R1, contact=C1, team="YC"))


def test_a_second_look_changes_nothing() -> None:
    given(*young_carer()).and_then("seen", R1).when("seen", R1).then_nothing()


def test_a_look_at_what_was_accepted_or_has_ended_changes_nothing() -> None:
    accepted = given(*young_carer()).and_then("accept", R1)
    accepted.when("seen", R1).then_nothing()
    accepted.and_then("done", R1, outcome="Plan agreed.").when("seen", R1).then_nothing()


def test_a_referral_that_was_never_sent_cannot_be_seen() -> None:
    given(*young_carer()).when("seen", R2).then_refused(NotKnown, R2)


def test_a_word_that_does_not_apply_is_refused_rather_than_lost() -> None:
    given(*young_carer()).when("seen", R1, reason="Because").then_refused(InvalidCommand)
