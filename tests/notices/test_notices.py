"""Whoever must be told is told, and says so: one receipt of each kind, by who may give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.base import Event
from events.contact_closed import ContactClosed
from events.notice_given import NoticeGiven
from events.notice_received import NoticeReceived
from hub.errors import InvalidCommand, NotKnown
from hub.notices.act import parts
from hub.notices.receipts import GiveNotice, NoticeStands, ReceiveNotice, decide
from projections import notices
from projections.as_at import fold_as_at
from projections.notices import notice_id
from projections.registry import all_projections
from projections.table import Tables
from tests.paging.given import C2, N2, N2_AGAIN, corrected, news
from tests.projections.story import Story

NEW = NoticeStands()
SCHOOL = ("N-26-000001-R1-school", "C-26-000001", "R1", "school", "MASH")
TF = ("N-26-000001-R1-TF", "C-26-000001", "R1", "TF", "TF")


def test_it_is_said_that_somebody_was_told_and_how() -> None:
    assert decide(NEW, GiveNotice(*SCHOOL, "By telephone")) == [NoticeGiven.example()]
    assert decide(NEW, ReceiveNotice(*TF)) == [NoticeReceived.example()]


def test_a_second_receipt_of_the_same_kind_changes_nothing() -> None:
    assert decide(NoticeStands(given=True), GiveNotice(*SCHOOL, "By letter")) == []
    assert decide(NoticeStands(received=True), ReceiveNotice(*TF)) == []
    assert decide(NoticeStands(received=True), GiveNotice(*TF, "By telephone"))


@pytest.mark.parametrize("how", ["", " ", "a\nb", "x" * 201])
def test_how_they_were_told_is_said_in_short_plain_words(how: str) -> None:
    with pytest.raises(InvalidCommand):
        decide(NEW, GiveNotice(*SCHOOL, how))


@given(
    st.integers(1, 10**7), st.sampled_from(["R0", "R31", "F9", "F10"]), st.sampled_from(["school", "999", "F81123", "CLS-2"])
)  # fmt: skip
def test_an_id_names_contact_rule_and_addressee(number: int, rule: str, to: str) -> None:
    contact = f"C-26-{number:06}"
    assert parts(notice_id(contact, rule, to)) == (contact, rule, to)


@pytest.mark.parametrize(
    "notice",
    ["", "N-26-000001", "N-26-000001-R1-", "N-26-1-R1-TF", "O-26-000001-1", "N-26-000001-R1-a b"],
)
def test_what_is_no_id_is_not_known(notice: str) -> None:
    with pytest.raises(NotKnown):
        parts(notice)


def tell(rule: str, to: str) -> dict[str, str | None]:
    return {"rule": rule, "about": "p1", "person": None, "to": to, "because": "They must know."}


def unseen(tables: Tables, team: str) -> list[str]:
    """What the team is to know and has not seen, by its numbers."""
    return [n.notice.notice for n in notices.unseen(tables, [team])]


def told() -> Story:
    """A contact that a team, a school and the police are told of, the team twice by one rule."""
    story = Story()
    contact = story.contact(1, {})
    story.route(
        contact,
        {"rule": "R1", "team": "MASH"},
        tell=[tell("R1", "TF"), tell("R1", "TF"), tell("R1", "school"), tell("R19", "HOU")],
    )
    return story


def test_what_a_team_is_told_stands_on_its_page_until_somebody_has_seen_it() -> None:
    story = told()
    tables = fold_as_at(story.events)
    assert unseen(tables, "TF") == [TF[0]]
    assert [n.notice.to for n in notices.unseen(tables, ["HOU", "TF"])] == ["TF", "HOU"]
    story.tell(NoticeReceived.example())
    tables = fold_as_at(story.events)
    assert notices.unseen(tables, ["TF"]) == []
    one = notices.read(tables, TF[0])
    assert one and one.received_at and one.told_at and one.given_at is None


def test_what_is_to_others_stands_with_the_contact_once_it_was_given() -> None:
    story = told()
    assert set(notices.of_contact(fold_as_at(story.events), "C-26-000001")) == {
        TF[0],
        "N-26-000001-R19-HOU",
    }
    events: list[Event] = [
        NoticeGiven.example(),
        NoticeGiven.example().model_copy(update={"how": "Again"}),
    ]
    for event in events:
        story.tell(event)
    found = notices.of_contact(fold_as_at(story.events), "C-26-000001")[SCHOOL[0]]
    assert (found.given_by, found.how, found.told_at) == ("MASH", "By telephone", None), (
        "the first counts"
    )


def test_a_team_that_has_somebody_already_hears_what_is_new_of_them_first_of_all() -> None:
    story = told()
    again = story.contact(2, {})
    held = {"rule": "F7", "row": "R19", "team": "HOU", "held_by": "R-26-000001-1"}
    story.route(again, held, {**held, "about": "p2"}, tell=[tell("R2", "HOU")])
    assert unseen(fold_as_at(story.events), "HOU") == [
        "N-26-000002-F7-HOU",
        "N-26-000001-R19-HOU",
        "N-26-000002-R2-HOU",
    ]


def test_what_nobody_saw_of_a_contact_that_is_closed_waits_no_longer() -> None:
    story = told()
    story.tell(ContactClosed(contact="C-26-000001", outcome="All of it is done."))
    tables = fold_as_at(story.events)
    assert notices.unseen(tables, ["TF", "HOU"]) == []
    one = notices.read(tables, TF[0])
    assert one and one.received_at is None, "nobody said that they saw it"


def test_what_is_new_of_people_a_team_has_waits_until_it_is_seen_also_when_its_contact_is_closed() -> (
    None
):
    story = told()
    again = story.contact(2, {})
    story.route(again, {"rule": "F7", "row": "R1", "team": "MASH", "held_by": "R-26-000001-1"})
    story.tell(ContactClosed(contact=again, outcome="All of it is done."))
    assert unseen(fold_as_at(story.events), "MASH") == ["N-26-000002-F7-MASH"]


def waiting(story: Story) -> list[str]:
    """What MASH is to know and has not seen, by its notices alone."""
    [own] = (each for each in all_projections() if each.NAME == notices.NAME)
    return unseen(fold_as_at(story.events, [own]), "MASH")


def test_what_a_correction_says_anew_is_another_notice_and_what_it_repeats_is_none() -> None:
    """Whoever saw the contact as it was said first has not seen that somebody is in danger by it."""
    story = Story()
    story.tell(news("R8"))
    story.tell(corrected("R8").model_copy(update={"newly": (), "amendment": "K-000811"}))
    assert waiting(story) == [N2]
    story.tell(NoticeReceived.example().model_copy(update={"notice": N2, "contact": C2}))
    assert waiting(story) == []
    story.tell(corrected("R1"))
    assert waiting(story) == [N2_AGAIN]
    assert parts(N2_AGAIN) == (C2, "F7", "MASH")
