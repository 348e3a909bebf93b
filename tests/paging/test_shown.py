"""What pages tell of paging: who was paged and when, what held it up, and when the ask was seen."""

from datetime import UTC, datetime, timedelta

from events.base import Event
from events.notice_received import NoticeReceived
from events.page_failed import PageFailed
from events.page_sent import PageSent
from events.referral_accepted import ReferralAccepted
from events.referral_seen import ReferralSeen
from hub.pages.render import environment
from projections import paging
from projections.as_at import fold_as_at
from projections.paging import Page
from projections.table import MemoryTables
from tests.loop.given import R1, recorded, young_carer
from tests.paging.given import C2, N2, news
from tests.projections.story import Story

AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
AGAIN = AT + timedelta(minutes=1)


def failed(by: str | None = "email") -> PageFailed:
    example = PageFailed.example()
    return example.model_copy(update={"ask": R1, "by": by, "at": AT, "again_at": AGAIN})


def sent(by: str = "email") -> PageSent:
    return PageSent.example().model_copy(update={"ask": R1, "by": by, "at": AGAIN})


def folded(*events: Event) -> MemoryTables:
    """A young carer's ask, and what became of paging about it."""
    return fold_as_at(recorded([*young_carer(), *events]))


def folded_news(*events: Event) -> MemoryTables:
    """What is new of somebody whom a team has, and what became of paging about it."""
    story = Story()
    story.contact(2, {})
    for event in (news(), *events):
        story.tell(event)
    return fold_as_at(story.events)


def pages(*events: Event) -> tuple[Page, ...]:
    return paging.of_asks(folded(*events), [R1]).get(R1, ())


SEEN = ReferralSeen.example().model_copy(update={"referral": R1})
ACCEPTED = ReferralAccepted.example().model_copy(update={"referral": R1})


def test_an_ask_that_pages_nobody_has_no_pages() -> None:
    assert pages(SEEN) == ()


def test_what_did_not_go_out_is_told_with_its_reason_until_it_does() -> None:
    [page] = pages(failed())
    assert (page.sent_at, page.because, page.again_at) == (
        None,
        "The mail server does not answer.",
        AGAIN,
    )
    assert paging.undelivered(folded(failed())) == ["The mail server does not answer."]
    [page] = pages(failed(), sent())
    assert (page.begun_at, page.sent_at, page.because, page.again_at) == (AT, AGAIN, None, None)
    assert paging.undelivered(folded(failed(), sent())) == []


def test_each_way_stands_alone() -> None:
    assert [p.by for p in pages(failed(), sent("webhook"))] == ["email", "webhook"]
    assert [p.by for p in pages(failed(None))] == [None]


def test_an_ask_that_was_touched_is_held_up_no_more() -> None:
    for touched in (SEEN, ACCEPTED):
        tables = folded(failed(), touched)
        [page] = paging.pages_of(tables, R1)
        assert page.touched_at is not None and page.again_at is None
        assert paging.undelivered(tables) == []
    first, second = (
        pages(*said)[0].touched_at for said in ((sent(), SEEN), (sent(), SEEN, ACCEPTED))
    )
    assert first == second, "the first of them counts"


def test_an_ask_touched_while_it_was_paged_is_held_up_no_more() -> None:
    assert paging.undelivered(folded(SEEN, failed())) == []


def test_a_page_about_what_is_new_of_people_a_team_has_is_held_up_until_that_is_seen() -> None:
    about = failed().model_copy(update={"ask": N2})
    assert paging.undelivered(folded_news(about)) == ["The mail server does not answer."]
    seen = NoticeReceived.example().model_copy(update={"notice": N2, "contact": C2})
    for said in ((about, seen), (seen, about)):
        assert paging.undelivered(folded_news(*said)) == []
    [page] = paging.pages_of(folded_news(about, seen), N2)
    assert page.touched_at is not None and page.again_at is None


def said(*events: Event) -> str:
    """What the page of its contact says."""
    macro = environment().get_template("macros.html").module
    return " ".join(str(macro.paged(pages(*events))).replace("<", " <").split())  # type: ignore[attr-defined]  # a macro of the template


def test_a_contact_tells_who_was_paged_when_and_that_it_was_seen() -> None:
    assert "paged by e-mail 4 March 2026, 10:16; seen" in said(sent(), SEEN)
    assert "The mail server does not answer; tried again 4 March 2026, 10:16." in said(failed())
    assert said() == ""
