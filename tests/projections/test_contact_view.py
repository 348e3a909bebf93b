"""One contact: what was said, who it is about, what was decided, and where it stands."""

import pytest

from events.contact_closed import ContactClosed
from events.mentions_linked import MentionsLinked
from events.referral_accepted import ReferralAccepted
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from projections import contact_view
from projections.as_at import fold_as_at
from projections.contact_view import ContactView
from projections.rows import MissingRow
from projections.table import MemoryTables
from tests.projections.story import Story

CONTACT = "C-26-000001"


def seen(story: Story) -> ContactView:
    view = contact_view.read(fold_as_at(story.events), CONTACT)
    assert view
    return view


def routed() -> Story:
    story = Story()
    story.contact(1, {"door": "school", "people": [{"ref": "p1"}], "narrative": "As said."})
    story.link(CONTACT, p1="P-000001")
    first, *_ = story.route(CONTACT, {"rule": "R8", "team": "YC"}, {"rule": "R11", "team": "CLS-1"})
    story.owe(CONTACT, 1, first)
    return story


def test_nothing_is_known_of_a_contact_that_never_came() -> None:
    assert contact_view.read(fold_as_at([]), CONTACT) is None


def test_a_contact_comes_from_received_to_closed_step_by_step() -> None:
    story = Story()
    story.contact(1, {"people": [{"ref": "p1"}]})
    statuses = [seen(story).status]
    story.link(CONTACT, p1="P-000001")
    statuses.append(seen(story).status)
    story.route(CONTACT, {"rule": "R8", "team": "YC"})
    statuses.append(seen(story).status)
    story.tell(ReferralAccepted(referral="R-26-000001-1", contact=CONTACT, team="YC"))
    statuses.append(seen(story).status)
    story.tell(ContactClosed(contact=CONTACT, outcome="All done."))
    statuses.append(seen(story).status)
    assert statuses == ["received", "linked", "routed", "accepted", "closed"]


def test_it_shows_what_was_said_who_it_is_and_what_was_decided() -> None:
    view = seen(routed())
    assert view.content and view.content.narrative == "As said."
    assert view.people == ("P-000001",)
    assert view.decision and [r.rule for r in view.decision.routes] == ["R8", "R11"]
    assert [o.obligation for o in view.obligations] == ["O-26-000001-1"]
    assert [a.kind for a in view.answers] == ["received", "routed", "sent", "sent"]


def test_the_receiving_door_owns_it_until_a_team_accepts() -> None:
    story = routed()
    assert seen(story).owner == "school"
    story.tell(ReferralAccepted(referral="R-26-000001-2", contact=CONTACT, team="CLS-1"))
    assert seen(story).owner == "CLS-1"
    story.tell(ReferralAccepted(referral="R-26-000001-1", contact=CONTACT, team="YC"))
    assert seen(story).owner == "YC"


def test_who_hands_it_on_owns_it_until_the_next_accepts() -> None:
    story = routed()
    story.tell(ReferralAccepted(referral="R-26-000001-1", contact=CONTACT, team="YC"))
    story.tell(
        ReferralHandedOn(
            referral="R-26-000001-1", contact=CONTACT, team="YC", reason="Moved.", next="CSC", opens="R-26-000001-3"
        )
    )  # fmt: skip
    route = seen(story).decision
    assert route
    story.send(
        CONTACT, 3, route.routes[0].model_copy(update={"team": "CSC"}), follows="R-26-000001-1"
    )
    assert seen(story).owner == "YC"
    story.tell(ReferralAccepted(referral="R-26-000001-3", contact=CONTACT, team="CSC"))
    assert seen(story).owner == "CSC"
    story.tell(ReferralDone(referral="R-26-000001-3", contact=CONTACT, team="CSC", outcome="Done."))
    assert seen(story).owner == "CSC"


def test_a_partner_finds_its_own_contacts_and_no_other() -> None:
    story = Story()
    for number, partner in ((1, "school"), (2, "surgery"), (3, "school")):
        story.contact(number, {}, partner=partner)
    tables = fold_as_at(story.events)
    assert contact_view.of_partner(tables, "school") == ["C-26-000001", "C-26-000003"]
    assert contact_view.partner_of(tables, "C-26-000002") == "surgery"


def test_a_decision_on_a_contact_that_never_came_halts() -> None:
    linked = Story().tell(
        MentionsLinked(contact=CONTACT, model="told", input_position=1, mentions=())
    )
    with pytest.raises(MissingRow):
        contact_view.apply(MemoryTables(contact_view.TABLES), linked)
