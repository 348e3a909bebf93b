"""What the engine keeps of the log: its tables, and how each event is folded into them."""

from collections.abc import Sequence

from events.base import Event
from events.envelope import RecordedEvent
from events.linking_adopted import LinkingAdopted
from events.policy_published import PolicyPublished
from events.teams_adopted import TeamsAdopted
from hub.capacity import asked
from hub.people import state as people
from hub.timekeeping import running
from projections.table import TableDef, Tables

POLICY = TableDef(
    "policy_in_force", {"one": "int", "document": "text", "position": "int"}, ("one",)
)
LINKING = TableDef("linking_in_use", {"one": "int", "document": "text"}, ("one",))
REGISTER = TableDef("teams_in_force", {"one": "int", "document": "text"}, ("one",))
TABLES = (*people.TABLES, *asked.TABLES, POLICY, LINKING, REGISTER, *running.TABLES)
TABLES_VERSION = 6
"""Raised whenever the same events fold into other rows: what an older release folded is folded anew."""


def fold(tables: Tables, recorded: RecordedEvent) -> None:
    """Take one event in: the engine's own too, in a rebuild."""
    if recorded.type == PolicyPublished.TYPE:
        document = recorded.light.document
        row = {"one": 1, "document": document, "position": recorded.position}
        tables.put("policy_in_force", row)
    if recorded.type == LinkingAdopted.TYPE:
        tables.put("linking_in_use", {"one": 1, "document": recorded.light.document})
    if recorded.type == TeamsAdopted.TYPE:
        tables.put("teams_in_force", {"one": 1, "document": recorded.light.document})
    people.fold(tables, recorded)
    if recorded.type not in people.DECIDES:
        running.fold(tables, recorded.event, recorded.recorded_at)
        asked.fold(tables, recorded.event)


def fold_work(tables: Tables, event: Event) -> None:
    """Take in what the engine itself asks of teams."""
    people.fold_referral(tables, event)
    asked.fold(tables, event)
    running.fold(tables, event)


def fold_anew(tables: Tables, events: Sequence[RecordedEvent]) -> None:
    """Take in events that were decided on before."""
    others = [e.event for e in events if e.type not in people.DECIDES]
    people.load(tables, others)
    tables.load(running.needs(others))
    asked.load(tables, others)
    for recorded in events:
        fold(tables, recorded)
