"""What a viewer may see of two people who may be one."""

from collections.abc import Sequence

from hub.access.eyes import Eyes
from hub.access.people import seen_person
from hub.viewer import Viewer
from projections import family_view, reviews
from projections.family_view import PersonShown
from projections.reviews import Review, Waiting
from projections.rows import Shown, by_key
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


class Merged(Shown):
    """Somebody who was known as two until somebody said that they are one."""

    person: PersonShown
    review: Review


def open_to(
    tables: Tables, waiting: Sequence[Waiting], hidden: Hidden, viewer: Viewer
) -> list[Waiting]:
    """Those of which the viewer may see both people."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner" or not waiting:
        return []
    if eyes.everything:
        return list(waiting)
    eyes.must_have_passed(max(each.position for each in waiting))
    people = list(dict.fromkeys(p for each in waiting for p in each[:2]))
    tables.load([by_key("timeline_people", "person", people)])
    named = {p: [r["contact"] for r in tables.find("timeline_people", person=p)] for p in people}
    hidden.prepare(people)
    streams = hidden.streams(contact for contacts in named.values() for contact in contacts)
    may_see = {
        p
        for p, contacts in named.items()
        if may_find_beside(p, eyes) and any(streams[c] <= viewer.clearances for c in contacts)
    }
    return [each for each in waiting if each.one in may_see and each.other in may_see]


def see_reviews(
    tables: Tables, some: Sequence[Waiting], hidden: Hidden, viewer: Viewer
) -> list[Compared]:
    """These reviews with the two people of each, as the viewer may see them."""
    return compare_all(tables, reviews.whole(tables, some), hidden, viewer)


def compare_all(
    tables: Tables, asked: Sequence[Review], hidden: Hidden, viewer: Viewer
) -> list[Compared]:
    """The two people of each of these reviews, as the viewer may see them; without those of which they may not see both."""
    if viewer.role == "partner":
        return []
    people = {p for r in asked for p in (r.one, r.other)}
    hidden.prepare(people, {r.contact for r in asked if r.contact})
    known = family_view.people_of(tables, sorted(people))
    hidden.prepare((), {c for person in known.values() for c in person.contacts})
    eyes = Eyes(hidden, viewer)
    return [seen for r in asked if (seen := see_review(r, known, eyes))]


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


def merged(
    tables: Tables, person: str, review: Review, hidden: Hidden, viewer: Viewer
) -> Merged | None:
    """Somebody who was two records, and who said so; None where the viewer may not see them."""
    found = family_view.read_person(tables, person)
    if viewer.role == "partner" or found is None:
        return None
    hidden.prepare([person], found.contacts)
    eyes = Eyes(hidden, viewer)
    seen = may_compare(found, eyes)
    if seen is None:
        return None
    return Merged(person=seen, review=guarded_review(review, eyes, seen == found))


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
    return seen_person(person, eyes) if may_find_beside(person.person, eyes) else None


def may_find_beside(person: str, eyes: Eyes) -> bool:
    """Whether a person may be found beside another at all."""
    secrets = eyes.hidden.person(person)
    return (eyes.shielded or not secrets.hidden) and (eyes.adoption or not secrets.placed)


def guarded_review(review: Review, eyes: Eyes, whole: bool) -> Review:
    """A review without the contact that raised it and its words, and without how far the two agree, where those must be kept."""
    kept: tuple[str, ...] = () if whole else ("bits", "because")
    if review.contact is not None:
        secrets = eyes.hidden.contact(review.contact)
        if not eyes.open_text(secrets) or (secrets.tied and not eyes.adoption):
            kept += ("contact", "ref", "reason", "due_at", "judged_by")
    return review.model_copy(update={**dict.fromkeys(kept), "withheld": kept}) if kept else review
