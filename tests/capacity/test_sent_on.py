"""An ask that a person sends on into a queue that is full: it goes there, is counted, and whoever has it looks again (R30)."""

from datetime import UTC, datetime

import pytest

from events.need_unmet import NeedUnmet
from events.obligation_opened import ObligationOpened
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from hub.capacity import asked
from hub.folding import TABLES, fold_anew
from hub.referrals.settling import RULE as GOES_FROM_HAND_TO_HAND
from projections.table import MemoryTables
from tests.capacity.given import DOCUMENT, Council, council
from tests.teams.given import changed

PEOPLE_SEND_ON = [ReferralHandedOn, ReferralOverridden]


def full_early_help() -> tuple[Council, ReferralSent]:
    """Early help has room for one and holds one; a young carers' ask is the next that might go there."""
    of = council(EH=1)
    of.contact()
    of.contact()
    first, second = of.asked("YC")
    assert of.send_on(first, ReferralHandedOn, "EH") == [], "there was room"
    return of, second


@pytest.mark.parametrize("how", PEOPLE_SEND_ON)
def test_what_somebody_sends_on_to_a_full_queue_is_kept_there_counted_and_looked_at_again(
    how: type[ReferralHandedOn | ReferralOverridden],
) -> None:
    of, sent = full_early_help()
    need, review = of.send_on(sent, how, "EH")
    opens = f"R{sent.contact[1:]}-9"
    assert need == NeedUnmet(
        need=f"N{opens[1:]}", contact=sent.contact, referral=opens, rule="R8", team="EH", locality=2,
        pathway=sent.pathway, person=sent.person, reason="no-capacity",
    )  # fmt: skip
    assert isinstance(review, ObligationOpened)
    assert (review.rule, review.referral, review.person) == ("R30", opens, sent.person)
    assert review.due_at == datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)
    assert "EH" in review.does and "{" not in review.because + review.does
    assert asked.open_in(of.hub.tables, "EH") == 2, "nobody is sent away"


def test_a_decline_into_a_full_queue_is_an_unmet_need_of_that_queue() -> None:
    of, sent = full_early_help()
    need, review = of.decline(sent, "Known to the school nurse", next="EH")
    assert isinstance(need, NeedUnmet) and isinstance(review, ObligationOpened)
    assert (need.team, need.referral) == ("EH", review.referral)


def test_where_neither_the_one_that_declines_nor_the_next_has_room_both_are_counted() -> None:
    of, sent = full_early_help()
    found = of.decline(sent, "No capacity", next="EH")
    needs = [n for n in found if isinstance(n, NeedUnmet)]
    reviews = [o for o in found if isinstance(o, ObligationOpened)]
    assert [n.team for n in needs] == ["YC", "EH"]
    assert len({o.obligation for o in reviews}) == 2
    assert {o.referral for o in reviews} == {needs[1].referral}, "whoever has it now"


def test_harm_to_a_child_goes_where_it_is_sent_however_full_that_is() -> None:
    of = Council(changed(("CSC:   {", "CSC:   {capacity: 1, ")))
    for _ in range(2):
        of.contact(concerns=[{"code": "child-harm", "about": "p2"}])
    first, second = (s for s in of.asked("MASH") if s.rule == "R1")
    of.send_on(first, ReferralHandedOn, "CSC")
    need, review = of.send_on(second, ReferralHandedOn, "CSC")
    assert isinstance(need, NeedUnmet) and isinstance(review, ObligationOpened)
    assert (need.rule, need.team) == ("R1", "CSC")
    assert asked.open_in(of.hub.tables, "CSC") == 2, "nobody is turned away"


def test_where_nobody_said_how_much_room_there_is_nothing_is_unmet() -> None:
    of = Council(None)
    of.contact()
    [sent] = of.asked("YC")
    assert of.send_on(sent, ReferralHandedOn, "EH") == []


def test_the_question_who_has_it_is_no_need_that_somebody_has() -> None:
    of, sent = full_early_help()
    front_door = sent.model_copy(
        update={"referral": f"R{sent.contact[1:]}-9", "team": "EH", "rule": GOES_FROM_HAND_TO_HAND, "follows": None}
    )  # fmt: skip
    assert of.did(front_door) == []


def test_under_a_policy_without_such_a_row_the_need_is_counted_and_nothing_is_owed() -> None:
    start, end = DOCUMENT.index("  R30:\n"), DOCUMENT.index("  R31:\n")
    of = Council(changed(("accepts: [R3]", "accepts: [R3], capacity: 1")), DOCUMENT[:start] + DOCUMENT[end:])  # fmt: skip
    of.contact()
    of.contact()
    first, second = of.asked("YC")
    of.send_on(first, ReferralHandedOn, "EH")
    assert [type(e) for e in of.send_on(second, ReferralHandedOn, "EH")] == [NeedUnmet]


def test_what_follows_folds_anew_to_the_same() -> None:
    of, sent = full_early_help()
    of.send_on(sent, ReferralHandedOn, "EH")
    anew = MemoryTables(TABLES)
    fold_anew(anew, of.log)
    for table in TABLES:
        assert anew.rows(table.name) == of.hub.tables.rows(table.name)
