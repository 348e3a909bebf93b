"""After corrections and withdrawals everything is known, and shown, as if each contact had been said rightly from the start."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_withdrawn import ContactWithdrawn
from events.content import ContactContent
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from hub.folding import TABLES, fold_anew
from hub.people import state
from hub.timekeeping import running
from projections import family_view, timeline
from projections.as_at import fold_as_at
from projections.secrets import person_secrets
from projections.table import MemoryTables
from tests.corrections.given import Town
from tests.corrections.test_as_if import (
    ANY,
    found,
    knowledge,
    people_of,
    take,
    without_doubts,
)
from tests.linking.test_properties import FAMILIES, contacts

AMENDED = st.lists(
    st.one_of(
        st.tuples(st.just("correct"), ANY, contacts()),
        st.tuples(st.just("correct"), ANY, contacts()),
        st.tuples(st.just("correct"), ANY, contacts()),
        st.tuples(st.just("withdraw"), ANY, ANY),
        st.tuples(st.just("same"), ANY, ANY),
        st.tuples(st.just("different"), ANY, ANY),
        st.tuples(st.just("unlink"), ANY, ANY),
        contacts(),
    ),
    min_size=2,
    max_size=8,
)
STEPS = st.builds(list.__add__, st.lists(contacts(), min_size=2, max_size=4), AMENDED)


def happens(town: Town, step: Any) -> list[RecordedEvent]:
    """One step of a history, recorded; the engine has not seen it."""
    if isinstance(step, ContactContent) or step[0] not in ("correct", "withdraw"):
        return take(town, step)
    kind, which, said = step
    gone = {e.event.contact for e in town.log if isinstance(e.event, ContactWithdrawn)}
    open_ = [
        e.event.contact
        for e in town.log
        if isinstance(e.event, ContactReceived) and e.event.contact not in gone
    ]
    if not open_:
        return []
    contact = open_[which % len(open_)]
    return town.corrected(contact, said) if kind == "correct" else town.withdrawn(contact)


def lived(steps: list[Any], at_once: int = 1) -> Town:
    """A town in which all of this happened, seen by the engine after so many steps each."""
    town = Town()
    waiting: list[RecordedEvent] = []
    for number, step in enumerate(steps, 1):
        waiting += happens(town, step)
        if number % at_once == 0:
            town.engine_takes(waiting)
            waiting = []
    town.engine_takes(waiting)
    return town


def as_if_said(log: list[RecordedEvent]) -> list[RecordedEvent]:
    """The same log, had each contact been said rightly from the start: who was meant in the end is not touched."""
    said: dict[str, ContactContent] = {}
    linked: dict[str, MentionsAmended] = {}
    for recorded in log:
        event = recorded.event
        if isinstance(event, ContactCorrected):
            said[event.contact] = event.content
        if isinstance(event, MentionsAmended):
            linked[event.contact] = event
    right = []
    for recorded in log:
        event = recorded.event
        match event:
            case (
                ContactCorrected() | ContactWithdrawn() | MentionsAmended() | ContactReconsidered()
            ):
                continue
            case ContactReceived() if event.contact in said:
                event = event.model_copy(update={"content": said[event.contact]})
            case MentionsLinked() if event.contact in linked:
                event = event.model_copy(update={"mentions": linked[event.contact].mentions})
            case _:
                pass
        right.append(replace(recorded, event=event))
    return right


def of_people(tables: MemoryTables) -> dict[str, Any]:
    """What the engine knows of people; not what teams were asked, which stays, nor by what names a home was ever known."""
    rows = knowledge(tables)
    told = [
        {k: row[k] for k in ("contact", "position", "people")}
        | ({"content": row["content"]} if row["people"] else {})
        for row in rows["told"]
    ]
    return {**rows, "told": told, "home_name": [], "asked_referral": []}


def right_in_the_end(town: Town) -> list[RecordedEvent]:
    """The log had each contact been said rightly, and everybody been known for who they are in the end."""
    people = {row["contact"]: row["people"] for row in town.tables.rows("told")}
    right = []
    for recorded in as_if_said(town.log):
        event = recorded.event
        if event.TYPE in (
            "people.judged",
            "people.proposed",
            "mentions.unlinked",
            "people.merged",
            "person.split",
        ):
            continue
        if isinstance(event, MentionsLinked):
            meant = people[event.contact]
            mentions = tuple(
                m.model_copy(update={"person": meant[m.ref], "outcome": "link", "candidate": None})
                for m in event.mentions
                if m.ref in meant
            )
            event = event.model_copy(update={"mentions": mentions})
        right.append(replace(recorded, event=event))
    return right


@settings(deadline=None, max_examples=80)
@given(STEPS)
def test_the_engine_knows_what_it_would_have_known(steps: list[Any]) -> None:
    town = lived(steps)
    right = MemoryTables(state.TABLES)
    for recorded in right_in_the_end(town):
        state.fold(right, recorded)
    assert of_people(town.tables) == of_people(right)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_every_view_shows_what_it_would_have_shown(steps: list[Any]) -> None:
    town = lived(steps)
    right = fold_as_at(right_in_the_end(town))
    people = people_of(town)
    for person in people:
        one = family_view.read_person(town.tables, person)
        other = family_view.read_person(right, person)
        assert one and other
        assert without_doubts(one) == without_doubts(other)
        assert timeline.contacts_of(town.tables, [person]) == timeline.contacts_of(right, [person])
    relations = family_view.relations_among(town.tables, people)
    of = [(r.contact, r.position, r.from_person, r.type, r.to_person) for r in relations]
    assert of == [
        (r.contact, r.position, r.from_person, r.type, r.to_person)
        for r in family_view.relations_among(right, people)
    ]
    for word in (*FAMILIES, "Daniel", "2012-02-03"):
        assert found(town.tables, word) == found(right, word)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_whoever_would_be_hidden_is(steps: list[Any]) -> None:
    """Whoever is hidden by what contacts say in the end is hidden; a withdrawal, and a doubt that nobody settled, may hide more."""
    town = lived(steps)
    right = fold_as_at(right_in_the_end(town))
    for person in people_of(town):
        one, other = person_secrets(town.tables, person), person_secrets(right, person)
        for flag in ("hidden", "sheltered", "placed", "with_placed"):
            assert getattr(one, flag) >= getattr(other, flag)


@settings(deadline=None, max_examples=60)
@given(STEPS, st.integers(1, 4))
def test_the_log_folded_anew_gives_the_same_memory(steps: list[Any], at_once: int) -> None:
    town = lived(steps, at_once)
    again = MemoryTables(TABLES)
    fold_anew(again, town.log)
    for definition in (*state.TABLES, *running.TABLES):
        assert again.rows(definition.name) == town.tables.rows(definition.name), definition.name


@settings(deadline=None, max_examples=40)
@given(STEPS)
def test_no_person_is_two_and_nobody_is_made_of_nothing(steps: list[Any]) -> None:
    """Whoever is known is known by a mention, and every mention that counts is of somebody who is known."""
    town = lived(steps)
    meant = {p for row in town.tables.rows("told") for p in row["people"].values()}
    assert meant == set(people_of(town))
