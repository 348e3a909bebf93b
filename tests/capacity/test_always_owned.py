"""Whatever is full, every contact has an owner, nothing goes elsewhere, and who has no room looks again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from events.contact_received import ContactReceived
from hub.referrals.sent import open_referrals
from hub.routing import decide, decide_with_room
from hub.teams.book import shipped_book
from tests.routing.given import ENGLAND, WEDNESDAY, pinned, policy
from tests.routing.test_decisions_hold import contacts
from tests.teams.given import register

QUEUES = st.sets(st.sampled_from(shipped_book().codes))


@settings(max_examples=100, deadline=None)
@given(contacts(), st.one_of(QUEUES, st.just(set(shipped_book().codes))))
def test_no_contact_is_without_an_owner_whatever_is_full(
    received: ContactReceived, full: set[str]
) -> None:
    free = decide(pinned(received), policy(), ENGLAND, register())
    facts, decision = decide_with_room(
        pinned(received), policy(), ENGLAND, register(), full.intersection
    )
    assert decision.routes == free.routes and any(route.team for route in decision.routes)
    assert set(facts.full) == full & {r.team for r in free.routes if not r.held_by}
    assert decision == decide(facts, policy(), ENGLAND, register())
    short = [r for r in decision.routes if r.team in full and not r.held_by]
    sent, opened = open_referrals(decision, received.contact, None, WEDNESDAY)
    reviews = [o for o in opened if o.rule == "R30"]
    teams_of = {s.referral: s.team for s in sent}
    assert {(r.row, r.about) for r in short} == {
        (o.row, o.about) for o in decision.obligations if o.rule == "R30"
    }
    assert all(teams_of[o.referral] in full for o in reviews), "whoever has no room looks again"


@settings(max_examples=100, deadline=None)
@given(contacts(), QUEUES)
def test_nobody_at_home_is_told_where_they_may_not_be(
    received: ContactReceived, full: set[str]
) -> None:
    _, decision = decide_with_room(
        pinned(received), policy(), ENGLAND, register(), full.intersection
    )
    hidden = any({"shielded", "adoptive_placement"} & set(m.flags) for m in received.content.people)
    if hidden or received.content.facts.family_may_be_informed == "no":
        assert not [t for t in decision.tell if t.rule == "R30" and t.to in ("person", "family")]
