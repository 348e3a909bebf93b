"""What waits for a team, soonest due first."""

from datetime import timedelta

import pytest

from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_seen import ReferralSeen
from projections import duty_queue
from projections.as_at import fold_as_at
from projections.rows import MissingRow
from projections.table import MemoryTables
from tests.projections.story import BEGAN, Story


def rows(story: Story, team: str) -> list[duty_queue.QueueRow]:
    return duty_queue.open_for(fold_as_at(story.events), team)


def a_story() -> Story:
    story = Story()
    contact = story.contact(
        1,
        {
            "people": [
                {"ref": "p1", "name": {"family": "Okoro", "given": ["Grace"]}},
                {"ref": "p2"},
            ],
            "concerns": [
                {"code": "care-need", "about": "p1"},
                {"code": "young-carer", "about": "p2"},
            ],
        },
    )
    story.link(contact, p1="P-000001", p2="P-000002")
    later, sooner = BEGAN + timedelta(days=5), BEGAN + timedelta(days=1)
    story.route(
        contact,
        {"rule": "R11", "team": "YC", "about": "p1", "person": "P-000001", "due_at": later},
        {"rule": "R8", "team": "YC", "about": "p2", "person": "P-000002", "due_at": sooner},
        {"rule": "R9", "team": "YC"},
        family="P-000001",
    )
    return story


def test_the_soonest_due_comes_first_and_what_has_no_clock_last() -> None:
    assert [r.rule for r in rows(a_story(), "YC")] == ["R8", "R11", "R9"]


def test_a_row_says_who_it_is_about_what_worries_and_who_brought_it() -> None:
    row = rows(a_story(), "YC")[1]
    assert (row.name, row.concerns, row.door, row.organisation) == (
        "Grace Okoro",
        ("care-need",),
        "health",
        "F81XXX",
    )


def test_another_teams_queue_is_empty() -> None:
    assert rows(a_story(), "CSC") == []


def test_what_is_seen_still_waits_and_what_is_accepted_is_held() -> None:
    story = a_story()
    story.tell(ReferralSeen(referral="R-26-000001-1", contact="C-26-000001", team="YC"))
    story.tell(ReferralAccepted(referral="R-26-000001-2", contact="C-26-000001", team="YC"))
    tables = fold_as_at(story.events)
    assert {r.rule: r.status for r in duty_queue.waiting(tables, "YC")} == {
        "R11": "seen",
        "R9": "sent",
    }
    assert [r.rule for r in duty_queue.held(tables, "YC")] == ["R8"]


def test_what_is_seen_after_it_was_accepted_stays_accepted() -> None:
    story = a_story()
    story.tell(ReferralAccepted(referral="R-26-000001-1", contact="C-26-000001", team="YC"))
    story.tell(ReferralSeen(referral="R-26-000001-1", contact="C-26-000001", team="YC"))
    assert [r.status for r in rows(story, "YC")] == ["sent", "accepted", "sent"]


def test_what_ends_leaves_the_queue() -> None:
    story = a_story()
    story.tell(
        ReferralDone(
            referral="R-26-000001-2", contact="C-26-000001", team="YC", outcome="Plan agreed."
        )
    )
    assert [r.rule for r in rows(story, "YC")] == ["R11", "R9"]


def test_what_is_declined_waits_for_the_next_team_with_the_reason_and_its_clock() -> None:
    story = a_story()
    first = rows(story, "YC")[0]
    story.tell(
        ReferralDeclined(
            referral="R-26-000001-2", contact="C-26-000001", team="YC", reason="Leads already.", next="MASH",
            opens="R-26-000001-4",
        )
    )  # fmt: skip
    route = story.events[4].event.decision.routes[1].model_copy(update={"team": "MASH"})  # type: ignore[attr-defined]
    story.send("C-26-000001", 4, route, follows="R-26-000001-2")
    (row,) = rows(story, "MASH")
    assert (row.from_team, row.reason, row.due_at) == ("YC", "Leads already.", first.due_at)
    assert "R8" not in [r.rule for r in rows(story, "YC")]


def test_a_step_of_a_referral_that_was_never_sent_halts() -> None:
    story = Story()
    seen = story.tell(ReferralSeen(referral="R-26-000001-1", contact="C-26-000001", team="YC"))
    with pytest.raises(MissingRow):
        duty_queue.apply(MemoryTables(duty_queue.TABLES), seen)
