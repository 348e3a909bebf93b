"""A family for people to look at: who belongs to it by the engine's own rules, and what each contact said of them."""

from datetime import date

from hub.families.derive import derive
from hub.people import state
from hub.people.state import load_people
from projections import answers, contact_view, family_view, referrals_and_clocks, timeline
from projections.family_view import FamilyShown, family_of
from projections.projection import Projection
from projections.registry import Question, all_projections, nothing_ahead, question
from projections.table import Tables

BESIDE = (referrals_and_clocks, answers, contact_view)
KNOWN_PEOPLE = Question("known_people", 1, state.TABLES, state.fold, nothing_ahead, state.TYPES)


def with_known_people() -> tuple[Projection, ...]:
    """All projections and the engine's memory of people, for folding a part of the log in plain memory."""
    return (*all_projections(), KNOWN_PEOPLE)


def of_a_family() -> tuple[Projection, ...]:
    """What a family and its timeline are read from, and no more: for folding its past."""
    return (question(family_view), question(timeline), KNOWN_PEOPLE)


def of_a_familys_page() -> tuple[Projection, ...]:
    """The same, with the work for it and who told."""
    return (*of_a_family(), *map(question, BESIDE))


def read_family(tables: Tables, person: str, on: date) -> FamilyShown | None:
    """The family of a person on a London day; None where nobody has that id.

    `tables` hold the projections and the engine's memory of people: a ViewReader with `engine_tables=state.TABLES`, or
    what `fold_as_at(events, with_known_people())` gives.
    """
    load_people(tables, [person])
    if tables.get("known_person", person) is None:
        return None
    family = derive(tables, [person], on=on)
    members = [p.person for p in family.people]
    beyond = [p.person for p in family.beyond]
    return family_of(tables, person, family.root, members, beyond, family.left_out)
