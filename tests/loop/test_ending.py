"""Finishing and withdrawing a referral, and the end of a contact."""

import pytest

from events.contact_closed import ContactClosed
from events.referral_done import ReferralDone
from hub.errors import InvalidCommand, NotAllowed
from tests.loop.given import (
    C1,
    O1,
    O2,
    R1,
    R2,
    contact_of_a_family,
    episode_of,
    given,
    owed,
    route,
    young_carer,
)

ENDINGS = {"done": {"outcome": "Plan agreed."}, "withdraw": {"reason": "The family said no."}}


def test_done_closes_a_contact_that_nothing_else_is_open_of() -> None:
    done = given(*young_carer()).and_then("accept", R1).when("done", R1, outcome="Plan agreed.")
    done.then(
        ReferralDone(referral=R1, contact=C1, team="YC", outcome="Plan agreed."),
        ContactClosed(contact=C1, outcome="Plan agreed."),
    )


def test_withdrawing_the_last_closes_the_contact_too() -> None:
    given(*young_carer()).when("withdraw", R1, reason="Moved away.").then_types(
        "referral.withdrawn", "contact.closed"
    )


def test_a_contact_stays_open_while_another_team_is_at_work() -> None:
    two = given(*contact_of_a_family(route("R8", "YC"), route("R11", "CLS-1", "p1", "P-000001")))
    one_done = two.and_then("accept", R1).and_then("done", R1, outcome="Plan.")
    assert not episode_of(one_done.events).closed
    assert episode_of(one_done.and_then("withdraw", R2, reason="No wish.").events).closed


@pytest.mark.parametrize("verb", ENDINGS)
def test_it_waits_for_each_obligation_and_names_them(verb: str) -> None:
    accepted = given(*young_carer([owed("F4"), owed("F3")])).and_then("accept", R1)
    accepted.when(verb, R1, **ENDINGS[verb]).then_refused(NotAllowed, O1, O2)
    one_met = accepted.and_then("done", O1)
    one_met.when(verb, R1, **ENDINGS[verb]).then_refused(NotAllowed, O2)
    both_met = one_met.and_then("waive", O2, reason="Done elsewhere.")
    assert both_met.when(verb, R1, **ENDINGS[verb]).refusal is None


@pytest.mark.parametrize("verb", ENDINGS)
def test_what_another_referral_owes_does_not_block_it(verb: str) -> None:
    two = contact_of_a_family(
        route("R8", "YC"),
        route("R11", "CLS-1", "p1", "P-000001"),
        obligations=[owed("F2", "p1", "P-000001")],
    )
    given(*two).and_then("accept", R1).when(verb, R1, **ENDINGS[verb]).then_types(
        "referral.done" if verb == "done" else "referral.withdrawn"
    )


@pytest.mark.parametrize("verb", ENDINGS)
def test_it_needs_its_word(verb: str) -> None:
    accepted = given(*young_carer()).and_then("accept", R1)
    accepted.when(verb, R1).then_refused(InvalidCommand, "outcome" if verb == "done" else "reason")


@pytest.mark.parametrize("verb", ENDINGS)
def test_the_same_again_changes_nothing_and_other_words_are_refused(verb: str) -> None:
    ended = given(*young_carer()).and_then("accept", R1).and_then(verb, R1, **ENDINGS[verb])
    ended.when(verb, R1, **ENDINGS[verb]).then_nothing()
    ended.when(verb, R1, **dict.fromkeys(ENDINGS[verb], "Other.")).then_refused(
        NotAllowed, "already"
    )


def test_a_referral_is_accepted_before_it_is_done() -> None:
    given(*young_carer()).and_then("seen", R1).when("done", R1, outcome="Plan.").then_refused(
        NotAllowed, "accept"
    )


def test_the_outcome_of_a_restricted_stream_is_not_the_contacts() -> None:
    for row in ("R14", "R15", "R16"):
        contact = given(*contact_of_a_family(route(row, "MARAC", "p1", "P-000001"))).and_then(
            "accept", R1
        )
        [_, closed] = contact.when("done", R1, outcome="Moved to a refuge.").events
        assert isinstance(closed, ContactClosed)
        assert "refuge" not in closed.outcome
