"""Doing and waiving what is owed."""

from events.obligation_done import ObligationDone
from events.obligation_waived import ObligationWaived
from hub.errors import InvalidCommand, NotAllowed, NotKnown
from tests.loop.given import C1, O1, O2, R1, given, owed, young_carer

OWING = given(*young_carer([owed("F4")]))


def test_an_obligation_is_done_by_the_team_that_holds_the_referral() -> None:
    done = OWING.when("done", O1, outcome="Two children at home.", note="By phone.")
    done.then(
        ObligationDone(
            obligation=O1, contact=C1, team="YC", outcome="Two children at home.", note="By phone."
        )
    )


def test_an_obligation_is_waived_with_a_reason() -> None:
    waived = OWING.when("waive", O1, reason="Asked last week.")
    waived.then(ObligationWaived(obligation=O1, contact=C1, team="YC", reason="Asked last week."))


def test_a_waiver_needs_a_reason() -> None:
    OWING.when("waive", O1).then_refused(InvalidCommand, "reason")


def test_to_do_or_waive_it_again_in_the_same_words_changes_nothing() -> None:
    OWING.and_then("done", O1).when("done", O1).then_nothing()
    OWING.and_then("waive", O1, reason="Known.").when("waive", O1, reason="Known.").then_nothing()


def test_what_was_met_one_way_is_not_met_another() -> None:
    OWING.and_then("done", O1).when("waive", O1, reason="Known.").then_refused(
        NotAllowed, "done already"
    )
    OWING.and_then("waive", O1, reason="Known.").when("done", O1).then_refused(
        NotAllowed, "waived already"
    )


def test_what_was_never_owed_is_not_known() -> None:
    OWING.when("done", O2).then_refused(NotKnown, O2)


def test_a_referral_takes_no_obligations_verb() -> None:
    OWING.when("waive", R1, reason="Known.").then_refused(NotKnown)
    OWING.when("referral.done", O1).then_refused(NotKnown)
