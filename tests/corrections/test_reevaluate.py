"""Everybody compared anew: what the order of arrival hid is found, and what people said stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from events.envelope import NewEvent
from hub.corrections.reevaluate import known_twice_among, reevaluate
from hub.linking.model import shipped
from projections.table import MemoryTables
from tests.corrections.given import Town
from tests.corrections.test_found import AT_HOME, NUMBER, told
from tests.linking.given import person

SECOND = person(
    "p1", "Ottoline Featherstonehaugh", "1961", "3 Mill Lane, Tilbury, RM18 7AB", NUMBER
)


@dataclass
class OfATown:
    """As much of a hub as is asked: the log's head, and the town's tables."""

    town: Town
    appended: list[NewEvent] = field(default_factory=list)

    @property
    def log(self) -> "OfATown":
        return self

    @property
    def views(self) -> "OfATown":
        return self

    async def head(self) -> int:
        return self.town.hub.position

    async def read_stream(self, _stream: str) -> list[Any]:
        return []

    async def append(self, command: Any) -> None:
        self.appended += command.events

    async def ask(self, question: Callable[[MemoryTables], Any]) -> Any:
        return question(self.town.tables)


def town_with_two() -> Town:
    """One woman with two records that by now prove each other, though no one contact named both."""
    town = Town()
    told(town, AT_HOME)
    told(town, SECOND)
    return town


@pytest.mark.asyncio
async def test_nothing_is_proposed_where_nothing_proves_it() -> None:
    assert not await reevaluate(OfATown(town_with_two()), lambda _done, _of: None)  # type: ignore[arg-type]  # as much as is asked


@pytest.mark.asyncio
async def test_what_is_proven_by_now_is_proposed_once_and_in_order() -> None:
    town = town_with_two()
    row = next(r for r in town.tables.rows("known_person") if r["person"] == "P-000002")
    first = next(r for r in town.tables.rows("known_person") if r["person"] == "P-000001")
    town.tables.put("known_person", {**row, "homes": first["homes"], "births": first["births"]})
    hub = OfATown(town)
    found = await reevaluate(hub, lambda _done, _of: None)  # type: ignore[arg-type]  # as much as is asked
    assert [(p.one, p.other, p.sure) for p in found] == [("P-000001", "P-000002", True)]
    assert [new.event for new in hub.appended] == found
    for new in hub.appended:
        town.engine_takes(town.record(new.event, actor="operator"))
    assert not known_twice_among(shipped(), ["P-000001", "P-000002"], town.tables)


@pytest.mark.asyncio
async def test_a_dry_run_records_nothing_and_who_was_told_apart_stays_apart() -> None:
    town = town_with_two()
    town.judge("P-000001", "P-000002", "different")
    row = next(r for r in town.tables.rows("known_person") if r["person"] == "P-000002")
    first = next(r for r in town.tables.rows("known_person") if r["person"] == "P-000001")
    town.tables.put("known_person", {**row, "homes": first["homes"], "births": first["births"]})
    hub = OfATown(town)
    assert not await reevaluate(hub, lambda _done, _of: None, dry_run=True)  # type: ignore[arg-type]  # as much as is asked
    assert not hub.appended
