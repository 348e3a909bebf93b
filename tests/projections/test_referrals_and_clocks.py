"""Where every ask and every duty stands, and its clock."""

import pytest

from events.base import Event
from events.obligation_done import ObligationDone
from events.obligation_waived import ObligationWaived
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_withdrawn import ReferralWithdrawn
from projections import referrals_and_clocks
from projections.as_at import fold_as_at
from projections.referrals_and_clocks import Obligation, Referral
from tests.projections.story import BEGAN, Story

CONTACT, REFERRAL, OWED = "C-26-000001", "R-26-000001-1", "O-26-000001-1"
STEP = {"referral": REFERRAL, "contact": CONTACT, "team": "YC"}
ON = {**STEP, "reason": "So.", "next": "CSC", "opens": "R-26-000001-2"}


def after(*events: Event) -> tuple[Referral, Obligation]:
    story = Story()
    story.contact(1, {"people": [{"ref": "p1"}]})
    story.link(CONTACT, p1="P-000001")
    story.route(CONTACT, {"rule": "R8", "team": "YC", "person": "P-000001", "about": "p1"})
    story.owe(CONTACT, 1, REFERRAL, person="P-000001")
    for event in events:
        story.tell(event)
    tables = fold_as_at(story.events)
    referrals = referrals_and_clocks.referrals_of(tables, CONTACT)
    obligations = referrals_and_clocks.obligations_of(tables, CONTACT)
    return referrals[0], obligations[0]


def test_what_was_sent_is_open_and_its_clock_began_at_receipt() -> None:
    referral, owed = after()
    assert (referral.status, referral.is_open, referral.clock_started_at) == ("sent", True, BEGAN)
    assert (owed.status, owed.referral) == ("open", REFERRAL)


@pytest.mark.parametrize(
    ("event", "status", "is_open"),
    [
        (ReferralSeen(**STEP), "seen", True),
        (ReferralAccepted(**STEP), "accepted", True),
        (ReferralDone(**STEP, outcome="Well."), "done", False),
        (ReferralWithdrawn(**STEP, reason="So."), "withdrawn", False),
        (ReferralDeclined(**ON), "declined", False),
        (ReferralHandedOn(**ON), "handed-on", False),
        (ReferralOverridden(**ON), "overridden", False),
    ],
)
def test_each_step_shows_in_where_it_stands(event: Event, status: str, is_open: bool) -> None:
    referral, _ = after(event)
    assert (referral.status, referral.is_open) == (status, is_open)
    assert (referral.ended_at is None) is is_open


def test_what_is_passed_on_names_the_next_and_takes_its_duties_along() -> None:
    referral, owed = after(ReferralHandedOn(**ON))
    assert (referral.next, referral.opens, referral.reason) == ("CSC", "R-26-000001-2", "So.")
    assert owed.referral == "R-26-000001-2"


def test_a_duty_that_was_done_stays_with_the_referral_it_was_done_under() -> None:
    done = ObligationDone(obligation=OWED, contact=CONTACT, team="YC", outcome="Asked.")
    _, owed = after(done, ReferralHandedOn(**ON))
    assert (owed.status, owed.team, owed.outcome, owed.referral) == (
        "done",
        "YC",
        "Asked.",
        REFERRAL,
    )


def test_a_duty_that_was_waived_says_why() -> None:
    _, owed = after(
        ObligationWaived(obligation=OWED, contact=CONTACT, team="YC", reason="Not needed.")
    )
    assert (owed.status, owed.reason, owed.is_open) == ("waived", "Not needed.", False)


def test_the_tenth_referral_comes_after_the_ninth() -> None:
    story = Story()
    story.contact(1, {})
    story.route(CONTACT, *({"rule": "R8", "team": "YC"} for _ in range(11)))
    referrals = referrals_and_clocks.referrals_of(fold_as_at(story.events), CONTACT)
    assert [referrals_and_clocks.number_of(r.referral) for r in referrals] == list(range(1, 12))


def test_the_work_around_people_is_found_by_them() -> None:
    story = Story()
    for number in (1, 2):
        contact = story.contact(number, {"people": [{"ref": "p1"}]})
        story.link(contact, p1="P-000001")
        first, *_ = story.route(contact, {"rule": "R8", "team": "YC", "person": "P-000001"})
        story.owe(contact, 1, first, person="P-000002")
    tables = fold_as_at(story.events)
    referrals, obligations = referrals_and_clocks.of_people(tables, ["P-000001", "P-000002"])
    assert (
        [r.contact for r in referrals]
        == [o.contact for o in obligations]
        == ["C-26-000001", "C-26-000002"]
    )
