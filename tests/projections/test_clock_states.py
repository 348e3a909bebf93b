"""How each clock stands, on a queue and on a contact: met, missed, standing still, told to others, and how often its ask moved on."""

from datetime import timedelta

from events.clock_met import ClockMet
from events.clock_missed import ClockMissed
from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_escalated import ReferralEscalated
from events.referral_sent import ReferralSent
from projections import answers, duty_queue, referrals_and_clocks
from projections.as_at import fold_as_at
from tests.projections.story import BEGAN, Story

DUE, LATER = BEGAN + timedelta(days=1), BEGAN + timedelta(days=2)
CONTACT, R1, R2, O1 = "C-26-000001", "R-26-000001-1", "R-26-000001-2", "O-26-000001-1"
WITH = {
    "contact": CONTACT,
    "referral": R1,
    "team": "YC",
    "clock": "offer (practice)",
    "due_at": DUE,
}


def asked() -> Story:
    story = Story()
    story.contact(1, {})
    [referral] = story.route(CONTACT, {"rule": "R8", "team": "YC", "due_at": DUE})
    story.owe(CONTACT, 1, referral, due_at=DUE)
    return story


def missed(story: Story, subject: str = R1) -> None:
    story.tell(ClockMissed(subject=subject, person=None, at=DUE, over="1 hour", **WITH))


def passed_on(story: Story) -> None:
    story.tell(
        ReferralDeclined(
            referral=R1, contact=CONTACT, team="YC", reason="Full.", next="EH", opens=R2
        )
    )


def sent_on(story: Story) -> None:
    first = next(e.event for e in story.events if isinstance(e.event, ReferralSent))
    story.tell(first.model_copy(update={"referral": R2, "team": "EH", "follows": R1}))


def both(
    story: Story, referral: str, team: str
) -> tuple[referrals_and_clocks.Referral, duty_queue.QueueRow]:
    """The ask as its contact and as the queue of its team shows it, which tell the same of its clock."""
    tables = fold_as_at(story.events)
    [row] = duty_queue.open_for(tables, team)
    [one] = [
        r for r in referrals_and_clocks.referrals_of(tables, CONTACT) if r.referral == referral
    ]
    for name in (
        "due_at",
        "met_at",
        "missed_at",
        "paused_at",
        "paused_because",
        "escalated_at",
        "escalated_to",
        "bounces",
    ):
        assert getattr(one, name) == getattr(row, name), name
    return one, row


def test_what_was_missed_and_told_to_others_says_so() -> None:
    story = asked()
    missed(story)
    story.tell(
        ReferralEscalated(
            referral=R1, contact=CONTACT, team="YC", to="MASH", person=None, clock=None, due_at=DUE, at=LATER, over="1 day"
        )
    )  # fmt: skip
    one, row = both(story, R1, "YC")
    assert (one.missed_at, one.escalated_at, row.escalated_to, one.met_at) == (
        DUE,
        LATER,
        "MASH",
        None,
    )
    assert [r.referral for r in duty_queue.escalated(fold_as_at(story.events), ["MASH"])] == [R1]
    story.tell(ReferralAccepted(referral=R1, contact=CONTACT, team="YC"))
    assert duty_queue.escalated(fold_as_at(story.events), ["MASH"]) == []


def test_a_clock_that_stands_still_says_why_and_goes_on_later() -> None:
    story = asked()
    story.tell(
        ClockPaused(
            subject=R1, rule="waiting-for-the-person", says="waiting for the person", reason="Rang.", unit="days", at=BEGAN,
            ends_at=LATER, **WITH,
        )
    )  # fmt: skip
    one, _ = both(story, R1, "YC")
    assert (one.paused_at, one.paused_because) == (BEGAN, "waiting for the person")
    again = {**WITH, "due_at": LATER, "was_due_at": DUE}
    story.tell(
        ClockResumed(
            subject=R1, rule="waiting-for-the-person", paused_at=BEGAN, at=DUE, by_itself=False, paused_for="1 day", **again
        )
    )  # fmt: skip
    one, _ = both(story, R1, "YC")
    assert (one.paused_at, one.paused_because, one.due_at) == (None, None, LATER)


def test_an_ask_that_moves_on_takes_along_what_was_missed_and_counts() -> None:
    for noted_first in (True, False):
        story = asked()
        if noted_first:
            missed(story)
        passed_on(story)
        if not noted_first:
            missed(story)
        story.tell(ClockMet(subject=R1, by="declined", at=DUE, **WITH))
        sent_on(story)
        one, row = both(story, R2, "EH")
        assert (one.missed_at, one.met_at, one.bounces, row.from_team) == (DUE, None, 1, "YC")


def test_whoever_accepted_has_met_it_for_all() -> None:
    story = asked()
    story.tell(ReferralAccepted(referral=R1, contact=CONTACT, team="YC"))
    story.tell(ClockMet(subject=R1, by="accepted", at=DUE, **WITH))
    passed_on(story)
    sent_on(story)
    one, _ = both(story, R2, "EH")
    assert one.met_at == DUE


def test_what_is_owed_says_who_owes_it_and_how_its_clock_stands() -> None:
    story = asked()
    missed(story, O1)
    passed_on(story)
    sent_on(story)
    [owed] = referrals_and_clocks.obligations_of(fold_as_at(story.events), CONTACT)
    assert (owed.owner, owed.referral, owed.missed_at, owed.met_at) == ("EH", R2, DUE, None)


def test_the_partner_hears_of_a_missed_clock_of_an_ask_and_of_nothing_that_is_owed() -> None:
    story = asked()
    missed(story)
    missed(story, O1)
    told = [
        a for a in answers.of_contact(fold_as_at(story.events), CONTACT) if a.kind == "clock-missed"
    ]
    assert [(a.referral, a.team, a.due_at) for a in told] == [(R1, "YC", DUE)]
