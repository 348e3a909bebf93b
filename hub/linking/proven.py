"""Which known people are by now proven to be one: asked after each link, which may have brought what was lacking."""

from collections.abc import Iterable, Mapping

from events.mentions_linked import LinkedMention
from hub.linking.judge import are_one, decide, never_one
from hub.linking.model import Model
from hub.linking.profile import profile_of_person
from hub.linking.weigh import Weighed, weigh
from hub.people.state import number_of
from projections.table import Lookup, Row, Tables


def known_twice(
    model: Model, tables: Tables, answers: Iterable[LinkedMention]
) -> tuple[tuple[str, str], ...]:
    """The pairs of known people who are proven to be one, once what a contact says of its people was added to them; of each pair
    the lower number first. Reads `known_person`; whether the two are made one or only proposed is for the caller."""
    linked = {
        a.person: [c.person for c in a.considered if c.person != a.person and c.bits >= model.thresholds.review]
        for a in answers
        if a.outcome == "link" and a.person
    }  # fmt: skip
    people = sorted({*linked, *(other for beside in linked.values() for other in beside)})
    tables.load([Lookup("known_person", ("person",), tuple((person,) for person in people))])
    known = {p: row for p in people if (row := tables.get("known_person", p))}
    pairs = {
        tuple(sorted((person, other), key=number_of))
        for person, beside in linked.items()
        if person in known
        for other in proven_to_be(model, person, beside, known)
    }
    return tuple(sorted((one, other) for one, other in pairs))


def proven_to_be(
    model: Model, person: str, beside: Iterable[str], known: Mapping[str, Row]
) -> tuple[str, ...]:
    """Who of those beside is proven to be this person, the lowest number first; `known` holds all that is known of each by now.

    Proof is what would link the two were one of them a mention; and nobody else may be as like, unless that one is the same too.
    """
    at = model.thresholds
    likely = [
        (other, found)
        for other in beside
        if other in known
        for found in [compared(model, known[person], known[other])]
        if found is not None and found.bits >= at.review
    ]
    proven = (
        other
        for other, found in likely
        if decide(model, [(other, found)]).person
        and all(
            found.bits - rival.bits >= at.ahead or are_one(model, known[other], known[third])
            for third, rival in likely
            if third != other
        )
    )
    return tuple(sorted(proven, key=number_of))


def compared(model: Model, one: Row, other: Row) -> Weighed | None:
    """Two known people beside each other; None where they must not be compared."""
    if never_one(one, other):
        return None
    return weigh(model, profile_of_person(one), profile_of_person(other))
