"""A corrected log gives the same knowledge as one in which the people were known rightly from the start."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.content import ContactContent
from events.envelope import RecordedEvent
from events.mentions_linked import MentionsLinked
from events.mentions_unlinked import MentionsUnlinked
from events.obligation_opened import ObligationOpened
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from events.referral_sent import ReferralSent
from hub.capacity import asked
from hub.folding import fold_anew
from hub.people import state
from hub.timekeeping import running
from projections import family_view, person_index, referrals_and_clocks, timeline
from projections.as_at import fold_as_at
from projections.person_index import TooCommon
from projections.secrets import person_secrets
from projections.table import MemoryTables
from tests.corrections.given import Town
from tests.linking.test_properties import FAMILIES, contacts

KEPT = (*state.TABLES, *asked.TABLES, *running.TABLES)
ANY = st.integers(0, 99)
CORRECTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["same", "same", "same", "different"]), ANY, ANY),
        st.tuples(st.just("taken-back"), ANY, ANY),
        st.tuples(st.just("not one after all"), ANY, ANY),
        st.tuples(st.just("found"), ANY, ANY),
        st.tuples(st.just("unlink"), ANY, ANY),
        st.tuples(st.just("unlink"), ANY, ANY),
        contacts(),
    ),
    min_size=2,
    max_size=9,
)
STEPS = st.builds(list.__add__, st.lists(contacts(), min_size=3, max_size=5), CORRECTIONS)
"""Several contacts, then whatever people say of them, with more contacts between."""


def people_of(town: Town) -> list[str]:
    """Everybody who has an id of their own."""
    return [row["person"] for row in town.tables.rows("known_person")]


def take(town: Town, step: Any) -> list[RecordedEvent]:
    """One step of a history, recorded; the engine has not seen it."""
    if isinstance(step, ContactContent):
        return town.receive(step)
    kind, one, other = step
    judged = [e.event for e in town.log if isinstance(e.event, PeopleJudged)]
    people = people_of(town)
    if kind == "taken-back":
        if not judged:
            return []
        last = judged[one % len(judged)]
        return town.judged(last.one, last.other, "taken-back")
    merged = town.tables.rows("merged")
    if kind == "not one after all":
        row = merged[one % len(merged)] if merged else None
        return town.judged(row["from_person"], row["to_person"], "different") if row else []
    if len(people) < 2:
        return []
    a, b = people[one % len(people)], people[other % len(people)]
    if kind == "unlink":
        rows = [r for r in town.tables.rows("told") if a in r["people"].values()]
        told = [(r["contact"], ref) for r in rows for ref, p in r["people"].items() if p == a]
        return town.unlinked(a, told[other % len(told)], to=b if a != b and one % 2 else None)
    if kind == "found":
        return town.found(a, b) if a != b else []
    return town.judged(a, b, kind) if a != b else []


def lived(steps: list[Any]) -> Town:
    """A town in which all of this happened, each seen by the engine at once."""
    town = Town()
    for step in steps:
        if recorded := take(town, step):
            town.engine_takes(recorded)
    return town


def as_if_known(log: list[RecordedEvent]) -> list[RecordedEvent]:
    """The same log, had everybody been known rightly from the start, and nothing been corrected."""
    final: dict[tuple[str, str], str] = {}
    alias: dict[str, str] = {}
    for recorded in log:
        if isinstance(recorded.event, MentionsLinked):
            linked = recorded.event
            final |= {(linked.contact, m.ref): m.person for m in linked.mentions if m.person}
        if isinstance(recorded.event, PeopleMerged | PersonSplit):
            moved = recorded.event
            final |= {(m.contact, m.ref): moved.to_person for m in moved.mentions}
            if isinstance(moved, PeopleMerged):
                alias[moved.from_person] = moved.to_person
            else:
                alias.pop(moved.to_person, None)

    def meant(person: str) -> str:
        while person in alias:
            person = alias[person]
        return person

    def right(recorded: RecordedEvent) -> RecordedEvent | None:
        event = recorded.event
        if isinstance(
            event, PeopleJudged | PeopleProposed | MentionsUnlinked | PeopleMerged | PersonSplit
        ):
            return None
        if isinstance(event, MentionsLinked):
            known = tuple(
                m.model_copy(update={"person": final[event.contact, m.ref], "outcome": "link", "candidate": None})
                if m.person
                else m
                for m in event.mentions
            )  # fmt: skip
            return replace(recorded, event=event.model_copy(update={"mentions": known}))
        if isinstance(event, ReferralSent | ObligationOpened) and event.person:
            person = final.get((event.contact, event.about or ""), meant(event.person))
            return replace(recorded, event=event.model_copy(update={"person": person}))
        return recorded

    return [found for e in log if (found := right(e))]


OF_PEOPLE = (
    "known_person",
    "person_key",
    "person_relation",
    "lives_at",
    "told",
    "told_of",
    "home_name",
)


def knowledge(tables: MemoryTables) -> dict[str, Any]:
    """What the engine knows of people."""
    rows = {name: tables.rows(name) for name in OF_PEOPLE}
    rows["known_person"] = [{**row, "apart": []} for row in rows["known_person"]]
    rows["home"] = [row for row in tables.rows("home") if row["heads"]]
    rows["asked_referral"] = tables.rows("asked_referral")
    return rows


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_the_engine_knows_what_it_would_have_known(steps: list[Any]) -> None:
    town = lived(steps)
    right = MemoryTables(state.TABLES)
    for recorded in as_if_known(town.log):
        state.fold(right, recorded)
    assert knowledge(town.tables) == knowledge(right)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_every_view_shows_what_it_would_have_shown(steps: list[Any]) -> None:
    town = lived(steps)
    right = fold_as_at(as_if_known(town.log))
    people = people_of(town)
    for person in people:
        one = family_view.read_person(town.tables, person)
        other = family_view.read_person(right, person)
        assert one and other
        assert without_doubts(one) == without_doubts(other)
        assert timeline.contacts_of(town.tables, [person]) == timeline.contacts_of(right, [person])
        assert work(town.tables, person) == work(right, person)
    relations = family_view.relations_among(town.tables, people)
    assert relations == family_view.relations_among(right, people)
    for word in (*FAMILIES, "Daniel", "2012-02-03"):
        assert found(town.tables, word) == found(right, word)


def without_doubts(person: family_view.PersonShown) -> Any:
    """What was said of a person, in order, whatever was decided about it then."""
    return [(s.contact, s.ref, s.position, s.mention) for s in person.said]


def work(tables: MemoryTables, person: str) -> Any:
    """What was asked and is owed for a person, but for the looking again."""
    referrals, obligations = referrals_and_clocks.of_people(tables, [person])
    decided = [o.obligation for o in obligations if o.rule != "correction"]
    return [(r.referral, r.team) for r in referrals], decided


def found(tables: MemoryTables, word: str) -> Any:
    """Who is found by a word."""
    try:
        return {(hit.person, hit.contact, hit.name) for hit in person_index.search(tables, word)}
    except TooCommon:
        return None


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_who_is_hidden_is_hidden_as_if_known_from_the_start(steps: list[Any]) -> None:
    """Whoever would be hidden is; and who would not, is only where a doubt that nobody has settled still hides them."""
    town = lived(steps)
    doubts = [
        m
        for e in town.log
        if isinstance(e.event, MentionsLinked)
        for m in e.event.mentions
        if m.candidate
    ]
    right = fold_as_at(as_if_known(town.log))
    for person in people_of(town):
        one, other = person_secrets(town.tables, person), person_secrets(right, person)
        for flag in ("hidden", "sheltered", "placed", "with_placed"):
            assert getattr(one, flag) >= getattr(other, flag)
        if not doubts:
            assert one == other


@settings(deadline=None, max_examples=40)
@given(STEPS)
def test_the_log_folded_anew_gives_the_same_memory(steps: list[Any]) -> None:
    town = lived(steps)
    again = MemoryTables(KEPT)
    fold_anew(again, town.log)
    for definition in KEPT:
        assert again.rows(definition.name) == town.tables.rows(definition.name), definition.name


@settings(deadline=None, max_examples=40)
@given(STEPS)
def test_what_was_recorded_while_the_engine_was_behind_gives_the_same_memory(
    steps: list[Any],
) -> None:
    """People answer while contacts wait: the engine's own events come later than what it saw after."""
    town = Town()
    waiting: list[RecordedEvent] = []
    for number, step in enumerate(steps):
        waiting += take(town, step)
        if number % 3 == 2:
            town.engine_takes(waiting)
            waiting = []
    town.engine_takes(waiting)
    again = MemoryTables(KEPT)
    fold_anew(again, town.log)
    for definition in KEPT:
        assert again.rows(definition.name) == town.tables.rows(definition.name), definition.name
