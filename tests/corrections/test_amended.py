"""A contact is corrected or withdrawn by whoever told of it: whom it is about, what is decided, who is asked, who looks again."""

from typing import TypeVar

from events.base import Event
from events.contact_reconsidered import ContactReconsidered
from events.content import ContactContent
from events.mentions_amended import MentionsAmended
from events.obligation_opened import ObligationOpened
from events.referral_accepted import ReferralAccepted
from events.referral_sent import ReferralSent
from hub.clocks import england
from hub.corrections.reconsider import ANOTHER, GONE, OTHERWISE, WITHDRAWN
from hub.viewer import ALL_CLEARANCES, Viewer
from projections import contact_view, duty_queue, family_view
from projections.referrals_and_clocks import corrections_for
from projections.secrets import person_secrets
from tests.corrections.given import BEGAN, Town

CLEARED = Viewer("duty", "S-2", "CSC", clearances=ALL_CLEARANCES)
E = TypeVar("E", bound=Event)

GRACE = {
    "ref": "p1", "name": {"family": "Okoro", "given": ["Grace"]}, "dob": "1981-06-12",
    "ids": [{"system": "nhs-number", "value": "9990000018"}], "address": {"lines": ["12 High Street"], "postcode": "RM17 6XX"},
}  # fmt: skip
DANIEL = {"ref": "p2", "name": {"family": "Okoro", "given": ["Daniel"]}, "dob": "2012-02-03"}
PARENT = {"from": "p1", "type": "parent-of", "to": "p2"}
CARES = {"from": "p2", "type": "cares-for", "to": "p1"}
NEED = {"code": "care-need", "about": "p1"}
HARM = {"code": "child-harm", "about": "p2"}


def said(
    people: list[dict[str, object]],
    concerns: list[dict[str, object]],
    relations: list[dict[str, object]] | None = None,
    **facts: str,
) -> ContactContent:
    """A contact."""
    return ContactContent.model_validate(
        {
            "occurred_at": "2026-03-04T09:50:00Z", "door": "health", "reporter": {"org": "F81XXX"}, "people": people,
            "concerns": concerns, "relationships": relations or [], "facts": facts,
        }
    )  # fmt: skip


def of(made: list[Event], kind: type[E]) -> list[E]:
    """The events of a kind."""
    return [e for e in made if isinstance(e, kind)]


def only(made: list[Event], kind: type[E]) -> E:
    """The one event of a kind."""
    [found] = of(made, kind)
    return found


def rules(made: list[Event]) -> set[tuple[str, str | None]]:
    """The asks sent, by row and by whom they are about."""
    return {(r.rule, r.about) for r in of(made, ReferralSent)}


def again(made: list[Event]) -> dict[str | None, str]:
    """Who looks again, by the referral, and why."""
    return {o.referral: o.because for o in of(made, ObligationOpened) if o.rule == "correction"}


def test_a_correction_of_nothing_that_matters_asks_nobody_anything() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT, CARES]))
    made = town.correct(town.contact, said([GRACE, DANIEL], [NEED], [PARENT, CARES]))
    reconsidered = only(made, ContactReconsidered)
    assert not reconsidered.newly and not reconsidered.no_longer and not reconsidered.opened
    assert not of(made, ReferralSent) and not of(made, ObligationOpened)
    amended = only(made, MentionsAmended)
    assert {m.ref: m.person for m in amended.mentions} == amended.before


def test_new_danger_is_sent_at_once_with_a_clock_from_the_correction() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    first = {e.event.referral: e.event for e in town.log if isinstance(e.event, ReferralSent)}
    made = town.correct(town.contact, said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    assert rules(made) == {("R1", "p2")}
    [sent] = of(made, ReferralSent)
    reconsidered = only(made, ContactReconsidered)
    assert sent.clock_started_at == reconsidered.received_at > BEGAN
    assert sent.referral not in first and not sent.lead and sent.team == "MASH"
    assert [r.row for r in reconsidered.newly] == ["R1"] and reconsidered.opened
    assert not again(made)


def test_a_route_that_would_not_be_sent_stays_and_its_team_looks_again_within_a_working_day() -> (
    None
):
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    mash = next(
        e.event for e in town.log if isinstance(e.event, ReferralSent) and e.event.rule == "R1"
    )
    made = town.correct(town.contact, said([GRACE, DANIEL], [NEED], [PARENT]))
    assert again(made) == {mash.referral: GONE}
    [owed] = [o for o in of(made, ObligationOpened) if o.rule == "correction"]
    assert owed.due_at and england().is_working_day(owed.due_at.date())
    [queued] = duty_queue.open_for(town.tables, "MASH")
    assert queued.referral == mash.referral and queued.due_at == mash.due_at
    assert queued.amended == "corrected"
    assert corrections_for(town.tables, ["MASH"])[0].because == GONE


def test_a_new_birth_date_of_somebody_known_by_nothing_else_is_told_anew() -> None:
    town = Town()
    before = town.tell(said([GRACE, DANIEL], [NEED], [PARENT, CARES]))
    made = town.correct(
        town.contact, said([GRACE, {**DANIEL, "dob": "2002-02-03"}], [NEED], [PARENT, CARES])
    )
    assert only(made, MentionsAmended).mentions[1].person == before["p2"].person
    shown = family_view.read_person(town.tables, before["p2"].person or "")
    assert shown and shown.births == ("2002-02-03",)
    assert ("R9", "p2") in rules(made)
    assert [r.row for r in only(made, ContactReconsidered).no_longer if r.about == "p2"]


def test_what_contradicts_whom_it_was_linked_to_links_anew_and_the_ask_goes_along() -> None:
    town = Town()
    known = town.tell(said([GRACE], [NEED]))["p1"].person
    other = {**GRACE, "ids": [{"system": "nhs-number", "value": "9990000026"}], "dob": "1950-01-01"}
    linked = town.tell(said([{**GRACE, "ref": "p1"}], [{"code": "adult-carer", "about": "p1"}]))
    assert linked["p1"].person == known
    sent = [e.event for e in town.log if isinstance(e.event, ReferralSent)][-1]
    made = town.correct(town.contact, said([other], [{"code": "adult-carer", "about": "p1"}]))
    person = only(made, MentionsAmended).mentions[0].person
    assert person and person != known
    assert again(made) == {sent.referral: ANOTHER}
    assert not of(made, ReferralSent)
    rows = {r["referral"]: r["person"] for r in town.tables.rows("asked_referral")}
    assert rows[sent.referral] == person
    assert town.tables.get("referrals", sent.referral)["person"] == person  # type: ignore[index]  # it is there
    shown = family_view.read_person(town.tables, known or "")
    assert shown and len(shown.said) == 1


def test_somebody_named_no_longer_is_known_no_longer_by_it() -> None:
    town = Town()
    before = town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    town.correct(town.contact, said([GRACE], [NEED]))
    gone = before["p2"].person or ""
    assert family_view.read_person(town.tables, gone) is None
    assert town.tables.get("known_person", gone) is None
    assert not town.tables.rows("person_relation")
    later = town.tell(said([{**DANIEL, "ref": "p9"}], [HARM | {"about": "p9"}]))
    assert later["p9"].outcome == "new" and later["p9"].person != gone


def test_a_changed_address_is_told_to_whoever_works_for_them() -> None:
    town = Town()
    town.tell(said([GRACE], [NEED]))
    [sent] = [e.event for e in town.log if isinstance(e.event, ReferralSent)]
    moved = {**GRACE, "address": {"lines": ["3 Mill Lane"], "postcode": "RM17 6XY"}}
    assert again(town.correct(town.contact, said([moved], [NEED]))) == {sent.referral: OTHERWISE}


def test_the_last_of_several_corrections_counts() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))
    contact = town.contact
    town.correct(contact, said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    made = town.correct(contact, said([GRACE, DANIEL], [NEED], [PARENT]))
    assert list(again(made).values()) == [GONE]
    once_more = town.correct(contact, said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    assert not of(once_more, ReferralSent), "MASH has it still"
    view = contact_view.read(town.tables, contact)
    assert (
        view
        and view.content
        and [c.code for c in view.content.concerns] == ["care-need", "child-harm"]
    )
    assert view.said_first and [c.code for c in view.said_first.concerns] == ["care-need"]
    assert [a.kind for a in view.amendments] == ["corrected"] * 3
    assert view.decision and {r.row for r in view.decision.routes} == {"R11"}
    assert view.amendments[2].decision and "R1" in {
        r.row for r in view.amendments[2].decision.routes
    }


def test_a_withdrawn_contact_asks_nobody_and_everybody_looks_again() -> None:
    town = Town()
    before = town.tell(said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    contact = town.contact
    sent = {e.event.team for e in town.log if isinstance(e.event, ReferralSent)}
    made = town.withdraw(contact)
    assert set(again(made).values()) == {WITHDRAWN} and len(again(made)) == len(sent)
    assert not of(made, ReferralSent) and not of(made, ContactReconsidered)
    assert not town.tables.rows("known_person") and not town.tables.rows("person_relation")
    assert family_view.read_person(town.tables, before["p1"].person or "") is None
    view = contact_view.read(town.tables, contact)
    assert view and view.withdrawn_at and view.withdrawn_because == "Sent by mistake."
    assert view.content and not view.mentions
    assert not town.withdraw(contact) and not town.correct(contact, said([GRACE], [NEED]))


def test_a_shield_that_a_correction_adds_hides_and_one_it_takes_back_does_not_when_another_says_it() -> (
    None
):
    town = Town()
    shielded = {**GRACE, "flags": ["shielded"]}
    person = town.tell(said([GRACE, DANIEL], [NEED], [PARENT]))["p1"].person or ""
    first = town.contact
    assert not person_secrets(town.tables, person).hidden
    waiting = town.corrected(first, said([shielded, DANIEL], [NEED], [PARENT]))
    assert person_secrets(town.tables, person).hidden, "at once, before the engine has seen it"
    town.engine_takes(waiting)
    assert person_secrets(town.tables, person).hidden
    assert town.tell(said([shielded], [NEED]))["p1"].person == person
    town.correct(first, said([GRACE, DANIEL], [NEED], [PARENT]))
    assert person_secrets(town.tables, person).hidden, "another contact says so"
    town.correct(town.contact, said([GRACE], [NEED]))
    assert not person_secrets(town.tables, person).hidden


def test_a_withdrawal_takes_no_shield_back() -> None:
    town = Town()
    person = town.tell(said([{**GRACE, "flags": ["shielded"]}], [NEED]))["p1"].person or ""
    town.withdraw(town.contact)
    assert person_secrets(town.tables, person).hidden


def test_that_the_family_may_not_be_told_stands_until_the_contrary_is_said() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [HARM], [PARENT], family_may_be_informed="no"))
    contact = town.contact
    silent = only(
        town.correct(contact, said([GRACE, DANIEL], [HARM], [PARENT])), ContactReconsidered
    )
    assert silent.facts.facts.family_may_be_informed == "no"
    assert "family" not in {n.to for n in silent.decision.tell}
    town.correct(contact, said([GRACE, DANIEL], [HARM], [PARENT]))
    told = contact_view.circumstances_of(town.tables, [contact])[contact]
    assert told.facts.family_may_be_informed == "no"
    said_yes = said([GRACE, DANIEL], [HARM], [PARENT], family_may_be_informed="yes")
    yes = only(town.correct(contact, said_yes), ContactReconsidered)
    assert "family" in {n.to for n in yes.decision.tell}


def test_no_clock_that_runs_begins_anew() -> None:
    town = Town()
    town.tell(said([GRACE, DANIEL], [NEED, HARM], [PARENT]))
    before = {r["referral"]: r["due_at"] for r in town.tables.rows("referrals")}
    [mash] = duty_queue.open_for(town.tables, "MASH")
    accepted = ReferralAccepted.example().model_copy(
        update={"referral": mash.referral, "contact": town.contact, "team": "MASH"}
    )
    town.engine_takes(town.record(accepted, actor="staff:1"))
    town.correct(town.contact, said([GRACE, {**DANIEL, "dob": "2013-02-03"}], [HARM], [PARENT]))
    after = {r["referral"]: r["due_at"] for r in town.tables.rows("referrals")}
    assert {k: after[k] for k in before} == before
