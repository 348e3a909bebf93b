"""A queue that is full: the duty stays, somebody looks again, the need is counted, the referrer is told (R30)."""

from datetime import UTC, datetime

import pytest

from events.contact_routed import ContactRouted
from events.need_unmet import NeedUnmet
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.capacity import asked
from hub.capacity.unmet import said_in
from hub.clocks import england
from hub.folding import TABLES, fold_anew
from hub.verify import Redecider
from projections.table import MemoryTables
from tests.capacity.given import DOCUMENT, Council, council
from tests.teams.given import changed


def reviews(of: Council) -> list[ObligationOpened]:
    """What is to be looked at again for want of room."""
    return [owed for owed in of.of(ObligationOpened) if owed.rule == "R30"]


def test_a_full_queue_keeps_what_it_is_asked_and_its_owner_looks_again_within_five_working_days() -> (
    None
):
    of = council(YC=1)
    of.contact()
    told = of.contact()
    assert [r["team"] for r in told["routes"] if r["rule"] == "R8"] == ["YC"]
    [owed] = [o for o in told["obligations"] if o["rule"] == "R30"]
    assert "YC" in owed["does"] and owed["due_at"] == "2026-03-11T23:59:59Z"
    assert {t["to"] for t in told["tell"] if t["rule"] == "R30"} == {"referrer", "person"}
    [review] = reviews(of)
    [_, second] = of.asked("YC")
    assert review.referral == second.referral, "the full team's own, whatever else was asked"
    assert of.of(NeedUnmet) == [
        NeedUnmet(
            need=f"N{second.referral[1:]}", contact=second.contact, referral=second.referral, rule="R8", team="YC",
            locality=2, pathway="young carer's assessment", person=second.person, reason="no-capacity",
        )
    ]  # fmt: skip


def test_the_fact_is_pinned_of_the_queues_that_were_asked_alone_and_decided_again_alike() -> None:
    of = council(YC=1, HW=1, CAR=1)
    for _ in range(3):
        of.contact()
    pinned = [routed.facts.full for routed in of.of(ContactRouted)]
    assert pinned == [(), ("YC",), ("YC",)]
    again = Redecider(policies={}, calendars={england().hash: england()})
    assert list(again.faults(of.log)) == []


def test_a_queue_whose_room_is_not_known_is_never_full() -> None:
    of = council(HW=1)
    for _ in range(5):
        of.contact()
    assert of.of(NeedUnmet) == [] == reviews(of)


def test_room_comes_back_when_a_referral_ends() -> None:
    of = council(YC=1)
    of.contact()
    [sent] = of.asked("YC")
    of.finish(sent)
    of.contact()
    assert of.of(NeedUnmet) == []


def test_each_locality_has_room_of_its_own() -> None:
    of = Council(changed(("name: Community-led Support", "capacity: {2: 1}, name: Community-led Support")))  # fmt: skip
    home = {"lines": ["3 Quay Street"], "postcode": "RM18 7AA"}
    for number in range(3):
        here = {"ref": "p1", "name": {"family": f"Vale{chr(97 + number)}x"}, "dob": f"19{50 + number}-01-02"}  # fmt: skip
        if number < 2:
            here["address"] = home
        of.contact(people=[here], relationships=[], concerns=[{"code": "care-need", "about": "p1"}])
    of.contact()
    of.contact()
    assert [need.team for need in of.of(NeedUnmet)] == ["CLS-2"]


def test_nothing_personal_and_no_place_is_in_what_is_owed() -> None:
    of = council(CLS=1)
    of.contact()
    of.contact()
    [review] = reviews(of)
    assert "CLS" in review.does and "CLS-2" not in review.does + review.because


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("no-capacity", "no-capacity"),
        ("No capacity", "no-capacity"),
        ("No capacity: the list is twelve weeks long", "no-capacity"),
        ("No eligible service.", "no-eligible-service"),
        ("no-eligible-service", "no-eligible-service"),
        ("They have no capacity to decide", None),
        ("No capacityassessment", None),
        ("Known to the school nurse", None),
        ("", None),
    ],
)
def test_a_team_says_so_by_the_first_words_of_its_reason(reason: str, why: str | None) -> None:
    assert said_in(reason) == why


@pytest.mark.parametrize("reason", ["No capacity: twelve weeks", "no-eligible-service"])
def test_a_team_that_has_no_room_or_service_passes_it_on_with_the_duty_to_look_again(
    reason: str,
) -> None:
    of = Council(None)
    of.contact()
    [sent] = of.asked("YC")
    need, review = of.decline(sent, reason)
    assert isinstance(need, NeedUnmet) and isinstance(review, ObligationOpened)
    assert (need.reason, need.team, need.referral) == (said_in(reason), "YC", sent.referral)
    assert review.referral.endswith("-9"), "whoever has it now"
    assert review.rule == "R30" and review.about == sent.about and review.person == sent.person
    assert review.due_at == datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)
    assert "YC" in review.because and "{" not in review.because + review.does


def test_a_decline_for_another_reason_is_no_unmet_need() -> None:
    of = Council(None)
    of.contact()
    [sent] = of.asked("YC")
    assert of.decline(sent, "Known to the school nurse") == []


def test_what_a_full_queue_was_counted_for_is_not_counted_again_when_it_says_so() -> None:
    of = council(YC=1)
    of.contact()
    of.contact()
    _, sent = of.asked("YC")
    assert of.decline(sent, "No capacity") == []
    other = council(YC=1)
    other.contact()
    other.contact()
    _, sent = other.asked("YC")
    assert len(other.decline(sent, "No eligible service")) == 2


def test_under_a_policy_without_such_a_row_nothing_is_owed_but_the_need_is_counted() -> None:
    start, end = DOCUMENT.index("  R30:\n"), DOCUMENT.index("  R31:\n")
    of = Council(changed(("accepts: [R8]", "capacity: 1")), DOCUMENT[:start] + DOCUMENT[end:])
    of.contact()
    of.contact()
    assert reviews(of) == [] and len(of.of(NeedUnmet)) == 1
    [first, _] = of.asked("YC")
    assert of.decline(first, "No capacity") == []


def test_the_count_folded_anew_is_the_count_that_was_kept() -> None:
    of = council(YC=1, CLS=2)
    for _ in range(4):
        of.contact()
    first, second, *_ = of.asked("YC")
    of.finish(first)
    of.decline(second, "No capacity")
    anew = MemoryTables(TABLES)
    fold_anew(anew, of.log)
    for table in asked.TABLES:
        assert anew.rows(table.name) == of.hub.tables.rows(table.name)
    open_now = {sent.team for sent in of.of(ReferralSent)}
    assert sum(asked.open_in(anew, queue) for queue in open_now) == len(anew.rows("open_ask"))
