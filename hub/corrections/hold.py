"""Who of a corrected contact is still who they were: everybody named by the same word, unless what is said now contradicts it. Pure."""

from collections.abc import Mapping

from events.content import ContactContent
from hub.linking.model import Model
from hub.linking.profile import profile_of_mention, profile_of_person
from hub.linking.weigh import weigh
from hub.people.evidence import Evidence
from hub.people.person import is_sealed
from hub.people.said import read_people
from projections.table import Row, Tables

CONTRADICTS = frozenset({"numbers differ", "births differ"})
"""What says, whatever else agrees, that a mention is of another person than it was linked to."""


def held(
    model: Model,
    tables: Tables,
    before: ContactContent,
    people: Mapping[str, str],
    now: ContactContent,
) -> dict[str, str]:
    """Whom each word of the contact still means. `people` is whom it meant before; the tables no longer hold what it said.

    Whoever is known by nothing else is told anew, whatever is said of them now: the sender says that it is the same person.
    """
    was = {s.evidence.ref: s.evidence for s in read_people(before)}
    found: dict[str, str] = {}
    for said in read_people(now):
        ref = said.evidence.ref
        if ref not in people or not said.evidence.sufficient:
            continue
        known = tables.get("known_person", people[ref])
        if known is None or not contradicts(model, was.get(ref), said.evidence, known):
            found[ref] = people[ref]
    return found


def contradicts(model: Model, was: Evidence | None, said: Evidence, known: Row) -> bool:
    """Whether what is said now is of another person, by another number or date than is known of them, or by a seal between them;
    what was said before, and was linked all the same, is nothing new."""
    if said.sealed and not is_sealed(known):
        return was is None or not was.sealed
    if differs(model, said, known):
        return was is None or not same_proof(was, said) or not differs(model, was, known)
    return False


def differs(model: Model, said: Evidence, known: Row) -> bool:
    """Whether a number or a date of birth says that these are two people."""
    return weigh(model, profile_of_mention(said), profile_of_person(known)).veto in CONTRADICTS


def same_proof(one: Evidence, other: Evidence) -> bool:
    """Whether the same number and date of birth were said."""
    return (one.nhs, one.birth) == (other.nhs, other.birth)
