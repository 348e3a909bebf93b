"""What is hidden is fetched for many at once: a page of a hundred events or hits puts a handful of questions, not hundreds."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from hub.access import find_people, see_events
from projections import hidden_people
from projections.secrets import Hidden
from projections.table import Lookup, MemoryTables, Row
from tests.access.everything import tables_of
from tests.access.test_access import person, told
from tests.access.test_leaks import AUDITOR, YOUNG_CARERS
from tests.projections.story import Story

MANY = 30
AT_ONCE = 6  # contacts, people, their families; where they stand in the log; a row for each word that is looked for


class Counting:
    """Tables that count how often somebody asks for what is not at hand."""

    def __init__(self, tables: MemoryTables) -> None:
        self.asked = 0
        self._tables = tables
        self._here: set[tuple[Any, ...]] = set()

    def load(self, lookups: Iterable[Lookup]) -> None:
        wanted = list(
            lookups
        )  # all of them are known before any is sent for, and go in one round trip
        self._fetch({(one.table, *value) for one in wanted for value in one.values})
        for lookup in wanted:
            self._here |= {
                (lookup.table, *zip(lookup.columns, value, strict=True)) for value in lookup.values
            }

    def get(self, table: str, *key: Any) -> Row | None:
        self._fetch({(table, *key)})
        return self._tables.get(table, *key)

    def find(self, table: str, **equals: Any) -> list[Row]:
        self._fetch({(table, *equals.items())})
        return self._tables.find(table, **equals)

    def some(self, table: str, most: int, **equals: Any) -> list[Row]:
        self._fetch({(table, *equals.items())})
        return self._tables.some(table, most, **equals)

    def put(self, table: str, row: Row) -> None:
        self._tables.put(table, row)

    def delete(self, table: str, *key: Any) -> None:
        self._tables.delete(table, *key)

    def _fetch(self, wanted: set[tuple[Any, ...]]) -> None:
        self.asked += not wanted <= self._here
        self._here |= wanted


def many(**said: Any) -> Story:
    """Contacts about people who have nothing but a name in common, and what is said of each."""
    story = Story()
    for n in range(1, MANY + 1):
        told({"people": [person("p1", **said)]}, story=story, p1=f"P-{n:06}")
    return story


@pytest.mark.parametrize(
    "ask",
    [
        lambda tables, story: see_events(story.events, Hidden(tables), AUDITOR),
        lambda tables, _: find_people(tables, "givenp1 familyp1", Hidden(tables), YOUNG_CARERS),
    ],
    ids=["events", "search"],
)
def test_what_is_hidden_is_fetched_at_once(ask: Callable[[Any, Story], list[Any]]) -> None:
    story = many()
    tables = Counting(tables_of(story))
    assert len(ask(tables, story)) >= MANY
    assert tables.asked <= AT_ONCE


def test_those_who_share_a_telephone_with_many_are_fetched_at_once() -> None:
    before = many(phones=["01632 960001"])
    tables = Counting(tables_of(before))
    at = len(before.events)
    told({"people": [person("p1", phones=["01632 960001"])]}, story=before, p1="P-000999")
    new = before.events[at:]
    tables.load(hidden_people.needs(new))
    tables.load(hidden_people.needs_beside(tables, new))
    assert tables.asked <= 2 * AT_ONCE
