"""A corrected contact is in hand again where somebody must look; a withdrawn one closes once everybody has looked."""

from dataclasses import replace

from events.contact_closed import ContactClosed
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.referral_done import ReferralDone
from events.referral_sent import ReferralSent
from hub.referrals.closing import closings
from hub.referrals.state import Episode, fold
from hub.verify import Redecider
from projections import contact_view
from tests.corrections.given import Town
from tests.corrections.test_amended import CARES, DANIEL, GRACE, HARM, NEED, PARENT, said


def episode(town: Town) -> Episode:
    """The loop of the contact that came in last."""
    contact = town.contact
    return fold(contact, [e for e in town.log if f"contact:{contact}" in e.tags])


def ended(town: Town) -> None:
    """Every team does what it was asked, and everything owed is met; where that closes the contact, it is closed."""
    for referral in [r for r in episode(town).referrals.values() if r.open]:
        done = {"referral": referral.id, "contact": town.contact, "team": referral.team}
        town.engine_takes(
            town.record(ReferralDone.example().model_copy(update=done), actor="staff:1")
        )
    for owed in [o for o in episode(town).obligations.values() if o.open]:
        met = {"obligation": owed.id, "contact": town.contact}
        town.engine_takes(
            town.record(ObligationDone.example().model_copy(update=met), actor="staff:1")
        )
    for closing in closings(episode(town)):
        town.engine_takes(town.record(closing, actor="staff:1"))


def is_closed(town: Town) -> bool:
    """Whether the contact is at its end: by its loop, and as it is shown."""
    view = contact_view.read(town.tables, town.contact)
    assert view and (view.closed_at is not None) == episode(town).closed
    return episode(town).closed


def test_a_withdrawn_contact_closes_once_its_teams_have_looked_again() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    town.withdraw(town.contact)
    assert not closings(episode(town))
    ended(town)
    assert is_closed(town)


def test_a_closed_contact_that_is_withdrawn_or_newly_routed_is_in_hand_again() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    ended(town)
    assert is_closed(town)
    town.correct(town.contact, said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    assert not is_closed(town)
    ended(town)
    assert is_closed(town)
    town.withdraw(town.contact)
    assert not is_closed(town)
    ended(town)
    assert is_closed(town)
    town.withdraw(town.contact)
    assert is_closed(town), "a second withdrawal changes nothing"
    assert sum(isinstance(e.event, ContactClosed) for e in town.log) == 3


def test_a_correction_that_changes_nothing_leaves_a_closed_contact_closed() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    ended(town)
    town.correct(town.contact, said([GRACE, DANIEL], [NEED], [PARENT]))
    assert is_closed(town)


def test_references_are_the_contact_s_own_and_never_given_twice() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    for concerns in ([NEED, HARM], [NEED], [HARM, {"code": "adult-carer", "about": "p1"}]):
        town.correct(town.contact, said([GRACE, DANIEL], concerns, [PARENT, CARES]))
    numbers = [e.event.referral for e in town.log if isinstance(e.event, ReferralSent)]
    owed = [e.event.obligation for e in town.log if isinstance(e.event, ObligationOpened)]
    assert len(numbers) == len(set(numbers)) and len(owed) == len(set(owed))
    known = episode(town).referrals
    assert {o.opened.referral for o in episode(town).obligations.values()} <= known.keys()
    assert {r.sent.contact for r in known.values()} == {town.contact}


def test_what_would_now_be_decided_is_decided_again_to_the_same_bytes() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    town.correct(town.contact, said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    redecider = Redecider.fresh()
    redecider.policies = {p.pin.hash: p for p in [town.hub.engine.policy(town.tables)]}
    redecider.calendars = {town.hub.calendar.hash: town.hub.calendar}
    read = [e for e in town.log if e.type in Redecider.READS]
    assert not list(redecider.faults(read)) and redecider.decisions == 2
    [late] = [e for e in read if e.type == "contact.reconsidered"]
    tampered = late.event.model_copy(update={"decision": read[1].event.decision})  # type: ignore[attr-defined]  # it was routed
    again = Redecider(redecider.policies, redecider.calendars)
    changed = [replace(e, event=tampered) if e is late else e for e in read]
    [fault] = again.faults(changed)
    assert fault.position == late.position
