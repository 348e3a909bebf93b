"""What the pages of reviews read: some of those that wait, two people with all that tells them apart, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub import access
from hub.access import Compared, Merged
from hub.access.queue import page_begin
from hub.errors import NotKnown
from hub.families.relations import said, said_inversely
from hub.families.shown import read_family
from hub.linking.model import Thresholds
from hub.reading import caught_up
from hub.review_reading import Comparison, first_open, model_in_use, weighed
from hub.services import Hub
from hub.values import london_day
from hub.viewer import Viewer
from projections import family_view, referrals_and_clocks, reviews
from projections.family_view import FamilyShown
from projections.moves import in_order
from projections.referrals_and_clocks import Referral
from projections.reviews import Review, Waiting
from projections.rows import by_key
from projections.secrets import Hidden
from projections.table import Tables

Pair = tuple[str, str]
Standing = tuple[bool, object, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A review in the list, with the asks of its contact that are open."""

    compared: Compared
    needed: tuple[Referral, ...]


@dataclass(frozen=True, slots=True)
class ReviewList:
    """Some of the reviews that wait: those from `first` on (from 0), and whether there are `more` that the viewer may see."""

    rows: tuple[Asked, ...]
    first: int
    more: bool
    answered: "Answered | None"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the viewer answered on two people a moment ago, and how the two are called."""

    review: Review
    names: Pair


@dataclass(frozen=True, slots=True)
class Related:
    """Somebody whom one of the two is related to, in words: `is a child of`."""

    words: str
    person: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What else tells of one of the two: the open asks, and whom they are related to."""

    asks: tuple[Referral, ...]
    related: tuple[Related, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Two people side by side; the reviews before and after this one, where the viewer may see any.

    at   from how many bits on the hub links by itself, and from how many a person looks
    """

    comparison: Comparison
    at: Thresholds
    beside: tuple[Beside, Beside]
    before: Pair | None
    after: Pair | None
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class MergedPage:
    """Two ids of one person, with who said so; and the reviews before and after."""

    merged: Merged
    before: Pair | None
    after: Pair | None
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The two go by other ids: two of them, or one where they are one person."""

    people: tuple[str, ...]


async def review_list_for(
    hub: Hub, viewer: Viewer, begin: int, size: int, of: Pair | None = None, min_position: int = 0
) -> ReviewList:
    """The page of what waits that holds number `begin`, the last where there are fewer; and what was answered on two people."""
    await caught_up(hub, min_position)

    def question(tables: Tables) -> ReviewList:
        hidden = Hidden(tables)
        most = max(begin, 0) + size + 1
        waiting = first_open(tables, reviews.waiting(tables), hidden, viewer, most)
        first = page_begin(begin, size, len(waiting))
        seen = access.see_reviews(tables, waiting[first : first + size], hidden, viewer)
        rows = with_asks(tables, seen, hidden, viewer)
        more = len(waiting) > first + size
        return ReviewList(rows, first, more, answered_on(tables, of, viewer))

    return await hub.views.ask(question)


def with_asks(
    tables: Tables, seen: Sequence[Compared], hidden: Hidden, viewer: Viewer
) -> tuple[Asked, ...]:
    """Each review with the asks of the contact that raised it, as far as they are open and the viewer may see them."""
    contacts = {c.review.contact for c in seen if c.review and c.review.contact}
    tables.load([by_key("referrals", "contact", sorted(contacts))])
    asks = [r for c in sorted(contacts) for r in referrals_and_clocks.referrals_of(tables, c)]
    shown, _ = access.see_work([r for r in asks if r.is_open], (), hidden, viewer)
    return tuple(
        Asked(c, tuple(r for r in shown if c.review and r.contact == c.review.contact))
        for c in seen
    )


async def review_page_for(
    hub: Hub, viewer: Viewer, one: str, other: str, of: Pair | None = None, min_position: int = 0
) -> ReviewPage | MergedPage | Elsewhere:
    """Two people with all that tells them apart, or what became of them. Raises NotKnown where the viewer may not see both."""
    await caught_up(hub, min_position)
    today = london_day(hub.now())

    def question(tables: Tables) -> ReviewPage | MergedPage | Elsewhere | None:
        hidden = Hidden(tables)
        found = two(tables, in_order(one, other), hidden, viewer)
        if found is None or isinstance(found, Elsewhere):
            return found
        around = neighbours(tables, found.review, hidden, viewer)
        answered = answered_on(tables, of, viewer)
        if isinstance(found, Merged):
            return MergedPage(found, *around, answered)
        beside = (
            beside_of(tables, found.one.person, hidden, viewer, today),
            beside_of(tables, found.other.person, hidden, viewer, today),
        )
        at = model_in_use(tables).thresholds
        return ReviewPage(weighed(tables, found), at, beside, *around, answered)

    found = await hub.views.ask(question)
    if found is None:
        raise NotKnown
    return found


def two(
    tables: Tables, pair: Pair, hidden: Hidden, viewer: Viewer
) -> Compared | Merged | Elsewhere | None:
    """The two as they are known now; None where the viewer may not see both."""
    one, other = (family_view.now(tables, person) for person in pair)
    if pair[0] == pair[1]:
        return None
    if one != other:
        seen = access.compare(tables, *in_order(one, other), hidden, viewer)
        return seen if seen is None or (one, other) == pair else Elsewhere((one, other))
    review = reviews.of_pair(tables, *pair)
    answered = review and (review.judged_by or review.status == "same")
    if review is not None and answered and (review.one, review.other) == pair:
        return access.merged(tables, one, review, hidden, viewer)
    person = family_view.read_person(tables, one)
    return Elsewhere((one,)) if person and access.see_person(person, hidden, viewer) else None


def neighbours(
    tables: Tables, review: Review | None, hidden: Hidden, viewer: Viewer
) -> tuple[Pair | None, Pair | None]:
    """The reviews before and after this one among those that wait."""
    if review is None:
        return None, None
    place, waiting = reviews.place_of(review), reviews.waiting(tables)
    before = [each for each in reversed(waiting) if each.place < place]
    after = [each for each in waiting if each.place > place]
    return nearest(tables, before, hidden, viewer), nearest(tables, after, hidden, viewer)


def nearest(tables: Tables, some: Sequence[Waiting], hidden: Hidden, viewer: Viewer) -> Pair | None:
    """The first of these that the viewer may see."""
    return next((each[:2] for each in first_open(tables, some, hidden, viewer, 1)), None)


def answered_on(tables: Tables, of: Pair | None, viewer: Viewer) -> Answered | None:
    """What this viewer answered last on two people; None where it was somebody else, or they may not be seen."""
    if of is None:
        return None
    pair = in_order(*of)
    review = reviews.of_pair(tables, *pair)
    if review is None or review.judged_by != viewer.actor:
        return None
    found = two(tables, pair, Hidden(tables), viewer)
    if isinstance(found, Merged):
        return Answered(review, (found.person.name or "", found.person.name or ""))
    if isinstance(found, Compared):
        return Answered(review, (found.one.name or "", found.other.name or ""))
    return None


def beside_of(tables: Tables, person: str, hidden: Hidden, viewer: Viewer, today: date) -> Beside:
    """What else tells of one of the two."""
    work = referrals_and_clocks.of_people(tables, [person])
    referrals, _ = access.see_work(*work, hidden, viewer)
    family = read_family(tables, person, today)
    seen = access.see_family(family, hidden, viewer) if family else None
    return Beside(
        tuple(r for r in referrals if r.is_open), related_in(seen, person) if seen else ()
    )


def related_in(family: FamilyShown, person: str) -> tuple[Related, ...]:
    """Whom somebody is related to, each relation once, from their side."""
    names = {p.person: p.name for p in (*family.people, *family.beyond)}
    ends = [
        (said(r.type), r.to_person) if r.from_person == person else (said_inversely(r.type), r.from_person)
        for r in family.relations
        if person in (r.from_person, r.to_person)
    ]  # fmt: skip
    return tuple(Related(words, other, names.get(other)) for words, other in dict.fromkeys(ends))


async def standing_of(hub: Hub, one: str, other: str) -> Standing | None:
    """Where the review of two people stands among those that wait; None where nobody asked."""

    def question(tables: Tables) -> Standing | None:
        review = reviews.of_pair(tables, *in_order(one, other))
        return reviews.place_of(review) if review else None

    return await hub.views.ask(question)


async def next_for(hub: Hub, viewer: Viewer, standing: Standing | None) -> Pair | None:
    """The review that comes after that place, else the first that waits; None where none does, or nobody had asked."""
    if standing is None:
        return None

    def question(tables: Tables) -> Pair | None:
        waiting = reviews.waiting(tables)
        after = [each for each in waiting if each.place > standing]
        before = [each for each in waiting if each.place < standing and not each.unsure]
        return nearest(tables, [*after, *before], Hidden(tables), viewer)

    return await hub.views.ask(question)
