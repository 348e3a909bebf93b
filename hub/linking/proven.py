"""Which known people are by now proven to be one: asked after each link, which may have brought what was lacking."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import log2

from events.mentions_linked import LinkedMention
from hub.linking.judge import WORTH_KEEPING, are_one, decide, never_one
from hub.linking.model import Model
from hub.linking.profile import profile_of_person
from hub.linking.weigh import Weighed, weigh
from hub.people.state import number_of
from projections.table import Lookup, Row, Tables

NEVER = 1e-9
UNTOLD = ("", "middle")
"""The levels of a forename that is left out, or by which a person may be called."""


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


def settled(
    model: Model, row: Row, known: Mapping[str, Row], times: Mapping[str, int], again: float
) -> str | None:
    """Whom of those known somebody is proven to be now that all of a file was read; None where that is not proven.

    times   how often each was told of
    again   how often somebody told of is told of again, in the mean

    That a house-mate or a stranger of the same name is told of nowhere else has become a likelihood: of one person told of as often
    as these two together, each time may be the one that stands apart. So a namesake is a rival as any other, and as far behind as one
    must be; and one told of without a forename is taken for a twin no longer where none is told of.
    """
    at = model.thresholds
    told = model.with_(thresholds=replace(at, undated=at.automatic + at.ahead))
    weighed = [
        (other, found)
        for other, their in known.items()
        for found in [compared_in_the_end(model, row, their, 1.0)]
        if found is not None and found.bits >= WORTH_KEEPING
    ]
    if not weighed:
        return None
    weighed.sort(key=lambda each: (-each[1].bits, number_of(each[0])))
    first, best = weighed[0]
    oftener = again * (times[first] + 1)
    return decide(
        told,
        [
            (other, found._replace(bits=found.bits + log2(max(oftener, NEVER))))
            for other, found in weighed
            if other == first
            or best.bits - found.bits >= at.ahead
            or not one_in_the_end(told, known[first], known[other], oftener)
        ],
    ).person


def one_in_the_end(told: Model, one: Row, other: Row, oftener: float) -> bool:
    """Whether two known people are proven to be one now that all was read."""
    found = compared_in_the_end(told, one, other, oftener)
    return found is not None and decide(told, [("P-1", found)]).person is not None


def compared_in_the_end(model: Model, one: Row, other: Row, oftener: float) -> Weighed | None:
    """Two known people beside each other, where it is so many times likelier as before that they are one."""
    found = compared(model, one, other)
    if found is None:
        return None
    untold = found.veto == "twin" and found.level("forename") in UNTOLD
    bits = found.bits + log2(max(oftener, NEVER))
    return found._replace(bits=bits, veto="" if untold else found.veto)


def compared(model: Model, one: Row, other: Row) -> Weighed | None:
    """Two known people beside each other; None where they must not be compared."""
    if never_one(one, other):
        return None
    return weigh(model, profile_of_person(one), profile_of_person(other))
