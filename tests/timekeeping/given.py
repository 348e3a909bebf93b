"""Clocks that run, in plain memory, and a timekeeper that looks at them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from events.base import Event
from hub.clocks import england
from hub.folding import TABLES
from hub.people import state as people
from hub.teams.book import TeamBook, team_book
from hub.timekeeping import running
from hub.timekeeping.keep import Timekeeper
from projections.table import MemoryTables
from tests.loop.given import recorded
from tests.routing.given import policy

KEEPER = Timekeeper(policy(), england(), team_book())


def clocks_of(events: Sequence[Event], moved_at: datetime | None = None) -> MemoryTables:
    """The clocks after these events, as the engine keeps them; what moved on did then."""
    tables = MemoryTables(TABLES)
    for each in recorded(events):
        people.fold(tables, each)
        running.fold(tables, each.event, moved_at or each.recorded_at)
    return tables


def said(tables: MemoryTables, now: datetime, keeper: Timekeeper = KEEPER) -> list[Event]:
    """What the timekeeper says at that moment."""
    return [e.event for append in keeper.keep(tables, now) for e in append.events]


def with_team(code: str, escalates_to: str) -> Timekeeper:
    """A timekeeper for a council where a team's record names who hears."""
    book = team_book()
    teams = {**book.teams, code: replace(book.teams[code], escalates_to=escalates_to)}
    return replace(KEEPER, teams=TeamBook(teams, KEEPER.teams.register))
