"""What waits to be compared: soonest needed first, each two once, and a doubt outlives the merging of one of its people."""

from datetime import UTC, datetime, timedelta

from events.base import Event
from events.envelope import new_event
from events.mention_at import MentionAt
from events.mentions_linked import LinkedMention, MentionsLinked
from events.people_judged import PeopleJudged, SameOrNot
from events.people_merged import PeopleMerged
from events.person_split import PersonSplit
from projections import reviews
from projections.table import MemoryTables

BEGAN = datetime(2026, 3, 4, 10, tzinfo=UTC)


def after(*events: Event) -> MemoryTables:
    """The projection after these events."""
    tables = MemoryTables(reviews.TABLES)
    for position, event in enumerate(events, 1):
        wrapped = new_event(event, position, actor="staff:S-1")
        reviews.apply(tables, wrapped.at(position, BEGAN + timedelta(minutes=position)))
    return tables


def doubt(contact: str, person: str, candidate: str) -> MentionsLinked:
    """A contact names somebody who may be somebody known."""
    mention = LinkedMention(
        ref="p1", outcome="review", person=person, candidate=candidate, bits=1.0, because="Alike."
    )
    return MentionsLinked(contact=contact, model="m", input_position=1, mentions=(mention,))


def merged(one: str, into: str, contact: str) -> PeopleMerged:
    """All of one is of another."""
    mention = MentionAt(contact=contact, ref="p1")
    return PeopleMerged(
        correction=f"K-{one[2:]}", from_person=one, to_person=into, mentions=(mention,), because="So."
    )  # fmt: skip


def judged(one: str, other: str, answer: SameOrNot) -> PeopleJudged:
    """Somebody answered."""
    return PeopleJudged(one=one, other=other, answer=answer, reason=None, team="TF")


def pairs(tables: MemoryTables) -> list[tuple[str, str]]:
    """Who waits to be compared, in order."""
    return [each[:2] for each in reviews.waiting(tables)]


A, B, C, D = "P-000001", "P-000002", "P-000003", "P-000004"
OF_D = doubt("C-26-000004", D, B)  # the mention of D raised it: it stays, whoever B turns out to be


def test_a_doubt_about_somebody_who_was_merged_is_about_whoever_they_are_now() -> None:
    tables = after(OF_D, merged(B, A, "C-26-000002"))
    assert pairs(tables) == [(A, D)]
    [review] = reviews.whole(tables, reviews.waiting(tables))
    assert (review.one, review.other, review.contact) == (A, D, "C-26-000004")
    assert reviews.of_pair(tables, D, A) == review
    assert [r.one for r in reviews.of_person(tables, D)] == [A]
    back = PersonSplit(
        correction="K-000009", from_person=A, to_person=B, undoes="K-000002", because="So.",
        mentions=(MentionAt(contact="C-26-000002", ref="p1"),),
    )  # fmt: skip
    assert pairs(after(OF_D, merged(B, A, "C-26-000002"), back)) == [(B, D)]


def test_what_was_answered_on_the_two_as_they_are_now_is_asked_no_more() -> None:
    merge = merged(B, A, "C-26-000002")
    assert pairs(after(OF_D, merge, judged(A, D, "different"))) == []
    assert pairs(after(OF_D, merge, judged(A, D, "not-sure"))) == [(A, D)]
    both = after(doubt("C-26-000005", D, A), OF_D, merge)
    assert pairs(both) == [(A, D)]


def test_an_answer_on_the_two_as_they_are_now_leaves_what_raised_the_doubt() -> None:
    merge = merged(B, A, "C-26-000002")
    other = doubt("C-26-000009", "P-000009", C)
    for answers, unsure in (
        ((judged(A, D, "different"), judged(A, D, "taken-back")), False),
        ((judged(A, D, "not-sure"),), True),
    ):
        tables = after(OF_D, merge, other, *answers)
        waits = reviews.waiting(tables)
        mine = next(each for each in waits if each[:2] == (A, D))
        assert (mine.unsure, mine.position) == (unsure, 1)
        review = reviews.of_pair(tables, A, D)
        assert review and (review.contact, review.because) == ("C-26-000004", "Alike.")
        assert (
            review.status == ("not-sure" if unsure else "open") and review.judged_by == "staff:S-1"
        )
        assert review in reviews.whole(tables, waits)
        assert reviews.of_person(tables, D) == [review]
    settled = after(OF_D, merge, judged(A, D, "different"))
    review = reviews.of_pair(settled, A, D)
    assert review and (review.status, review.because) == ("different", "Alike.")


def test_two_who_became_one_wait_no_more() -> None:
    assert pairs(after(OF_D, merged(D, B, "C-26-000004"))) == []
    chain = after(OF_D, merged(D, C, "C-26-000009"), merged(C, B, "C-26-000009"))
    assert pairs(chain) == [] and reviews.of_person(chain, B) == []


def test_who_was_looked_at_and_not_settled_comes_last() -> None:
    tables = after(doubt("C-26-000003", C, A), OF_D, judged(A, C, "not-sure"))
    assert pairs(tables) == [(B, D), (A, C)]
    assert [each.unsure for each in reviews.waiting(tables)] == [False, True]
