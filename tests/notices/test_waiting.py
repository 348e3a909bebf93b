"""What a team is to know: by when, who hears where it is not read, and what stood there at any moment of the past."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contact_closed import ContactClosed
from events.notice_received import NoticeReceived
from hub import access
from hub.notices.waiting import due_at, told_of
from hub.teams.book import TeamBook, read_teams, shipped_book
from hub.viewer import OPERATOR, Viewer
from projections import notices
from projections.as_at import fold_as_at
from projections.notices import HELD, Notice, Unseen, notice_id
from projections.registry import question
from projections.secrets import Hidden
from tests.projections.story import BEGAN, Story
from tests.routing.given import policy
from tests.teams.given import changed

TOLD_AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
NOBODY = dict.fromkeys(("given_at", "given_by", "how", "received_at"))


def news(team: str, *rows: str) -> Unseen:
    """What is new about people whom a team has, by these rows."""
    number = notice_id("C-26-000002", HELD, team)
    one = Notice(notice=number, contact="C-26-000002", rule=HELD, to=team, told_at=TOLD_AT, **NOBODY)  # fmt: skip
    return Unseen(one, rows, policy().pin.hash, 1)


@pytest.mark.parametrize(
    ("rows", "due"),
    [
        (("R8",), datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)),
        (("R1",), datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)),
        (("R1", "R8"), datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)),
        (("R6",), TOLD_AT),
        (("R13",), datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)),
        (("R99",), datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_it_is_to_be_read_by_the_soonest_clock_of_its_rows_else_within_a_working_day(
    rows: tuple[str, ...], due: datetime
) -> None:
    assert due_at(news("YC", *rows), policy()) == due


def test_what_a_team_is_told_by_a_row_of_others_has_no_time() -> None:
    one = news("HOU")
    assert due_at(Unseen(one.notice, (), None, 1), None) is None


def escalating() -> TeamBook:
    """A register in which early help has named who hears of what it leaves."""
    return read_teams(changed(("accepts: [R3]", "accepts: [R3], escalates_to: CSC")))


@pytest.mark.parametrize(
    ("book", "one", "hears"),
    [
        (escalating(), news("EH", "R3"), "CSC"),
        (shipped_book(), news("EH", "R3"), "MASH"),
        (shipped_book(), news("CLS-2", "R11"), "TF"),
        (shipped_book(), news("TF", "R13"), None),
        (shipped_book(), news("LADO", "R15"), None),
    ],
)
def test_who_hears_of_it_is_who_hears_of_an_ask_that_lies_untouched(
    book: TeamBook, one: Unseen, hears: str | None
) -> None:
    assert told_of(one, book) == hears


steps = st.lists(
    st.tuples(st.sampled_from(("contact", "again", "seen", "closed")), st.integers(0, 9)), max_size=20
)  # fmt: skip
TELL = {"rule": "R1", "about": "p1", "person": None, "to": "TF", "because": "They must know."}


def lived(told: list[tuple[str, int]]) -> Story:
    """Contacts come, about people whom MASH has or not, of which TF is told; teams see it, and contacts close."""
    story, open_now, shown = Story(), list[str](), list[str]()
    for number, (what, which) in enumerate(told, 1):
        if what in ("contact", "again") or not open_now:
            contact = story.contact(number, {})
            held: dict[str, Any] = {"rule": "F7", "row": "R1", "team": "MASH", "held_by": "R-26-000001-1"}  # fmt: skip
            story.route(contact, held if what == "again" else {"rule": "R1", "team": "MASH"}, tell=[TELL])  # fmt: skip
            open_now.append(contact)
            shown += [notice_id(contact, "R1", "TF"), notice_id(contact, HELD, "MASH")]
        elif what == "seen":
            notice = shown[which % len(shown)]
            contact = f"C{notice[1:10]}"
            story.tell(
                NoticeReceived(
                    notice=notice, contact=contact, rule=notice.split("-")[3], to=notice.split("-")[4], team="TF"
                )
            )  # fmt: skip
        else:
            contact = open_now.pop(which % len(open_now))
            story.tell(ContactClosed(contact=contact, outcome="So."))
    return story


@given(steps)
def test_what_was_to_be_seen_at_any_moment_is_what_was_shown_then(
    told: list[tuple[str, int]],
) -> None:
    events = lived(told).events
    own = [question(notices)]
    whole = fold_as_at(events, own)
    for n in range(len(events) + 1):
        moment = events[n - 1].recorded_at if n else BEGAN
        then = fold_as_at(events[:n], own)
        for team in ("TF", "MASH"):
            assert names(notices.unseen(whole, [team], moment)) == names(notices.unseen(then, [team]))  # fmt: skip
        assert names(notices.unseen_news(whole, moment)) == names(notices.unseen_news(then))


def names(found: list[Unseen]) -> list[tuple[str, tuple[str, ...]]]:
    """Which they are, and by which rows."""
    return [(n.notice.notice, n.rows) for n in found]


def test_of_a_restricted_stream_others_than_its_team_know_only_where_they_are_cleared() -> None:
    hidden = Hidden(fold_as_at(Story().events))
    lado, mash, auditor = (
        Viewer("duty", "S-1", "LADO", frozenset({"R15"})), Viewer("duty", "S-2", "MASH"), Viewer("auditor", "S-3", "LADO"),
    )  # fmt: skip
    one = [news("LADO", "R15")]
    assert access.see_notices(one, hidden, lado) == one
    assert access.see_notices(one, hidden, OPERATOR) == one
    assert access.see_notices(one, hidden, Viewer("partner", "grays-surgery")) == []
    for viewer in (mash, auditor):
        passed = Hidden(fold_as_at(events_about("R15")))
        assert access.see_notices(one, passed, viewer) == []


def events_about(row: str) -> Any:
    """A contact that is of a row, decided."""
    story = Story()
    for number in (1, 2):
        story.route(story.contact(number, {}), {"rule": row, "team": "LADO"})
    return story.events
