"""What a viewer may see of two people who may be one."""

from collections.abc import Sequence

from hub.access.eyes import Eyes
from hub.access.people import seen_person
from hub.viewer import Viewer
from projections import family_view, reviews
from projections.family_view import PersonShown
from projections.reviews import Review
from projections.rows import Shown
from projections.secrets import Hidden
from projections.table import Tables


class Compared(Shown):
    """Two people side by side, as one viewer may see them, with what was asked of them.

    review   None where nobody asked and nobody answered
    whole    whether nothing of either is kept back: only then may it be told how far they agree
    """

    one: PersonShown
    other: PersonShown
    review: Review | None
    whole: bool


def see_reviews(
    tables: Tables, waiting: Sequence[Review], hidden: Hidden, viewer: Viewer, most: int
) -> list[Compared]:
    """The first of these that the viewer may see, both people of each included, so many at most."""
    if viewer.role == "partner":
        return []
    eyes = Eyes(hidden, viewer)
    found: list[Compared] = []
    for start in range(0, len(waiting), most):
        part = waiting[start : start + most]
        people = {p for r in part for p in (r.one, r.other)}
        hidden.prepare(people, {r.contact for r in part if r.contact})
        known = family_view.people_of(tables, sorted(people))
        found += [seen for r in part if (seen := see_review(r, known, eyes))]
        if len(found) >= most:
            break
    return found[:most]


def see_review(review: Review, known: dict[str, PersonShown], eyes: Eyes) -> Compared | None:
    """Two people and their review; None where the viewer may not see both."""
    eyes.must_have_passed(review.position)
    return side_by_side(known.get(review.one), known.get(review.other), review, eyes)


def compare(
    tables: Tables, one: str, other: str, hidden: Hidden, viewer: Viewer
) -> Compared | None:
    """Two people side by side; None where the viewer may not see both, or one is not known any more."""
    if viewer.role == "partner":
        return None
    known = family_view.people_of(tables, [one, other])
    hidden.prepare([one, other], {c for person in known.values() for c in person.contacts})
    review = reviews.of_pair(tables, one, other)
    return side_by_side(known.get(one), known.get(other), review, Eyes(hidden, viewer))


def side_by_side(
    one: PersonShown | None, other: PersonShown | None, review: Review | None, eyes: Eyes
) -> Compared | None:
    """The two as the viewer may see them; None where one of them may not be seen."""
    seen = may_compare(one, eyes), may_compare(other, eyes)
    if one is None or other is None or seen[0] is None or seen[1] is None:
        return None
    whole = (seen[0], seen[1]) == (one, other)
    told = guarded_review(review, eyes, whole) if review else None
    return Compared(one=seen[0], other=seen[1], review=told, whole=whole)


def may_compare(person: PersonShown | None, eyes: Eyes) -> PersonShown | None:
    """A person as the viewer may see them beside another; None where they may not even find them.

    A child placed for adoption is compared with nobody by the uncleared: the other would be the child's old identity.
    """
    if person is None:
        return None
    secrets = eyes.hidden.person(person.person)
    if (secrets.hidden and not eyes.shielded) or (secrets.placed and not eyes.adoption):
        return None
    return seen_person(person, eyes)


def guarded_review(review: Review, eyes: Eyes, whole: bool) -> Review:
    """A review without the contact that raised it and its words, and without how far the two agree, where those must be kept."""
    kept: tuple[str, ...] = () if whole else ("bits", "because")
    if review.contact is not None:
        secrets = eyes.hidden.contact(review.contact)
        if not eyes.open_text(secrets) or (secrets.tied and not eyes.adoption):
            kept += ("contact", "ref", "reason", "due_at", "judged_by")
    return review.model_copy(update={**dict.fromkeys(kept), "withheld": kept}) if kept else review
